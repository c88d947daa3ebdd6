import { sql } from '#shared/sql/sql.ts'
import { defineColumnPairMap } from './column-pair-map.ts'
import { columnName, say } from './prose.ts'

/** One value missing and the other not is a difference. */
export const expectColumnPairValuesToBeEqual = defineColumnPairMap({
  type: 'expect_column_pair_values_to_be_equal',
  title: 'Column pair values to be equal',
  summary: 'In each row, two columns have the same value.',
  issue: 'Validity',
  need: 'equality',
  params: {},
  prose: ({ column_A, column_B }) => say`${columnName(column_A)} equals ${columnName(column_B)}`,
  unexpected: ({ column_A, column_B }, batch) => sql`(${batch.compare(column_A, '=', batch.column(column_B))}) IS NOT TRUE`,
})
