import type { Connection } from '#services/postgres/connection.ts'
import { PostgresError } from '#services/postgres/errors.ts'
import { invalid } from '#shared/contract/errors.ts'
import { SQL_TAG } from '#shared/model/names.ts'
import type { MendOutcome } from '#shared/model/role-proof.ts'

/** Runs mending statements on an administrator's connection: each in a savepoint, so that one that is refused leaves the others done. */
export async function runMending(
  connection: Connection,
  statements: readonly string[],
  signal: AbortSignal | undefined,
): Promise<MendOutcome['statements']> {
  const run = (text: string) => connection.query({ text: `/* ${SQL_TAG}role-mend */ ${text}`, values: [] }, { signal })
  await run('BEGIN')
  try {
    // SECURITY: no search_path of anybody's decides what a name means. The statements name schemas throughout.
    await run('SET LOCAL search_path = pg_catalog')
    await run("SET LOCAL lock_timeout = '5s'")
    await run("SET LOCAL statement_timeout = '60s'")
    const outcomes: MendOutcome['statements'] = []
    for (const sql of statements) {
      await run('SAVEPOINT mend')
      try {
        await run(sql)
        outcomes.push({ sql, done: true, sentence: null })
      } catch (error) {
        if (!(error instanceof PostgresError)) throw error
        await run('ROLLBACK TO SAVEPOINT mend')
        outcomes.push({ sql, done: false, sentence: sentenceFor(error) })
      }
    }
    await connection.query({ text: `/* ${SQL_TAG}role-mend */ COMMIT`, values: [] })
    return outcomes
  } finally {
    if (connection.usable && connection.transactionStatus() !== 'idle')
      await connection.query({ text: 'ROLLBACK', values: [] }, { signal: AbortSignal.timeout(5_000) })
  }
}

/**
 * SECURITY: nobody takes rights from the role they are logged in as: it may be the last that could give them back. And rights are taken back in the database that was proven, and in no other that has objects of the same names.
 * The start of the server and the database's own number are the same on both connections only there.
 * @throws AppError INVALID
 */
export async function requireSameDatabase(role: Connection, admin: Connection, signal: AbortSignal | undefined): Promise<void> {
  const mark = async (connection: Connection) => {
    const { rows } = await connection.query({ text: `/* ${SQL_TAG}role-mend */ ${markSql}`, values: [] }, { signal })
    const [user, ...database] = rows[0] ?? []
    return { user, database: JSON.stringify(database) }
  }
  const [proven, administrator] = [await mark(role), await mark(admin)]
  if (proven.user === administrator.user) throw invalid('The administrator is the very role that is to be mended. Connect as another one.')
  if (proven.database === administrator.database) return
  throw invalid(
    'The administrator is connected to another database than the one that was proven. Connect to the database of this data source.',
  )
}

const markSql = `SELECT session_user, d.oid, d.datname, pg_catalog.pg_postmaster_start_time() AT TIME ZONE 'UTC'
FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()`

function sentenceFor(error: PostgresError): string {
  switch (error.sqlstate) {
    case '42501':
      return 'The administrator has no right to do this.'
    case '55P03':
      return 'Another session holds a lock on it. Try again in a moment.'
    default:
      return error.problem.message
  }
}
