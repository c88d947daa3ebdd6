import { z } from 'zod'
import { type Sql, sql } from '#shared/sql/sql.ts'
import { doubleOf } from './column-aggregate.ts'
import { columnProblems } from './columns.ts'
import { type Batch, defineExpectation, type MetricValues } from './definition.ts'
import { columnParam, mostlyParam, requiredNumberParam, switchParam } from './fields.ts'
import { columnName, inShareOfRows, say, valueText } from './prose.ts'
import { countMissing, countOf, countRows, judgeRows } from './row-wise.ts'
import { aggregate, asDouble, countWhere } from './scan-metric.ts'

/** How many standard deviations a value lies from the mean. Mean and deviation come first, in the scan that everybody shares. */
export const expectColumnValueZScoresToBeLessThan = defineExpectation({
  type: 'expect_column_value_z_scores_to_be_less_than',
  title: 'Column value z-scores to be less than',
  summary: 'No value lies more than so many standard deviations from the mean.',
  issue: 'Numeric',
  domain: 'column',
  params: z.strictObject({
    column: columnParam({ label: 'Column', accepts: 'number' }),
    threshold: requiredNumberParam({ label: 'Standard deviations', min: 0 }),
    double_sided: switchParam({ label: 'Below the mean as well', help: 'Off: only values above the mean fail.', initial: true }),
    mostly: mostlyParam(),
  }),
  prose: ({ column, threshold, double_sided, mostly }) =>
    double_sided
      ? say`Values of ${columnName(column)} lie within ${valueText(threshold)} standard deviations of the mean${inShareOfRows(mostly)}`
      : say`Values of ${columnName(column)} lie less than ${valueText(threshold)} standard deviations above the mean${inShareOfRows(mostly)}`,
  check: ({ column }, table) => columnProblems(table, 'column', column, 'mean'),
  metrics: ({ column }, batch) => ({
    rows: countRows,
    missing: countMissing(column, batch),
    mean: aggregate('text', sql`avg(1.0 * ${batch.column(column)})`, asDouble),
    deviation: aggregate('text', sql`pg_catalog.stddev_samp(${batch.column(column)})`, asDouble),
  }),
  follows: 'scan',
  more(params, batch, values): ReturnType<typeof defineMetrics> {
    return defineMetrics(params, batch, values)
  },
  failing: ({ column, threshold, double_sided }, batch) => {
    const value = batch.column(column)
    const spread = sql`SELECT avg(1.0 * ${value})::pg_catalog.float8 AS mean, pg_catalog.stddev_samp(${value})::pg_catalog.float8 AS deviation FROM ${batch.source}`
    const score = sql`(${value}::pg_catalog.float8 - spread.mean) / NULLIF(spread.deviation, 0)`
    return {
      columns: [column],
      rows: { where: sql`EXISTS (SELECT 1 FROM (${spread}) AS spread WHERE ${beyond(score, threshold, double_sided)})` },
    }
  },
  evaluate({ mostly }, values) {
    const unexpected = values.unexpected === undefined ? 0n : countOf(values, 'unexpected')
    return judgeRows({ rows: countOf(values, 'rows'), missing: countOf(values, 'missing'), unexpected }, mostly)
  },
})

/** Where the values do not spread, none stands out. Beside an infinite value or a NaN no distance is less than anything: all stand out, as in GX. */
function defineMetrics(
  { column, threshold, double_sided }: { readonly column: string; readonly threshold: number; readonly double_sided: boolean },
  batch: Batch,
  values: MetricValues,
) {
  const [mean, deviation] = [doubleOf(values, 'mean'), doubleOf(values, 'deviation')]
  if (mean === null || deviation === null || deviation === 0) return {}
  const value = batch.column(column)
  const score = sql`(${value}::pg_catalog.float8 - ${String(mean)}::pg_catalog.float8) / ${String(deviation)}::pg_catalog.float8`
  return { unexpected: countWhere(beyond(score, threshold, double_sided)) }
}

function beyond(score: Sql, threshold: number, doubleSided: boolean): Sql {
  const measured = doubleSided ? sql`pg_catalog.abs(${score})` : score
  return sql`NOT (${measured} < ${String(threshold)}::pg_catalog.float8)`
}
