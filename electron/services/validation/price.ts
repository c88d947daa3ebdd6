import { z } from 'zod'
import type { Connection } from '#services/postgres/connection.ts'
import { PostgresError } from '#services/postgres/errors.ts'
import { AppError } from '#shared/contract/errors.ts'
import { countRows } from '#shared/expectations/row-wise.ts'
import type { PlanStep, RunPlan } from '#shared/model/run-plan.ts'
import { sql } from '#shared/sql/sql.ts'
import { type Measured, runOn, type Source } from './execute.ts'
import type { HeldRows } from './held-rows.ts'
import { type AssetRequest, openAsset } from './open-asset.ts'
import { type MetricKeys, metricKeys, type OwnFragment, type Plan, planMetrics } from './plan.ts'
import { preflight } from './preflight.ts'
import type { Prepared, Ready } from './prepare.ts'
import { type Ending, ends } from './problems.ts'
import { type SessionOptions, ValidationSession } from './session.ts'
import { readSizeBytes } from './size.ts'

/**
 * The price of a run, from the plan that would be run and the size of what it reads. Not from EXPLAIN's costs: they show neither
 * bytes nor the sorts inside of aggregates.
 */

/** A sort or a hash that may hold more waits for somebody's consent. */
export const SORT_LIMIT_BYTES = 10 * 1_073_741_824

/** @throws AppError UNAVAILABLE where the asset cannot be read, and whatever ends a run */
export async function priceAsset(
  connection: Connection,
  request: AssetRequest & Omit<SessionOptions, 'shared'> & { readonly sortLimitBytes?: number },
): Promise<RunPlan> {
  const session = await ValidationSession.begin(connection, request)
  const { asset } = await openAsset(session, request)
  if (typeof asset === 'string') {
    await session.end()
    throw new AppError('UNAVAILABLE', asset, { cause: 'asset' })
  }
  const { table, scanned, prepared, held } = asset
  const measured: Measured = { values: new Map(), problems: new Map() }
  const plan = planOf(prepared)
  await preflight(session, scanned, plan, measured)
  const tableBytes = await readSizeBytes((statement) => session.query(statement), session.relations)
  const holds = await readHeldBytes(session, scanned, plan, { tableBytes, rows: table.estimatedRows })
  await session.end()

  const ready = prepared.filter((each) => each.kind === 'ready')
  const needing = sentencesByKey(ready)
  const sound = <Fragment extends { readonly key: string }>(fragments: readonly Fragment[]) =>
    fragments.filter(({ key }) => !measured.problems.has(key))
  const steps: PlanStep[] = [
    ...plan.scans.map((scan): PlanStep => {
      const sentences = new Set(sound(scan).flatMap(({ key }) => needing.get(key) ?? []))
      return { kind: 'scan', expectations: [...sentences], holdsBytes: null }
    }),
    ...sound(plan.own).map(
      (fragment): PlanStep => ({
        kind: fragment.costs,
        expectations: needing.get(fragment.key) ?? [],
        holdsBytes: holds.get(fragment) ?? null,
      }),
    ),
  ]
  const later = following(ready, table.estimatedRows)
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
function following(ready: readonly Ready[], rows: number | null): readonly PlanStep[] {
  const of = (kind: 'scan' | 'sort') => ready.filter(({ definition }) => definition.follows === kind).map(({ sentence }) => sentence)
  const scanned = of('scan')
  return [
    ...of('sort').map(
      (sentence): PlanStep => ({ kind: 'sort', expectations: [sentence], holdsBytes: rows === null ? null : rows * BYTES_PER_NUMBER }),
    ),
    ...(scanned.length === 0 ? [] : [{ kind: 'scan', expectations: scanned, holdsBytes: null } as const]),
  ]
}

/** The first round. Where each row is looked at anyway they are counted, too; what an index may answer alone is left to it. */
export function planOf(prepared: readonly Prepared[]): Plan {
  const wanted = prepared.flatMap((each) => (each.kind === 'ready' ? [each.metrics] : []))
  const looks = wanted.some((metrics) => Object.values(metrics).some((metric) => metric.pass === 'scan' && metric.indexed !== true))
  return planMetrics(looks ? [...wanted, { rows: countRows }] : wanted)
}

/**
 * What each sort and hash of a plan may have to hold at once: all rows, as wide as the planner finds what is read of them. A bound
 * from above: a hash of few different values holds less.
 */
export async function readHeldBytes(
  session: ValidationSession,
  source: Source,
  plan: Plan,
  table: { readonly tableBytes: number; readonly rows: number | null },
): Promise<ReadonlyMap<OwnFragment, number>> {
  const out = new Map<OwnFragment, number>()
  for (const fragment of plan.own) {
    if (fragment.costs !== 'sort' && fragment.costs !== 'hash') continue
    // None in the catalog although there is something stored: not counted yet.
    const unknown = table.rows === null || (table.rows === 0 && table.tableBytes > 0)
    const width = unknown ? null : await readWidth(session, source, fragment)
    // Never analysed: no value is wider than what is stored, and each has a head of its own.
    out.set(fragment, width === null ? 2 * table.tableBytes : (table.rows ?? 0) * (width + BYTES_PER_HELD_ROW))
  }
  return out
}

/** Thrown before the first statement of a run that may hold more than it was allowed to. */
export class NeedsConsent extends Error {
  readonly ending: Ending

  constructor(bytes: number) {
    const size = `${(bytes / 1_073_741_824).toPrecision(2)} GB`
    super('A sort of this run needs consent.')
    this.ending = {
      state: 'failed',
      sentence: `A sort of this run may take up to ${size} of the server's memory and temporary files. Look at its plan, and allow large sorts if that is all right.`,
      sqlstate: null,
      retry: false,
    }
  }
}

const BYTES_PER_HELD_ROW = 24
const BYTES_PER_NUMBER = BYTES_PER_HELD_ROW + 16

async function readWidth(session: ValidationSession, source: Source, fragment: OwnFragment): Promise<number | null> {
  try {
    const { rows } = await runOn(session, source, sql`EXPLAIN (FORMAT JSON) ${fragment.statement}`)
    let width: number | null = null
    const visit = (part: unknown): void => {
      const node = Read.safeParse(part)
      if (node.success) width = Math.max(width ?? 0, node.data['Plan Width'])
      if (typeof part === 'object' && part !== null) for (const inner of Object.values(part)) visit(inner)
    }
    visit(JSON.parse(rows.map(([line]) => line ?? '').join('\n')))
    return width
  } catch (error) {
    // It cannot be planned, and so will not run; the preflight has said why.
    if (!(error instanceof PostgresError) || ends(error)) throw error
    return null
  }
}

/** A node of a plan that reads a table. */
const Read = z.object({ 'Relation Name': z.string(), 'Plan Width': z.number() })

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
