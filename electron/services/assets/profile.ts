import { readSource, readsAsUser } from '#services/validation/asset-source.ts'
import { batchOf } from '#services/validation/batch.ts'
import { type Measured, passesOf, type Source, stepsOf } from '#services/validation/execute.ts'
import { fragmentOf, planMetrics } from '#services/validation/plan.ts'
import { preflight } from '#services/validation/preflight.ts'
import type { ValidationSession } from '#services/validation/session.ts'
import type { AssetSource } from '#services/validation/source-relations.ts'
import { notFound } from '#shared/contract/errors.ts'
import type { ColumnShape, Metrics, MetricValue } from '#shared/expectations/definition.ts'
import { countRows } from '#shared/expectations/row-wise.ts'
import type { AssetProfile, ColumnProfile } from '#shared/model/data-asset.ts'
import { distinctEstimates, profileMetrics, readTopValues, worthCounting } from './profile-metrics.ts'

/**
 * "Profile Data": rows, nulls, min, max and mean of every column in one scan of the table; medians and frequent values
 * in statements of their own. A column that cannot be measured is named, and keeps no other from it.
 */

export interface ProfileRequest {
  readonly assetId: string
  readonly source: AssetSource
  progress(done: number, total: number): void
}

/** @throws what ends the session: a cancel, a timeout, a lost connection. */
export async function measureProfile(session: ValidationSession, request: ProfileRequest): Promise<AssetProfile> {
  const table = await readSource(session, request.source)
  if (table === null) throw notFound('table')
  const batch = batchOf(table)
  const { columns } = table.shape
  const source: Source = { from: batch.source, asUser: readsAsUser(table) }
  const measured: Measured = { values: new Map(), problems: new Map() }
  const metrics = new Map(columns.map((column) => [column, profileMetrics(column, batch)]))
  const plan = planMetrics([{ rows: countRows }, ...metrics.values()])
  const total = stepsOf(plan) + columns.length
  let done = 0
  const step = (): void => {
    done += 1
    request.progress(done, total)
  }
  await preflight(session, source, plan, measured)
  for (const pass of passesOf(plan, source, { measured, held: null, progress: step })) await pass.run(session)

  const rowCount = Number(measured.values.get(fragmentOf(countRows).key) ?? 0)
  const estimates = await distinctEstimates(session, request.source.schema, request.source.relation)
  const profile: AssetProfile = { assetId: request.assetId, measuredAt: new Date().toISOString(), rowCount, columns: [], problems: [] }
  for (const [column, wanted] of metrics) {
    const worth = worthCounting(column, rowCount, estimates.get(column.name) ?? null)
    const top = worth ? await readTopValues(session, source, batch, column.name) : { values: null, problem: null }
    profile.columns.push({ ...figures(column, rowCount, wanted, measured), topValues: top.values })
    const sentences = new Set([...problems(wanted, measured), ...(top.problem === null ? [] : [top.problem])])
    for (const sentence of sentences) profile.problems.push({ column: column.name, sentence })
    step()
  }
  return profile
}

function figures(column: ColumnShape, rowCount: number, metrics: Metrics, measured: Measured): Omit<ColumnProfile, 'topValues'> {
  const read = (name: string): MetricValue => {
    const metric = metrics[name]
    return metric === undefined ? null : (measured.values.get(fragmentOf(metric).key) ?? null)
  }
  const text = (name: string): string | null => {
    const value = read(name)
    return typeof value === 'string' ? value : null
  }
  const nullCount = Number(read('nulls') ?? 0)
  return {
    name: column.name,
    type: column.type,
    category: column.category,
    nullCount,
    nullPercent: rowCount === 0 ? null : (nullCount / rowCount) * 100,
    min: text('min'),
    max: text('max'),
    mean: text('mean'),
    median: text('median'),
  }
}

/** That a type has no min() or max() (42883) is a fact about it, not a problem. */
function problems(metrics: Metrics, measured: Measured): readonly string[] {
  return Object.values(metrics).flatMap((metric) => {
    const problem = measured.problems.get(fragmentOf(metric).key)
    return problem === undefined || problem.sqlstate === '42883' ? [] : [problem.sentence]
  })
}
