import { readFileSync } from 'node:fs'

/**
 * When a process began, in a form that only compares with itself: a pid alone may have gone to another process since.
 * null where the system does not say (no /proc); then a pulse in the store decides.
 */
export function processStart(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // Field 22, in ticks since boot. The second field is a name in parentheses that may hold anything.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/** The mark that this process leaves with its runs. Never empty, because an empty one would equal any other. */
export function ownStart(): string {
  return processStart(process.pid) ?? `unknown ${Math.round(performance.timeOrigin)}`
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ESRCH', 'EACCES', 'ENOTDIR'].includes(codeOf(error))
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
