import { AppError, cancelled } from '#shared/contract/errors.ts'
import { CONNECT_LIMIT_MS, openConnection } from './connect.ts'
import { ConnectTracer } from './connect-trace.ts'
import type { Connection } from './connection.ts'
import type { ConnectionSettings } from './connection-settings.ts'
import { withVariables } from './variables.ts'

/** The connections to one data source: few, kept a while, given to one user at a time. */

export type LeasePurpose = 'validation' | 'interactive' | 'control' | 'tab'

export interface PoolLease {
  readonly connection: Connection
  /** Returns it to the pool, or ends it when it is in a transaction or lost. Only the first call counts. */
  release(): Promise<void>
}

/** At most two passes of validations, two for a person's own work, for each run one that looks out for sessions that wait, and four that tabs of the query pane hold on to; a connection to cancel over is opened beside them when one is needed. */
const limits: Readonly<Record<LeasePurpose, number>> = { validation: 2, interactive: 2, control: 2, tab: 4 }
const IDLE_MS = 60_000

interface Waiting {
  readonly purpose: LeasePurpose
  readonly grant: () => void
  readonly refuse: () => void
}

export class ConnectionPool {
  readonly #settings: () => Promise<ConnectionSettings>
  readonly #idle: { readonly connection: Connection; readonly timer: NodeJS.Timeout }[] = []
  readonly #leased = new Set<Connection>()
  readonly #inUse: Record<LeasePurpose, number> = { validation: 0, interactive: 0, control: 0, tab: 0 }
  readonly #waiting: Waiting[] = []
  readonly #idleMs: number
  #closed = false

  /** `settings` is asked at each connection: the port of the sample and the password may have changed. */
  constructor(settings: () => Promise<ConnectionSettings>, idleMs = IDLE_MS) {
    this.#settings = settings
    this.#idleMs = idleMs
  }

  /** Waits for its turn. Rejects with what connecting threw, AppError CANCELLED, or CONNECTION_FAILED when it is closed meanwhile. */
  async lease(purpose: LeasePurpose, signal: AbortSignal | undefined): Promise<PoolLease> {
    await this.#turn(purpose, signal)
    return await this.#given(purpose, signal)
  }

  /** The same without waiting; null: all connections for this purpose are in use. */
  async leaseIfFree(purpose: LeasePurpose, signal: AbortSignal | undefined): Promise<PoolLease | null> {
    if (this.#inUse[purpose] >= limits[purpose]) return null
    return await this.lease(purpose, signal)
  }

  async #given(purpose: LeasePurpose, signal: AbortSignal | undefined): Promise<PoolLease> {
    try {
      const connection = this.#takeIdle() ?? (await this.#open(signal))
      if (this.#closed) {
        await connection.dispose()
        throw closedMeanwhile()
      }
      this.#leased.add(connection)
      let released = false
      return {
        connection,
        release: async () => {
          if (released) return
          released = true
          this.#leased.delete(connection)
          await this.#takeBack(connection)
          this.#done(purpose)
        },
      }
    } catch (error) {
      this.#done(purpose)
      throw error
    }
  }

  /** Ends every connection, also those in use: their statements are cancelled on the server first. */
  async dispose(): Promise<void> {
    this.#closed = true
    for (const waiting of this.#waiting.splice(0)) waiting.refuse()
    const idle = this.#idle.splice(0)
    for (const { timer } of idle) clearTimeout(timer)
    await Promise.all([
      ...idle.map(({ connection }) => connection.dispose()),
      ...[...this.#leased].map(async (connection) => {
        await connection.cancel()
        await connection.dispose()
      }),
    ])
  }

  async #turn(purpose: LeasePurpose, signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted) throw cancelled()
    if (this.#closed) throw closedMeanwhile()
    if (this.#inUse[purpose] < limits[purpose]) {
      this.#inUse[purpose] += 1
      return
    }
    await new Promise<void>((resolve, reject) => {
      const waiting: Waiting = {
        purpose,
        grant: () => {
          signal?.removeEventListener('abort', leave)
          resolve()
        },
        refuse: () => {
          signal?.removeEventListener('abort', leave)
          reject(closedMeanwhile())
        },
      }
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1)
        reject(cancelled())
      }
      signal?.addEventListener('abort', leave, { once: true })
      this.#waiting.push(waiting)
    })
  }

  /** The place of the one who is done goes to the next who waits for the same purpose. */
  #done(purpose: LeasePurpose): void {
    const index = this.#waiting.findIndex((waiting) => waiting.purpose === purpose)
    if (index === -1) this.#inUse[purpose] -= 1
    else this.#waiting.splice(index, 1)[0]?.grant()
  }

  async #open(signal: AbortSignal | undefined): Promise<Connection> {
    const given = await this.#settings()
    const settings = withVariables(given)
    return openConnection(settings, { signal, tracer: new ConnectTracer(settings, CONNECT_LIMIT_MS, undefined, given) })
  }

  #takeIdle(): Connection | null {
    for (;;) {
      const entry = this.#idle.pop()
      if (entry === undefined) return null
      clearTimeout(entry.timer)
      if (entry.connection.usable) return entry.connection
    }
  }

  async #takeBack(connection: Connection): Promise<void> {
    // A transaction left open, or a lost connection, is nobody's to go on with.
    if (this.#closed || !connection.usable || connection.transactionStatus() !== 'idle') return connection.dispose()
    const timer = setTimeout(() => {
      const index = this.#idle.findIndex((entry) => entry.connection === connection)
      if (index !== -1) this.#idle.splice(index, 1)
      void connection.dispose()
    }, this.#idleMs)
    timer.unref()
    this.#idle.push({ connection, timer })
  }
}

/** The data source was changed or removed, or the program ends. */
function closedMeanwhile(): AppError<'CONNECTION_FAILED'> {
  return new AppError(
    'CONNECTION_FAILED',
    'The connections of this data source were closed.',
    { dataSourceId: null, cause: 'closed', remedy: 'Try again.', sqlstate: null },
    { action: 'retry' },
  )
}
