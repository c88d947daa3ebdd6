import type { Connection } from '#services/postgres/connection.ts'
import { AppError } from '#shared/contract/errors.ts'
import { countRows } from '#shared/expectations/row-wise.ts'
import type { PlanStep, RunPlan } from '#shared/model/run-plan.ts'
import type { Measured } from './execute.ts'
import { type Extent, readExtent, readHeldBytes } from './extent.ts'
import type { HeldRows } from './held-rows.ts'
import { type AssetRequest, openAsset } from './open-asset.ts'
import { type MetricKeys, metricKeys, type Plan, planMetrics } from './plan.ts'
import { preflight } from './preflight.ts'
import type { Prepared, Ready } from './prepare.ts'
import type { Ending } from './problems.ts'
import { type SessionOptions, ValidationSession } from './session.ts'

/**
 * The price of a run, from the plan that would be run and the size of what it reads. Not from EXPLAIN's costs: they show neither
 * bytes nor the sorts inside of aggregates (of a view, the rows are asked of EXPLAIN: extent.ts).
 */

/** A sort or a hash that may hold more waits for somebody's consent. */
export const SORT_LIMIT_BYTES = 10 * 1_073_741_824

/** @throws AppError UNAVAILABLE where the asset cannot be read, and whatever ends a run */
export async function priceAsset(
  connection: Connection,
  request: AssetRequest & Omit<SessionOptions, 'shared'> & { readonly sortLimitBytes?: number },
): Promise<RunPlan> {
  const session = await ValidationSession.begin(connection, request)
  const { asset } = await openAsset(session, request, { withRows: false })
  if (typeof asset === 'string') {
    await session.end()
    throw new AppError('UNAVAILABLE', asset, { cause: 'asset' })
  }
  const { table, scanned, prepared, held } = asset
  const measured: Measured = { values: new Map(), problems: new Map() }
  const plan = planOf(prepared)
  await preflight(session, scanned, plan, measured)
  const extent = await readExtent(session, { table, scanned, whole: { ...scanned, from: table.relation } })
  const holds = await readHeldBytes(session, scanned, plan, extent)
  await session.end()
  const { tableBytes, estimated } = extent

  const ready = prepared.filter((each) => each.kind === 'ready')
  const needing = sentencesByKey(ready)
  const sound = <Fragment extends { readonly key: string }>(fragments: readonly Fragment[]) =>
    fragments.filter(({ key }) => !measured.problems.has(key))
  const steps: PlanStep[] = [
    ...plan.scans.map((scan): PlanStep => {
      const sentences = new Set(sound(scan).flatMap(({ key }) => needing.get(key) ?? []))
      return { kind: 'scan', expectations: [...sentences], holdsBytes: null, estimated }
    }),
    ...sound(plan.own).map(
      (fragment): PlanStep => ({
        kind: fragment.costs,
        expectations: needing.get(fragment.key) ?? [],
        holdsBytes: holds.get(fragment) ?? null,
        estimated,
      }),
    ),
  ]
  const later = following(ready, extent)
  return {
    steps: [...steps, ...later],
    tableBytes,
    bytesToRead: (looksOf(steps, held) + looksOf(later, held)) * tableBytes,
    mayFollow: ready.filter(({ definition, provedBy }) => provedBy === null && definition.failing !== undefined).length,
    proved: ready.flatMap(({ sentence, provedBy }) => (provedBy === null ? [] : [{ sentence, provedBy }])),
    broken: prepared.flatMap((each) => {
      const problem = each.kind === 'broken' ? each.problem : problemAmong(metricKeys(each.metrics), measured)
      return problem === undefined ? [] : [{ sentence: each.sentence, why: problem.sentence }]
    }),
    needsConsent: [...steps, ...later].some(({ holdsBytes }) => (holdsBytes ?? 0) > (request.sortLimitBytes ?? SORT_LIMIT_BYTES)),
  }
}

/** How often the steps of a round read the whole table. */
function looksOf(steps: readonly PlanStep[], held: HeldRows | null): number {
  const looks = steps.filter(({ kind }) => kind !== 'index' && kind !== 'query').length
  return held === null ? looks : Math.min(1, looks)
}

/** What the second round asks in any case. Scans of it share one. */
function following(ready: readonly Ready[], { rows, estimated }: Extent): readonly PlanStep[] {
  const of = (kind: 'scan' | 'sort') => ready.filter(({ definition }) => definition.follows === kind).map(({ sentence }) => sentence)
  const scanned = of('scan')
  return [
    ...of('sort').map(
      (sentence): PlanStep => ({
        kind: 'sort',
        expectations: [sentence],
        holdsBytes: rows === null ? null : rows * BYTES_PER_NUMBER,
        estimated,
      }),
    ),
    ...(scanned.length === 0 ? [] : [{ kind: 'scan', expectations: scanned, holdsBytes: null, estimated } as const]),
  ]
}

/** The first round. Where each row is looked at anyway they are counted, too; what an index may answer alone is left to it. */
export function planOf(prepared: readonly Prepared[]): Plan {
  const wanted = prepared.flatMap((each) => (each.kind === 'ready' ? [each.metrics] : []))
  const looks = wanted.some((metrics) => Object.values(metrics).some((metric) => metric.pass === 'scan' && metric.indexed !== true))
  return planMetrics(looks ? [...wanted, { rows: countRows }] : wanted)
}

/** Thrown before the first statement of a run that may hold more than it was allowed to. */
export class NeedsConsent extends Error {
  readonly ending: Ending

  /** `estimated`: the planner thinks so; else it is a bound. */
  constructor(bytes: number, estimated: boolean) {
    const size = `${(bytes / 1_073_741_824).toPrecision(2)} GB`
    super('A sort of this run needs consent.')
    this.ending = {
      state: 'failed',
      sentence: `A sort of this run may take ${estimated ? `about ${size}, by the planner's estimate,` : `up to ${size}`} of the server's memory and temporary files. Look at its plan, and allow large sorts if that is all right.`,
      sqlstate: null,
      retry: false,
    }
  }
}

/** With the head of its row. */
const BYTES_PER_NUMBER = 40

function sentencesByKey(ready: readonly Ready[]): ReadonlyMap<string, string[]> {
  const out = new Map<string, string[]>()
  for (const { metrics, sentence } of ready)
    for (const key of new Set(Object.values(metricKeys(metrics)))) out.set(key, [...(out.get(key) ?? []), sentence])
  return out
}

function problemAmong(keys: MetricKeys, measured: Measured) {
  return Object.values(keys)
    .map((key) => measured.problems.get(key))
    .find((problem) => problem !== undefined)
}
