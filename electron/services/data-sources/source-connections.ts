import { ConnectError, toAppError } from '#services/postgres/connect.ts'
import type { ConnectionSettings } from '#services/postgres/connection-settings.ts'
import { ConnectionPool, type LeasePurpose, type PoolLease } from '#services/postgres/pool.ts'
import type { StoredDataSource } from './records.ts'
import { passwordNeeded } from './source-secrets.ts'

/** The open connections of each data source, and what is learnt of it by connecting. */

export interface SourceConnectionsParts {
  /** @throws AppError NOT_FOUND */
  source(id: string): StoredDataSource
  /** @throws AppError PASSWORD_NEEDED when there should be a password and it is not at hand */
  settings(id: string): Promise<ConnectionSettings>
  /** Whether the server asks for a password. */
  learn(id: string, askedForPassword: boolean): void
}

export class SourceConnections {
  readonly #parts: SourceConnectionsParts
  readonly #pools = new Map<string, ConnectionPool>()

  constructor(parts: SourceConnectionsParts) {
    this.#parts = parts
  }

  /** @throws AppError PASSWORD_NEEDED, CONNECTION_FAILED, CANCELLED */
  lease(id: string, purpose: LeasePurpose, signal: AbortSignal | undefined): Promise<PoolLease> {
    return this.#explained(id, this.#pool(id).lease(purpose, signal))
  }

  /** null: as many as there may be are in use. */
  leaseIfFree(id: string, purpose: LeasePurpose, signal: AbortSignal | undefined): Promise<PoolLease | null> {
    return this.#explained(id, this.#pool(id).leaseIfFree(purpose, signal))
  }

  /** The next lease connects anew. */
  async close(id: string): Promise<void> {
    const pool = this.#pools.get(id)
    this.#pools.delete(id)
    await pool?.dispose()
  }

  async dispose(): Promise<void> {
    const pools = [...this.#pools.values()]
    this.#pools.clear()
    await Promise.all(pools.map((pool) => pool.dispose()))
  }

  #pool(id: string): ConnectionPool {
    const known = this.#pools.get(id)
    if (known !== undefined) return known
    const pool = new ConnectionPool(() => this.#parts.settings(id))
    this.#pools.set(id, pool)
    return pool
  }

  async #explained<Given extends PoolLease | null>(id: string, given: Promise<Given>): Promise<Given> {
    try {
      const lease = await given
      if (lease !== null) this.#parts.learn(id, lease.connection.askedForPassword)
      return lease
    } catch (error) {
      throw this.#explain(error, id)
    }
  }

  #explain(error: unknown, id: string): unknown {
    if (!(error instanceof ConnectError)) return error
    const { cause } = error.failure
    if (cause === 'password-missing') this.#parts.learn(id, true)
    if (cause !== 'wrong-password' && cause !== 'password-missing') return toAppError(error, id)
    return passwordNeeded(this.#parts.source(id), cause === 'wrong-password' ? 'rejected' : 'missing', error.failure.sentence)
  }
}
