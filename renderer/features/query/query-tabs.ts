import { api } from '#api/client.ts'
import type { QueryPair } from '#shared/model/app.ts'
import { mayHoldSecret } from '#shared/postgres/secret-in-sql.ts'
import type { ParameterValues } from '#shared/sql/parameters.ts'
import { QueryRun } from './query-run.ts'
import { type TabPanes, withActive, withoutTab, withSplitToggled } from './tab-panes.ts'
import { pairToKeep, readSession, writeSession } from './tabs-session.ts'

export interface QueryTab {
  readonly id: string
  readonly title: string
  readonly sql: string
  /** null: not chosen, or its data source was removed. */
  readonly dataSourceId: string | null
  /** The server refuses whatever would change something. null: as the data source's environment has it. */
  readonly readOnly: boolean | null
  /** Date.now() at which leave to write on a production data source ends; null: there is none. */
  readonly unlockedUntil: number | null
  readonly autocommit: boolean
}

export interface TabsState extends TabPanes {
  /** false: the drafts of earlier are still on their way. */
  readonly loaded: boolean
  readonly tabs: readonly QueryTab[]
  /** A tab in a transaction that a person wants to close; null: none. */
  readonly closingId: string | null
  /** A tab whose history a person wants to see; null: none. */
  readonly historyId: string | null
}

const asNew = { readOnly: null, unlockedUntil: null, autocommit: true } as const

/** What was typed is saved this long after its first letter, while the typing goes on: so much is lost when the program is killed. */
const SAVE_AFTER_MS = 500

interface NewTab {
  readonly title?: string | undefined
  readonly sql?: string
  readonly dataSourceId: string | null
}

/** The open tabs with their texts and runs, for as long as the page lives; the texts for longer. */
export class QueryTabs {
  readonly #listeners = new Set<() => void>()
  readonly #runs = new Map<string, QueryRun>()
  readonly #unsaved = new Map<string, ReturnType<typeof setTimeout>>()
  readonly #closed = new Set<string>()
  readonly #parameters = new Map<string, ParameterValues>()
  readonly #onError: (error: unknown) => void
  /** The pair as it is kept, as text. */
  #keptPair = ''
  #state: TabsState = { loaded: false, tabs: [], activeId: null, besideId: null, activeSide: 'left', closingId: null, historyId: null }

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
  }

  readonly state = (): TabsState => this.#state

  readonly listen = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /**
   * Takes in drafts that are not open yet, and shows the newest of those that this window has not seen before.
   * `dataSourceId`: the one that was asked for, else the current one; a new empty tab begins with it.
   */
  async open(dataSourceId: string | null, asked: boolean): Promise<void> {
    const [drafts, { queryPair }] = await Promise.all([api.query.drafts.list({}), api.app.preferences.get({})])
    const session = readSession(
      queryPair,
      drafts.map(({ tabId }) => tabId),
    )
    const known = new Set([...this.#state.tabs.map(({ id }) => id), ...this.#closed])
    const taken = drafts
      .filter(({ tabId }) => !known.has(tabId))
      .map(({ tabId, title, sql, dataSourceId }) => ({
        id: tabId,
        title,
        sql,
        dataSourceId,
        ...asNew,
        readOnly: session.locked.includes(tabId) ? true : null,
      }))
    const unseen = taken.filter(({ id }) => !session.seen.includes(id)).at(-1)?.id
    const remembered = this.#state.activeId ?? session.activeId
    // A tab that was opened before there was any data source takes the first; one with a text keeps its question.
    const tabs = [...this.#state.tabs, ...taken].map((tab) =>
      tab.dataSourceId === null && tab.sql.trim() === '' ? { ...tab, dataSourceId } : tab,
    )
    const activeId = unseen ?? tabs.find(({ id }) => id === remembered)?.id ?? tabs.at(-1)?.id ?? null
    const besideId = tabs.find(({ id }) => id === (this.#state.besideId ?? session.besideId) && id !== activeId)?.id ?? null
    const activeSide = this.#state.loaded ? this.#state.activeSide : besideId === null ? 'left' : session.activeSide
    const next = { ...this.#state, loaded: true, tabs, activeId, besideId, activeSide }
    // What this window begins with is no wish of anybody's: another window may have two tabs side by side.
    if (!this.#state.loaded) this.#keptPair = JSON.stringify(pairToKeep(next, idsOf(next)))
    this.#set(next)
    if (tabs.length === 0) this.add({ dataSourceId })
    else if (asked && dataSourceId !== null && unseen === undefined) this.#showSource(dataSourceId)
  }

  add({ title, sql = '', dataSourceId }: NewTab): QueryTab {
    const tab = this.#newTab({ title, sql, dataSourceId })
    this.#set({ ...this.#state, ...withActive(this.#state, tab.id), tabs: [...this.#state.tabs, tab] })
    if (sql !== '') this.#saveLater(tab.id)
    return tab
  }

  /** From outside of the query pane, whose tabs may not have been read yet. */
  async openNew(dataSourceId: string | null): Promise<void> {
    const before = this.#state.tabs.length
    await this.open(dataSourceId, false)
    const [first] = this.#state.tabs
    // Where there was none, one has just been made.
    if (before > 0 || this.#state.tabs.length > 1 || first?.sql !== '') this.add({ dataSourceId })
  }

  /** The same for the history of the tab in front. */
  async askForHistory(dataSourceId: string | null): Promise<void> {
    await this.open(dataSourceId, false)
    this.#set({ ...this.#state, historyId: this.#state.activeId })
  }

  historyShown(): void {
    this.#set({ ...this.#state, historyId: null })
  }

  activate(id: string): void {
    if (id !== this.#state.activeId) this.#set({ ...this.#state, ...withActive(this.#state, id) })
  }

  /** The one `step` further on in the bar; behind the last comes the first. */
  activateNext(step: 1 | -1): void {
    const { tabs, activeId } = this.#state
    const at = tabs.findIndex(({ id }) => id === activeId)
    const next = tabs[(at + step + tabs.length) % tabs.length]
    if (next !== undefined) this.activate(next.id)
  }

  /** Two tabs side by side, or one alone again. */
  toggleSplit(): void {
    const { tabs, activeId } = this.#state
    const dataSourceId = tabs.find(({ id }) => id === activeId)?.dataSourceId ?? null
    const made = tabs.length > 1 ? null : this.#newTab({ dataSourceId })
    const panes = withSplitToggled(
      this.#state,
      tabs.map(({ id }) => id),
      () => made?.id ?? '',
    )
    this.#set({ ...this.#state, ...panes, tabs: made !== null && panes.besideId === made.id ? [...tabs, made] : tabs })
  }

  /** null: the tab stays. */
  askToClose(closingId: string | null): void {
    this.#set({ ...this.#state, closingId })
  }

  change(id: string, change: Partial<Omit<QueryTab, 'id'>>): void {
    this.#set({ ...this.#state, tabs: this.#state.tabs.map((tab) => (tab.id === id ? { ...tab, ...change } : tab)) })
    if (change.sql !== undefined || change.dataSourceId !== undefined || change.title !== undefined) this.#saveLater(id)
  }

  /** Stops what it runs and forgets its draft. `undo` brings the text back, as a tab of its own. */
  close(id: string): { readonly undo: () => void } {
    const { tabs } = this.#state
    const index = tabs.findIndex((tab) => tab.id === id)
    const tab = tabs[index]
    if (tab === undefined) return { undo: () => undefined }
    const left = tabs.filter((other) => other !== tab)
    clearTimeout(this.#unsaved.get(id))
    this.#unsaved.delete(id)
    this.#closed.add(id)
    this.#set({
      ...this.#state,
      closingId: null,
      tabs: left,
      ...withoutTab(this.#state, id, left[Math.min(index, left.length - 1)]?.id ?? null),
    })
    if (left.length === 0) this.add({ dataSourceId: tab.dataSourceId })
    void this.#runs.get(id)?.dispose().catch(this.#onError)
    this.#runs.delete(id)
    this.#parameters.delete(id)
    void api.query.drafts.remove({ tabId: id }).catch(this.#onError)
    return { undo: () => this.add({ title: tab.title, sql: tab.sql, dataSourceId: tab.dataSourceId }) }
  }

  /** Values of parameters as they were given last: in memory alone, since a value may be a secret. */
  parameters(id: string): ParameterValues {
    return this.#parameters.get(id) ?? {}
  }

  keepParameters(id: string, values: ParameterValues): void {
    this.#parameters.set(id, { ...this.parameters(id), ...values })
  }

  run(id: string): QueryRun {
    const known = this.#runs.get(id)
    if (known !== undefined) return known
    const run = new QueryRun(id)
    this.#runs.set(id, run)
    return run
  }

  /** Saves what was typed just now; for when the page goes. */
  saveNow(): void {
    for (const [id, timer] of this.#unsaved) {
      clearTimeout(timer)
      this.#save(id)
    }
  }

  #showSource(dataSourceId: string): void {
    const { tabs, activeId } = this.#state
    const active = tabs.find(({ id }) => id === activeId)
    if (active?.dataSourceId === dataSourceId) return
    const other = tabs.findLast((tab) => tab.dataSourceId === dataSourceId)
    if (active !== undefined && active.sql.trim() === '') this.change(active.id, { dataSourceId })
    else if (other === undefined) this.add({ dataSourceId })
    else this.activate(other.id)
  }

  #newTab({ title, sql = '', dataSourceId }: NewTab): QueryTab {
    return { id: crypto.randomUUID(), title: title ?? this.#nextTitle(), sql, dataSourceId, ...asNew }
  }

  #nextTitle(): string {
    const titles = new Set(this.#state.tabs.map(({ title }) => title))
    for (let number = 1; ; number += 1) if (!titles.has(`Query ${number}`)) return `Query ${number}`
  }

  #saveLater(id: string): void {
    // A timer that begins anew with each letter would save nothing while somebody types without a pause.
    if (this.#unsaved.has(id)) return
    this.#unsaved.set(
      id,
      setTimeout(() => this.#save(id), SAVE_AFTER_MS),
    )
  }

  #save(id: string): void {
    this.#unsaved.delete(id)
    const tab = this.#state.tabs.find((tab) => tab.id === id)
    // SECURITY: what may hold a password is not even sent; the line under the editor says so.
    if (tab === undefined || mayHoldSecret(tab.sql)) return
    void api.query.drafts.save({ tabId: id, dataSourceId: tab.dataSourceId, title: tab.title, sql: tab.sql }).catch(this.#onError)
  }

  #set(state: TabsState): void {
    this.#state = state
    if (state.loaded) {
      const { activeId, besideId, activeSide } = state
      const ids = idsOf(state)
      writeSession({
        activeId,
        besideId,
        activeSide,
        seen: ids,
        locked: state.tabs.filter((tab) => tab.readOnly === true).map(({ id }) => id),
      })
      this.#keepPair(pairToKeep(state, ids))
    }
    for (const listener of [...this.#listeners]) listener()
  }

  /** For the next start: a session of the browser's ends with its window. */
  #keepPair(queryPair: QueryPair | null): void {
    const text = JSON.stringify(queryPair)
    if (text === this.#keptPair) return
    this.#keptPair = text
    void api.app.preferences.set({ queryPair }).catch(this.#onError)
  }
}

function idsOf({ tabs }: TabsState): readonly string[] {
  return tabs.map(({ id }) => id)
}
