import type { Connection } from '#services/postgres/connection.ts'
import type { DataSource } from '#shared/model/data-source.ts'

/** The part of the data sources that a validation needs. */
export interface Connections {
  get(id: string): DataSource | Promise<DataSource>
  list(): Promise<readonly DataSource[]>
  /** @throws AppError PASSWORD_NEEDED or CONNECTION_FAILED. */
  lease(id: string, purpose: 'validation' | 'interactive', options?: { readonly signal?: AbortSignal }): Promise<LeasedConnection>
  /** One that is free at once; null: there is none. @throws as `lease` */
  leaseIfFree(id: string, purpose: 'validation' | 'control', options?: { readonly signal?: AbortSignal }): Promise<LeasedConnection | null>
}

export interface LeasedConnection {
  readonly connection: Connection
  /** Returns it, or ends it when a transaction is still open on it. */
  release(): Promise<void>
}
