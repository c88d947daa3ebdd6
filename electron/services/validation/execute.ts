import type { Rows } from '#services/postgres/connection.ts'
import { PostgresError } from '#services/postgres/errors.ts'
import type { MetricKind, MetricValue } from '#shared/expectations/definition.ts'
import { join, type Sql, sql } from '#shared/sql/sql.ts'
import { isolate } from './isolate.ts'
import type { Pass } from './passes.ts'
import type { Fragment, OwnFragment, Plan, ScanFragment } from './plan.ts'
import { ends, type Problem, problemOf } from './problems.ts'
import type { ValidationSession } from './session.ts'

/** Runs a plan. What was measured and what failed is written into `measured` as it comes, so that an early end keeps the rest. */

export interface Measured {
  readonly values: Map<string, MetricValue>
  readonly problems: Map<string, Problem>
}

export interface Source {
  /** The FROM item of the shared scan. */
  readonly from: Sql
  /** A view or a query: its names and functions may need the search_path that its users have. What we write is qualified and does not care. */
  readonly asUser: boolean
}

/** Scanning again for every half of a batch is dear, so there is a limit; enough to isolate several offenders among 400. */
const SCAN_ATTEMPTS = 64

/** Who reads the rows of an asset once for several fragments (held-rows.ts). */
export interface Holder {
  answers(fragment: Fragment): boolean
  measure(session: ValidationSession, source: Source, fragments: readonly Fragment[], measured: Measured): Promise<void>
}

/** The statements of a plan, each to be sent once. What one of them throws ends the run: a cancel, a timeout, a lost connection. */
export function passesOf(
  plan: Plan,
  source: Source,
  { measured, held, progress }: { readonly measured: Measured; readonly held: Holder | null; progress(): void },
): readonly Pass[] {
  const together = held === null ? [] : heldTogether(plan, held, measured)
  if (held !== null && together.length > 0) {
    const rest = { scans: [], own: plan.own.filter((fragment) => !together.includes(fragment)) }
    const pass: Pass = {
      weight: weights.sort,
      async run(session) {
        note(await isolate(together, (group) => held.measure(session, source, group, measured), { attempts: SCAN_ATTEMPTS }), measured)
        for (let done = stepsOf(rest); done < stepsOf(plan); done += 1) progress()
      },
    }
    return [pass, ...passesOf(rest, source, { measured, held: null, progress })]
  }
  const scans = plan.scans.map((scan): Pass => {
    const sound = scan.filter((fragment) => !measured.problems.has(fragment.key))
    return {
      weight: 1 + scan.length / AGGREGATES_PER_LOOK,
      async run(session) {
        note(await isolate(sound, (group) => scanOnce(session, source, group, measured), { attempts: SCAN_ATTEMPTS }), measured)
        progress()
      },
    }
  })
  const own = plan.own.map(
    (fragment): Pass => ({
      weight: weights[fragment.costs] + fragment.columns - 1,
      async run(session) {
        if (!measured.problems.has(fragment.key)) await runOwn(session, source, fragment, measured)
        progress()
      },
    }),
  )
  return [...scans, ...own]
}

/** What is asked of rows that are read once; nothing, where there is only one pass over them. */
function heldTogether(plan: Plan, held: Holder, measured: Measured): readonly Fragment[] {
  const sound = (fragment: Fragment) => !measured.problems.has(fragment.key)
  const own = plan.own.filter((fragment) => sound(fragment) && fragment.costs !== 'index' && held.answers(fragment))
  const scans = plan.scans.map((scan) => scan.filter(sound)).filter((scan) => scan.length > 0)
  if (scans.length + own.length < 2 || !scans.flat().every((fragment) => held.answers(fragment))) return []
  return [...scans.flat(), ...own]
}

/**
 * Of one table: sorting it takes longer than hashing it, and that longer than looking at each row; several columns take longer than one. A
 * query of the user's may take any time.
 */
const weights: Readonly<Record<OwnFragment['costs'], number>> = { query: 4, sort: 3, hash: 2, index: 1 }
/** So many aggregates take about as long as looking at each row does. */
const AGGREGATES_PER_LOOK = 8

/** How many statements a plan takes. */
export function stepsOf(plan: Plan): number {
  return plan.scans.length + plan.own.length
}

/** Runs a statement over the source; when it fails, the transaction goes on. */
export async function runOn(session: ValidationSession, source: Source, statement: Sql): Promise<Rows> {
  return source.asUser ? await session.queryAsUser(statement) : await session.isolated(() => session.query(statement))
}

export function scanStatement(source: Source, fragments: readonly ScanFragment[]): Sql {
  const columns = join(
    fragments.map((fragment) => fragment.sql),
    ',\n  ',
  )
  return sql`SELECT\n  ${columns}\nFROM ${fragments[0]?.from ?? source.from}`
}

async function scanOnce(session: ValidationSession, source: Source, fragments: readonly ScanFragment[], measured: Measured): Promise<void> {
  const statement = scanStatement(source, fragments)
  const { rows } = await runOn(session, source, statement)
  fragments.forEach((fragment, index) => {
    keep(fragment, rows[0]?.[index], measured)
  })
}

async function runOwn(session: ValidationSession, source: Source, fragment: OwnFragment, measured: Measured): Promise<void> {
  try {
    const { rows } = await runOn(session, { ...source, asUser: source.asUser || fragment.query !== null }, fragment.statement)
    if (fragment.kind === 'list') measured.values.set(fragment.key, rows)
    else keep(fragment, answerIn(rows, fragment), measured)
  } catch (error) {
    if (!(error instanceof PostgresError) || ends(error)) throw error
    measured.problems.set(fragment.key, problemOf(error))
  }
}

/** The first of no rows is no value, as the greatest of an empty table; a count is always there. */
export function answerIn(rows: readonly (readonly (string | null)[])[], { kind }: Fragment): string | null | undefined {
  return rows.length === 0 && kind !== 'count' ? null : rows[0]?.[0]
}

/** `text` undefined: there was no row, or no such column in it. A count that is not there is no 0, which would say that no row fails. */
export function keep(fragment: Fragment, text: string | null | undefined, measured: Measured): void {
  if (text === undefined || (text === null && fragment.kind === 'count')) measured.problems.set(fragment.key, noAnswer)
  else measured.values.set(fragment.key, toMetricValue(fragment.kind, text))
}

const noAnswer: Problem = { sentence: 'The server gave no answer to what was asked.', sqlstate: null, aboutValues: false }

function toMetricValue(kind: MetricKind, text: string | null): MetricValue {
  if (text === null) return null
  if (kind === 'count') return BigInt(text)
  return kind === 'flag' ? text === 't' : text
}

function note(problems: ReadonlyMap<Fragment, Problem>, measured: Measured): void {
  for (const [fragment, problem] of problems) measured.problems.set(fragment.key, problem)
}
