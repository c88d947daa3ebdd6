import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { isSame, linuxMarkOf, type ProcessName, sendSignal } from '#services/processes/processes.ts'
import { AppError } from '#shared/contract/errors.ts'

/** Ending a server, in order or at the last moment. Signals, so not for Windows. */

const stages = [
  // Fast: sessions are ended, the data is written.
  ['SIGINT', 10_000],
  // Immediate, when clients or the disk hold that up: the next start recovers.
  ['SIGQUIT', 5_000],
] as const

/** Returns when it is gone. @throws AppError UNAVAILABLE when it does not end */
export async function endServer(server: ProcessName): Promise<void> {
  for (const [signal, limitMs] of stages) {
    if (!(await isSame(server)) || !sendSignal(server.pid, signal)) return
    const deadline = Date.now() + limitMs
    while (Date.now() < deadline) {
      if (!(await isSame(server))) return
      await sleep(20)
    }
  }
  throw new AppError('UNAVAILABLE', `The embedded PostgreSQL (process ${server.pid}) does not end.`, { cause: 'server-does-not-end' })
}

/**
 * For an app that ends without closing anything: asked to stop twice, or by an error that nobody caught. A last signal is all
 * that can be done then, and the process ends by itself. Returns the function that takes it back.
 * `mark` is null for a process that was started just now.
 */
export function endWithApp(pid: number, mark: string | null, signal: 'SIGINT' | 'SIGTERM'): () => void {
  if (process.platform === 'win32') return () => {}
  const end = () => {
    // The number may have been given to another process since.
    if (mark === null || isSameNow(pid, mark)) sendSignal(pid, signal)
  }
  process.once('exit', end)
  return () => process.off('exit', end)
}

function isSameNow(pid: number, mark: string): boolean {
  if (process.platform !== 'linux') return true
  try {
    return linuxMarkOf(readFileSync(`/proc/${pid}/stat`, 'utf8'), readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')) === mark
  } catch {
    return false // gone
  }
}
