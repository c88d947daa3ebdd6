import type { Canceller } from './connection.ts'

/** Stopping a statement on its server, by a second connection with the same settings. */

/** What it took: the statement was cancelled, the session was ended, or the connection was dropped. */
export type CancelOutcome = 'cancel' | 'terminate' | 'disconnect'

/** How long each stage may take before the next, harder one. */
const PATIENCE_MS = 5_000

/** A short-lived control connection: runs one function of the server with a process id, and says whether it was obeyed. */
export interface Control {
  call(name: 'pg_cancel_backend' | 'pg_terminate_backend', processId: number): Promise<boolean>
  dispose(): Promise<void>
}

/**
 * `pg`'s own cancel connects without TLS, so it is not used. Only the process id that belongs to a statement that still runs
 * is named, and nothing else is sent on that connection until this has returned.
 */
export function cancelBy(openControl: () => Promise<Control>): Canceller {
  return async ({ processId, settled, destroy }) => {
    let control: Control
    try {
      control = await openControl()
    } catch {
      // No second connection can be had (all are taken, or the network is gone). Dropping ours makes the server notice.
      destroy()
      return 'disconnect'
    }
    try {
      for (const [name, outcome] of stages) {
        // A pooler may let us in and keep the question until it has a server for it; a bad server never answers.
        const obeyed = await within(
          control.call(name, processId).catch(() => false),
          PATIENCE_MS,
        )
        if (obeyed === true && (await within(settled(), PATIENCE_MS)) !== late) return outcome
      }
      destroy()
      return 'disconnect'
    } finally {
      await control.dispose()
    }
  }
}

const stages = [
  ['pg_cancel_backend', 'cancel'],
  ['pg_terminate_backend', 'terminate'],
] as const

const late = Symbol('late')

async function within<Result>(work: Promise<Result>, ms: number): Promise<Result | typeof late> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<typeof late>((resolve) => {
    timer = setTimeout(() => resolve(late), ms)
  })
  try {
    return await Promise.race([work, limit])
  } finally {
    clearTimeout(timer)
  }
}
