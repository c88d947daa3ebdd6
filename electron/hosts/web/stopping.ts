/**
 * Settles at the first SIGINT, SIGTERM or SIGHUP; what was opened is then closed in order. Asked a second time, or when closing
 * takes too long, the process ends as it stands: every write that was acknowledged is on the disk already.
 */
export function untilAskedToStop(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (asked) process.exit(130)
        asked = true
        setTimeout(() => process.exit(1), PATIENCE_MS).unref()
        resolve()
      })
    }
  })
}

/** Stopping the sample's server takes a few seconds at most. */
const PATIENCE_MS = 20_000
