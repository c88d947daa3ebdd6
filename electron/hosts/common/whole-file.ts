import { randomBytes } from 'node:crypto'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { FileSink } from '#services/platform.ts'
import { AppError } from '#shared/contract/errors.ts'
import { errorCode } from '#shared/error-code.ts'

/**
 * A file that is there whole or not at all: written beside its place, brought to the disk, then moved over it. What was there before
 * stays as it is until then. @throws AppError UNAVAILABLE
 */
export async function openWholeFile(path: string): Promise<FileSink> {
  const folder = dirname(path)
  const part = join(folder, `.plumbline-${randomBytes(6).toString('hex')}.part`)
  // SECURITY: rows of the person's data; new, and for nobody else to read.
  const handle = await tried(() => open(part, 'wx', 0o600))
  return new WholeFile({ path, part, folder, handle })
}

interface Place {
  readonly path: string
  readonly part: string
  readonly folder: string
  readonly handle: FileHandle
}

class WholeFile implements FileSink {
  readonly #place: Place
  #writing: Promise<unknown> = Promise.resolve()
  #given = false

  constructor(place: Place) {
    this.#place = place
  }

  async write(bytes: Uint8Array): Promise<void> {
    const writing = tried(() => this.#all(bytes))
    this.#writing = writing.catch(() => {})
    await writing
  }

  async finish(): Promise<void> {
    const { path, part, folder, handle } = this.#place
    await tried(async () => {
      await handle.sync()
      await handle.close()
      await rename(part, path)
    })
    this.#given = true
    await syncFolder(folder)
  }

  async discard(): Promise<void> {
    if (this.#given) return
    this.#given = true
    await this.#writing
    await this.#place.handle.close().catch(() => {}) // closed already, where finishing failed
    await rm(this.#place.part, { force: true })
  }

  /** A disk that fills up takes a part of what it is given and says so only by its count. */
  async #all(bytes: Uint8Array): Promise<void> {
    if (this.#given) throw new Error('The file was given up.')
    for (let at = 0; at < bytes.length; ) at += (await this.#place.handle.write(bytes, at)).bytesWritten
  }
}

/** A rename is lasting once its folder is on the disk. Windows has no such thing, and does it by itself. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } catch {
    // A network folder may refuse this; the file is whole either way.
  } finally {
    await handle.close()
  }
}

async function tried<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    const cause = errorCode(error) || 'unknown'
    throw new AppError(
      'UNAVAILABLE',
      `The file cannot be written: ${reasons[cause] ?? cause}. Nothing was saved.`,
      { cause },
      { cause: error },
    )
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full',
  EACCES: 'its folder may not be written to',
  EPERM: 'its folder may not be written to',
  EROFS: 'its disk can only be read',
  ENOENT: 'its folder is not there any more',
  EISDIR: 'a folder has its name',
}
