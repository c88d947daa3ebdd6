/** How the program that was started ended, for the one who started it: its exit code, or a sentence where something ended it. */
import { constants } from 'node:os'
import { say } from './paths.mjs'

/** Somebody asked for these, and the program ends by itself when it gets them. */
const askedFor = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * @param {number | null} code
 * @param {NodeJS.Signals | null} signal
 * @returns {{ exitCode: number, line: string | null }}
 */
export function endOf(code, signal) {
  if (signal === null) return { exitCode: code ?? 1, line: null }
  // As shells count.
  const exitCode = 128 + (constants.signals[signal] ?? 0)
  if (askedFor.includes(signal)) return { exitCode, line: null }
  const what =
    signal === 'SIGKILL'
      ? 'Plumbline was ended from outside (SIGKILL): somebody ended it, or this computer had no memory left.'
      : `Plumbline ended by a fault of its own (${signal}).`
  return { exitCode, line: `${what} What was saved is safe; start it again to go on.` }
}

/**
 * Waits for its end, says what ended it where nobody asked for that, and leaves with its code.
 * @param {import('node:child_process').ChildProcess} child
 */
export async function leaveWith(child) {
  const { exitCode, line } = await new Promise((resolve) => {
    child.once('error', (error) => resolve({ exitCode: 2, line: `Plumbline could not be started: ${error.message}` }))
    child.once('close', (code, signal) => resolve(endOf(code, signal)))
  })
  if (line !== null) say(line)
  process.exitCode = exitCode
}
