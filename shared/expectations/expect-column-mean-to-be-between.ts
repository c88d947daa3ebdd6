import { z } from 'zod'
import { sql } from '#shared/sql/sql.ts'
import { boundsProse, isWithin } from './bounds.ts'
import { columnProblems } from './columns.ts'
import { defineExpectation } from './definition.ts'
import { columnParam, numberParam, switchParam } from './fields.ts'
import { columnName, say } from './prose.ts'
import { aggregate, asDouble } from './scan-metric.ts'

export const expectColumnMeanToBeBetween = defineExpectation({
  type: 'expect_column_mean_to_be_between',
  title: 'Column mean to be between',
  summary: 'The average of the values is within bounds.',
  issue: 'Numeric',
  domain: 'column',
  params: z.strictObject({
    column: columnParam({ label: 'Column', accepts: 'number' }),
    min_value: numberParam({ label: 'Lowest mean' }),
    max_value: numberParam({ label: 'Highest mean' }),
    strict_min: switchParam({ label: 'Above the lowest', help: 'On: the bound itself fails.', initial: false }),
    strict_max: switchParam({ label: 'Below the highest', help: 'On: the bound itself fails.', initial: false }),
  }),
  prose({ column, ...bounds }) {
    const words = boundsProse(bounds)
    return words === null ? say`Column ${columnName(column)} has a mean` : say`The mean of ${columnName(column)} is ${words}`
  },
  check: ({ column }, table) => columnProblems(table, 'column', column, 'mean'),
  // As GX computes it: multiplied by a decimal, so that the server averages exactly, then read as a double, which is what is compared.
  metrics: ({ column }, batch) => ({
    mean: aggregate('text', sql`avg(1.0 * ${batch.column(column)})`, asDouble),
  }),
  evaluate(params, values) {
    const text = values.mean
    const mean = typeof text === 'string' ? Number(text) : null
    return {
      success: isWithin(mean, params),
      observedValue: mean === null ? null : Number.isFinite(mean) ? mean : String(text),
      counts: null,
      details: {},
    }
  },
  prefill(column) {
    const mean = Number(column?.mean ?? 'NaN')
    if (!Number.isFinite(mean)) return {}
    const margin = Math.abs(mean) * 0.1
    return { min_value: round(mean - margin), max_value: round(mean + margin) }
  },
})

function round(value: number): number {
  return Number(value.toPrecision(4))
}
