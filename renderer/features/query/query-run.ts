import { api } from '#api/client.ts'
import { applyEvent, idleRun, type RunState } from './run-state.ts'

/** Rows of each result that are read. */
export const ROW_LIMIT = 10_000

export interface RunRequest {
  readonly dataSourceId: string
  readonly sql: string
  /** Where `sql` begins in the editor's text. */
  readonly offset: number
  readonly readOnly: boolean
}

/** The runs of one tab, one at a time. It lives with the tab, not with the screen: looking elsewhere stops nothing. */
export class QueryRun {
  readonly #tabId: string
  readonly #listeners = new Set<() => void>()
  #state: RunState = idleRun
  #current: { readonly runId: string; readonly abort: AbortController } | null = null

  constructor(tabId: string) {
    this.#tabId = tabId
  }

  readonly state = (): RunState => this.#state

  readonly listen = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  get running(): boolean {
    return this.#current !== null
  }

  /** Does nothing while another run is under way. */
  async start({ dataSourceId, sql, offset, readOnly }: RunRequest): Promise<void> {
    if (this.#current !== null) return
    const current = { runId: crypto.randomUUID(), abort: new AbortController() }
    this.#current = current
    this.#set({ ...idleRun, phase: 'running', sent: { sql, offset, readOnly }, startedAt: performance.now() })
    try {
      const input = { runId: current.runId, dataSourceId, tabId: this.#tabId, sql, readOnly, rowLimit: ROW_LIMIT, keepInHistory: true }
      for await (const event of await api.query.run(input, { signal: current.abort.signal })) {
        if (current.abort.signal.aborted) return
        this.#set(applyEvent(this.#state, event))
      }
    } catch (error) {
      if (!current.abort.signal.aborted) this.#set({ ...this.#state, error })
    } finally {
      this.#current = null
      if (!current.abort.signal.aborted) this.#set({ ...this.#state, phase: 'finished' })
    }
  }

  /** Asks the server to stop; the run then ends by itself and says how it was stopped. */
  async cancel(): Promise<void> {
    const current = this.#current
    if (current === null) return
    this.#set({ ...this.#state, phase: 'cancelling' })
    await api.query.cancel({ runId: current.runId })
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

  #set(state: RunState): void {
    this.#state = state
    for (const listener of [...this.#listeners]) listener()
  }
}
