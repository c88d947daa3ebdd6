import { PostgresError } from '#services/postgres/errors.ts'
import { join, type Sql, sql, sqlKey } from '#shared/sql/sql.ts'
import { type Measured, type Source, scanStatement } from './execute.ts'
import { isolate } from './isolate.ts'
import type { OwnFragment, Plan } from './plan.ts'
import { ends, type Problem, problemOf } from './problems.ts'
import type { ValidationSession } from './session.ts'
import type { QualifiedName } from './source-relations.ts'
import { EXPLAIN_RELATIONS, scannedRelations } from './source-relations.ts'

/**
 * Finds what cannot run before anything is read: the server parses and plans every fragment (EXPLAIN), and constant
 * expressions are computed once, because a broken pattern passes EXPLAIN and fails at its first row. Gives the tables that will be read.
 */
export async function preflight(
  session: ValidationSession,
  source: Source,
  plan: Plan,
  measured: Measured,
): Promise<readonly QualifiedName[]> {
  const read: QualifiedName[] = []
  for (const scan of plan.scans) {
    const problems = await isolate(
      scan,
      async (group) => void read.push(...(await explain(session, source.asUser, scanStatement(source, group)))),
      { attempts: Number.POSITIVE_INFINITY },
    )
    for (const [fragment, problem] of problems) measured.problems.set(fragment.key, problem)
  }
  for (const fragment of plan.own) {
    const answer = await explainOwn(session, source, fragment)
    if ('sentence' in answer) measured.problems.set(fragment.key, answer)
    else read.push(...answer)
  }
  return read
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

async function explainOwn(session: ValidationSession, source: Source, fragment: OwnFragment): Promise<Problem | readonly QualifiedName[]> {
  try {
    // SECURITY: by itself, so that a query which only makes sense inside our parentheses (closing them, opening others) is refused.
    if (fragment.query !== null) await explain(session, true, fragment.query)
    return await explain(session, source.asUser || fragment.query !== null, fragment.statement)
  } catch (error) {
    if (!(error instanceof PostgresError) || ends(error)) throw error
    return problemOf(error)
  }
}

/** With an option in parentheses: a text that begins with ANALYZE would otherwise be run, not explained. */
async function explain(session: ValidationSession, asUser: boolean, statement: Sql): Promise<readonly QualifiedName[]> {
  const explained = sql`${EXPLAIN_RELATIONS} ${statement}`
  return scannedRelations(asUser ? await session.queryAsUser(explained) : await session.isolated(() => session.query(explained)))
}
