import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
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
