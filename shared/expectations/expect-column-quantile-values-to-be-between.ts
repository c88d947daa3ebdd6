import { z } from 'zod'
import { join, sql } from '#shared/sql/sql.ts'
import { columnProblems } from './columns.ts'
import { defineExpectation } from './definition.ts'
import { columnParam, jsonParam, switchParam } from './fields.ts'
import { columnName, say, valueText } from './prose.ts'

const QuantileRanges = z
  .strictObject(
    {
      quantiles: z
        .array(z.number().min(0, 'Quantiles lie between 0 and 1.').max(1, 'Quantiles lie between 0 and 1.'))
        .min(1, 'Give at least one quantile.'),
      value_ranges: z.array(
        z.tuple([z.number().nullable(), z.number().nullable()], 'Each range has a lowest and a highest value; null for none.'),
      ),
    },
    'Give {"quantiles": [0.5], "value_ranges": [[1, 10]]}.',
  )
  .refine(({ quantiles, value_ranges }) => quantiles.length === value_ranges.length, 'Give as many ranges as quantiles.')

/** Quantiles as they stand in the table (percentile_disc), each within a range of its own, bounds included. */
export const expectColumnQuantileValuesToBeBetween = defineExpectation({
  type: 'expect_column_quantile_values_to_be_between',
  title: 'Column quantile values to be between',
  summary: 'Quartiles, percentiles or other quantiles are within bounds.',
  issue: 'Numeric',
  domain: 'column',
  params: z.strictObject({
    column: columnParam({ label: 'Column', accepts: 'number' }),
    quantile_ranges: jsonParam(QuantileRanges, {
      label: 'Quantiles and their ranges',
      help: 'As JSON: {"quantiles": [0.25, 0.75], "value_ranges": [[1, 5], [10, null]]}',
    }),
    allow_relative_error: switchParam({
      label: 'Nearly within holds, too',
      help: 'On: off by a ten-thousandth is within.',
      initial: false,
    }),
  }),
  prose: ({ column, quantile_ranges }) =>
    say`Quantiles of ${columnName(column)}: ${quantile_ranges.quantiles.flatMap((quantile, index) => {
      const [lower = null, upper = null] = quantile_ranges.value_ranges[index] ?? []
      return say`${index === 0 ? [] : say`; `}${valueText(quantile)} between ${valueText(lower ?? '−∞')} and ${valueText(upper ?? '∞')}`
    })}`,
  check: ({ column }, table) => columnProblems(table, 'column', column, 'mean'),
  metrics: ({ column, quantile_ranges }, batch) => ({
    quantiles: {
      pass: 'own',
      kind: 'list',
      costs: 'sort',
      statement: sql`SELECT pg_catalog.unnest(pg_catalog.percentile_disc(ARRAY[${join(
        quantile_ranges.quantiles.map((quantile) => sql`${String(quantile)}::pg_catalog.float8`),
        ', ',
      )}]) WITHIN GROUP (ORDER BY ${batch.column(column)}))::pg_catalog.text FROM ${batch.source}`,
    },
  }),
  evaluate({ quantile_ranges, allow_relative_error }, { quantiles: measured }) {
    const { quantiles, value_ranges } = quantile_ranges
    const rows = Array.isArray(measured) ? (measured as readonly (readonly (string | null)[])[]) : []
    const values = quantiles.map((_quantile, index) => rows[index]?.[0] ?? null)
    const fits = values.map((text, index) => {
      const [lower = null, upper = null] = value_ranges[index] ?? []
      const value = text === null ? null : Number(text)
      if (value === null) return false
      const above = lower === null || value >= lower || (allow_relative_error && isNear(value, lower))
      return above && (upper === null || value <= upper || (allow_relative_error && isNear(value, upper)))
    })
    return {
      success: fits.every(Boolean),
      observedValue: { quantiles: [...quantiles], values: values.map(numberOrText) },
      counts: null,
      details: { success_details: fits },
    }
  },
  prefill(column) {
    if (column?.min == null || column.max == null || column.median == null) return {}
    return { quantile_ranges: { quantiles: [0.5], value_ranges: [[Number(column.min), Number(column.max)]] } }
  },
})

function isNear(value: number, bound: number): boolean {
  return Math.abs(value - bound) <= 1e-4 * Math.abs(bound)
}

function numberOrText(text: string | null): number | string | null {
  return text === null || !Number.isFinite(Number(text)) ? text : Number(text)
}
