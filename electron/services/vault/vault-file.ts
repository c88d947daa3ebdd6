import { type FileHandle, link, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncFolder, writeWholeFile } from '#services/files/whole-file.ts'
import { errorCode } from '#shared/error-code.ts'
import { MAX_FILE_BYTES } from './vault-format.ts'

/** A small file that is replaced whole (files/whole-file.ts), and the one before it under `.bak`. */

/** null: there is none. @throws when it is too large, or cannot be read */
export async function readWhole(file: string): Promise<Buffer | null> {
  let handle: FileHandle
  try {
    handle = await open(file, 'r')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  }
  try {
    const entry = await handle.stat()
    if (!entry.isFile() || entry.size > MAX_FILE_BYTES) throw new RangeError('This is not a file of ours.')
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}

/** `keepPrevious` false: what was taken out, or sealed with an earlier passphrase, is not to be found in the copy either. */
export async function replaceWhole(file: string, bytes: Buffer, { keepPrevious }: { readonly keepPrevious: boolean }): Promise<void> {
  if (keepPrevious) return put(file, bytes, () => keepAsBackup(file))
  await put(file, bytes)
  // Bytes of its own: what damages the one in its place leaves the other.
  await put(backupOf(file), bytes)
}

/** The copy takes the place of the file, which is moved to `aside` once the copy's bytes are safe. */
export async function restoreCopy(file: string, aside: string): Promise<void> {
  const bytes = await readWhole(backupOf(file))
  if (bytes === null) throw new Error('The copy is gone.')
  await put(file, bytes, () => moveAside(file, aside))
}

export async function moveAside(file: string, aside: string): Promise<void> {
  try {
    await rename(file, aside)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
  }
  await syncFolder(dirname(file))
}

export function backupOf(file: string): string {
  return `${file}.bak`
}

/** When the copy was written; null: there is none. */
export async function backupTime(file: string): Promise<Date | null> {
  try {
    return (await stat(backupOf(file))).mtime
  } catch {
    return null
  }
}

/** One program at a time writes here, the one that holds the folder: what another left of its own is no longer wanted. */
async function put(file: string, bytes: Buffer, beforeRename?: () => Promise<void>): Promise<void> {
  await writeWholeFile(file, bytes, { part: `${file}.new`, ...(beforeRename === undefined ? {} : { beforeRename }) })
}

/** By another name for the same bytes, which then takes the place of the earlier copy, so that there always is one. */
async function keepAsBackup(file: string): Promise<void> {
  const next = `${backupOf(file)}.new`
  await rm(next, { force: true })
  try {
    await link(file, next)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return
    // Not every file system has links.
    const bytes = await readWhole(file)
    if (bytes !== null) await put(backupOf(file), bytes)
    return
  }
  try {
    await rename(next, backupOf(file))
  } catch (error) {
    await rm(next, { force: true })
    throw error
  }
}
