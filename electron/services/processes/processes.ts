import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { errorCode } from '#shared/error-code.ts'

/** Tells a process from a later one that was given the same number, for whatever outlives its program: a server of ours, a run in the store. */

export interface ProcessName {
  readonly pid: number
  /** See processMark. Empty: it could not be told when it was written down. */
  readonly mark: string
}

const run = promisify(execFile)

/** A text that is the same for the same process and differs for a later one with its number; null when there is none. */
export async function processMark(pid: number): Promise<string | null> {
  if (!isAlive(pid)) return null
  switch (process.platform) {
    case 'linux':
      return linuxMark(pid)
    case 'win32':
      return commandMark('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', `(Get-Process -Id ${pid}).StartTime.Ticks`])
    default:
      return commandMark('ps', ['-o', 'lstart=', '-p', String(pid)])
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it is there, and belongs to somebody else.
    return errorCode(error) === 'EPERM'
  }
}

export async function ownProcess(): Promise<ProcessName> {
  return { pid: process.pid, mark: (await processMark(process.pid)) ?? '' }
}

export async function isSame(known: ProcessName): Promise<boolean> {
  return (await processMark(known.pid)) === known.mark
}

/** From `/proc/<pid>/stat` and the id of this boot; null for a process that has ended and was not waited for. */
export function linuxMarkOf(stat: string, bootId: string): string | null {
  // The program's name stands in brackets and may hold spaces and brackets itself; what follows the last one is plain.
  const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, startTicks] = [afterName[0], afterName[19]]
  return state === 'Z' || startTicks === undefined ? null : `${bootId.trim()}:${startTicks}`
}

/** false: it has ended. */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return false
    throw error
  }
}

async function linuxMark(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    return linuxMarkOf(stat, await readFile('/proc/sys/kernel/random/boot_id', 'utf8'))
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(errorCode(error))) return null
    throw error
  }
}

async function commandMark(command: string, args: readonly string[]): Promise<string | null> {
  try {
    const mark = (await run(command, [...args], { env: { ...process.env, LC_ALL: 'C' } })).stdout.trim()
    return mark === '' ? null : mark
  } catch (error) {
    // Both programs end with 1 when the process has just gone.
    if (errorCode(error) === '1') return null
    throw error
  }
}
