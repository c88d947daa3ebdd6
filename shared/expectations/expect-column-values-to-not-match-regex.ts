import { sql } from '#shared/sql/sql.ts'
import { defineColumnMap } from './column-map.ts'
import { patternParam } from './fields.ts'
import { regexProbe } from './patterns.ts'
import { columnName, say, valueText } from './prose.ts'

export const expectColumnValuesToNotMatchRegex = defineColumnMap({
  type: 'expect_column_values_to_not_match_regex',
  title: 'Column values to not match regex',
  summary: 'No value contains a match of a regular expression.',
  issue: 'Validity',
  accepts: 'text',
  need: 'pattern',
  params: { regex: patternParam({ label: 'Regular expression', help: "PostgreSQL's own (POSIX) expressions, anywhere in the value." }) },
  prose: ({ column, regex }) => say`Values of ${columnName(column)} do not match ${valueText(regex)}`,
  probes: ({ regex }) => [regexProbe(regex)],
  unexpected: ({ column, regex }, batch) => batch.matches(column, sql`${regex}`),
})
