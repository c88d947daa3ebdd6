import { randomUUID } from 'node:crypto'
import type { Changes } from '#services/changes.ts'
import type { DataSources } from '#services/data-sources/data-sources.ts'
import type { FileSaver } from '#services/platform.ts'
import type { Tasks } from '#services/tasks/tasks.ts'
import { AppError, cancelled, invalid, isAppError } from '#shared/contract/errors.ts'
import type {
  DatabaseProblem,
  ExportEvent,
  ExportFormat,
  ExportSource,
  QueryEvent,
  SessionOptions,
  SessionState,
} from '#shared/model/query.ts'
import { countsSentence, type StatementCounts } from '#shared/model/statement-counts.ts'
import { mayHoldSecret } from '#shared/postgres/secret-in-sql.ts'
import { readable } from '#shared/sql/parameters.ts'
import { type ExportTarget, exportFile } from './export-file.ts'
import { type Feeding, feedKept } from './feed-kept.ts'
import { handBack } from './hand-back.ts'
import type { QueryHistory } from './history.ts'
import { KeptResults } from './kept-results.ts'
import { ResultViews } from './result-views.ts'
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
  readonly files: FileSaver
}

export interface ExportRequest {
  readonly source: ExportSource
  readonly format: ExportFormat
  readonly name: string
}

export class Queries {
  readonly #parts: QueriesParts
  readonly #sessions: TabSessions
  /** The run that a tab waits for, by tab. */
  readonly #runs = new Map<string, string>()
  /** What reads rows for a file in a tab's own session, by tab. */
  readonly #exports = new Map<string, AbortController>()
  /** Runs in a tab's own session, by tab, until their last word. */
  readonly #ending = new Map<string, Promise<unknown>>()
  readonly results: KeptResults
  readonly views: ResultViews

  constructor(parts: QueriesParts) {
    this.#parts = parts
    this.#sessions = new TabSessions(parts.dataSources)
    this.results = new KeptResults(parts.spillFolder)
    this.views = new ResultViews(this.results)
  }

  /**
   * Runs a script and tells what happens by `emit`. Aborting cancels on the server. Results of the tab's earlier run go.
   * @throws AppError PASSWORD_NEEDED or CONNECTION_FAILED when there is no connection to begin with
   */
  async run(request: RunRequest, signal: AbortSignal, emit: (event: QueryEvent) => void): Promise<void> {
    if (this.#exports.has(request.tabId))
      throw new AppError('BUSY', 'The rows of this tab are being saved. Wait for that to end, or cancel it.', {})
    this.#forget(request.tabId)
    this.#runs.set(request.tabId, request.runId)
    const started = { at: new Date().toISOString(), ms: performance.now() }
    const { tasks } = this.#parts
    const outcome = await tasks
      .run({ id: request.runId, kind: 'query', title: titleOf(request.sql), signal }, async (task) => {
        const statements = await this.#statementsOf(request)
        let counts: StatementCounts = { all: statements.length, ran: 0, failed: 0 }
        const running = this.#running(request, statements, task.signal, (event) => {
          if (event.type === 'complete') counts = { ...counts, ran: counts.ran + 1 }
          else if (event.type === 'failed') counts = { ...counts, failed: counts.failed + 1 }
          emit(event)
        })
        const outcome = await (request.session === undefined ? this.#runOnce(running) : this.#runInSession(request.session, running))
        if (outcome.outcome === 'failed') task.failed({ detail: countsSentence(counts) })
        return outcome
      })
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

  /** Writes rows to a file that the host asks for. Aborting ends it, on the server too, and leaves no file. */
  async export({ source, format, name }: ExportRequest, signal: AbortSignal, emit: (event: ExportEvent) => void): Promise<void> {
    const { tasks, files } = this.#parts
    const total = source.kind === 'kept' ? this.views.toWrite(source.resultId, source.arrangementId).rows.rowCount : null
    await tasks.run({ kind: 'export', title: `Save ${name}`, signal, total }, async (task) => {
      const tell = (rowCount: number) => {
        task.progress({ done: rowCount })
        emit({ type: 'rows', rowCount, total })
      }
      if (source.kind === 'kept') {
        const run = { format, name, files, signal: task.signal, emit }
        return exportFile(run, (open) =>
          feedKept(() => this.views.toWrite(source.resultId, source.arrangementId), { open, signal: task.signal, tell }),
        )
      }
      const statement = onlySelect(await this.#statementsOf(source))
      const leave = new AbortController()
      const stop = AbortSignal.any([task.signal, leave.signal])
      const tabId = source.tab?.tabId ?? null
      if (tabId !== null && this.#exports.has(tabId)) throw new AppError('BUSY', 'The rows of this tab are being saved already.', {})
      if (tabId !== null) this.#exports.set(tabId, leave)
      try {
        await exportFile({ format, name, files, signal: stop, emit }, (open) =>
          this.#readAgain(source, statement, { open, signal: stop, tell }),
        )
      } finally {
        if (tabId !== null) this.#exports.delete(tabId)
      }
    })
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
    this.#exports.get(tabId)?.abort()
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
    await this.views.dispose()
    this.results.dispose()
  }

  /** In a session that is handed back afterwards as it was. */
  async #runOnce(running: Running): Promise<ScriptOutcome> {
    const { request, statements, signal, emit } = running
    if (statements.length === 0) return nothingToRun
    const lease = await this.#parts.dataSources.lease(request.dataSourceId, 'interactive', { signal })
    try {
      const types = await TypeNames.read(lease.connection, signal)
      const outcome = await runOnLease({ ...running, lease, dataSource: lease.dataSource, types })
      if (lease.connection.usable && lease.connection.transactionStatus() !== 'idle') {
        emit({ type: 'notice', index: statements.length - 1, problem: leftOpen })
      }
      return outcome
    } finally {
      await handBack(lease)
    }
  }

  /** In the tab's own session. A run of the same tab that is still under way is cancelled first, and waited for. */
  async #runInSession(options: SessionOptions, running: Running): Promise<ScriptOutcome> {
    const { request, statements, signal, emit } = running
    const before = this.#ending.get(request.tabId)
    const ending = (async () => {
      await before
      if (statements.length === 0) return nothingToRun
      const session = await this.#sessions.use(request.tabId, request.dataSourceId, signal)
      const outcome = await session.during(options.idleLimitMs, () => this.#runWith(session, running))
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

  /** The statement once more, in the session that has what it needs; every row goes to the target. */
  async #readAgain(source: Extract<ExportSource, { kind: 'again' }>, statement: Statement, { open, signal, tell }: Feeding): Promise<void> {
    const { dataSourceId, sql, tab, statementTimeoutMs, parameters } = source
    // A transaction of its own, unless one is open; the export leaves none behind.
    const session = tab === null ? undefined : { ...tab.session, autocommit: true, oneTransaction: false }
    const tabId = tab?.tabId ?? randomUUID()
    const request = { runId: randomUUID(), dataSourceId, tabId, sql, parameters, statementTimeoutMs, session, ...allRows }
    const targets: ExportTarget[] = []
    let problem: DatabaseProblem | null = null
    const running: Running = {
      ...this.#running(request, [statement], signal, (event) => {
        if (event.type === 'rows') tell(event.rowCount)
        if (event.type === 'failed') problem = event.problem
      }),
      openResult: (_resultId, columns) => {
        const target = open(columns)
        targets.push(target)
        return target
      },
    }
    const outcome = await (session === undefined ? this.#runOnce(running) : this.#runInSession(session, running))
    for (const target of targets) target.throwFailure()
    if (problem !== null) throw refused(problem)
    if (outcome.outcome === 'cancelled') throw cancelled()
  }

  async #runWith(session: TabSession, run: Running): Promise<ScriptOutcome> {
    const { lease } = session
    // As it is marked now: the session may be older.
    const dataSource = await this.#parts.dataSources.get(lease.dataSource.id)
    const readOnly = readOnlyFor(run.request, dataSource)
    if (!session.holds) session.transactionReadOnly = readOnly
    // SECURITY: begun before the switch was thrown, it would let the statement write.
    else if (readOnly && !session.transactionReadOnly)
      throw invalid('The open transaction may write. Commit it or roll it back before you go on in read-only mode.')
    const changesTypes = run.statements.some(({ kind }) => kind !== 'select')
    try {
      const types = session.holds ? (session.knownTypes ?? TypeNames.none) : await session.types(run.signal)
      return await runOnLease({ ...run, lease, dataSource, types })
    } finally {
      if (changesTypes) session.forgetTypes()
    }
  }

  #running(request: RunRequest, statements: readonly Statement[], signal: AbortSignal, emit: (event: QueryEvent) => void): Running {
    const { tabId, runId } = request
    return {
      request,
      statements,
      signal,
      emit,
      openResult: (resultId, columns) => this.results.open(resultId, tabId, columns, this.#runs.get(tabId) === runId),
      leaseIfFree: () => this.#parts.dataSources.leaseIfFree(request.dataSourceId, 'interactive', { signal }),
    }
  }

  async #statementsOf({ sql, parameters }: Pick<RunRequest, 'sql' | 'parameters'>): Promise<readonly Statement[]> {
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

type Running = Omit<LeaseRun, 'lease' | 'types' | 'dataSource'>

/** SECURITY: read-only whatever the tab may do, and every row. */
const allRows = { readOnly: true, rowLimit: Number.MAX_SAFE_INTEGER, keepInHistory: false } as const

/** Engine rule 25: only what reads and nothing more is run again, after the text alone has parsed as that. */
function onlySelect(statements: readonly Statement[]): Statement {
  const [statement] = statements
  if (statements.length !== 1 || statement?.kind !== 'select')
    throw invalid('Only a single SELECT that reads and nothing more is run again for a file.')
  return statement
}

function refused({ message, sqlstate, detail, hint }: DatabaseProblem): AppError<'DATABASE'> {
  return new AppError('DATABASE', message, { sqlstate, detail, hint })
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
