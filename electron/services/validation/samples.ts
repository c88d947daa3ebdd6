import type { Rows } from '#services/postgres/connection.ts'
import { PostgresError } from '#services/postgres/errors.ts'
import type { Batch, FailingRows } from '#shared/expectations/definition.ts'
import { type Sql, sql, sqlKey } from '#shared/sql/sql.ts'
import { runOn, type Source } from './execute.ts'
import {
  clipCell,
  describeStatement,
  type EarlyLook,
  earlySampleStatement,
  sampleColumns,
  sampleStatement,
  sharedSampleStatement,
} from './failing-rows.ts'
import { ends, type Problem, problemOf } from './problems.ts'
import type { ValidationSession } from './session.ts'

/** Some failing rows, read for failures only. */
export interface Sample {
  readonly columns: readonly string[]
  readonly values: readonly (readonly (string | null)[])[]
  /** Why there is no sample although rows fail. */
  readonly problem: Problem | null
}

export const noSample: Sample = { columns: [], values: [], problem: null }

/** @throws what ends the run: a cancel, a timeout, a lost connection. */
export async function readSample(
  session: ValidationSession,
  source: Source,
  { failing, batch }: Pick<Wanted<unknown>, 'failing' | 'batch'>,
  limit: number,
): Promise<Sample> {
  const asUser = source.asUser || 'query' in failing.rows
  const run = (statement: Parameters<ValidationSession['query']>[0]) =>
    asUser ? session.queryAsUser(statement) : session.isolated(() => session.query(statement))
  try {
    const columns = sampleColumns(failing, batch) ?? ('query' in failing.rows ? await columnsOf(run, failing.rows.query) : [])
    const { rows } = await run(sampleStatement(failing, batch, columns, limit))
    return { columns, values: rows.map((row) => row.map(clipCell)), problem: null }
  } catch (error) {
    if (!(error instanceof PostgresError) || ends(error)) throw error
    return { ...noSample, problem: problemOf(error) }
  }
}

/** One failing expectation, as its sample is read. */
export interface Wanted<Owner> {
  readonly owner: Owner
  readonly failing: FailingRows
  readonly batch: Batch
  /** A check of single rows: true or false for each row by itself, without a look at others. */
  readonly rowWise: boolean
  readonly failingRows: number
}

/**
 * Where a frequent failure should be found: among so many of the first rows by the key of a whole table. null: it might take a look at a
 * good part of the table, or there is no key. How many fail is known, which the planner's guess of it is not: that would have it walk the whole
 * index in search of a rare row.
 */
export function earlyLookOf<Owner>(
  { batch, failing, rowWise, failingRows }: Wanted<Owner>,
  whole: Sql,
  rows: number,
  limit: number,
): EarlyLook | null {
  const apart = 'where' in failing.rows && rowWise && batch.table.keyColumns.length > 0 && sqlKey(batch.source) === sqlKey(whole)
  if (!apart || failingRows < limit) return null
  const within = Math.ceil((EARLY_MARGIN * limit * rows) / failingRows)
  return within <= rows * EARLY_SHARE ? { limit, within } : null
}

/** Failures seldom lie evenly. */
const EARLY_MARGIN = 2.5
/** What is lost where they are not among the first rows. */
const EARLY_SHARE = 0.1

/** null: not enough of them are among the first rows, or no index gives those. @throws what ends the run */
export async function readEarlySample(
  session: ValidationSession,
  { failing, batch }: Pick<Wanted<unknown>, 'failing' | 'batch'>,
  look: EarlyLook,
): Promise<Sample | null> {
  if (!('where' in failing.rows)) return null
  const columns = sampleColumns(failing, batch) ?? []
  const statement = earlySampleStatement(failing.rows.where, batch, columns, look)
  try {
    const plan = await session.isolated(() => session.query(sql`EXPLAIN (COSTS OFF) ${statement}`))
    if (plan.rows.some(([line]) => /\b(Sort|Seq Scan|Bitmap Heap Scan)\b/.test(line ?? ''))) return null
    const { rows } = await session.isolated(() => session.query(statement))
    return rows.length < look.limit ? null : { columns, values: rows.map((row) => row.map(clipCell)), problem: null }
  } catch (error) {
    if (!(error instanceof PostgresError) || ends(error)) throw error
    return null
  }
}

/**
 * Which samples are worth reading together: checks of single rows over the same rows, if reading each by itself would take longer
 * than one look at all of them. Without a key, a frequent failure is found by itself long before the end.
 */
export function groupsOf<Owner>(wanted: readonly Wanted<Owner>[], rows: number, limit: number): readonly (readonly Wanted<Owner>[])[] {
  const alone = (each: Wanted<Owner>) => [each]
  const groups = Map.groupBy(wanted, ({ batch, rowWise }) => (rowWise ? sqlKey(batch.source) : null))
  return [...groups].flatMap(([source, members]) => {
    const all = members.reduce((sum, { failingRows }) => sum + failingRows, 0)
    if (source === null || members.length < 2 || all > SHARED_ROWS) return members.map(alone)
    const looks = members.reduce((sum, each) => sum + shareRead(each, rows, limit), 0)
    return looks > 1 ? [members] : members.map(alone)
  })
}

/** All failing rows of a shared look are held on the server while it lasts. */
const SHARED_ROWS = 100_000

/** How much of the table is read for one sample by itself, 0 to 1. */
function shareRead<Owner>({ batch, failingRows }: Wanted<Owner>, rows: number, limit: number): number {
  return batch.table.keyColumns.length > 0 || rows === 0 ? 1 : Math.min(1, limit / Math.max(1, failingRows))
}

/** Samples by their owner. Where they cannot be read together, each is read by itself, so that only what fails fails. */
export async function readSamples<Owner>(
  session: ValidationSession,
  source: Source,
  group: readonly Wanted<Owner>[],
  limit: number,
): Promise<ReadonlyMap<Owner, Sample>> {
  const out = new Map<Owner, Sample>()
  const [first] = group
  if (group.length > 1 && first !== undefined) {
    try {
      const checks = group.flatMap(({ failing, batch }) =>
        'where' in failing.rows ? [{ where: failing.rows.where, columns: sampleColumns(failing, batch) ?? [] }] : [],
      )
      const { rows } = await runShared(session, source, sharedSampleStatement(checks, first.batch, limit))
      for (const [index, { owner }] of group.entries()) {
        const columns = checks[index]?.columns ?? []
        const own = rows.filter(([check]) => check === String(index))
        out.set(owner, { columns, values: own.map((row) => row.slice(1, columns.length + 1).map(clipCell)), problem: null })
      }
      return out
    } catch (error) {
      if (!(error instanceof PostgresError) || ends(error)) throw error
    }
  }
  for (const wanted of group) out.set(wanted.owner, await readSample(session, source, wanted, limit))
  return out
}

/** The planner thinks that far more rows fail than do, and that handing them from a parallel worker to the session is too dear. */
async function runShared(session: ValidationSession, source: Source, statement: Sql): Promise<Rows> {
  if (source.asUser) return await runOn(session, source, statement)
  return await session.isolated(async () => {
    await session.query(sql`SELECT pg_catalog.set_config('parallel_tuple_cost', '0', true)`)
    return await session.query(statement)
  })
}

async function columnsOf(
  run: (statement: ReturnType<typeof describeStatement>) => ReturnType<ValidationSession['query']>,
  query: Parameters<typeof describeStatement>[0],
) {
  return (await run(describeStatement(query))).columns.map((column) => column.name)
}
