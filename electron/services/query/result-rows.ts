import { randomUUID } from 'node:crypto'
import { closeSync, ftruncateSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '#shared/contract/errors.ts'
import { errorCode } from '#shared/error-code.ts'
import type { ResultWindow } from '#shared/model/query.ts'
import { cellsOf, textOf, textOfCut } from './data-row.ts'
import { RowsBudget, type Spillable } from './rows-budget.ts'
import type { RowsSnapshot } from './rows-snapshot.ts'

/**
 * The rows of one result, as the bytes of the wire: pages of bytes and where each row begins. The first pages are in memory up to a
 * bound, and as long as newer results leave room for them; the others are in a file that only this person can read. Cells become text
 * when they are looked at.
 */

export interface ResultRowsLimits {
  /** Bytes in memory before pages go to the file. */
  readonly memoryBytes: number
  /** Bytes of rows that are kept at all; what follows is counted as cut off. */
  readonly totalBytes: number
  /** Of a row that is longer, only the beginning of each long value is kept, and how long it was. */
  readonly rowBytes: number
}

export const defaultLimits: ResultRowsLimits = { memoryBytes: 32 * 1024 * 1024, totalBytes: 512 * 1024 * 1024, rowBytes: 64 * 1024 * 1024 }

const PAGE_BYTES = 256 * 1024
/** Of a page with a longer row, only what is asked for is read. */
const MOST_READ_BYTES = 1024 * 1024
/** For the row that passes the end of a page. */
const ROOM_BYTES = 16 * 1024
/** Many results have one short row. */
const FIRST_BYTES = 1024
/** Less than this is not worth a file of its own. */
const WORTH_A_FILE_BYTES = 64 * 1024
/** What a full cell shows at the most; longer ones say so. */
const MAX_CELL_BYTES = 1024 * 1024

interface Page {
  /** null: in the file. */
  bytes: Buffer | null
  fileOffset: number | null
  /** What it holds in memory: with the room behind its last row. */
  heldBytes: number
  readonly sizeBytes: number
  readonly firstRow: number
  /** Where each row begins, and at the end where the last one ends. */
  readonly offsets: Uint32Array
}

export interface Cell {
  readonly value: string | null
  readonly truncated: boolean
  readonly sizeBytes: number
}

export interface CellSlice {
  readonly bytes: Buffer
  /** Fewer than `sizeBytes`: of a row that is too long, only the beginning is kept. */
  readonly keptBytes: number
  readonly sizeBytes: number
}

export class ResultRows implements Spillable {
  readonly #spillFolder: string
  readonly #limits: ResultRowsLimits
  readonly #budget: RowsBudget
  readonly #pages: Page[] = []
  /** Rows one behind the other; a page's worth, or as long as a longer row needs. */
  #growing: Buffer = Buffer.alloc(0)
  #growingBytes = 0
  #growingOffsets: number[] = [0]
  #rowCount = 0
  #totalBytes = 0
  /** Of pages that are full. */
  #inMemoryBytes = 0
  /** What all pages hold. */
  #pagesBytes = 0
  /** What the budget knows of. */
  #heldBytes = 0
  /** Of the pages, how many were put into the file from the first one on. */
  #spilledPages = 0
  #file: { readonly path: string; readonly descriptor: number; sizeBytes: number } | null = null
  #lastRead: { readonly page: Page; readonly bytes: Buffer } | null = null
  /** What a value of a row that is too long had, by row and column. */
  readonly #cutValues = new Map<number, ReadonlyMap<number, number>>()
  readonly #cutColumns = new Set<number>()
  #disposed = false

  /** `spillFolder` must exist and be this person's alone; see prepareSpillFolder. `budget`: with others; left out: of its own. */
  constructor(spillFolder: string, limits: ResultRowsLimits = defaultLimits, budget: RowsBudget = new RowsBudget()) {
    this.#spillFolder = spillFolder
    this.#limits = limits
    this.#budget = budget
    budget.join(this)
  }

  get rowCount(): number {
    return this.#rowCount
  }

  /** false: there is no room for this row; it was not kept. The bytes are copied. */
  append(whole: Uint8Array): boolean {
    if (this.#disposed) return false
    let body = whole
    if (whole.length > this.#limits.rowBytes) {
      const { shortened, cut } = shorten(whole)
      body = shortened
      this.#cutValues.set(this.#rowCount, cut)
      for (const column of cut.keys()) this.#cutColumns.add(column)
    }
    if (this.#totalBytes + body.length > this.#limits.totalBytes || !this.#budget.take(body.length)) return false
    const end = this.#growingBytes + body.length
    if (end > this.#growing.length) this.#grow(end)
    this.#growing.set(body, this.#growingBytes)
    this.#growingBytes = end
    this.#growingOffsets.push(end)
    this.#rowCount += 1
    this.#totalBytes += body.length
    if (end >= PAGE_BYTES) this.#closePage()
    this.#tellBudget()
    return true
  }

  spillOne(): boolean {
    for (; this.#spilledPages < this.#pages.length; this.#spilledPages += 1) {
      const page = this.#pages[this.#spilledPages]
      if (page?.bytes == null) continue
      page.fileOffset = this.#spill(page.bytes)
      page.bytes = null
      this.#pagesBytes -= page.heldBytes
      page.heldBytes = 0
      this.#inMemoryBytes -= page.sizeBytes
      this.#tellBudget()
      return true
    }
    if (this.#growingBytes < WORTH_A_FILE_BYTES) return false
    this.#closePage(true)
    this.#growing = Buffer.alloc(0)
    this.#tellBudget()
    return true
  }

  /** Rows `from` to `from + count`, as far as they are there, each cell cut to `clipLength` characters. */
  window(from: number, count: number, clipLength: number): ResultWindow {
    const last = Math.min(from + count, this.#rowCount)
    const rows = Array.from({ length: Math.max(0, last - from) }, (_, index) => from + index)
    return { from, ...this.#clipped(rows, (row) => this.#row(row), clipLength) }
  }

  /** The same of rows that lie apart, of which the first stands at `from`. */
  windowOf(rows: Uint32Array, from: number, clipLength: number): ResultWindow {
    return { from, ...this.#clipped(Array.from(rows), (row) => this.bodyAlone(row), clipLength) }
  }

  /** The undecoded cells of a row; null for NULL. */
  cells(row: number): readonly (Buffer | null)[] {
    return cellsOf(this.#row(row))
  }

  /** As it came from the wire: a count of columns, then a length and bytes for each (-1: NULL). Lent until the next call. */
  body(row: number): Buffer {
    return this.#row(row)
  }

  /** The same as `body`, where the rows beside it are not wanted. */
  bodyAlone(row: number): Buffer {
    const page = this.#pageOf(row)
    if (page === null || page.bytes !== null || this.#lastRead?.page === page) return this.#row(row)
    const within = row - page.firstRow
    const [start, end] = [page.offsets[within] ?? 0, page.offsets[within + 1] ?? 0]
    return this.#readFile(page, start, end - start)
  }

  /** Bytes `from` and on of what is kept of a cell, at most `length` of them; a long value is not read whole for it. null: there is no value. */
  slice(row: number, column: number, from: number, length: number): CellSlice | null {
    const sizeBytes = this.#cutValues.get(row)?.get(column)
    const page = this.#pageOf(row)
    if (page === null || page.bytes !== null || page.sizeBytes <= MOST_READ_BYTES) {
      const cell = cellsOf(this.bodyAlone(row))[column] ?? null
      return cell === null
        ? null
        : { bytes: cell.subarray(from, from + length), keptBytes: cell.length, sizeBytes: sizeBytes ?? cell.length }
    }
    let at = (page.offsets[row - page.firstRow] ?? 0) + 2
    for (let left = column; left > 0; left -= 1) at += 4 + Math.max(0, this.#readFile(page, at, 4).readInt32BE(0))
    const keptBytes = this.#readFile(page, at, 4).readInt32BE(0)
    if (keptBytes < 0) return null
    const taken = Math.max(0, Math.min(length, keptBytes - from))
    return { bytes: this.#readFile(page, at + 4 + from, taken), keptBytes, sizeBytes: sizeBytes ?? keptBytes }
  }

  /**
   * The rows as they are now, for another thread: bytes in memory are shared with it. They are moved there at the first time only, as V8 does
   * not see what shared memory holds, and would let that of results which are gone pile up.
   */
  snapshot(): RowsSnapshot {
    for (const page of this.#pages) if (page.bytes !== null) page.bytes = shared(page.bytes)
    const last = { firstRow: this.#rowCount - (this.#growingOffsets.length - 1), offsets: Uint32Array.from(this.#growingOffsets) }
    // A page that is not full may leave its room to the next, so what is in it is copied; a long row's page is not filled again.
    const begun = this.#growing.subarray(0, this.#growingBytes)
    const bytes = this.#growing.length > 2 * PAGE_BYTES ? begun : Buffer.from(begun)
    return {
      rowCount: this.#rowCount,
      pages: [...this.#pages, { ...last, bytes, fileOffset: null, sizeBytes: this.#growingBytes }],
      file: this.#file?.path ?? null,
      cutColumns: [...this.#cutColumns],
    }
  }

  /** null: there is no such cell. */
  cell(row: number, column: number): Cell | null {
    if (row >= this.#rowCount) return null
    const cells = cellsOf(this.#row(row))
    const bytes = cells[column]
    if (bytes === undefined) return null
    if (bytes === null) return { value: null, truncated: false, sizeBytes: 0 }
    const sizeBytes = this.#cutValues.get(row)?.get(column) ?? bytes.length
    const truncated = sizeBytes > MAX_CELL_BYTES
    return { value: truncated ? textOfCut(bytes.subarray(0, MAX_CELL_BYTES)) : textOf(bytes), truncated, sizeBytes }
  }

  /** The size of a value of which only the beginning was kept, so that the row cannot be exported; null: the row is whole. */
  cutValue(row: number): { readonly column: number; readonly sizeBytes: number } | null {
    for (const [column, sizeBytes] of this.#cutValues.get(row) ?? []) return { column, sizeBytes }
    return null
  }

  dispose(): void {
    this.#disposed = true
    this.#budget.leave(this, { memoryBytes: this.#heldBytes, totalBytes: this.#totalBytes })
    this.#pages.length = 0
    this.#lastRead = null
    this.#growing = Buffer.alloc(0)
    this.#growingBytes = 0
    this.#growingOffsets = [0]
    if (this.#file === null) return
    // Emptied before it is unlinked, so that the space is free even where something still holds the file.
    ftruncateSync(this.#file.descriptor, 0)
    closeSync(this.#file.descriptor)
    rmSync(this.#file.path, { force: true })
    this.#file = null
  }

  #clipped(rows: readonly number[], bodyOf: (row: number) => Buffer, clipLength: number): Omit<ResultWindow, 'from'> {
    const clipped: [number, number][] = []
    const texts = rows.map((row, index) =>
      cellsOf(bodyOf(row)).map((bytes, column) => {
        if (bytes === null) return null
        const { text, cut } = clip(bytes, clipLength)
        if (cut || this.#cutValues.get(row)?.has(column)) clipped.push([index, column])
        return text
      }),
    )
    return { rows: texts, clipped }
  }

  #row(index: number): Buffer {
    const page = this.#pageOf(index)
    if (page === null) {
      const within = index - (this.#rowCount - (this.#growingOffsets.length - 1))
      return this.#growing.subarray(this.#growingOffsets[within] ?? 0, this.#growingOffsets[within + 1] ?? 0)
    }
    const within = index - page.firstRow
    return this.#bytesOf(page, page.offsets[within] ?? 0, page.offsets[within + 1] ?? 0)
  }

  #pageOf(index: number): Page | null {
    let low = 0
    let high = this.#pages.length - 1
    while (low <= high) {
      const middle = (low + high) >> 1
      const page = this.#pages[middle]
      if (page === undefined) return null
      if (index < page.firstRow) high = middle - 1
      else if (index >= page.firstRow + page.offsets.length - 1) low = middle + 1
      else return page
    }
    return null
  }

  #bytesOf(page: Page, start: number, end: number): Buffer {
    if (page.bytes !== null) return page.bytes.subarray(start, end)
    if (page.sizeBytes <= MOST_READ_BYTES) return this.#wholePage(page).subarray(start, end)
    return this.#readFile(page, start, end - start)
  }

  #readFile(page: Page, at: number, length: number): Buffer {
    const bytes = Buffer.alloc(length)
    if (this.#file !== null && page.fileOffset !== null) readSync(this.#file.descriptor, bytes, 0, length, page.fileOffset + at)
    return bytes
  }

  /** Rows are looked at one after the other, so the page that was read last is read once. */
  #wholePage(page: Page): Buffer {
    if (this.#lastRead?.page === page) return this.#lastRead.bytes
    const bytes = this.#readFile(page, 0, page.sizeBytes)
    this.#lastRead = { page, bytes }
    return bytes
  }

  #grow(neededBytes: number): void {
    const usual =
      this.#pages.length > 0 ? PAGE_BYTES + ROOM_BYTES : Math.min(Math.max(FIRST_BYTES, 2 * neededBytes), PAGE_BYTES + ROOM_BYTES)
    const larger = Buffer.allocUnsafeSlow(Math.max(neededBytes, usual))
    larger.set(this.#growing.subarray(0, this.#growingBytes))
    this.#growing = larger
  }

  #tellBudget(): void {
    const held = this.#pagesBytes + this.#growing.length
    const by = held - this.#heldBytes
    this.#heldBytes = held
    if (by !== 0) this.#budget.holds(by)
  }

  #closePage(toFile = false): void {
    const bytes = this.#growing.subarray(0, this.#growingBytes)
    const offsets = Uint32Array.from(this.#growingOffsets)
    const firstRow = this.#rowCount - (offsets.length - 1)
    const spills = toFile || this.#inMemoryBytes + bytes.length > this.#limits.memoryBytes
    // First, as it may fail: then the rows are still where they were.
    const fileOffset = spills ? this.#spill(bytes) : null
    const heldBytes = spills ? 0 : this.#growing.length
    this.#pages.push({ bytes: spills ? null : bytes, fileOffset, heldBytes, sizeBytes: bytes.length, firstRow, offsets })
    this.#pagesBytes += heldBytes
    this.#inMemoryBytes += spills ? 0 : bytes.length
    // A page that goes to the file leaves its room to the next.
    if (!spills || this.#growing.length > 2 * PAGE_BYTES) this.#growing = Buffer.alloc(0)
    this.#growingBytes = 0
    this.#growingOffsets = [0]
  }

  /** A page is a quarter of a megabyte, unless one row is longer; writing it takes well under ten milliseconds. */
  #spill(bytes: Buffer): number {
    try {
      this.#file ??= this.#openFile()
      const offset = this.#file.sizeBytes
      for (let written = 0; written < bytes.length; ) {
        written += writeSync(this.#file.descriptor, bytes, written, bytes.length - written, offset + written)
      }
      this.#file.sizeBytes += bytes.length
      return offset
    } catch (error) {
      throw noRoom(error)
    }
  }

  #openFile() {
    const path = join(this.#spillFolder, `${randomUUID()}.rows`)
    // SECURITY: rows of the person's data; new, and for nobody else to read.
    return { path, descriptor: openSync(path, 'wx+', 0o600), sizeBytes: 0 }
  }
}

/** Made empty: rows that a killed program left behind are nobody's any more. */
export async function prepareSpillFolder(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true, mode: 0o700 })
}

/** The reader goes on to the end of the statement after this, so what the statement does is done. */
function noRoom(error: unknown): AppError<'UNAVAILABLE'> {
  const cause = errorCode(error) || 'unknown'
  const why = cause === 'ENOSPC' || cause === 'EDQUOT' ? 'the disk of this computer is full' : `their file cannot be written (${cause})`
  const sentence = `The rows of this result cannot be kept: ${why}. The statement itself ran to its end on the server.`
  return new AppError('UNAVAILABLE', sentence, { cause }, { cause: error })
}

function shared(bytes: Buffer): Buffer {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes
  const moved = Buffer.from(new SharedArrayBuffer(bytes.length))
  bytes.copy(moved)
  return moved
}

/** The same row with the first MAX_CELL_BYTES of each value that is longer, and how long those were. */
function shorten(body: Uint8Array): { readonly shortened: Buffer; readonly cut: ReadonlyMap<number, number> } {
  const cut = new Map<number, number>()
  const parts: Buffer[] = [Buffer.from(body.subarray(0, 2))]
  for (const [column, cell] of cellsOf(Buffer.from(body.buffer, body.byteOffset, body.byteLength)).entries()) {
    if (cell !== null && cell.length > MAX_CELL_BYTES) cut.set(column, cell.length)
    const kept = cell?.subarray(0, MAX_CELL_BYTES) ?? null
    const length = Buffer.alloc(4)
    length.writeInt32BE(kept?.length ?? -1)
    parts.push(length, kept ?? Buffer.alloc(0))
  }
  return { shortened: Buffer.concat(parts), cut }
}

/** At most `length` characters, without a cut through one. */
function clip(bytes: Buffer, length: number): { text: string; cut: boolean } {
  if (bytes.length <= length) return { text: textOf(bytes), cut: false }
  // A character has at most four bytes; a few more than needed are decoded, then cut by character.
  const text = textOfCut(bytes.subarray(0, length * 4 + 4))
  const characters = [...text]
  if (characters.length <= length && bytes.length <= length * 4 + 4) return { text, cut: false }
  return { text: characters.slice(0, length).join(''), cut: true }
}
