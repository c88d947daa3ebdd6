import { z } from 'zod'
import { sql } from '#shared/sql/sql.ts'
import { boundsProse, isWithin } from './bounds.ts'
import { columnProblems } from './columns.ts'
import { defineExpectation } from './definition.ts'
import { columnParam, numberParam, switchParam } from './fields.ts'
import { columnName, say } from './prose.ts'
import { countOf, countRows } from './row-wise.ts'
import { countWhere } from './scan-metric.ts'

export const expectColumnProportionOfNonNullValuesToBeBetween = defineExpectation({
  type: 'expect_column_proportion_of_non_null_values_to_be_between',
  title: 'Column proportion of non-null values to be between',
  summary: 'The share of rows that have a value is within bounds.',
  issue: 'Completeness',
  domain: 'column',
  params: z.strictObject({
    column: columnParam(),
    min_value: numberParam({ label: 'Lowest proportion', help: 'From 0 (no row) to 1 (every row).', min: 0, max: 1 }),
    max_value: numberParam({ label: 'Highest proportion', help: 'From 0 (no row) to 1 (every row).', min: 0, max: 1 }),
    strict_min: switchParam({ label: 'Above the lowest', help: 'On: the bound itself fails.', initial: false }),
    strict_max: switchParam({ label: 'Below the highest', help: 'On: the bound itself fails.', initial: false }),
  }),
  prose({ column, ...bounds }) {
    const words = boundsProse(bounds)
    return words === null
      ? say`The proportion of non-null values in ${columnName(column)} may be anything`
      : say`The proportion of non-null values in ${columnName(column)} is ${words}`
  },
  check: ({ column }, table) => columnProblems(table, 'column', column),
  metrics: ({ column }, batch) => ({ rows: countRows, nonNull: countWhere(sql`NOT (${batch.column(column)} IS NULL)`) }),
  evaluate(params, values) {
    const proportion = proportionOf(countOf(values, 'nonNull'), countOf(values, 'rows'))
    return { success: isWithin(proportion, params), observedValue: proportion, counts: null, details: {} }
  },
  prefill(column, rowCount) {
    if (column === null || rowCount === 0) return {}
    const proportion = (rowCount - column.nullCount) / rowCount
    return { min_value: Math.floor(proportion * 1_000) / 1_000, max_value: null }
  },
})

/** GX's: of a table without rows, 0. */
function proportionOf(nonNull: bigint, rows: bigint): number {
  return rows === 0n ? 0 : Number(nonNull) / Number(rows)
}
