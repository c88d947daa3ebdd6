import { closeSync, openSync, readSync } from 'node:fs'
import { MOST_LOOKED_AT_BYTES } from '#shared/model/query-result.ts'

/**
 * The rows that a result had at one moment, for a thread that reads them beside the one that keeps them. The bytes of pages in
 * memory are shared, not copied; spilled ones are read from the file.
 */

export interface SnapshotPage {
  /** null: in the file. */
  readonly bytes: Uint8Array | null
  readonly fileOffset: number | null
  readonly sizeBytes: number
  readonly firstRow: number
  /** Where each row begins, and at the end where the last one ends. */
  readonly offsets: Uint32Array
}

export interface RowsSnapshot {
  readonly rowCount: number
  readonly pages: readonly SnapshotPage[]
  /** null: nothing was spilled. */
  readonly file: string | null
  /** Columns with a value of which only the beginning was kept. */
  readonly cutColumns: readonly number[]
}

/** The cell lies in `bytes` from `start` to `end`; `start` -1: NULL. Lent until the call returns. */
export type VisitCell = (row: number, bytes: Buffer, start: number, end: number) => void

export type VisitAnyCell = (row: number, column: number, bytes: Buffer, start: number, end: number) => void

/** Of a page with a longer row, only what is asked for is read. */
const MOST_READ_BYTES = 2 * 1024 * 1024

export class SnapshotReader {
  readonly #snapshot: RowsSnapshot
  #descriptor: number | null = null
  #buffer: Buffer = Buffer.alloc(0)
  #read: SnapshotPage | null = null
  readonly #long = new Set<number>()

  constructor(snapshot: RowsSnapshot) {
    this.#snapshot = snapshot
  }

  get rowCount(): number {
    return this.#snapshot.rowCount
  }

  /** What follows is another piece of work, with long values of its own. */
  forgetLong(): void {
    this.#long.clear()
  }

  /** Those of `columns` in which a value was met, since then, that is longer than what is looked at. */
  longColumns(columns: readonly number[]): number[] {
    return [...new Set(columns)].filter((column) => this.#long.has(column) || this.#snapshot.cutColumns.includes(column))
  }

  /** Every cell of a column in the order of the rows; of `rows` alone (ascending) where they are given. `afterPage` may throw to stop. */
  scan(column: number, rows: Uint32Array | null, visit: VisitCell, afterPage: (row: number) => void): void {
    let next = 0
    for (const page of this.#snapshot.pages) {
      const count = page.offsets.length - 1
      const last = page.firstRow + count
      if (rows === null) {
        for (let row = page.firstRow; row < last; row += 1) this.#visit(page, row, column, visit)
      } else {
        if (next >= rows.length) return
        for (; next < rows.length && (rows[next] ?? 0) < last; next += 1) this.#visit(page, rows[next] ?? 0, column, visit)
      }
      afterPage(last)
    }
  }

  /** Every cell, row by row, from left to right. */
  scanRows(columnCount: number, visit: VisitAnyCell, afterPage: (row: number) => void): void {
    for (const page of this.#snapshot.pages) {
      const count = page.offsets.length - 1
      const long = isLong(page)
      for (let within = 0; within < count; within += 1) {
        const row = page.firstRow + within
        if (long) {
          for (let column = 0; column < columnCount; column += 1)
            this.#visit(page, row, column, (_row, bytes, start, end) => visit(row, column, bytes, start, end))
        } else this.#visitRow(this.#bytesOf(page), page.offsets[within] ?? 0, page.offsets[within + 1] ?? 0, row, visit)
      }
      afterPage(page.firstRow + count)
    }
  }

  /** The text of one cell; null for NULL. */
  text(row: number, column: number): string | null {
    let text: string | null = null
    const page = this.#pageOf(row)
    if (page === null) return null
    this.#visit(page, row, column, (_row, bytes, start, end) => {
      text = start < 0 ? null : bytes.toString('utf8', start, end)
    })
    return text
  }

  dispose(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor)
    this.#descriptor = null
    this.#read = null
  }

  #visit(page: SnapshotPage, row: number, column: number, visit: VisitCell): void {
    const within = row - page.firstRow
    const from = page.offsets[within] ?? 0
    const to = page.offsets[within + 1] ?? 0
    if (isLong(page)) {
      this.#visitLong(page, from, to, row, column, visit)
      return
    }
    const bytes = this.#bytesOf(page)
    let [start, length] = [from + 2, -1]
    if (to - from >= 2 && column < bytes.readUInt16BE(from)) {
      for (let left = column; left > 0; left -= 1) start += 4 + Math.max(0, bytes.readInt32BE(start))
      length = bytes.readInt32BE(start)
    }
    if (length < 0) visit(row, bytes, -1, -1)
    else visit(row, bytes, start + 4, start + 4 + this.#lookedAt(column, length))
  }

  /** Of a value with so many bytes. */
  #lookedAt(column: number, length: number): number {
    if (length <= MOST_LOOKED_AT_BYTES) return length
    this.#long.add(column)
    return MOST_LOOKED_AT_BYTES
  }

  /** From one length to the next in the file, so that a value of hundreds of megabytes is stepped over. */
  #visitLong(page: SnapshotPage, from: number, to: number, row: number, column: number, visit: VisitCell): void {
    const lengthAt = (at: number) => this.#readAt(page, at, 4).readInt32BE(0)
    let [start, length] = [from + 2, -1]
    if (to - from >= 2 && column < this.#readAt(page, from, 2).readUInt16BE(0)) {
      for (let left = column; left > 0; left -= 1) start += 4 + Math.max(0, lengthAt(start))
      length = lengthAt(start)
    }
    const shown = this.#lookedAt(column, length)
    if (length < 0) visit(row, this.#buffer, -1, -1)
    else visit(row, this.#readAt(page, start + 4, shown), 0, shown)
  }

  #visitRow(bytes: Buffer, from: number, to: number, row: number, visit: VisitAnyCell): void {
    const count = to - from < 2 ? 0 : bytes.readUInt16BE(from)
    let at = from + 2
    for (let column = 0; column < count; column += 1) {
      const length = bytes.readInt32BE(at)
      at += 4
      if (length < 0) visit(row, column, bytes, -1, -1)
      else visit(row, column, bytes, at, at + this.#lookedAt(column, length))
      at += Math.max(0, length)
    }
  }

  #bytesOf(page: SnapshotPage): Buffer {
    if (this.#read === page) return this.#buffer
    if (page.bytes === null) this.#buffer = this.#readAt(page, 0, page.sizeBytes)
    else this.#buffer = Buffer.from(page.bytes.buffer, page.bytes.byteOffset, page.bytes.byteLength)
    this.#read = page
    return this.#buffer
  }

  #readAt(page: SnapshotPage, at: number, length: number): Buffer {
    const { file } = this.#snapshot
    if (file === null) throw new SnapshotGone()
    this.#descriptor ??= openSync(file, 'r')
    const bytes = Buffer.allocUnsafe(length)
    // The file is emptied when its result goes.
    if (readSync(this.#descriptor, bytes, 0, length, (page.fileOffset ?? 0) + at) < length) throw new SnapshotGone()
    return bytes
  }

  #pageOf(row: number): SnapshotPage | null {
    const { pages } = this.#snapshot
    let [low, high] = [0, pages.length - 1]
    while (low <= high) {
      const middle = (low + high) >> 1
      const page = pages[middle]
      if (page === undefined) return null
      if (row < page.firstRow) high = middle - 1
      else if (row >= page.firstRow + page.offsets.length - 1) low = middle + 1
      else return page
    }
    return null
  }
}

function isLong({ bytes, sizeBytes }: SnapshotPage): boolean {
  return bytes === null && sizeBytes > MOST_READ_BYTES
}

/** The result was dropped while it was read. */
export class SnapshotGone extends Error {}
