import type { Changes } from '#services/changes.ts'
import type { DataSources } from '#services/data-sources/data-sources.ts'
import type { Tasks } from '#services/tasks/tasks.ts'
import { AppError, isAppError } from '#shared/contract/errors.ts'
import type { DatabaseProblem, QueryEvent, ResultColumn, SessionOptions, SessionState } from '#shared/model/query.ts'
import { mayHoldSecret } from '#shared/postgres/secret-in-sql.ts'
import { readable } from '#shared/sql/parameters.ts'
import { handBack } from './hand-back.ts'
import type { QueryHistory } from './history.ts'
import { KeptResults } from './kept-results.ts'
import { type LeaseRun, type RunRequest, readOnlyFor, runOnLease } from './run-on-lease.ts'
import type { ScriptOutcome } from './run-script.ts'
import { type Statement, statementsOf } from './script.ts'
import type { SqlParser } from './sql-parser.ts'
import { withParameters } from './statement-parameters.ts'
import type { TabSession } from './tab-session.ts'
import { TabSessions } from './tab-sessions.ts'
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

export class Queries {
  readonly #parts: QueriesParts
  readonly #sessions: TabSessions
  /** The run that a tab waits for, by tab. */
  readonly #runs = new Map<string, string>()
  /** Runs in a tab's own session, by tab, until their last word. */
  readonly #ending = new Map<string, Promise<unknown>>()
  readonly results: KeptResults

  constructor(parts: QueriesParts) {
    this.#parts = parts
    this.#sessions = new TabSessions(parts.dataSources)
    this.results = new KeptResults(parts.spillFolder)
  }

  /**
   * Runs a script and tells what happens by `emit`. Aborting cancels on the server. Results of the tab's earlier run go.
   * @throws AppError PASSWORD_NEEDED or CONNECTION_FAILED when there is no connection to begin with
   */
  async run(request: RunRequest, signal: AbortSignal, emit: (event: QueryEvent) => void): Promise<void> {
    this.#forget(request.tabId)
    this.#runs.set(request.tabId, request.runId)
    const started = { at: new Date().toISOString(), ms: performance.now() }
    const { tasks } = this.#parts
    const outcome = await tasks
      .run({ id: request.runId, kind: 'query', title: titleOf(request.sql), signal }, (task) =>
        request.session === undefined
          ? this.#runOnce(request, task.signal, emit)
          : this.#runInSession(request, request.session, task.signal, emit),
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

  session(tabId: string, afterNotification: number): SessionState {
    return this.#sessions.state(tabId, afterNotification)
  }

  async endTransaction(tabId: string, how: 'commit' | 'rollback'): Promise<{ commandTag: string; state: SessionState }> {
    const commandTag = await this.#sessions.endTransaction(tabId, how)
    return { commandTag, state: this.session(tabId, Number.MAX_SAFE_INTEGER) }
  }

  keepTransaction(tabId: string): SessionState {
    this.#sessions.keep(tabId)
    return this.session(tabId, Number.MAX_SAFE_INTEGER)
  }

  async connect(tabId: string, dataSourceId: string, signal: AbortSignal | undefined): Promise<SessionState> {
    await this.#sessions.connect(tabId, dataSourceId, signal)
    return this.session(tabId, 0)
  }

  /** Drops the tab's results and its session, and stops what it runs. What is open in it is rolled back. */
  async close(tabId: string): Promise<void> {
    this.#forget(tabId)
    await this.#ending.get(tabId)
    await this.#sessions.close(tabId)
  }

  #forget(tabId: string): void {
    const runId = this.#runs.get(tabId)
    this.#runs.delete(tabId)
    if (runId !== undefined) this.cancel(runId)
    this.results.drop(tabId)
  }

  async dispose(): Promise<void> {
    await this.#sessions.dispose()
    this.results.dispose()
  }

  /** In a session that is handed back afterwards as it was. */
  async #runOnce(request: RunRequest, signal: AbortSignal, emit: (event: QueryEvent) => void): Promise<ScriptOutcome> {
    const statements = await this.#statementsOf(request)
    if (statements.length === 0) return nothingToRun
    const lease = await this.#parts.dataSources.lease(request.dataSourceId, 'interactive', { signal })
    try {
      const types = await TypeNames.read(lease.connection, signal)
      const outcome = await runOnLease({ ...this.#running(request, statements, signal, emit), lease, dataSource: lease.dataSource, types })
      if (lease.connection.usable && lease.connection.transactionStatus() !== 'idle') {
        emit({ type: 'notice', index: statements.length - 1, problem: leftOpen })
      }
      return outcome
    } finally {
      await handBack(lease)
    }
  }

  /** In the tab's own session. A run of the same tab that is still under way is cancelled first, and waited for. */
  async #runInSession(
    request: RunRequest,
    options: SessionOptions,
    signal: AbortSignal,
    emit: (event: QueryEvent) => void,
  ): Promise<ScriptOutcome> {
    const before = this.#ending.get(request.tabId)
    const ending = (async () => {
      await before
      const statements = await this.#statementsOf(request)
      if (statements.length === 0) return nothingToRun
      const session = await this.#sessions.use(request.tabId, request.dataSourceId, signal)
      const outcome = await session.during(options.idleLimitMs, () =>
        this.#runWith(session, this.#running(request, statements, signal, emit)),
      )
      emit({ type: 'session', state: session.state(0) })
      return outcome
    })()
    const settled = ending.catch(() => {})
    this.#ending.set(request.tabId, settled)
    try {
      return await ending
    } finally {
      if (this.#ending.get(request.tabId) === settled) this.#ending.delete(request.tabId)
    }
  }

  async #runWith(session: TabSession, run: Omit<LeaseRun, 'lease' | 'types' | 'dataSource'>): Promise<ScriptOutcome> {
    const { lease } = session
    // As it is marked now: the session may be older.
    const dataSource = await this.#parts.dataSources.get(lease.dataSource.id)
    const readOnly = readOnlyFor(run.request, dataSource)
    if (!session.holds) session.transactionReadOnly = readOnly
    // SECURITY: begun before the switch was thrown, it would let the statement write.
    else if (readOnly && !session.transactionReadOnly)
      throw new AppError('INVALID', 'The open transaction may write. Commit it or roll it back before you go on in read-only mode.', {
        field: null,
      })
    const changesTypes = run.statements.some(({ kind }) => kind !== 'select')
    try {
      const types = session.holds ? (session.knownTypes ?? TypeNames.none) : await session.types(run.signal)
      return await runOnLease({ ...run, lease, dataSource, types })
    } finally {
      if (changesTypes) session.forgetTypes()
    }
  }

  #running(request: RunRequest, statements: readonly Statement[], signal: AbortSignal, emit: (event: QueryEvent) => void) {
    const { tabId, runId } = request
    return {
      request,
      statements,
      signal,
      emit,
      openResult: (resultId: string, columns: readonly ResultColumn[]) =>
        this.results.open(resultId, tabId, columns, this.#runs.get(tabId) === runId),
      leaseIfFree: () => this.#parts.dataSources.leaseIfFree(request.dataSourceId, 'interactive', { signal }),
    }
  }

  async #statementsOf({ sql, parameters }: RunRequest): Promise<readonly Statement[]> {
    if (parameters === undefined) return statementsOf(sql, await this.#parts.parser.parse(sql))
    const masked = readable(sql)
    return withParameters(sql, statementsOf(masked, await this.#parts.parser.parse(masked)), parameters)
  }

  #remember(request: RunRequest, { outcome, rowCount, problem }: ScriptOutcome, startedAt: string, durationMs: number): void {
    if (!request.keepInHistory) return
    const { dataSourceId, sql, source = 'execute' } = request
    this.#parts.history.add({ dataSourceId, sql, source, startedAt, durationMs, outcome, rowCount, problem })
    this.#parts.changes.emit('history')
  }
}

const nothingToRun: ScriptOutcome = { outcome: 'complete', cancelledBy: null, rowCount: null, problem: null }

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

/** For the status bar. Of a text that may hold a password, nothing. */
function titleOf(sql: string): string {
  const line = sql.trim().split('\n')[0]?.trim() ?? ''
  if (line === '' || mayHoldSecret(sql)) return 'Query'
  return line.length > 60 ? `${[...line].slice(0, 60).join('')}…` : line
}
