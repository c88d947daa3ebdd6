import { PostgresError } from '#services/postgres/errors.ts'
import { join, type Sql, sql, sqlKey } from '#shared/sql/sql.ts'
import { type Measured, type Source, scanStatement } from './execute.ts'
import { isolate } from './isolate.ts'
import type { OwnFragment, Plan } from './plan.ts'
import { ends, type Problem, problemOf } from './problems.ts'
import type { ValidationSession } from './session.ts'

/**
 * Finds what cannot run before anything is read: the server parses and plans every fragment (EXPLAIN), and constant
 * expressions are computed once, because a broken pattern passes EXPLAIN and fails at its first row.
 */
export async function preflight(session: ValidationSession, source: Source, plan: Plan, measured: Measured): Promise<void> {
  for (const scan of plan.scans) {
    const problems = await isolate(scan, (group) => explain(session, source.asUser, scanStatement(source, group)), {
      attempts: Number.POSITIVE_INFINITY,
    })
    for (const [fragment, problem] of problems) measured.problems.set(fragment.key, problem)
  }
  for (const fragment of plan.own) {
    const problem = await problemOfOwn(session, source, fragment)
    if (problem !== null) measured.problems.set(fragment.key, problem)
  }
}

/** Problems by the key of the probe. */
export async function tryProbes(session: ValidationSession, probes: readonly Sql[]): Promise<ReadonlyMap<string, Problem>> {
  const different = [...new Map(probes.map((probe) => [sqlKey(probe), probe])).values()]
  const found = new Map<string, Problem>()
  for (let from = 0; from < different.length; from += PROBES_PER_STATEMENT) {
    const problems = await isolate(
      different.slice(from, from + PROBES_PER_STATEMENT),
      async (group) => {
        await session.isolated(() => session.query(sql`SELECT ${join(group, ', ')}`))
      },
      { attempts: Number.POSITIVE_INFINITY },
    )
    for (const [probe, problem] of problems) found.set(sqlKey(probe), problem)
  }
  return found
}

const PROBES_PER_STATEMENT = 400

async function problemOfOwn(session: ValidationSession, source: Source, fragment: OwnFragment): Promise<Problem | null> {
  try {
    // SECURITY: by itself, so that a query which only makes sense inside our parentheses (closing them, opening others) is refused.
    if (fragment.query !== null) await explain(session, true, fragment.query)
    await explain(session, source.asUser || fragment.query !== null, fragment.statement)
    return null
  } catch (error) {
    if (!(error instanceof PostgresError) || ends(error)) throw error
    return problemOf(error)
  }
}

/** With an option in parentheses: a text that begins with ANALYZE would otherwise be run, not explained. */
async function explain(session: ValidationSession, asUser: boolean, statement: Sql): Promise<void> {
  const explained = sql`EXPLAIN (COSTS OFF) ${statement}`
  if (asUser) await session.queryAsUser(explained)
  else await session.isolated(() => session.query(explained))
}
