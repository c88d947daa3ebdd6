import { readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isAlive } from '#services/processes/processes.ts'
import { isMissing } from './binaries.ts'

/** What a running server says about itself in `postmaster.pid` (storage/lmgr, "lock file" lines; the order is fixed). */
export interface Postmaster {
  readonly pid: number
  readonly dataFolder: string
  readonly port: number | null
  /** Its last line: the server takes connections. */
  readonly ready: boolean
}

/** null: the server is not running, or its file is not written yet. */
export async function readPostmaster(dataFolder: string): Promise<Postmaster | null> {
  let lines: readonly string[]
  try {
    lines = (await readFile(join(dataFolder, 'postmaster.pid'), 'utf8')).split('\n')
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 0) return null
  return { pid, dataFolder: lines[1] ?? '', port: Number(lines[3]) || null, ready: (lines[7] ?? '').trim() === 'ready' }
}

/** After a crash the file may name a process that has nothing to do with us; the server would then refuse to start. */
export async function clearStaleLock(data: string): Promise<void> {
  const postmaster = await readPostmaster(data)
  if (postmaster === null || !isAlive(postmaster.pid)) return
  if ((await isServerOf(postmaster.pid, data)) === false) await rm(join(data, 'postmaster.pid'), { force: true })
}

/** A server's working directory is its data folder. null: this system does not say. */
async function isServerOf(pid: number, data: string): Promise<boolean | null> {
  if (process.platform !== 'linux') return null
  try {
    const [there, here] = await Promise.all([stat(`/proc/${pid}/cwd`), stat(data)])
    return there.ino === here.ino && there.dev === here.dev
  } catch (error) {
    if (isMissing(error)) return false
    return null // another user's process: not to be told apart, so left to the server's own check
  }
}
