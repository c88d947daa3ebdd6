import { sql } from '#shared/sql/sql.ts'
import { defineColumnMap } from './column-map.ts'
import { lengthOf, lengthProblems } from './expect-column-value-lengths-to-be-between.ts'
import { requiredIntegerParam } from './fields.ts'
import { columnName, say, valueText } from './prose.ts'

export const expectColumnValueLengthsToEqual = defineColumnMap({
  type: 'expect_column_value_lengths_to_equal',
  title: 'Column value lengths to equal',
  summary: 'Each value has the same, given number of characters.',
  issue: 'Validity',
  accepts: 'text',
  check: lengthProblems,
  params: { value: requiredIntegerParam({ label: 'Characters', min: 0 }) },
  prose: ({ column, value }) => say`Values of ${columnName(column)} have ${valueText(value)} characters`,
  unexpected: ({ column, value }, batch) => sql`${lengthOf(batch.column(column))} <> ${value}::pg_catalog.int4`,
})
