import { z } from 'zod'
import { join, sql } from '#shared/sql/sql.ts'
import { columnProblems } from './columns.ts'
import { type Batch, defineExpectation, type Metrics, type MetricValues } from './definition.ts'
import { columnParam, defaultNumberParam, jsonParam, numberParam, switchParam } from './fields.ts'
import { categoricalDivergence, continuousDivergence, type Partition } from './partition.ts'
import { columnName, say, valueText } from './prose.ts'
import { countMissing, countOf, countRows } from './row-wise.ts'
import { countWhere } from './scan-metric.ts'

const ONE = 'The weights must add up to 1.'
const addsUp = ({
  weights,
  tail_weights = [],
}: {
  readonly weights: readonly number[]
  readonly tail_weights?: readonly number[] | undefined
}) => Math.abs([...weights, ...tail_weights].reduce((sum, weight) => sum + weight, 0) - 1) < 1e-8

const Weights = z.array(z.number().min(0)).min(1, 'Give at least one weight.')
const PartitionObject = z.union(
  [
    z
      .strictObject({ values: z.array(z.union([z.string(), z.number(), z.boolean()])).min(1), weights: Weights })
      .refine(({ values, weights }) => values.length === weights.length, 'Give as many weights as values.')
      .refine(addsUp, ONE),
    z
      .strictObject({ bins: z.array(z.number()).min(2), weights: Weights, tail_weights: z.tuple([z.number(), z.number()]).optional() })
      .refine(({ bins, weights }) => bins.length === weights.length + 1, 'Give one bin more than weights: the bins are edges.')
      .refine(({ bins }) => bins.every((bin, index) => index === 0 || bin > (bins[index - 1] ?? bin)), 'The bins must rise.')
      .refine(addsUp, ONE),
  ],
  'Give {"values": […], "weights": […]} or {"bins": […], "weights": […]}, with weights that add up to 1.',
)

interface Params {
  readonly column: string
  readonly partition_object: Partition
  readonly tail_weight_holdout: number
  readonly internal_weight_holdout: number
}

/** How far the distribution of a column is from an expected one, by Kullback and Leibler. */
export const expectColumnKlDivergenceToBeLessThan = defineExpectation({
  type: 'expect_column_kl_divergence_to_be_less_than',
  title: 'Column KL divergence to be less than',
  summary: 'The distribution of the values is near an expected one.',
  issue: 'Numeric',
  domain: 'column',
  params: z.strictObject({
    column: columnParam(),
    partition_object: jsonParam(PartitionObject, {
      label: 'Expected distribution',
      help: 'As JSON: {"values": ["a", "b"], "weights": [0.7, 0.3]}, or of a number {"bins": [0, 10, 20], "weights": [0.5, 0.5]}',
    }),
    threshold: numberParam({ label: 'Largest divergence', help: 'Empty: it is only measured.', min: 0 }),
    tail_weight_holdout: defaultNumberParam({ label: 'Weight kept for what is not expected', min: 0, max: 1, initial: 0 }),
    internal_weight_holdout: defaultNumberParam({ label: 'Weight kept for bins of weight 0', min: 0, max: 1, initial: 0 }),
    bucketize_data: switchParam({
      label: 'Put values into bins',
      help: 'Known from GX. Here the distribution itself says whether there are bins.',
      initial: true,
    }),
  }),
  prose: ({ column, threshold }) =>
    threshold === null
      ? say`The divergence of ${columnName(column)} from what is expected is measured`
      : say`The divergence of ${columnName(column)} from what is expected is at most ${valueText(threshold)}`,
  check: ({ column, partition_object }, table) => columnProblems(table, 'column', column, 'bins' in partition_object ? 'mean' : 'equality'),
  metrics: (params, batch) => ({
    rows: countRows,
    missing: countMissing(params.column, batch),
    ...('bins' in params.partition_object ? histogram(params.column, params.partition_object.bins, batch) : counts(params.column, batch)),
  }),
  evaluate(params, values) {
    const count = Number(countOf(values, 'rows') - countOf(values, 'missing'))
    const found = divergenceOf(params, values, count)
    // Of more values than are read, what is not read might diverge, too.
    const tooMany = Array.isArray(values.values) && values.values.length > MAX_VALUES
    const divergence = tooMany ? null : found.divergence
    return {
      success: params.threshold === null || (divergence !== null && divergence <= params.threshold),
      observedValue: divergence,
      counts: null,
      details: { observed_partition: found.observed, expected_partition: found.expected },
    }
  },
  prefill(column) {
    const top = column?.topValues
    const total = top?.reduce((sum, { count }) => sum + count, 0) ?? 0
    if (top == null || total === 0) return {}
    return { partition_object: { values: top.map(({ value }) => value), weights: top.map(({ count }) => count / total) }, threshold: 0.1 }
  },
})

function divergenceOf(
  { partition_object: partition, tail_weight_holdout, internal_weight_holdout }: Params,
  values: MetricValues,
  count: number,
) {
  const holdouts = { tail: tail_weight_holdout, internal: internal_weight_holdout }
  if (!('bins' in partition)) {
    const rows = Array.isArray(values.values) ? (values.values as readonly (readonly (string | null)[])[]) : []
    const observed = new Map(rows.map(([value = null, copies]) => [value ?? '', Number(copies)]))
    return categoricalDivergence(partition, observed, count, holdouts)
  }
  const bins = partition.weights.map((_weight, index) => Number(countOf(values, `bin${index}`)))
  return continuousDivergence(
    partition,
    { below: Number(countOf(values, 'below')), bins, above: Number(countOf(values, 'above')) },
    count,
    holdouts,
  )
}

/** A distribution over more values than these is none that somebody wrote down. */
const MAX_VALUES = 10_000

function counts(column: string, batch: Batch): Metrics {
  const value = batch.column(column)
  return {
    values: {
      pass: 'own',
      kind: 'list',
      costs: 'hash',
      statement: sql`SELECT ${value}::pg_catalog.text, pg_catalog.count(*) FROM ${batch.source} WHERE NOT (${value} IS NULL) GROUP BY ${value} ORDER BY ${value}::pg_catalog.text COLLATE "C" LIMIT ${MAX_VALUES + 1}::pg_catalog.int4`,
    },
  }
}

/** Closed on the left, the last bin on both sides. */
function histogram(column: string, bins: readonly number[], batch: Batch): Metrics {
  const value = batch.column(column)
  const edge = (index: number) => sql`${String(bins[index] ?? 0)}::pg_catalog.float8`
  const last = bins.length - 1
  const each = bins.slice(0, -1).map((_bin, index) => {
    const upper = index + 1 === last ? sql`${value} <= ${edge(last)}` : sql`${value} < ${edge(index + 1)}`
    return [`bin${index}`, countWhere(join([sql`${value} >= ${edge(index)}`, upper], ' AND '))] as const
  })
  return {
    ...Object.fromEntries(each),
    below: countWhere(sql`${value} < ${edge(0)}`),
    above: countWhere(sql`${value} > ${edge(last)}`),
  }
}
