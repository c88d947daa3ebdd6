/** Being asked to stop: SIGINT (Ctrl+C), SIGTERM, or SIGHUP (the terminal was closed). */

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Stopping the sample's server takes a few seconds at most. */
const PATIENCE_MS = 20_000

/**
 * `conf` brings a library that, when its own handler has run, sends the signal to the process once more. That echo comes at
 * once and is not a person who has lost patience.
 */
const ECHO_MS = 500

/**
 * Aborted at the first signal; what was opened is then closed in order. Asked again, or when closing takes too long, the
 * process ends as it stands, with `forcedExitCode`: every write that was acknowledged is on the disk already.
 */
export function stopSignal(forcedExitCode: number): AbortSignal {
  const abort = new AbortController()
  let askedAt: number | null = null
  for (const signal of signals) {
    process.on(signal, () => {
      if (askedAt !== null && performance.now() - askedAt > ECHO_MS) process.exit(forcedExitCode)
      if (askedAt !== null) return
      askedAt = performance.now()
      setTimeout(() => process.exit(forcedExitCode), PATIENCE_MS).unref()
      abort.abort()
    })
  }
  return abort.signal
}
