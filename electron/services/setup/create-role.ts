import type { Connection } from '#services/postgres/connection.ts'
import { PostgresError } from '#services/postgres/errors.ts'
import { scramVerifier } from '#services/postgres/scram.ts'
import { AppError, cancelled, invalid, isAppError } from '#shared/contract/errors.ts'
import { SQL_TAG } from '#shared/model/names.ts'
import type { RoleOutcome, RolePlan } from '#shared/model/setup.ts'
import { checkRolePlan, type RoleStatement, roleStatements } from '#shared/postgres/role-script.ts'

/**
 * Runs the role script, all of it or nothing. The password goes as a SCRAM verifier: a statement that fails stands in the
 * server's log under its default settings, and CREATE ROLE fails whenever the role exists already.
 * Cancelling works until the last statement; from there on the role is made, and it is not said to be otherwise.
 * @throws AppError INVALID at the field of the plan, CANCELLED, CONNECTION_FAILED
 */
export async function createRole(
  connection: Connection,
  plan: RolePlan,
  password: string,
  signal: AbortSignal | undefined,
): Promise<RoleOutcome> {
  const [problem] = checkRolePlan(plan)
  if (problem !== undefined) throw invalid(problem.sentence, problem.field)
  if (password.includes('\0') || !password.isWellFormed())
    throw invalid('The password has a character in it that PostgreSQL cannot take.', 'password')
  await requireDatabase(connection, plan)
  const statements = roleStatements(plan, { kind: 'verifier', verifier: await scramVerifier(password) })
  await connection.query(text('BEGIN'), { signal })
  const done: RoleStatement[] = []
  try {
    // No search_path of anybody's decides what the names mean, and a waiting lock does not hold the wizard up.
    await connection.query(text("SET LOCAL lock_timeout = '5s'"), { signal })
    await connection.query(text("SET LOCAL statement_timeout = '60s'"), { signal })
    for (const statement of statements) {
      await connection.query(text(statement.sql), { signal })
      done.push(statement)
    }
    if (signal?.aborted) throw cancelled()
    await commit(connection)
    return {
      made: true,
      statements: statements.map(({ shown }) => ({ sql: shown, outcome: 'done', sentence: null, sqlstate: null })),
      remedy: null,
    }
  } catch (error) {
    await rollBack(connection)
    if (error instanceof PostgresError) return failed(statements, done.length, error, plan)
    throw error
  }
}

/** Grants on a schema name the schema of the database that one is connected to, so another database would be granted by mistake. */
async function requireDatabase(connection: Connection, plan: RolePlan): Promise<void> {
  const { rows } = await connection.query(text('SELECT pg_catalog.current_database()'))
  const current = rows[0]?.[0]
  if (current === plan.database) return
  throw invalid(
    `The administrator is connected to the database "${current}", but the role is for "${plan.database}". Connect the administrator to that database.`,
    'database',
  )
}

function failed(statements: readonly RoleStatement[], doneCount: number, error: PostgresError, plan: RolePlan): RoleOutcome {
  return {
    made: false,
    statements: statements.map(({ shown }, index) =>
      index === doneCount
        ? { sql: shown, outcome: 'failed', sentence: sentenceFor(error, plan), sqlstate: error.sqlstate }
        : {
            sql: shown,
            outcome: 'not-run',
            sentence: index < doneCount ? 'Taken back, because a later statement failed.' : null,
            sqlstate: null,
          },
    ),
    remedy: remedyFor(error.sqlstate),
  }
}

/** For codes that a person can do something about. Others show the server's own message, which cannot hold the password. */
function sentenceFor(error: PostgresError, plan: RolePlan): string {
  switch (error.sqlstate) {
    case '42710':
      return `There is a role "${plan.role}" already. It was not changed.`
    case '42501':
      return 'The administrator has no right to do this.'
    case '3F000':
      return `There is no schema "${plan.schema}" in the database "${plan.database}".`
    case '55P03':
      return 'Another session holds a lock on what has to be changed.'
    default:
      return error.problem.message
  }
}

function remedyFor(sqlstate: string): string {
  switch (sqlstate) {
    case '42710':
      return 'Choose another role name, or skip this step and connect with the role that is there.'
    case '42501':
      return 'Connect as a role that may create roles and owns the database, or copy the script for who administers the server.'
    case '3F000':
      return 'Choose one of the schemas that are there.'
    case '55P03':
      return 'Wait a moment and execute it again.'
    case '22023':
    case '28P01':
      return 'The server checks passwords itself and does not take one that was scrambled before. Copy the script for who administers the server.'
    default:
      return 'Nothing was changed. Copy the script for who administers the server, or mend the cause and execute it again.'
  }
}

/** Without the signal: a cancel that comes now could hit nothing, or make a role that is reported as not made. */
async function commit(connection: Connection): Promise<void> {
  try {
    await connection.query(text('COMMIT'))
  } catch (error) {
    if (!isAppError(error, 'CONNECTION_FAILED')) throw error
    throw new AppError(
      'CONNECTION_FAILED',
      'The connection was lost at the last moment: the role may have been made, or not.',
      { ...error.detail, remedy: 'Connect again and execute the script: it says whether the role is there.' },
      { action: 'retry', cause: error },
    )
  }
}

async function rollBack(connection: Connection): Promise<void> {
  try {
    await connection.query(text('ROLLBACK'))
  } catch (error) {
    // A lost connection has rolled back by itself.
    if (!(error instanceof AppError)) throw error
  }
}

function text(source: string) {
  return { text: `/* ${SQL_TAG}setup */ ${source}`, values: [] }
}
