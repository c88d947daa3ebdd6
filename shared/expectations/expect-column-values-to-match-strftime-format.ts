import { sql } from '#shared/sql/sql.ts'
import { defineColumnMap } from './column-map.ts'
import { textParam } from './fields.ts'
import { columnName, say, valueText } from './prose.ts'
import { regexOfFormat } from './strftime.ts'

/** GX has it for other engines only. The days of each month are part of the expression, so 30 February matches no format. */
export const expectColumnValuesToMatchStrftimeFormat = defineColumnMap({
  type: 'expect_column_values_to_match_strftime_format',
  title: 'Column values to match strftime format',
  summary: 'Each text is a date or time written in a format such as %Y-%m-%d.',
  issue: 'Validity',
  accepts: 'text',
  need: 'pattern',
  params: {
    strftime_format: textParam({
      label: 'Format',
      help: 'As Python reads it: %Y %m %d %H %M %S, and %y %b %B %a %A %j %I %p %f %z. Names in English. Where digits follow at once, as in %Y%m%d, each part has all of its digits.',
      problem(format) {
        const read = regexOfFormat(format)
        return read.ok ? null : read.sentence
      },
    }),
  },
  prose: ({ column, strftime_format }) => say`Values of ${columnName(column)} are written as ${valueText(strftime_format)}`,
  unexpected({ column, strftime_format }, batch) {
    const read = regexOfFormat(strftime_format)
    if (!read.ok) throw new RangeError(read.sentence)
    // As text: of citext, a match would not mind the case of Z.
    return sql`NOT (${batch.column(column)}::pg_catalog.text OPERATOR(pg_catalog.~) ${read.regex})`
  },
})
