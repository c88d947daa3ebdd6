import type { Changes } from '#services/changes.ts'
import type { DataSources, Lease } from '#services/data-sources/data-sources.ts'
import type { Connection } from '#services/postgres/connection.ts'
import { PostgresError } from '#services/postgres/errors.ts'
import type { Tasks } from '#services/tasks/tasks.ts'
import { AppError, isAppError, notFound } from '#shared/contract/errors.ts'
import { SQL_TAG } from '#shared/model/names.ts'
import type { DatabaseProblem, ExportFormat, QueryEvent, ResultColumn, ResultWindow } from '#shared/model/query.ts'
import { mayHoldSecret } from '#shared/postgres/secret-in-sql.ts'
import { Effects } from './effects.ts'
import { type ExportPart, exportPart } from './export-rows.ts'
import type { QueryHistory } from './history.ts'
import { type Cell, ResultRows } from './result-rows.ts'
import { runScript, type ScriptOutcome } from './run-script.ts'
import { statementsOf } from './script.ts'
import type { SqlParser } from './sql-parser.ts'
import { TypeNames } from './type-names.ts'

/** The query pane's runs and the results that can still be looked at. */

export interface QueriesParts {
  readonly dataSources: DataSources
  readonly parser: SqlParser
  readonly history: QueryHistory
  readonly tasks: Tasks
  readonly changes: Changes
  /** Prepared and this person's alone. */
  readonly spillFolder: string
}

export interface RunRequest {
  readonly runId: string
  readonly dataSourceId: string
  readonly tabId: string
  readonly sql: string
  readonly readOnly: boolean
  readonly rowLimit: number
  readonly statementTimeoutMs?: number | undefined
  readonly keepInHistory: boolean
}

export class Queries {
  readonly #parts: QueriesParts
  /** The run that a tab waits for, by tab. */
  readonly #runs = new Map<string, string>()
  readonly #results = new Map<string, { readonly tabId: string; readonly columns: readonly ResultColumn[]; readonly rows: ResultRows }>()

  constructor(parts: QueriesParts) {
    this.#parts = parts
  }

  /**
   * Runs a script and tells what happens by `emit`. Aborting cancels on the server. Results of the tab's earlier run go.
   * @throws AppError PASSWORD_NEEDED or CONNECTION_FAILED when there is no connection to begin with
   */
  async run(request: RunRequest, signal: AbortSignal, emit: (event: QueryEvent) => void): Promise<void> {
    this.close(request.tabId)
    this.#runs.set(request.tabId, request.runId)
    const started = { at: new Date().toISOString(), ms: performance.now() }
    const { tasks } = this.#parts
    const outcome = await tasks
      .run({ id: request.runId, kind: 'query', title: titleOf(request.sql), signal }, (task) =>
        this.#runOnLease(request, task.signal, emit),
      )
      .catch((error: unknown) => {
        // Cancelled before the server had anything to do.
        if (isAppError(error, 'CANCELLED')) return cancelledOutcome
        throw error
      })
      .finally(() => {
        if (this.#runs.get(request.tabId) === request.runId) this.#runs.delete(request.tabId)
      })
    const durationMs = performance.now() - started.ms
    this.#remember(request, outcome, started.at, durationMs)
    emit({ type: 'finished', outcome: outcome.outcome, durationMs, cancelledBy: outcome.cancelledBy })
  }

  cancel(runId: string): void {
    this.#parts.tasks.cancel(runId)
  }

  /** @throws AppError NOT_FOUND when the tab ran again or was closed */
  window(resultId: string, from: number, count: number, clipLength: number): ResultWindow {
    return this.#result(resultId).rows.window(from, count, clipLength)
  }

  cell(resultId: string, row: number, column: number): Cell {
    const cell = this.#result(resultId).rows.cell(row, column)
    if (cell === null) throw notFound('cell')
    return cell
  }

  /** @throws AppError NOT_FOUND when the tab ran again or was closed, INVALID for a value that is too long for a file of text */
  exportPart(resultId: string, format: ExportFormat, from: number): ExportPart {
    const { columns, rows } = this.#result(resultId)
    return exportPart({ columns, rows, format, from })
  }

  /** Drops the tab's results, and stops what would bring it new ones. */
  close(tabId: string): void {
    const runId = this.#runs.get(tabId)
    this.#runs.delete(tabId)
    if (runId !== undefined) this.cancel(runId)
    for (const [resultId, entry] of this.#results) {
      if (entry.tabId !== tabId) continue
      entry.rows.dispose()
      this.#results.delete(resultId)
    }
  }

  dispose(): void {
    for (const { rows } of this.#results.values()) rows.dispose()
    this.#results.clear()
  }

  async #runOnLease(request: RunRequest, signal: AbortSignal, emit: (event: QueryEvent) => void): Promise<ScriptOutcome> {
    const statements = statementsOf(request.sql, await this.#parts.parser.parse(request.sql))
    if (statements.length === 0) return { outcome: 'complete', cancelledBy: null, rowCount: null, problem: null }
    const lease = await this.#parts.dataSources.lease(request.dataSourceId, 'interactive', { signal })
    try {
      const types = await TypeNames.read(lease.connection, signal)
      const effects = await Effects.read(lease.connection, statements, signal)
      const outcome = await runScript({
        connection: lease.connection,
        statements,
        // SECURITY: the page asks; a data source that is marked is held to it here, whoever asks.
        readOnly: request.readOnly || lease.dataSource.readOnly,
        rowLimit: request.rowLimit,
        statementTimeoutMs: request.statementTimeoutMs ?? null,
        signal,
        emit,
        types,
        effects,
        openResult: (resultId, columns) => this.#openResult(resultId, columns, request),
      })
      if (lease.connection.usable && lease.connection.transactionStatus() !== 'idle') {
        emit({ type: 'notice', index: statements.length - 1, problem: leftOpen })
      }
      return outcome
    } finally {
      await handBack(lease)
    }
  }

  #openResult(resultId: string, columns: readonly ResultColumn[], { tabId, runId }: RunRequest): ResultRows {
    const rows = new ResultRows(this.#parts.spillFolder)
    // Closed while it ran: nobody will ask for these rows.
    if (this.#runs.get(tabId) === runId) this.#results.set(resultId, { tabId, columns, rows })
    else rows.dispose()
    return rows
  }

  #remember(request: RunRequest, { outcome, rowCount, problem }: ScriptOutcome, startedAt: string, durationMs: number): void {
    if (!request.keepInHistory) return
    this.#parts.history.add({ dataSourceId: request.dataSourceId, sql: request.sql, startedAt, durationMs, outcome, rowCount, problem })
    this.#parts.changes.emit('history')
  }

  #result(resultId: string): { readonly columns: readonly ResultColumn[]; readonly rows: ResultRows } {
    const entry = this.#results.get(resultId)
    if (entry === undefined)
      throw new AppError('NOT_FOUND', 'This result is not kept any more. Execute the query again.', { entity: 'result' })
    return entry
  }
}

/** A session is lent for one run, so a transaction cannot wait in it for the next. */
const leftOpen: DatabaseProblem = {
  sqlstate: null,
  severity: 'WARNING',
  message: 'The script left its transaction open, so it was rolled back.',
  detail: null,
  hint: 'Put BEGIN and COMMIT into one script: each run has a session of its own.',
  where: null,
  position: null,
}

const cancelledOutcome: ScriptOutcome = { outcome: 'cancelled', cancelledBy: 'cancel', rowCount: null, problem: null }

/**
 * The next user of the connection must not find what this script set, prepared or listened to. What cannot be put back
 * (a transaction left open is ended by the pool) ends with the connection.
 * SECURITY: after every script. A function of a view can set a search_path or take a lock in a plain SELECT, and nothing in its text says so.
 */
async function handBack(lease: Lease): Promise<void> {
  try {
    if (lease.connection.usable && lease.connection.transactionStatus() === 'idle') {
      await reset(lease.connection)
    }
  } finally {
    await lease.release()
  }
}

async function reset(connection: Connection): Promise<void> {
  try {
    await connection.query({ text: `DISCARD ALL /* ${SQL_TAG}query */`, values: [] })
  } catch (error) {
    await connection.dispose()
    if (!(error instanceof PostgresError) && !(error instanceof AppError)) throw error
  }
}

/** For the status bar. Of a text that may hold a password, nothing. */
function titleOf(sql: string): string {
  const line = sql.trim().split('\n')[0]?.trim() ?? ''
  if (line === '' || mayHoldSecret(sql)) return 'Query'
  return line.length > 60 ? `${[...line].slice(0, 60).join('')}…` : line
}
