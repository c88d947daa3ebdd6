import type { DataSources, Lease } from '#services/data-sources/data-sources.ts'
import type { Connection } from '#services/postgres/connection.ts'
import { PostgresError } from '#services/postgres/errors.ts'
import { AppError } from '#shared/contract/errors.ts'
import { SQL_TAG } from '#shared/model/names.ts'
import type { SessionState } from '#shared/model/query.ts'
import { Turns } from '#shared/turns.ts'
import { handBack } from './hand-back.ts'
import { TabSession } from './tab-session.ts'

/**
 * A firewall or a sleeping computer drops a connection without a word, and what is sent on it then waits for many minutes: who has not
 * been heard for a while is asked first.
 */
export interface SilenceLimits {
  readonly askAfterIdleMs: number
  readonly patienceMs: number
}

const silenceLimits: SilenceLimits = { askAfterIdleMs: 30_000, patienceMs: 5_000 }

/** The sessions that tabs hold on to: with what they have set, their temporary tables and their transactions. */
export class TabSessions {
  readonly #dataSources: DataSources
  readonly #limits: SilenceLimits
  /** By tab; the one used last is the last. */
  readonly #sessions = new Map<string, TabSession>()
  /** By tab: to reconnect and then to run must not open two sessions, of which one would be nobody's. */
  readonly #turns = new Turns()
  /** Why a tab's session went, until its next one. */
  readonly #notes = new Map<string, string>()

  constructor(dataSources: DataSources, limits: SilenceLimits = silenceLimits) {
    this.#dataSources = dataSources
    this.#limits = limits
  }

  /**
   * The session of the tab, for one run at a time.
   * @throws AppError BUSY when every session of the data source is at work or in a transaction; what connecting throws
   */
  use(tabId: string, dataSourceId: string, signal: AbortSignal | undefined): Promise<TabSession> {
    return this.#turns.take(tabId, () => this.#use(tabId, dataSourceId, signal))
  }

  async #use(tabId: string, dataSourceId: string, signal: AbortSignal | undefined): Promise<TabSession> {
    const known = this.#sessions.get(tabId)
    let note: string | null = null
    if (known !== undefined && !known.working && known.idleMs >= this.#limits.askAfterIdleMs) note = await this.#askSilent(known)
    if (known !== undefined && known.lease.dataSource.id === dataSourceId && known.lease.connection.usable) {
      this.#sessions.delete(tabId)
      this.#sessions.set(tabId, known)
      return known
    }
    if (known?.holds)
      throw new AppError('BUSY', `This tab is in a transaction on ${known.lease.dataSource.name}. Commit it or roll it back first.`, {})
    await this.#close(tabId)
    const lease = await this.#lease(dataSourceId, signal)
    try {
      await readAsStored(lease.connection)
    } catch (error) {
      // Nobody has the session yet, so nobody else would give it back.
      await handBack(lease)
      throw error
    }
    const session = new TabSession(lease, note)
    this.#sessions.set(tabId, session)
    return session
  }

  state(tabId: string, afterNotification: number): SessionState {
    return this.#sessions.get(tabId)?.state(afterNotification) ?? { ...noSession, note: this.#notes.get(tabId) ?? null }
  }

  /** The server's tag. @throws AppError NOT_FOUND without a session, BUSY while it works, DATABASE for what the server refuses */
  async endTransaction(tabId: string, how: 'commit' | 'rollback'): Promise<string> {
    const session = this.#require(tabId)
    if (session.working) throw new AppError('BUSY', 'A statement of this tab is running.', {})
    return session.end(how)
  }

  keep(tabId: string): void {
    this.#require(tabId).keep()
  }

  /** What a lost session held is gone. */
  async connect(tabId: string, dataSourceId: string, signal: AbortSignal | undefined): Promise<void> {
    this.#notes.delete(tabId)
    await this.use(tabId, dataSourceId, signal)
  }

  /** Rolls back what is open. A session that is being opened is waited for, or it would stay without a tab. */
  close(tabId: string): Promise<void> {
    return this.#turns.take(tabId, () => this.#close(tabId))
  }

  async #close(tabId: string): Promise<void> {
    const session = this.#sessions.get(tabId)
    this.#sessions.delete(tabId)
    this.#notes.delete(tabId)
    if (session === undefined) return
    session.dispose()
    await handBack(session.lease)
  }

  async dispose(): Promise<void> {
    const tabIds = new Set([...this.#sessions.keys(), ...this.#turns.keys()])
    await Promise.all([...tabIds].map((tabId) => this.close(tabId)))
  }

  /** null: it answers. Otherwise it is ended here, and this says what the person lost. @throws AppError CONNECTION_FAILED with a transaction in it */
  async #askSilent(session: TabSession): Promise<string | null> {
    const { holds } = session
    const { connection, dataSource } = session.lease
    if (!connection.usable || (await session.answers(this.#limits.patienceMs))) return null
    await connection.dispose()
    // To run the next statement elsewhere, as if nothing had been open, would be wrong.
    if (holds) throw silent(dataSource.id)
    return 'The session of this tab did not answer any more, so this is a new one: settings and temporary tables of the one before are gone.'
  }

  async #lease(dataSourceId: string, signal: AbortSignal | undefined): Promise<Lease> {
    const free = await this.#dataSources.leaseIfFree(dataSourceId, 'tab', { signal })
    if (free !== null) return free
    const oldest = [...this.#sessions].find(
      ([tabId, { lease, holds, working }]) => lease.dataSource.id === dataSourceId && !holds && !working && !this.#turns.isTaken(tabId),
    )
    if (oldest === undefined) throw allTaken()
    const [tabId] = oldest
    await this.#close(tabId)
    this.#notes.set(tabId, 'The session of this tab was ended to make room for another tab: its settings and temporary tables are gone.')
    const lease = await this.#dataSources.leaseIfFree(dataSourceId, 'tab', { signal })
    if (lease === null) throw allTaken()
    return lease
  }

  #require(tabId: string): TabSession {
    const session = this.#sessions.get(tabId)
    if (session === undefined)
      throw new AppError('NOT_FOUND', 'This tab has no session any more. What was open in it was rolled back.', { entity: 'session' })
    return session
  }
}

/**
 * A database in SQL_ASCII holds whatever bytes it was given, and refuses a whole result in UTF-8 for one value that is none. Then its bytes
 * come as they are.
 */
async function readAsStored(connection: Connection): Promise<void> {
  const isAscii = "pg_catalog.current_setting('server_encoding') = 'SQL_ASCII'"
  const text = `/* ${SQL_TAG}query */ SELECT pg_catalog.set_config('client_encoding', 'SQL_ASCII', false) WHERE ${isAscii}`
  try {
    await connection.query({ text, values: [] })
  } catch (error) {
    // A server that speaks the protocol and has no such function.
    if (!(error instanceof PostgresError)) throw error
  }
}

const noSession: SessionState = {
  status: 'none',
  readOnly: false,
  processId: null,
  idleMs: null,
  rollbackInMs: null,
  note: null,
  notifications: [],
}

function silent(dataSourceId: string): AppError<'CONNECTION_FAILED'> {
  return new AppError(
    'CONNECTION_FAILED',
    'The session of this tab does not answer any more. The transaction that was open in it is rolled back by the server.',
    { dataSourceId, cause: 'silent', remedy: 'Reconnect and run it again.', sqlstate: null },
    { action: 'retry' },
  )
}

function allTaken(): AppError<'BUSY'> {
  return new AppError(
    'BUSY',
    'All sessions of this data source are at work or in a transaction of another tab. End one of the transactions, or close its tab.',
    {},
  )
}
