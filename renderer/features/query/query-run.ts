import { api } from '#api/client.ts'
import type { ExportSource, Notification, RunSource, SessionOptions, SessionState } from '#shared/model/query.ts'
import type { ParameterValues } from '#shared/sql/parameters.ts'
import { applyEvent, idleRun, isRunThrough, type RunState } from './run-state.ts'

const MOST_NOTIFICATIONS = 500

/** Rows of each result that are read at first, and where nothing but the room for them is to be a limit. */
export const ROW_LIMIT = 10_000
export const ALL_ROWS = 100_000_000

export interface RunRequest {
  readonly dataSourceId: string
  readonly sql: string
  /** Where `sql` begins in the editor's text; null: it is not of that text. */
  readonly offset: number | null
  readonly readOnly: boolean
  readonly session: SessionOptions
  /** Of what `sql` has before the editor's own text, as EXPLAIN. */
  readonly prefixLength?: number
  readonly source?: RunSource
  /** Left out: the text goes as it is. */
  readonly parameters?: ParameterValues
}

/** The runs of one tab, one at a time. It lives with the tab, not with the screen: looking elsewhere stops nothing. */
export class QueryRun {
  readonly #tabId: string
  readonly #listeners = new Set<() => void>()
  #state: RunState = idleRun
  /** Of the session that the notifications in the state came from. */
  #heardOn: number | null = null
  #last: RunRequest | null = null
  /** Asked for while the run before had its last word. */
  #next: { readonly request: RunRequest; readonly rowLimit: number } | null = null
  #current: { readonly runId: string; readonly abort: AbortController } | null = null

  constructor(tabId: string) {
    this.#tabId = tabId
  }

  readonly state = (): RunState => this.#state

  readonly listen = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Whether what is asked for now would be left out: another run is under way. */
  get busy(): boolean {
    return this.#current !== null && !isRunThrough(this.#state, this.#last?.session.afterError === 'stop')
  }

  /**
   * Does nothing while another run is under way. One whose rows are there already is only waited for: a person who sees
   * them goes on, and does not know that its last word is still to come.
   */
  async start(request: RunRequest, rowLimit = ROW_LIMIT): Promise<void> {
    if (this.busy) return
    if (this.#current !== null) {
      this.#next = { request, rowLimit }
      return
    }
    this.#last = request
    const { dataSourceId, sql, offset, readOnly, session, prefixLength = 0, source, parameters } = request
    const current = { runId: crypto.randomUUID(), abort: new AbortController() }
    this.#current = current
    const { notifications } = this.#state
    this.#set({
      ...idleRun,
      notifications,
      session: this.#state.session,
      phase: 'running',
      sent: { sql, offset, readOnly, rowLimit, prefixLength },
      startedAt: performance.now(),
    })
    try {
      const input = {
        runId: current.runId,
        dataSourceId,
        tabId: this.#tabId,
        sql,
        readOnly,
        session,
        rowLimit,
        keepInHistory: true,
        source,
        parameters,
      }
      for await (const event of await api.query.run(input, { signal: current.abort.signal })) {
        if (current.abort.signal.aborted) return
        if (event.type === 'session') this.#learn(event.state)
        else this.#set(applyEvent(this.#state, event))
      }
    } catch (error) {
      if (!current.abort.signal.aborted) this.#set({ ...this.#state, error })
    } finally {
      this.#current = null
      if (!current.abort.signal.aborted) this.#set({ ...this.#state, phase: 'finished' })
    }
    const next = this.#next
    this.#next = null
    if (next !== null && !current.abort.signal.aborted) await this.start(next.request, next.rowLimit)
  }

  /** The same once more, for more of its rows. */
  async readMore(rowLimit: number): Promise<void> {
    if (this.#last !== null) await this.start(this.#last, rowLimit)
  }

  /** What reads all rows of the last run for a file; null: there was none. */
  exportAgain(): ExportSource | null {
    if (this.#last === null) return null
    const { dataSourceId, sql, session, parameters } = this.#last
    return {
      kind: 'again',
      dataSourceId,
      sql,
      parameters: parameters === undefined ? undefined : { ...parameters },
      tab: { tabId: this.#tabId, session },
    }
  }

  /** Asks the server to stop; the run then ends by itself and says how it was stopped. */
  async cancel(): Promise<void> {
    const current = this.#current
    if (current === null) return
    this.#set({ ...this.#state, phase: 'cancelling' })
    await api.query.cancel({ runId: current.runId })
  }

  /** Asks what has become of the session. */
  async poll(): Promise<void> {
    if (this.#current !== null) return
    const after = this.#state.notifications.at(-1)?.number ?? 0
    const state = await api.query.session({ tabId: this.#tabId, afterNotification: after })
    if (this.#current === null) this.#learn(state)
  }

  /** The sentence of what came of it. */
  async endTransaction(how: 'commit' | 'rollback'): Promise<string> {
    const { commandTag, state } = await api.query.endTransaction({ tabId: this.#tabId, how })
    this.#learn(state)
    if (how === 'commit' && commandTag === 'ROLLBACK') return 'The transaction had failed, so the server rolled it back.'
    return how === 'commit' ? 'Committed.' : 'Rolled back.'
  }

  async keepTransaction(): Promise<void> {
    this.#learn(await api.query.keepTransaction({ tabId: this.#tabId }))
  }

  async connect(dataSourceId: string): Promise<void> {
    this.#learn(await api.query.connect({ tabId: this.#tabId, dataSourceId }))
  }

  /** The mark goes when the text is changed: it would stand at the wrong place. */
  unmark(): void {
    if (this.#state.mark !== null) this.#set({ ...this.#state, mark: null })
  }

  /** Stops what runs; its rows on the server are given up. */
  async dispose(): Promise<void> {
    this.#current?.abort.abort()
    await api.query.close({ tabId: this.#tabId })
  }

  /** A new session counts its notifications anew. */
  #learn(session: SessionState): void {
    const before = session.processId === this.#heardOn ? this.#state.notifications : []
    if (session.processId !== null) this.#heardOn = session.processId
    const last = before.at(-1)?.number ?? 0
    const fresh: readonly Notification[] = session.notifications.filter(({ number }) => number > last)
    const notifications = session.processId === null ? this.#state.notifications : [...before, ...fresh].slice(-MOST_NOTIFICATIONS)
    this.#set({ ...this.#state, session, notifications })
  }

  #set(state: RunState): void {
    this.#state = state
    for (const listener of [...this.#listeners]) listener()
  }
}
