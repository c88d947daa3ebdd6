import { sql } from '#shared/sql/sql.ts'
import { defineColumnMap } from './column-map.ts'
import { valuesParam } from './fields.ts'
import { columnName, say, valueList } from './prose.ts'

export const expectColumnValuesToNotBeInSet = defineColumnMap({
  type: 'expect_column_values_to_not_be_in_set',
  title: 'Column values to not be in set',
  summary: 'No value is one of a fixed list.',
  issue: 'Validity',
  need: 'equality',
  params: { value_set: valuesParam({ label: 'Forbidden values' }) },
  prose: ({ column, value_set }) => say`Values of ${columnName(column)} are none of ${valueList(value_set)}`,
  // A set of NULLs alone forbids nothing: missing values are not judged.
  unexpected: ({ column, value_set }, batch) => (value_set.every((value) => value === null) ? sql`false` : batch.inSet(column, value_set)),
})
