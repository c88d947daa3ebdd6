import type { Connection } from '#services/postgres/connection.ts'
import type { PostgresError } from '#services/postgres/errors.ts'
import { scramVerifier } from '#services/postgres/scram.ts'
import { AppError, cancelled, invalid, isAppError } from '#shared/contract/errors.ts'
import { SQL_TAG } from '#shared/model/names.ts'
import type { RoleOutcome, RolePlan } from '#shared/model/role-plan.ts'
import { checkRolePlan, type RoleStatement, roleStatements, roleUndoScript } from '#shared/postgres/role-script.ts'
import type { CompiledSql } from '#shared/sql/sql.ts'
import { checkSteps } from './role-checks.ts'
import { refusal, remedyFor } from './role-failures.ts'
import { runStatements, type StatementRun } from './role-run.ts'
import { readSurroundings } from './role-surroundings.ts'

/** Makes a role by its script, or completes one that was made here before. */

export interface RoleWish {
  readonly plan: RolePlan
  readonly password: string
  /** A person has agreed that a role of ours that is there gets this password. */
  readonly setPassword: boolean
  /** The comment by which a role is known as ours. */
  readonly mark: string
  /** Whether the role logs in with this password. `unknown`: the server was not asked, or could not be. */
  readonly tryPassword: (signal: AbortSignal | undefined) => Promise<'fits' | 'differs' | 'unknown'>
}

type Statements = RoleOutcome['statements']

/**
 * Each statement in a savepoint: one that is refused leaves the others done. Only without the role itself, or without the mark
 * by which it is known again, nothing is. What is so already is left alone, so that a second run changes nothing.
 * The password goes as a SCRAM verifier: a statement that fails stands in the server's log under its default settings.
 * Cancelling works until the last statement; from there on the role is made, and it is not said to be otherwise.
 * @throws AppError INVALID at the field of the plan, CANCELLED, CONNECTION_FAILED
 */
export async function createRole(connection: Connection, wish: RoleWish, signal: AbortSignal | undefined): Promise<RoleOutcome> {
  const { plan, password } = wish
  const [problem] = checkRolePlan(plan)
  if (problem !== undefined) throw invalid(problem.sentence, problem.field)
  if (password.includes('\0') || !password.isWellFormed())
    throw invalid('The password has a character in it that PostgreSQL cannot take.', 'password')
  await requireDatabase(connection, plan)
  await connection.query(command('BEGIN'), { signal })
  try {
    // SECURITY: no search_path of anybody's decides what a name means. And a waiting lock does not hold the wizard up.
    await connection.query(command('SET LOCAL search_path = pg_catalog'), { signal })
    await connection.query(command("SET LOCAL lock_timeout = '5s'"), { signal })
    await connection.query(command("SET LOCAL statement_timeout = '60s'"), { signal })
    const outcome = await makeRole(connection, wish, signal)
    if (signal?.aborted) throw cancelled()
    if (outcome.result === 'made' || outcome.result === 'partly') await commit(connection)
    return outcome
  } finally {
    // What was to stay is committed. A lost connection has rolled back by itself.
    if (connection.usable && connection.transactionStatus() !== 'idle') await rollBack(connection)
  }
}

async function makeRole(connection: Connection, wish: RoleWish, signal: AbortSignal | undefined): Promise<RoleOutcome> {
  const { plan, mark, setPassword } = wish
  const read = (statement: CompiledSql) => connection.query(statement, { signal })
  const surroundings = await readSurroundings(read, plan, mark)
  const { existing } = surroundings
  if (existing === 'not-ours') return refusal('not-ours', plan)
  if (existing === 'ours' && !setPassword) {
    const fit = await wish.tryPassword(signal)
    if (fit !== 'fits') return refusal(fit, plan)
  }
  const verifier = await scramVerifier(wish.password)
  const statements = roleStatements(plan, { mark, surroundings, setPassword }, { kind: 'verifier', verifier })
  const check = (these: readonly RoleStatement[]) =>
    checkSteps(
      read,
      these.map(({ step }) => step),
    )
  const before = existing === 'none' ? statements.map(() => false) : await check(statements)

  const run = await runStatements({ connection, plan, statements, before, signal })
  if (run.stopped !== null) return takenBack(statements, run.done, run.stopped)
  const after = await check(run.done.map(({ statement }) => statement))
  const granted = markUngranted(
    run.done.map(({ outcome }) => outcome),
    after,
  )
  return {
    result: resultOf(granted),
    statements: granted,
    sentence: null,
    remedy: remedyOf(granted),
    asksForPasswordChange: false,
    undoScript: roleUndoScript(plan),
  }
}

/** The transaction is rolled back after this. */
function takenBack(statements: readonly RoleStatement[], done: readonly StatementRun[], error: PostgresError): RoleOutcome {
  // One statement may have become several, so they are told apart by themselves and not by their place.
  const shown: Statements = statements.map((statement) => {
    const outcome = done.find((run) => run.statement === statement)?.outcome
    if (outcome === undefined) return { sql: statement.shown, outcome: 'not-run', sentence: null, sqlstate: null }
    if (outcome.outcome !== 'done') return outcome
    return { ...outcome, outcome: 'not-run', sentence: 'Taken back, because a later statement failed.' }
  })
  return {
    result: 'not-made',
    statements: shown,
    sentence: null,
    remedy: remedyFor(error.sqlstate),
    asksForPasswordChange: false,
    undoScript: null,
  }
}

/** The server takes a GRANT of a right that one holds without the right to pass it on, and grants nothing: only a warning, 01007. */
function markUngranted(outcomes: Statements, after: readonly (boolean | null)[]): Statements {
  return outcomes.map((outcome, index) =>
    outcome.outcome === 'done' && after[index] === false
      ? {
          ...outcome,
          outcome: 'failed',
          sentence:
            'The server took the statement, but did not grant all of it: the administrator holds the right without the right to pass it on.',
          sqlstate: '01007',
        }
      : outcome,
  )
}

function resultOf(statements: Statements): RoleOutcome['result'] {
  if (statements.some(({ outcome }) => outcome === 'failed')) return 'partly'
  return statements.every(({ outcome }) => outcome === 'unchanged') ? 'unchanged' : 'made'
}

function remedyOf(statements: Statements): string | null {
  return statements.some(({ outcome }) => outcome === 'failed')
    ? 'Copy the statements that failed for who may run them, such as the owner of the tables, or mend the cause and execute again: what is done is not done twice.'
    : null
}

/** Grants on a schema name the schema of the database that one is connected to, so another database would be granted by mistake. */
async function requireDatabase(connection: Connection, plan: RolePlan): Promise<void> {
  const { rows } = await connection.query(command('SELECT pg_catalog.current_database()'))
  const current = rows[0]?.[0]
  if (current === plan.database) return
  throw invalid(
    `The administrator is connected to the database "${current}", but the role is for "${plan.database}". Connect the administrator to that database.`,
    'database',
  )
}

/** Without the signal: a cancel that comes now could hit nothing, or make a role that is reported as not made. */
async function commit(connection: Connection): Promise<void> {
  try {
    await connection.query(command('COMMIT'))
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
    await connection.query(command('ROLLBACK'))
  } catch (error) {
    // Lost meanwhile: the server has rolled back by itself.
    if (!(error instanceof AppError)) throw error
  }
}

function command(source: string): CompiledSql {
  return { text: `/* ${SQL_TAG}setup */ ${source}`, values: [] }
}
