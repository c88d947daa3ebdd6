import type { Connection } from '#services/postgres/connection.ts'
import { isAppError } from '#shared/contract/errors.ts'
import { applicationName } from '#shared/model/names.ts'
import { compile, sql } from '#shared/sql/sql.ts'
import type { LeasedConnection } from './connections.ts'
import type { Ending } from './problems.ts'

/**
 * Whoever wants to change a table that a validation reads (ALTER, TRUNCATE, VACUUM FULL) waits for it, and everybody who only wants to
 * read waits behind them. So a long run looks out for such a one, over a connection of its own, and makes way.
 */

export interface WatchdogParts {
  readonly runId: string
  /** A connection beside those that read; null: none is free. */
  readonly control: (signal: AbortSignal) => Promise<LeasedConnection | null>
  /** Somebody has been waiting for a second. Called once. */
  readonly makeWay: () => void
  /** Why nobody looks out. */
  readonly remark: (sentence: string) => void
}

/** A run that may last does not begin without somebody who looks out. */
export class NobodyLooksOut extends Error {
  readonly ending: Ending

  constructor(why: string) {
    super('Nobody looks out for sessions that wait.')
    this.ending = {
      state: 'failed',
      sentence: `The run did not begin: beside the connection that reads, it needs one that looks out for sessions that wait to change the table. ${why} Try again when fewer connections are in use, or allow the role one more.`,
      sqlstate: null,
      retry: false,
    }
  }
}

/** A shorter run keeps nobody waiting for long, and is spared the connection. */
const FIRST_LOOK_MS = 2_000
const EVERY_MS = 1_000

export class Watchdog {
  readonly #parts: WatchdogParts
  readonly #stopped = new AbortController()
  readonly #watching: Promise<void>
  #lease: LeasedConnection | null = null
  #connecting: Promise<LeasedConnection | null> | null = null

  constructor(parts: WatchdogParts) {
    this.#parts = parts
    this.#watching = this.#watch()
  }

  /**
   * Has its connection at hand before a run begins that may last.
   * @throws NobodyLooksOut where there is none
   */
  async secure(): Promise<void> {
    try {
      await this.#connect()
    } catch (error) {
      if (isAppError(error, 'CANCELLED')) throw error
      throw new NobodyLooksOut(error instanceof Error ? error.message : 'its connection failed')
    }
    if (this.#lease === null) throw new NobodyLooksOut('All connections are in use.')
  }

  /** Gives its connection back. */
  async stop(): Promise<void> {
    this.#stopped.abort()
    await this.#watching
    await this.#connecting?.catch(() => null) // whoever secures hears of it
    await this.#lease?.release()
  }

  /** One for both who want it: a run may last just as the first look is due. */
  async #connect(): Promise<LeasedConnection | null> {
    if (this.#lease !== null) return this.#lease
    this.#connecting ??= this.#parts.control(this.#stopped.signal).then((lease) => {
      this.#lease = lease
      return lease
    })
    try {
      return await this.#connecting
    } finally {
      this.#connecting = null
    }
  }

  async #watch(): Promise<void> {
    await this.#pause(FIRST_LOOK_MS)
    if (this.#stopped.signal.aborted) return
    let why: string | null = null
    while (!this.#stopped.signal.aborted) {
      why = await this.#tryToLookOut()
      if (why === null) return
      await this.#pause(EVERY_MS)
    }
    if (why !== null) this.#parts.remark(`Nobody looked out for sessions that wait to change the table while it was read (${why}).`)
  }

  /** A sentence: why it could not, or cannot any more. */
  async #tryToLookOut(): Promise<string | null> {
    try {
      const lease = await this.#connect()
      if (lease === null) return 'all connections are in use'
      await this.#lookOut(lease.connection)
      return null
    } catch (error) {
      if (isAppError(error, 'CANCELLED')) return null
      await this.#lease?.release()
      this.#lease = null
      return error instanceof Error ? error.message : 'its connection failed'
    }
  }

  async #lookOut(connection: Connection): Promise<void> {
    // Who waits at one look only is served soon by itself.
    let before: ReadonlySet<string> = new Set()
    while (!this.#stopped.signal.aborted) {
      const { rows } = await connection.query(compile(waitersSql(this.#parts.runId)), { signal: this.#stopped.signal })
      const waiting = new Set(rows.map(([pid]) => pid ?? ''))
      if ([...waiting].some((pid) => before.has(pid))) return this.#parts.makeWay()
      before = waiting
      await this.#pause(EVERY_MS)
    }
  }

  async #pause(ms: number): Promise<void> {
    const { signal } = this.#stopped
    if (signal.aborted) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, ms)
      signal.addEventListener('abort', done, { once: true })
      function done(): void {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
    })
  }
}

/** Of the locks that are asked for, only the strongest conflicts with ours. */
function waitersSql(runId: string) {
  return sql`
    SELECT DISTINCT w.pid FROM pg_catalog.pg_stat_activity a
    JOIN pg_catalog.pg_locks o ON o.pid = a.pid AND o.locktype = 'relation' AND o.granted
    JOIN pg_catalog.pg_locks w ON w.locktype = 'relation' AND w.database = o.database AND w.relation = o.relation
      AND NOT w.granted AND w.mode = 'AccessExclusiveLock'
    WHERE a.application_name = ${applicationName(runId)}`
}
