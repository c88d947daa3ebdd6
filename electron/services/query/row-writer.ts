import { invalid } from '#shared/contract/errors.ts'
import type { ExportFormat, ResultColumn } from '#shared/model/query.ts'
import { CsvBytes } from './csv-bytes.ts'
import { cellsOf, textOf } from './data-row.ts'
import { formatsOf, quoted, type TextFormat } from './export-formats.ts'
import { MAX_VALUE_BYTES, tooLongSentence } from './value-limit.ts'

/** Rows of the wire as the bytes of a file, some hundred kilobytes at a time, so that nobody holds all of it. */

export interface RowWriter {
  /** `body` of a DataRow; copied. `index` from 0, for what is said of it. @throws AppError INVALID for a value that is too long */
  row(body: Buffer, index: number): void
  /** There is enough to be taken. */
  readonly full: boolean
  /** What was made since the last time; may be empty. Taken one after the other. */
  take(): Promise<Buffer>
  /** The rest, after the last row. */
  end(): Promise<Buffer>
  dispose(): Promise<void>
}

/** Made within some milliseconds; a part ends after the row that passes it. */
const PART_CHARACTERS = 256 * 1024

export function textWriter(columns: readonly ResultColumn[], format: Exclude<ExportFormat, 'parquet'>): RowWriter {
  return format === 'csv-exact' ? new CsvWriter(columns) : new TextWriter(columns, format)
}

/** What most people ask for, and by far the fastest. */
class CsvWriter implements RowWriter {
  readonly #bytes = new CsvBytes()
  readonly #columns: readonly ResultColumn[]
  #head: Buffer

  constructor(columns: readonly ResultColumn[]) {
    this.#columns = columns
    this.#head = Buffer.from(formatsOf(columns)['csv-exact'].head)
  }

  get full(): boolean {
    return this.#bytes.length >= PART_CHARACTERS
  }

  row(body: Buffer, index: number): void {
    this.#bytes.row(body, (cell, column) => quoted(checkedText(cell, index, column, this.#columns)))
  }

  async take(): Promise<Buffer> {
    const rows = this.#bytes.take()
    if (this.#head.length === 0) return rows
    const first = Buffer.concat([this.#head, rows])
    this.#head = Buffer.alloc(0)
    return first
  }

  end(): Promise<Buffer> {
    return this.take()
  }

  async dispose(): Promise<void> {}
}

class TextWriter implements RowWriter {
  readonly #format: TextFormat
  readonly #columns: readonly ResultColumn[]
  #text: string

  constructor(columns: readonly ResultColumn[], format: Exclude<ExportFormat, 'parquet'>) {
    this.#columns = columns
    this.#format = formatsOf(columns)[format]
    this.#text = this.#format.head
  }

  get full(): boolean {
    return this.#text.length >= PART_CHARACTERS
  }

  row(body: Buffer, index: number): void {
    const values = cellsOf(body).map((cell, column) => (cell === null ? null : checkedText(cell, index, column, this.#columns)))
    this.#text += this.#format.row(values, index === 0)
  }

  async take(): Promise<Buffer> {
    const text = this.#text
    this.#text = ''
    return Buffer.from(text)
  }

  end(): Promise<Buffer> {
    this.#text += this.#format.foot
    return this.take()
  }

  async dispose(): Promise<void> {}
}

function checkedText(cell: Buffer, row: number, column: number, columns: readonly ResultColumn[]): string {
  if (cell.length > MAX_VALUE_BYTES) throw invalid(tooLongSentence(cell.length, row, columns[column]?.name ?? ''))
  return textOf(cell)
}
