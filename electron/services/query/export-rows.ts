import { invalid } from '#shared/contract/errors.ts'
import type { ExportFormat, ResultColumn } from '#shared/model/query.ts'
import { CsvBytes } from './csv-bytes.ts'
import { formatsOf, quoted } from './export-formats.ts'
import type { ResultRows } from './result-rows.ts'

/** The rows of a result as the text of a file, a part at a time, so that neither side holds all of it. */

export interface ExportPart {
  readonly text: string
  /** The row the next part begins with; null: this was the last. */
  readonly next: number | null
}

export interface ExportRequest {
  readonly columns: readonly ResultColumn[]
  readonly rows: Pick<ResultRows, 'rowCount' | 'cells' | 'body'>
  readonly format: ExportFormat
  /** 0 for the first part, then what the part before said. */
  readonly from: number
}

/** Made within some milliseconds; a part ends after the row that passes it. */
const PART_CHARACTERS = 256 * 1024
/** SECURITY: no value above a fixed size becomes a string. */
const MAX_VALUE_BYTES = 16 * 1024 * 1024

export function exportPart({ columns, rows, format, from }: ExportRequest): ExportPart {
  if (format === 'csv-exact') return exactCsvPart({ columns, rows, format, from })
  const { head, row: rowText, foot } = formatsOf(columns)[format]
  const last = rows.rowCount
  let text = from === 0 ? head : ''
  let row = from
  for (; row < last && text.length < PART_CHARACTERS; row += 1) text += rowText(textsOf(rows.cells(row), row, columns), row === 0)
  return row < last ? { text, next: row } : { text: text + foot, next: null }
}

/** What most people ask for, and by far the fastest. */
function exactCsvPart({ columns, rows, from }: ExportRequest): ExportPart {
  const head = from === 0 ? formatsOf(columns)['csv-exact'].head : ''
  const bytes = new CsvBytes()
  let row = from
  const last = rows.rowCount
  const text = (cell: Buffer, column: number) => quoted(textOf(cell, row, column, columns))
  for (; row < last && bytes.length < PART_CHARACTERS; row += 1) bytes.row(rows.body(row), text)
  return { text: head + bytes.take(), next: row < last ? row : null }
}

function textsOf(cells: readonly (Buffer | null)[], row: number, columns: readonly ResultColumn[]): readonly (string | null)[] {
  return cells.map((cell, column) => (cell === null ? null : textOf(cell, row, column, columns)))
}

function textOf(cell: Buffer, row: number, column: number, columns: readonly ResultColumn[]): string {
  if (cell.length > MAX_VALUE_BYTES) {
    const name = columns[column]?.name ?? ''
    throw invalid(
      `The value of "${name}" in row ${row + 1} has ${Math.round(cell.length / 1_048_576)} MB, and an export takes up to 16 MB. Leave the column out.`,
    )
  }
  return cell.toString('utf8')
}
