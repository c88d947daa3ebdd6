import { invalid } from '#shared/contract/errors.ts'
import type { ExportFormat, ResultColumn } from '#shared/model/query.ts'
import { cellsOf, textOf } from './data-row.ts'
import { escaped, formatsOf, harmless, quoted, type TextFormat } from './export-formats.ts'
import { type LineRules, RowBytes } from './row-bytes.ts'
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
  switch (format) {
    case 'csv-exact':
      return new LineWriter(columns, { format, rules: csvRules, written: quoted })
    case 'csv-spreadsheet':
      return new LineWriter(columns, { format, rules: spreadsheetRules, written: (text, column) => quoted(harmless(text, column)) })
    case 'tsv':
      return new LineWriter(columns, { format, rules: tsvRules, written: escaped })
    default:
      return new TextWriter(columns, format)
  }
}

/** A blank, or a byte of a character that may be one. */
const blanks = Uint8Array.from({ length: 256 }, (_, byte) => (byte <= 0x20 || byte >= 0x80 ? 1 : 0))

const csvRules: LineRules = {
  separator: 0x2c,
  lineEnd: Buffer.from('\r\n'),
  null: Buffer.alloc(0),
  awkward: bytesOf('",\r\n'),
  edges: blanks,
}

/** SECURITY: whatever may begin a formula is looked at as a text; in full-width characters it is among the blanks. */
const spreadsheetRules: LineRules = { ...csvRules, awkward: bytesOf('",\r\n;\t'), edges: bytesOf('=+-@', blanks) }

const tsvRules: LineRules = {
  separator: 0x09,
  lineEnd: Buffer.from('\n'),
  null: Buffer.from('\\N'),
  awkward: bytesOf('\\\t\n\r\b\f\v'),
  edges: null,
}

interface Lines {
  readonly format: 'csv-exact' | 'csv-spreadsheet' | 'tsv'
  readonly rules: LineRules
  /** A cell that cannot be copied as it is. */
  written(text: string, column: ResultColumn | null): string
}

/** Lines of cells. COPY, which makes such lines as well, costs the server a quarter more than the rows do, and saves no time. */
class LineWriter implements RowWriter {
  readonly #bytes: RowBytes
  readonly #written: (cell: Buffer, column: number) => string
  #head: Buffer
  /** Of the row that is written. */
  #index = 0

  constructor(columns: readonly ResultColumn[], { format, rules, written }: Lines) {
    this.#bytes = new RowBytes(rules)
    this.#written = (cell, column) => written(checkedText(cell, this.#index, column, columns), columns[column] ?? null)
    this.#head = Buffer.from(formatsOf(columns)[format].head)
  }

  get full(): boolean {
    return this.#bytes.length >= PART_CHARACTERS
  }

  row(body: Buffer, index: number): void {
    this.#index = index
    this.#bytes.row(body, this.#written)
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

function bytesOf(characters: string, others?: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(others ?? new Uint8Array(256))
  for (const character of characters) bytes[character.charCodeAt(0)] = 1
  return bytes
}

function checkedText(cell: Buffer, row: number, column: number, columns: readonly ResultColumn[]): string {
  if (cell.length > MAX_VALUE_BYTES) throw invalid(tooLongSentence(cell.length, row, columns[column]?.name ?? ''))
  return textOf(cell)
}
