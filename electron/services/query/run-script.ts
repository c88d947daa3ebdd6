import { randomUUID } from 'node:crypto'
import type { Connection } from '#services/postgres/connection.ts'
import { PostgresError } from '#services/postgres/errors.ts'
import { type ReadColumn, readStatement } from '#services/postgres/reader.ts'
import { WireFault } from '#services/postgres/row-tap.ts'
import { AppError } from '#shared/contract/errors.ts'
import { SQL_TAG } from '#shared/model/names.ts'
import type { DatabaseProblem, QueryEvent, ResultColumn } from '#shared/model/query.ts'
import type { Effects } from './effects.ts'
import type { ResultRows } from './result-rows.ts'
import { refusalInReadOnly, type Statement } from './script.ts'
import type { TypeNames } from './type-names.ts'

/** Runs the statements of a script one after the other on one connection: each commits by itself, the first error ends it. */

export interface ScriptRun {
  readonly connection: Connection
  readonly statements: readonly Statement[]
  readonly readOnly: boolean
  /** Rows of each result that are kept. */
  readonly rowLimit: number
  /** For each statement of a read-only run; null: none of ours. */
  readonly statementTimeoutMs?: number | null
  readonly signal: AbortSignal
  emit(event: QueryEvent): void
  /** Makes the place for the rows of one result. */
  openResult(resultId: string, columns: readonly ResultColumn[]): ResultRows
  readonly types: TypeNames
  readonly effects: Effects
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
  let rowCount: number | null = null
  for (const [index, statement] of run.statements.entries()) {
    run.emit({ type: 'statement', index, count: run.statements.length, from: statement.from, to: statement.to })
    const start = performance.now()
    const durationMs = () => performance.now() - start
    const result = await runStatement(run, statement, index)
    switch (result.kind) {
      case 'complete':
        rowCount = result.rowCount ?? rowCount
        run.emit({ type: 'complete', index, commandTag: result.commandTag, durationMs: durationMs() })
        break
      case 'failed':
        run.emit({ type: 'failed', index, problem: inWholeText(result.problem, statement), durationMs: durationMs() })
        return { outcome: 'failed', cancelledBy: null, rowCount, problem: result.problem.message }
      case 'cancelled':
        return { outcome: 'cancelled', cancelledBy: result.by, rowCount, problem: null }
    }
  }
  return { outcome: 'complete', cancelledBy: null, rowCount, problem: null }
}

type StatementResult =
  | { readonly kind: 'complete'; readonly commandTag: string; readonly rowCount: number | null }
  | { readonly kind: 'failed'; readonly problem: DatabaseProblem }
  | { readonly kind: 'cancelled'; readonly by: 'cancel' | 'terminate' | 'disconnect' }

async function runStatement(run: ScriptRun, statement: Statement, index: number): Promise<StatementResult> {
  const refusal = run.readOnly ? refusalInReadOnly(statement) : null
  if (refusal !== null) return { kind: 'failed', problem: ownProblem(refusal, '25006') }
  if (run.signal.aborted) return { kind: 'cancelled', by: 'cancel' }
  const stopListening = run.connection.onNotice((problem) => run.emit({ type: 'notice', index, problem: inWholeText(problem, statement) }))
  try {
    if (run.readOnly) await plain(run.connection, 'BEGIN TRANSACTION READ ONLY')
    if (run.readOnly && run.statementTimeoutMs != null)
      await plain(run.connection, `SET LOCAL statement_timeout = ${run.statementTimeoutMs}`)
    const result = await readRows(run, statement, index)
    if (run.readOnly) await endReadOnly(run.connection, result.kind === 'complete')
    return result
  } finally {
    stopListening()
  }
}

async function readRows(run: ScriptRun, statement: Statement, index: number): Promise<StatementResult> {
  // The transaction was begun meanwhile, and who listens only now would not hear of a cancel that has been.
  if (run.signal.aborted) return { kind: 'cancelled', by: 'cancel' }
  const reading = new Reading(run, statement, index)
  const stop = new Stop(run.connection)
  const onAbort = () => stop.now('person')
  run.signal.addEventListener('abort', onAbort, { once: true })
  reading.onFull = () => stop.now('full')
  try {
    const commandTag = await run.connection.use((client) => readStatement(client, { text: statement.text, values: [] }, reading))
    await stop.settled()
    // A cancel that came too late: what the statement did stands, and to call it cancelled would be wrong.
    reading.finish(true)
    return { kind: 'complete', commandTag, rowCount: reading.rowCount }
  } catch (error) {
    const by = await stop.settled()
    const full = stop.reason === 'full' && error instanceof PostgresError && error.sqlstate === QUERY_CANCELED
    reading.finish(full)
    if (stop.reason === 'person') return { kind: 'cancelled', by: by ?? 'cancel' }
    // Stopped because enough rows had come: that is what was asked for.
    if (full) return { kind: 'complete', commandTag: `SELECT ${reading.rowCount}`, rowCount: reading.rowCount }
    if (error instanceof PostgresError) return { kind: 'failed', problem: error.problem }
    if (error instanceof WireFault) {
      await run.connection.dispose()
      return { kind: 'failed', problem: ownProblem(`${error.message} The connection was closed.`, '08P01') }
    }
    if (!run.connection.usable)
      return { kind: 'failed', problem: ownProblem('The connection to the server was lost. What the statement did is not known.', '08006') }
    throw error
  } finally {
    run.signal.removeEventListener('abort', onAbort)
  }
}

const QUERY_CANCELED = '57014'

/** Stops the statement on the server once, for the first reason that comes up, and waits until that has happened. */
class Stop {
  readonly #connection: Connection
  #stopping: Promise<'cancel' | 'terminate' | 'disconnect'> | null = null
  reason: 'person' | 'full' | null = null

  constructor(connection: Connection) {
    this.#connection = connection
  }

  now(reason: 'person' | 'full'): void {
    if (this.reason !== 'person') this.reason = reason
    this.#stopping ??= this.#connection.cancel()
  }

  /** How it ended; null when nothing was stopped. Nothing may be sent before, or it would be hit instead. */
  async settled(): Promise<'cancel' | 'terminate' | 'disconnect' | null> {
    return this.#stopping === null ? null : await this.#stopping
  }
}

/** Takes the rows of one statement in, up to the limits, and tells how many have come a few times a second. */
class Reading {
  readonly #run: ScriptRun
  readonly #index: number
  readonly #mayStop: boolean
  #rows: ResultRows | null = null
  #resultId = ''
  #limited = false
  #lastTold = 0
  onFull: () => void = () => {}

  constructor(run: ScriptRun, statement: Statement, index: number) {
    this.#run = run
    this.#index = index
    // What writes or locks is read to its end: stopping it would take back what it did. A read-only transaction has nothing to take back.
    this.#mayStop = run.readOnly ? statement.kind === 'select' : run.effects.onlyReads(statement)
  }

  get rowCount(): number | null {
    return this.#rows?.rowCount ?? null
  }

  columns(columns: readonly ReadColumn[]): void {
    this.#resultId = randomUUID()
    const named = columns.map(({ name, typeOid, typeModifier }) => ({ name, typeOid, type: this.#run.types.nameOf(typeOid, typeModifier) }))
    this.#rows = this.#run.openResult(this.#resultId, named)
    this.#run.emit({ type: 'result', index: this.#index, resultId: this.#resultId, columns: named })
  }

  row(body: Uint8Array): void {
    const rows = this.#rows
    if (rows === null || this.#limited) return
    if (rows.rowCount >= this.#run.rowLimit || !rows.append(body)) {
      this.#limited = true
      if (this.#mayStop) this.onFull()
      return
    }
    const now = performance.now()
    if (now - this.#lastTold > 200) {
      this.#lastTold = now
      this.#tell(false)
    }
  }

  /** `done` false: it ended before its last row. */
  finish(done: boolean): void {
    if (this.#rows !== null) this.#tell(done)
  }

  #tell(done: boolean): void {
    this.#run.emit({ type: 'rows', resultId: this.#resultId, rowCount: this.#rows?.rowCount ?? 0, done, limited: this.#limited })
  }
}

/** SECURITY: a statement that ended our read-only transaction is a hole; the connection goes, and the person is told. */
async function endReadOnly(connection: Connection, complete: boolean): Promise<void> {
  if (!connection.usable) return
  if (connection.transactionStatus() === 'idle') {
    await connection.dispose()
    throw new AppError('INVALID', 'The statement ended the read-only transaction that it ran in. The connection was closed.', {
      field: null,
    })
  }
  await plain(connection, complete && connection.transactionStatus() === 'transaction' ? 'COMMIT' : 'ROLLBACK')
}

type PlainCommand = 'BEGIN TRANSACTION READ ONLY' | 'COMMIT' | 'ROLLBACK' | `SET LOCAL statement_timeout = ${number}`

async function plain(connection: Connection, text: PlainCommand): Promise<void> {
  await connection.query({ text: `/* ${SQL_TAG}query */ ${text}`, values: [] })
}

/** The server counts within the statement; the editor shows the whole script. */
function inWholeText(problem: DatabaseProblem, statement: Statement): DatabaseProblem {
  return problem.position === null ? problem : { ...problem, position: statement.from + problem.position }
}

function ownProblem(message: string, sqlstate: string): DatabaseProblem {
  return { sqlstate, severity: 'ERROR', message, detail: null, hint: null, where: null, position: null }
}
