import type { FileSaver, FileSink } from '#services/platform.ts'
import { cancelled, invalid } from '#shared/contract/errors.ts'
import { fileNameOf } from '#shared/model/file-name.ts'
import type { ExportEvent, ExportFormat, ResultColumn } from '#shared/model/query.ts'
import { ParquetWriter } from './parquet-writer.ts'
import type { RowTarget } from './read-rows.ts'
import { type RowWriter, textWriter } from './row-writer.ts'

/** Rows into a file of the person's, as fast as both ends go and no faster, whole or not at all. */

export interface ExportRun {
  readonly format: ExportFormat
  readonly name: string
  readonly files: FileSaver
  readonly signal: AbortSignal
  emit(event: ExportEvent): void
}

/** `feed`: opens the target once, and gives it every row. */
export async function exportFile(run: ExportRun, feed: (open: OpenTarget) => Promise<void>): Promise<void> {
  const { files, format, name, signal, emit } = run
  const file = await files.open(fileNameOf(name), { signal, announce: (path) => emit({ type: 'download', path }) })
  if (file === null) return emit({ type: 'dismissed' })
  const opened: ExportTarget[] = []
  try {
    await feed((columns) => {
      const target = new ExportTarget(format === 'parquet' ? new ParquetWriter(columns) : textWriter(columns, format), file, signal)
      opened.push(target)
      return target
    })
    const [target] = opened
    if (target === undefined) throw invalid('The query gave no result.')
    await target.end()
    if (signal.aborted) throw cancelled()
    await file.finish()
    emit({ type: 'saved', rowCount: target.rowCount })
  } catch (error) {
    await file.discard()
    throw signal.aborted ? cancelled() : error
  } finally {
    await Promise.all(opened.map((target) => target.dispose()))
  }
}

export type OpenTarget = (columns: readonly ResultColumn[]) => ExportTarget

/** Takes rows and writes them behind; says when whoever sends them should wait. */
export class ExportTarget implements RowTarget {
  readonly #writer: RowWriter
  readonly #file: FileSink
  readonly #signal: AbortSignal
  readonly #aborted: Promise<void>
  #writing: Promise<void> = Promise.resolve()
  #failure: unknown = null
  rowCount = 0
  room: Promise<void> | null = null

  constructor(writer: RowWriter, file: FileSink, signal: AbortSignal) {
    this.#writer = writer
    this.#file = file
    this.#signal = signal
    // Nobody waits for a file that is not wanted any more: the server's answer to the cancel would not be read.
    this.#aborted = new Promise((resolve) => {
      if (signal.aborted) resolve()
      else signal.addEventListener('abort', () => resolve(), { once: true })
    })
  }

  append(body: Uint8Array): boolean {
    if (this.#failure !== null || this.#signal.aborted) return false
    try {
      this.#writer.row(Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength), this.rowCount)
    } catch (error) {
      this.#failure = error
      return false
    }
    this.rowCount += 1
    if (this.#writer.full) this.#write(this.#writer.take())
    return true
  }

  /** Resolves when every byte has been written. @throws what making or writing them threw */
  async end(): Promise<void> {
    this.throwFailure()
    this.#write(this.#writer.end())
    await this.room
    this.throwFailure()
  }

  throwFailure(): void {
    if (this.#failure !== null) throw this.#failure
  }

  dispose(): Promise<void> {
    return this.#writer.dispose()
  }

  #write(bytes: Promise<Buffer>): void {
    const before = this.#writing
    this.#writing = (async () => {
      try {
        const [made] = await Promise.all([bytes, before])
        if (made.length > 0 && this.#failure === null) await this.#file.write(made)
      } catch (error) {
        this.#failure ??= error
      }
    })()
    const room = Promise.race([this.#writing, this.#aborted]).then(() => {
      if (this.room === room) this.room = null
    })
    this.room = room
  }
}
