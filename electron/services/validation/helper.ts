import { PostgresError } from '#services/postgres/errors.ts'
import { isAppError } from '#shared/contract/errors.ts'
import type { LeasedConnection } from './connections.ts'
import type { Helper } from './passes.ts'
import { type SessionOptions, ValidationSession } from './session.ts'

/**
 * A second session on the snapshot of `first`. null: no connection is free. A sentence: why there is none, for the run's
 * remarks; one connection does the same work, only not side by side.
 * @throws AppError CANCELLED
 */
export async function openHelper(
  second: () => Promise<LeasedConnection | null>,
  options: SessionOptions,
  first: ValidationSession,
): Promise<Helper | string | null> {
  let lease: LeasedConnection | null = null
  const stopped = new AbortController()
  try {
    lease = await second()
    if (lease === null) return null
    const signal = AbortSignal.any([options.signal, stopped.signal])
    const session = await ValidationSession.join(lease.connection, { ...options, signal }, first)
    return { session, stop: () => stopped.abort(), leave: () => leave(session, lease, signal) }
  } catch (error) {
    await lease?.release()
    if (error instanceof PostgresError || (isAppError(error) && !isAppError(error, 'CANCELLED')))
      return `One connection did all the reading: a second one on the same snapshot was not to be had (${error.message}).`
    throw error
  }
}

async function leave(session: ValidationSession, lease: LeasedConnection | null, signal: AbortSignal): Promise<void> {
  try {
    if (!signal.aborted) await session.end()
  } catch (error) {
    // A connection that is lost has ended its transaction by itself; one in which it is still open is closed when it is given back.
    if (!(error instanceof PostgresError) && !isAppError(error)) throw error
  } finally {
    await lease?.release()
  }
}
