import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { errorCode } from '#shared/error-code.ts'

/**
 * A file that is there whole or not at all: written under another name in the same folder, brought to the disk, renamed, and the
 * folder brought to the disk too. Until the rename what was there stays as it is; what fails leaves nothing of its own.
 * (Libraries that promise it were measured to rename half of a file over a good one on a full disk.)
 *
 * Why a folder beside the other leaves, which even they may import: the store, the vault and the hosts all write whole files, none of
 * them may import another, and shared knows no disk. It imports Node alone, so that no leaf learns of a service through it.
 */
export class WholeFile {
  readonly #path: string
  readonly #part: string
  readonly #handle: FileHandle
  #writing: Promise<unknown> = Promise.resolve()
  #sizeBytes = 0
  #ended = false

  private constructor(path: string, part: string, handle: FileHandle) {
    this.#path = path
    this.#part = part
    this.#handle = handle
  }

  /**
   * `part`: the name until then, in the same folder; what has it is left over from a program that was killed, and goes. Left out: one that
   * nobody has, for a folder that is not ours.
   */
  static async open(path: string, part?: string): Promise<WholeFile> {
    if (part !== undefined) await rm(part, { force: true })
    const name = part ?? join(dirname(path), `.plumbline-${randomBytes(6).toString('hex')}.part`)
    // SECURITY: for its owner only, from the first byte; `wx` follows no link that somebody put there.
    return new WholeFile(path, name, await open(name, 'wx', 0o600))
  }

  /** One at a time. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#ended) throw new Error('The file was given up.')
    const writing = writeAll(this.#handle, bytes)
    this.#writing = writing.catch(() => {}) // whoever wrote hears of it
    await writing
    this.#sizeBytes += bytes.length
  }

  /** `beforeRename`: when the new one is safe on the disk and the old one is still in its place. */
  async finish(beforeRename: () => Promise<void> = async () => {}): Promise<void> {
    try {
      if ((await this.#handle.stat()).size !== this.#sizeBytes) throw new Error('Less was written than given.')
      await this.#handle.sync()
      await this.#handle.close()
      await beforeRename()
      await rename(this.#part, this.#path)
    } catch (error) {
      await this.discard()
      throw error
    }
    this.#ended = true
    await syncFolder(dirname(this.#path))
  }

  async discard(): Promise<void> {
    if (this.#ended) return
    this.#ended = true
    await this.#writing
    await this.#handle.close().catch(() => {}) // closed already, where finishing failed
    await rm(this.#part, { force: true })
  }
}

export interface WholeFileOptions {
  /** As of `WholeFile.open`. */
  readonly part?: string
  /** As of `WholeFile.finish`. */
  readonly beforeRename?: () => Promise<void>
}

export async function writeWholeFile(path: string, bytes: Uint8Array, { part, beforeRename }: WholeFileOptions = {}): Promise<void> {
  const file = await WholeFile.open(path, part)
  try {
    await file.write(bytes)
    await file.finish(beforeRename)
  } catch (error) {
    await file.discard()
    throw error
  }
}

/**
 * The same for what somebody else writes, as SQLite does: `fill` is given the name of an empty file. At once, because SQLite is; so not
 * where a window waits.
 */
export function fillWholeFileSync(path: string, fill: (part: string) => void): void {
  const part = `${path}.part`
  rmSync(part, { force: true })
  try {
    // SECURITY: as above. What is written into a file that exists leaves its mode as it is.
    closeSync(openSync(part, 'wx', 0o600))
    fill(part)
    syncPath(part, 'r+')
    renameSync(part, path)
  } catch (error) {
    rmSync(part, { force: true })
    throw error
  }
  syncFolderSync(dirname(path))
}

/** `at` null: behind what was written last. A disk that fills up takes a part of what it is given, and says so only by its count. */
export async function writeAll(handle: Writer, bytes: Uint8Array, at: number | null = null): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, at === null ? null : at + written)
    if (bytesWritten === 0) throw Object.assign(new Error('The disk takes no more.'), { code: 'ENOSPC' })
    written += bytesWritten
  }
}

/** As of Node's file handles. */
export interface Writer {
  write(bytes: Uint8Array, offset: number, length: number, position: number | null): Promise<{ readonly bytesWritten: number }>
}

/** A rename is lasting once its folder is on the disk. Windows has no such call, and does it by itself. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  try {
    const handle = await open(folder, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (!isRefused(error)) throw error
  }
}

function syncFolderSync(folder: string): void {
  if (process.platform === 'win32') return
  try {
    syncPath(folder, 'r')
  } catch (error) {
    if (!isRefused(error)) throw error
  }
}

function syncPath(path: string, flags: string): void {
  const handle = openSync(path, flags)
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** Of a network folder, or one that may be written to and not read: the file is whole either way. A disk that fails says EIO. */
function isRefused(error: unknown): boolean {
  return ['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'EACCES', 'EPERM', 'EBADF'].includes(errorCode(error))
}
