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
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), RESET_LIMIT_MS)
  })
  try {
    const done = connection.query({ text: `DISCARD ALL /* ${SQL_TAG}query */`, values: [] }).then(() => true)
    // Nobody, and least of all the end of the program, waits for a server that has gone.
    if (!(await Promise.race([done, silence]))) await connection.dispose()
  } catch (error) {
    await connection.dispose()
    if (!(error instanceof PostgresError) && !(error instanceof AppError)) throw error
  } finally {
    clearTimeout(timer)
  }
}

const RESET_LIMIT_MS = 2_000
