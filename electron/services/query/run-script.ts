import { PostgresError } from '#services/postgres/errors.ts'
import { invalid } from '#shared/contract/errors.ts'
import { SQL_TAG } from '#shared/model/names.ts'
import type { DatabaseProblem, SessionOptions } from '#shared/model/query.ts'
import { ownProblem, type RowsRun, readRows, type StatementResult } from './read-rows.ts'
import { refusalInReadOnly, refusalOfBackslashes, type Statement } from './script.ts'

/** Runs the statements of a script one after the other on one connection, in the transactions that were asked for. */

export type Transactions = Pick<SessionOptions, 'autocommit' | 'rollbackOnError' | 'oneTransaction' | 'afterError' | 'isolation'>

export interface ScriptRun extends RowsRun {
  readonly statements: readonly Statement[]
  /** For each statement of a read-only run that commits by itself; null: none of ours. */
  readonly statementTimeoutMs: number | null
  readonly transactions: Transactions
}

/** psql's way: each statement commits by itself, the first error ends the script. */
export const eachCommits: Transactions = {
  autocommit: true,
  rollbackOnError: false,
  oneTransaction: false,
  afterError: 'stop',
  isolation: 'default',
}

export interface ScriptOutcome {
  readonly outcome: 'complete' | 'failed' | 'cancelled'
  readonly cancelledBy: 'cancel' | 'terminate' | 'disconnect' | null
  /** Rows of the last result; null when there was none. */
  readonly rowCount: number | null
  /** The server's message when it failed. */
  readonly problem: string | null
}

export async function runScript(run: ScriptRun): Promise<ScriptOutcome> {
  const whole = run.transactions.autocommit && run.transactions.oneTransaction && status(run) === 'idle' && run.statements.length > 0
  if (!whole) return runStatements(run, false)
  await plain(run, beginText(run))
  const outcome = await runStatements(run, true)
  return endWhole(run, outcome)
}

async function runStatements(run: ScriptRun, whole: boolean): Promise<ScriptOutcome> {
  let rowCount: number | null = null
  let firstProblem: string | null = null
  for (const [index, statement] of run.statements.entries()) {
    run.emit({ type: 'statement', index, count: run.statements.length, from: statement.from, to: statement.to })
    const start = performance.now()
    const durationMs = () => performance.now() - start
    const result = await runStatement(run, statement, index, whole)
    switch (result.kind) {
      case 'complete':
        rowCount = result.rowCount ?? rowCount
        run.emit({ type: 'complete', index, commandTag: result.commandTag, durationMs: durationMs() })
        break
      case 'failed':
        run.emit({ type: 'failed', index, problem: inWholeText(result.problem, statement), durationMs: durationMs() })
        firstProblem ??= result.problem.message
        if (!whole) await rollBackFailed(run, index)
        // In a transaction that has failed, the server refuses whatever follows.
        if (run.transactions.afterError === 'stop' || status(run) !== 'idle')
          return { outcome: 'failed', cancelledBy: null, rowCount, problem: firstProblem }
        break
      case 'cancelled':
        if (!whole) await rollBackFailed(run, index)
        return { outcome: 'cancelled', cancelledBy: result.by, rowCount, problem: null }
    }
  }
  return { outcome: firstProblem === null ? 'complete' : 'failed', cancelledBy: null, rowCount, problem: firstProblem }
}

async function runStatement(run: ScriptRun, statement: Statement, index: number, whole: boolean): Promise<StatementResult> {
  const refusal = run.readOnly ? refusalReadOnly(run, statement) : whole && statement.kind === 'transaction' ? wholeRefusal : null
  if (refusal !== null) return { kind: 'failed', problem: ownProblem(refusal, '25006') }
  if (run.signal.aborted) return { kind: 'cancelled', by: 'cancel' }
  let heard = 0
  const stopListening = run.connection.onNotice((problem) => {
    heard += 1
    // SECURITY: a loop may raise one in each of a million rounds, and each is held and drawn.
    if (heard <= MOST_NOTICES) run.emit({ type: 'notice', index, problem: inWholeText(problem, statement) })
  })
  const alone = run.readOnly && run.transactions.autocommit && status(run) === 'idle'
  try {
    if (alone || (status(run) === 'idle' && beginsTransaction(run, statement))) await plain(run, beginText(run))
    if (alone && run.statementTimeoutMs !== null) await plain(run, `SET LOCAL statement_timeout = ${run.statementTimeoutMs}`)
    const result = await readRows(run, statement, index)
    if (run.readOnly) await checkReadOnly(run)
    if (alone) await plain(run, result.kind === 'complete' && status(run) === 'transaction' ? endOfAlone(statement) : 'ROLLBACK')
    return result
  } finally {
    stopListening()
    if (heard > MOST_NOTICES) run.emit({ type: 'notice', index, problem: moreNotices(heard - MOST_NOTICES) })
  }
}

/**
 * SECURITY: what a function that a SELECT calls did all the same, as with large objects before PostgreSQL 16, is taken back. What sets the
 * session, or tells others, is let through in read-only mode, and a ROLLBACK would undo it without a word.
 */
function endOfAlone({ kind, functions }: Statement): 'COMMIT' | 'ROLLBACK' {
  return kind === 'select' && !functions.some((name) => name === 'set_config' || name === 'pg_notify') ? 'ROLLBACK' : 'COMMIT'
}

/** Of one statement. */
const MOST_NOTICES = 1_000

function moreNotices(count: number): DatabaseProblem {
  const message = `${count.toLocaleString('en')} more messages came from the server and are not shown.`
  return { ...ownProblem(message, '00000'), severity: 'INFO', sqlstate: null }
}

/** Asked before each statement: the one before may have set it. */
function refusalReadOnly({ connection }: ScriptRun, statement: Statement): string | null {
  return refusalInReadOnly(statement) ?? (connection.backslashEscapes ? refusalOfBackslashes(statement) : null)
}

const wholeRefusal = 'This script runs as one transaction, so no statement of it may begin or end one. Switch "Run as one transaction" off.'

/** As psql does with its AUTOCOMMIT off. */
function beginsTransaction(run: ScriptRun, statement: Statement): boolean {
  if (run.transactions.autocommit || statement.kind === 'transaction') return false
  return run.readOnly || !statement.standsAlone
}

async function rollBackFailed(run: ScriptRun, index: number): Promise<void> {
  if (run.transactions.autocommit || !run.transactions.rollbackOnError || !run.connection.usable || status(run) !== 'failed') return
  await plain(run, 'ROLLBACK')
  run.emit({
    type: 'notice',
    index,
    problem: { ...ownProblem('The transaction was rolled back.', '00000'), severity: 'INFO', sqlstate: null },
  })
}

/** A COMMIT can fail as well: deferred constraints are checked by it. */
async function endWhole(run: ScriptRun, outcome: ScriptOutcome): Promise<ScriptOutcome> {
  if (!run.connection.usable || status(run) === 'idle') return outcome
  const index = run.statements.length - 1
  const start = performance.now()
  const durationMs = () => performance.now() - start
  if (outcome.outcome !== 'complete') {
    await plain(run, 'ROLLBACK')
    run.emit({ type: 'notice', index, problem: { ...ownProblem(nothingKept, '00000'), severity: 'INFO', sqlstate: null } })
    return outcome
  }
  try {
    await plain(run, 'COMMIT')
    return outcome
  } catch (error) {
    if (!(error instanceof PostgresError)) throw error
    run.emit({ type: 'failed', index, problem: { ...error.problem, position: null }, durationMs: durationMs() })
    return { ...outcome, outcome: 'failed', problem: error.problem.message }
  }
}

const nothingKept = 'The script ran as one transaction, which was rolled back: nothing of it was kept.'

/** SECURITY: a statement that ended our read-only transaction is a hole; the connection goes, and the person is told. */
async function checkReadOnly({ connection }: ScriptRun): Promise<void> {
  if (!connection.usable || connection.transactionStatus() !== 'idle') return
  await connection.dispose()
  throw invalid('The statement ended the read-only transaction that it ran in. The connection was closed.')
}

function status({ connection }: ScriptRun): 'idle' | 'transaction' | 'failed' {
  return connection.transactionStatus()
}

type PlainCommand = `BEGIN TRANSACTION${string}` | 'COMMIT' | 'ROLLBACK' | `SET LOCAL statement_timeout = ${number}`

function beginText({ transactions: { isolation }, readOnly }: ScriptRun): PlainCommand {
  const level = {
    default: '',
    'read committed': ' ISOLATION LEVEL READ COMMITTED',
    'repeatable read': ' ISOLATION LEVEL REPEATABLE READ',
    serializable: ' ISOLATION LEVEL SERIALIZABLE',
  }
  return `BEGIN TRANSACTION${level[isolation]}${readOnly ? ' READ ONLY' : ''}`
}

/** Nothing is sent on a connection that was lost: the statement before has told. */
async function plain({ connection }: ScriptRun, text: PlainCommand): Promise<void> {
  if (connection.usable) await connection.query({ text: `/* ${SQL_TAG}query */ ${text}`, values: [] })
}

/** The server counts within the statement; the editor shows the whole script. */
function inWholeText(problem: DatabaseProblem, statement: Statement): DatabaseProblem {
  return problem.position === null ? problem : { ...problem, position: statement.from + problem.position }
}
