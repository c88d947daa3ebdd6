import { constants } from 'node:fs'
import { copyFile, type FileHandle, link, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { MAX_FILE_BYTES } from './vault-format.ts'

/**
 * A small file that is replaced whole: after a crash, a power cut or on a full disk there is the old one or the new one,
 * and the one before under `.bak`. (Libraries that promise it were measured to rename half of a file over a good one.)
 */

/** null: there is none. @throws when it is too large, or cannot be read */
export async function readWhole(file: string): Promise<Buffer | null> {
  let handle: FileHandle
  try {
    handle = await open(file, 'r')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
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
  const next = `${file}.new`
  // Left over from a program that was killed: one program at a time writes here, the one that holds the folder.
  await rm(next, { force: true })
  try {
    await writeDown(next, bytes)
    if (keepPrevious) await keepAsBackup(file)
    await rename(next, file)
    if (!keepPrevious) await writeBackup(file, bytes)
    await keepNames(file)
  } catch (error) {
    for (const left of [next, `${backupOf(file)}.new`]) await rm(left, { force: true }).catch(() => {})
    throw error
  }
}

/** The copy takes the place of the file, which is moved to `aside`. */
export async function restoreCopy(file: string, aside: string): Promise<void> {
  await moveAside(file, aside)
  await copyFile(backupOf(file), `${file}.new`)
  await rename(`${file}.new`, file)
  await keepNames(file)
}

export async function moveAside(file: string, aside: string): Promise<void> {
  try {
    await rename(file, aside)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
  await keepNames(file)
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

/** SECURITY: for its owner only, from the first byte; `wx` follows no link that somebody put there. */
async function writeDown(file: string, bytes: Buffer): Promise<void> {
  const handle = await open(file, 'wx', 0o600)
  try {
    for (let written = 0; written < bytes.length; ) {
      const { bytesWritten } = await handle.write(bytes, written, bytes.length - written)
      // A full disk may take a part and say nothing.
      if (bytesWritten === 0) throw new Error('The disk takes no more.')
      written += bytesWritten
    }
    if ((await handle.stat()).size !== bytes.length) throw new Error('Less was written than given.')
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** By another name for the same bytes, which then takes the place of the earlier copy, so that there always is one. */
async function keepAsBackup(file: string): Promise<void> {
  const next = `${backupOf(file)}.new`
  await rm(next, { force: true })
  try {
    await link(file, next)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return
    // Not every file system has links.
    await copyFile(file, next, constants.COPYFILE_EXCL)
  }
  await rename(next, backupOf(file))
}

/** Bytes of its own: what damages the one in its place leaves the other. */
async function writeBackup(file: string, bytes: Buffer): Promise<void> {
  const next = `${backupOf(file)}.new`
  await rm(next, { force: true })
  await writeDown(next, bytes)
  await rename(next, backupOf(file))
}

/** A rename is kept when its folder is. Windows has no such call, and needs none. */
async function keepNames(file: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(dirname(file), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
