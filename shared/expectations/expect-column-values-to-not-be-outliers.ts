import { z } from 'zod'
import { type Sql, sql } from '#shared/sql/sql.ts'
import { columnProblems } from './columns.ts'
import { type Batch, defineExpectation, type Metrics, type MetricValues } from './definition.ts'
import { choiceParam, columnParam, defaultNumberParam, mostlyParam } from './fields.ts'
import { columnName, inShareOfRows, say, valueText } from './prose.ts'
import { countMissing, countOf, countRows, judgeRows } from './row-wise.ts'
import { countWhere } from './scan-metric.ts'

interface Params {
  readonly column: string
  readonly method: 'iqr' | 'std'
  readonly multiplier: number
}

/** By quartiles: outside Tukey's fences. By deviation: as far from the mean as so many standard deviations, or farther. */
export const expectColumnValuesToNotBeOutliers = defineExpectation({
  type: 'expect_column_values_to_not_be_outliers',
  title: 'Column values to not be outliers',
  summary: 'No value stands far apart from the others.',
  issue: 'Numeric',
  domain: 'column',
  params: z.strictObject({
    column: columnParam({ label: 'Column', accepts: 'number' }),
    method: choiceParam({
      label: 'Measured by',
      options: [
        { value: 'iqr', label: 'the quartiles' },
        { value: 'std', label: 'the standard deviation' },
      ],
      initial: 'iqr',
    }),
    multiplier: defaultNumberParam({ label: 'How many times', min: 0, initial: 1.5 }),
    mostly: mostlyParam(),
  }),
  prose: ({ column, method, multiplier, mostly }) =>
    method === 'iqr'
      ? say`Values of ${columnName(column)} lie within ${valueText(multiplier)} times the distance of the quartiles${inShareOfRows(mostly)}`
      : say`Values of ${columnName(column)} lie within ${valueText(multiplier)} standard deviations of the mean${inShareOfRows(mostly)}`,
  check: ({ column }, table) => columnProblems(table, 'column', column, 'mean'),
  metrics: (params, batch) => ({
    rows: countRows,
    missing: countMissing(params.column, batch),
    bounds: { pass: 'own', kind: 'list', costs: params.method === 'iqr' ? 'sort' : 'hash', statement: spread(params, batch) },
  }),
  follows: 'scan',
  more(params, batch, values): Metrics {
    const bounds = boundsOf(values)
    return bounds === null
      ? {}
      : { unexpected: countWhere(outside(params, batch, sql`${bounds.lower}::pg_catalog.float8`, sql`${bounds.upper}::pg_catalog.float8`)) }
  },
  failing: (params, batch) => ({
    columns: [params.column],
    rows: {
      where: sql`EXISTS (SELECT 1 FROM (${spread(params, batch)}) AS spread WHERE ${outside(params, batch, sql`spread.lower`, sql`spread.upper`)})`,
    },
  }),
  evaluate({ mostly }, values) {
    const unexpected = values.unexpected === undefined ? 0n : countOf(values, 'unexpected')
    return judgeRows({ rows: countOf(values, 'rows'), missing: countOf(values, 'missing'), unexpected }, mostly)
  },
})

function spread({ column, method, multiplier }: Params, batch: Batch): Sql {
  const value = sql`${batch.column(column)}::pg_catalog.float8`
  const times = sql`${String(multiplier)}::pg_catalog.float8`
  if (method === 'std') {
    return sql`SELECT avg(${value}) - ${times} * pg_catalog.stddev_samp(${value}) AS lower, avg(${value}) + ${times} * pg_catalog.stddev_samp(${value}) AS upper FROM ${batch.source}`
  }
  const quartiles = sql`SELECT pg_catalog.percentile_cont(ARRAY[0.25, 0.75]::pg_catalog.float8[]) WITHIN GROUP (ORDER BY ${value}) AS q FROM ${batch.source}`
  return sql`SELECT q[1] - ${times} * (q[2] - q[1]) AS lower, q[2] + ${times} * (q[2] - q[1]) AS upper FROM (${quartiles}) AS quartiles`
}

/** null: there are no statistics, so nothing stands out. */
function boundsOf({ bounds }: MetricValues): { readonly lower: string; readonly upper: string } | null {
  const [row] = Array.isArray(bounds) ? (bounds as readonly (readonly (string | null)[])[]) : []
  const [lower, upper] = row ?? []
  return lower == null || upper == null ? null : { lower, upper }
}

/** By deviation the bound itself stands out, unless nothing spreads and every value is the mean. */
function outside({ column, method }: Params, batch: Batch, lower: Sql, upper: Sql): Sql {
  const value = sql`${batch.column(column)}::pg_catalog.float8`
  if (method === 'iqr') return sql`(${value} < ${lower} OR ${value} > ${upper})`
  return sql`(CASE WHEN ${lower} = ${upper} THEN ${value} <> ${lower} ELSE ${value} <= ${lower} OR ${value} >= ${upper} END)`
}
