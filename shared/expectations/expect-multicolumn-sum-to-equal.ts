import { join, sql } from '#shared/sql/sql.ts'
import { requiredNumberParam } from './fields.ts'
import { defineMulticolumnMap } from './multicolumn-map.ts'
import { say, valueList, valueText } from './prose.ts'

/** With a value missing there is no sum, and the row does not fail: as in GX. */
export const expectMulticolumnSumToEqual = defineMulticolumnMap({
  type: 'expect_multicolumn_sum_to_equal',
  title: 'Multicolumn sum to equal',
  summary: 'In each row, the values of several columns add up to a given sum.',
  issue: 'Numeric',
  need: 'mean',
  params: { sum_total: requiredNumberParam({ label: 'Sum' }) },
  prose: ({ column_list, sum_total }) => say`The sum of ${valueList(column_list)} is ${valueText(sum_total)}`,
  unexpected: ({ column_list, sum_total }, batch) =>
    sql`${join([sql`0`, ...column_list.map((column) => batch.column(column))], ' + ')} <> ${String(sum_total)}::pg_catalog.numeric`,
})
