import { lstat, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isSame } from '#services/processes/processes.ts'
import { isMissing } from './binaries.ts'
import { BackPointer, backPointerFile, readRecord } from './cluster-record.ts'
import { endServer } from './ending.ts'
import { readPostmaster } from './postmaster.ts'
import { isServerFolderName } from './server-account.ts'

/**
 * Root's server folders are outside of the data folder. When the app is killed and its data folder is deleted, nothing knows
 * of them but they themselves: each holds a note of whose it is.
 */

/**
 * Ends and removes the servers below `parent` whose app is not running and whose data folder is gone, or has another server by
 * now. They hold sample rows only. What has no note, or a note that cannot be read, is left alone. Returns the removed folders.
 */
export async function removeOrphans(parent: string): Promise<readonly string[]> {
  const removed: string[] = []
  for (const name of await namesIn(parent)) {
    const serverFolder = join(parent, name)
    if (!isServerFolderName(name) || !(await isOurs(serverFolder))) continue
    const note = await readNote(serverFolder)
    if (note === null || !(await isOrphan(serverFolder, note))) continue
    const dataFolder = join(serverFolder, 'data')
    const running = await readPostmaster(dataFolder)
    if (note.server !== null && running?.pid === note.server.pid && running.dataFolder === dataFolder) await endServer(note.server)
    await rm(serverFolder, { recursive: true, force: true, maxRetries: 5 })
    removed.push(serverFolder)
  }
  return removed
}

async function isOrphan(serverFolder: string, note: BackPointer): Promise<boolean> {
  if (note.owner !== null && (await isSame(note.owner))) return false
  return (await readRecord(note.folder))?.serverFolder !== serverFolder
}

/** SECURITY: on some systems others may make folders in `parent`; theirs are not believed. */
async function isOurs(serverFolder: string): Promise<boolean> {
  const found = await lstat(serverFolder)
  return found.isDirectory() && found.uid === process.getuid?.()
}

async function readNote(serverFolder: string): Promise<BackPointer | null> {
  try {
    const parsed = BackPointer.safeParse(JSON.parse(await readFile(backPointerFile(serverFolder), 'utf8')))
    return parsed.success ? parsed.data : null
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) return null
    throw error
  }
}

async function namesIn(parent: string): Promise<readonly string[]> {
  try {
    return await readdir(parent)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}
