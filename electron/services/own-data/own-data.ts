import { randomUUID } from 'node:crypto'
import { copyFile, mkdir, open, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Changes } from '#services/changes.ts'
import type { DataSources } from '#services/data-sources/data-sources.ts'
import { writeAll } from '#services/files/whole-file.ts'
import type { Log } from '#services/platform.ts'
import { STORE_FILE, type Store } from '#services/store/store.ts'
import { AppError, invalid, notFound } from '#shared/contract/errors.ts'
import { changeTopics } from '#shared/model/app.ts'
import { type BackupContents, type OwnDataOverview, PART_BYTES } from '#shared/model/own-data.ts'
import { dailyCopy, findCopy, listCopies, replacedCopy } from './copies.ts'
import { runWork } from './run-work.ts'
import type { Inspection } from './work.ts'

/** Plumbline's own data as a whole: backups of it, restoring one, and the copy that is made once a day. */

export interface OwnDataParts {
  readonly dataFolder: string
  readonly store: Store
  readonly dataSources: DataSources
  readonly changes: Changes
  readonly log: Log
  /** Tells a person after the pages have loaded themselves anew. */
  notice(sentence: string): void
}

const DAILY_MS = 20 * 3_600_000
/** More than anybody's results take; a file that goes on for ever ends here. */
const LARGEST_BYTES = 16 * 1024 ** 3

export class OwnData {
  readonly #parts: OwnDataParts
  /** Files on their way in or out, each in a folder of its own. */
  readonly #folder: string
  readonly #files = new Set<string>()
  /** Of these, those that were looked through: they do not change any more. */
  readonly #looked = new Set<string>()
  #writing: Promise<unknown> = Promise.resolve()
  #busy = false

  constructor(parts: OwnDataParts) {
    this.#parts = parts
    this.#folder = join(parts.dataFolder, 'own-data')
  }

  /** For the start of a window host: what an earlier one left under way goes, and the day's copy is made. */
  async start(): Promise<void> {
    const { dataFolder, store } = this.#parts
    // As it was found: what is begun meanwhile is for tomorrow's copy.
    const isEmpty = store.database.prepare('SELECT count(*) FROM data_sources').pluck().get() === 0
    await rm(this.#folder, { recursive: true, force: true })
    const daily = dailyCopy(dataFolder)
    const last = await stat(daily).catch(() => null)
    // A clock that was set back makes one more copy, never none.
    if (isEmpty || (last !== null && Math.abs(Date.now() - last.mtimeMs) < DAILY_MS)) return
    await runWork({ kind: 'copy', dataFolder, target: daily })
  }

  async overview(): Promise<OwnDataOverview> {
    const { dataFolder } = this.#parts
    const sizes = await Promise.all(['', '-wal'].map((ending) => stat(join(dataFolder, STORE_FILE + ending)).catch(() => null)))
    return { sizeBytes: sizes.reduce((sum, file) => sum + (file?.size ?? 0), 0), copies: [...listCopies(dataFolder)] }
  }

  async backup(): Promise<{ id: string; name: string; sizeBytes: number }> {
    const id = await this.#newFile()
    try {
      await this.#alone(() => runWork({ kind: 'copy', dataFolder: this.#parts.dataFolder, target: this.#fileOf(id) }))
      const name = `plumbline-backup-${new Date().toISOString().slice(0, 16).replaceAll(/[:T]/g, '-')}.db`
      return { id, name, sizeBytes: (await stat(this.#fileOf(id))).size }
    } catch (error) {
      await this.close(id)
      throw error
    }
  }

  async part(id: string, from: number): Promise<{ content: string; next: number | null }> {
    const file = await open(this.#fileOf(id), 'r')
    try {
      const buffer = Buffer.alloc(PART_BYTES)
      const { bytesRead } = await file.read(buffer, 0, PART_BYTES, from)
      const next = from + bytesRead
      return { content: buffer.toString('base64', 0, bytesRead), next: bytesRead > 0 && next < (await file.stat()).size ? next : null }
    } finally {
      await file.close()
    }
  }

  async open(): Promise<{ id: string }> {
    return { id: await this.#newFile() }
  }

  async write(id: string, from: number, content: string): Promise<void> {
    // SECURITY: what was looked through is what is restored.
    if (this.#looked.has(id)) throw invalid('This file was taken in already.', 'file')
    const bytes = Buffer.from(content, 'base64')
    if (from + bytes.length > LARGEST_BYTES) throw invalid('This file is too large to be a backup of Plumbline.', 'file')
    const writing = writePart(this.#fileOf(id), from, bytes)
    this.#writing = Promise.allSettled([this.#writing, writing])
    await writing
  }

  async openKept(name: string): Promise<{ id: string }> {
    const { dataFolder } = this.#parts
    if (findCopy(dataFolder, name) === null) throw notFound('copy')
    const id = await this.#newFile()
    await copyFile(join(dataFolder, name), this.#fileOf(id))
    return { id }
  }

  async inspect(id: string): Promise<BackupContents> {
    return (await this.#inspect(id)).contents
  }

  /** @throws AppError INVALID for what is no backup, BUSY while something is being validated, UNAVAILABLE where a password cannot be forgotten */
  async restore(id: string): Promise<{ keptAs: string; askAgain: string[] }> {
    const { dataFolder, dataSources, changes, log, notice } = this.#parts
    const keptAs = replacedCopy(new Date())
    const { sources } = await this.#inspect(id)
    const { marks, notForgotten } = await this.#alone(() =>
      dataSources.giveWay(sources, async (marks) => {
        await runWork({ kind: 'restore', dataFolder, folder: this.#folderOf(id), aside: join(dataFolder, keptAs), marks })
      }),
    )
    const askAgain = sources
      .filter((source) => source.kind === 'postgres' && source.passwordNeeded && (marks.get(source.id)?.passwordIn ?? null) === null)
      .map(({ name }) => name)
    log.info('own-data-restored', { keptAs, dataSources: sources.length })
    notice(sentenceOf(keptAs, askAgain))
    for (const name of notForgotten) notice(`The earlier password of ${name} is still where it was saved, and is not used any more.`)
    // `page`: what they show and hold is of the data that went.
    changes.emit(...changeTopics)
    await this.close(id)
    return { keptAs, askAgain }
  }

  async close(id: string): Promise<void> {
    this.#files.delete(id)
    this.#looked.delete(id)
    await rm(this.#folderOf(id), { recursive: true, force: true })
  }

  async dispose(): Promise<void> {
    for (const id of [...this.#files]) await this.close(id)
  }

  async #inspect(id: string): Promise<Inspection> {
    this.#fileOf(id)
    this.#looked.add(id)
    await this.#writing
    const found = await this.#alone(() => runWork({ kind: 'inspect', dataFolder: this.#parts.dataFolder, folder: this.#folderOf(id) }))
    if (found === null) throw new Error('Nothing was found out.')
    return found
  }

  async #newFile(): Promise<string> {
    const id = randomUUID()
    await mkdir(this.#folderOf(id), { recursive: true, mode: 0o700 })
    this.#files.add(id)
    return id
  }

  #folderOf(id: string): string {
    return join(this.#folder, id)
  }

  /** SECURITY: only what this process opened; an id is never a path of somebody's choice. */
  #fileOf(id: string): string {
    if (!this.#files.has(id)) throw notFound('file')
    return join(this.#folderOf(id), STORE_FILE)
  }

  async #alone<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#busy) throw new AppError('BUSY', 'A backup or a restore is under way already.', {})
    this.#busy = true
    try {
      return await work()
    } finally {
      this.#busy = false
    }
  }
}

async function writePart(path: string, from: number, bytes: Buffer): Promise<void> {
  const file = await open(path, from === 0 ? 'w' : 'r+', 0o600)
  try {
    await writeAll(file, bytes, from)
  } finally {
    await file.close()
  }
}

function sentenceOf(keptAs: string, askAgain: readonly string[]): string {
  const kept = `The backup was restored. What was there before is kept as ${keptAs}.`
  if (askAgain.length === 0) return kept
  const which = askAgain.length === 1 ? `${askAgain[0]} asks for its own` : `${askAgain.length} data sources ask for theirs`
  return `${kept} A backup holds no passwords: ${which} at the next use.`
}
