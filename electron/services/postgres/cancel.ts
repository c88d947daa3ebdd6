/** Stopping a statement on its server, by a second connection with the same settings. */

/** What it took: the statement was cancelled, the session was ended, or the connection was dropped. */
export type CancelOutcome = 'cancel' | 'terminate' | 'disconnect'

/** What the server named at login, and the secret that lets us stop what it does for us. Behind a pooler both are the pooler's. */
export interface BackendKey {
  readonly processId: number
  readonly secretKey: number
}

/** How the work of a connection is stopped. `key`: null where the open transaction's own process is known. */
export type Canceller = (target: {
  readonly processId: number
  readonly key: BackendKey | null
  settled(): Promise<void>
  destroy(): void
}) => Promise<CancelOutcome>

/** How long each stage may take before the next, harder one. */
export const PATIENCE_MS = 5_000
/** Who gets the message and does not stop is asked again by another way. */
const REQUEST_PATIENCE_MS = 1_500

/** A short-lived control connection: runs one function of the server with a process id, and says whether it was obeyed. */
export interface Control {
  call(name: 'pg_cancel_backend' | 'pg_terminate_backend', processId: number): Promise<boolean>
  dispose(): Promise<void>
}

/** How a statement is stopped. */
export interface CancelWays {
  /** PATIENCE_MS unless given. */
  readonly patienceMs?: number | undefined
  /** PostgreSQL's message for it, which needs no login; nothing is heard of what came of it. */
  request(key: BackendKey): Promise<void>
  openControl(): Promise<Control>
}

/**
 * `pg`'s own cancel connects without TLS, so it is not used. Outside of a transaction of ours the message goes first: behind a pooler
 * nobody else knows which server works for us. In one, its process is known and is named.
 * Nothing else is sent on the connection until this has returned, so that what comes late meets no other statement.
 */
export function cancelBy({ request, openControl, patienceMs = PATIENCE_MS }: CancelWays): Canceller {
  return async ({ processId, key, settled, destroy }) => {
    if (key !== null) {
      const sent = await request(key).then(
        () => true,
        // It could not be had, or not under TLS: the session of a control connection is the next way.
        () => false,
      )
      if (sent && (await within(settled(), Math.min(patienceMs, REQUEST_PATIENCE_MS))) !== late) return 'cancel'
    }
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
          patienceMs,
        )
        if (obeyed === true && (await within(settled(), patienceMs)) !== late) return outcome
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
