import type { Lease } from '#services/data-sources/data-sources.ts'
import type { Connection } from '#services/postgres/connection.ts'
import { PostgresError } from '#services/postgres/errors.ts'
import { AppError } from '#shared/contract/errors.ts'
import { SQL_TAG } from '#shared/model/names.ts'

/**
 * The next user of the connection must not find what this script set, prepared or listened to. What cannot be put back
 * (a transaction left open is ended by the pool) ends with the connection.
 * SECURITY: after every script. A function of a view can set a search_path or take a lock in a plain SELECT, and nothing in its text says so.
 */
export async function handBack(lease: Lease): Promise<void> {
  try {
    if (lease.connection.usable && lease.connection.transactionStatus() === 'idle') {
      await reset(lease.connection)
    }
  } finally {
    await lease.release()
  }
}

async function reset(connection: Connection): Promise<void> {
  try {
    await connection.query({ text: `DISCARD ALL /* ${SQL_TAG}query */`, values: [] })
  } catch (error) {
    await connection.dispose()
    if (!(error instanceof PostgresError) && !(error instanceof AppError)) throw error
  }
}
