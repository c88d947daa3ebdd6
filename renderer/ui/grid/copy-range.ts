import { type CopyFormat, written } from './copy-formats.ts'
import { cellOf, type GridColumn, type GridRange, type LoadWindow } from './grid-types.ts'

/** A range as a text for the clipboard; tab-separated, as spreadsheets take it, unless another way is asked for. */

/** More would not fit into a clipboard with ease. */
export const MOST_COPIED_CELLS = 1_000_000

const ROWS_AT_ONCE = 500

export interface CopySource {
  readonly loadWindow: LoadWindow
  /** The whole value of a cell (by its place in a loaded row) that even the window for copying cut. */
  loadCell(row: number, cell: number): Promise<string | null>
}

export async function rangeAsText(
  range: GridRange,
  source: CopySource,
  columns: readonly GridColumn[] = [],
  format: CopyFormat = 'tsv',
): Promise<string> {
  const { top, left, bottom, right } = range
  const rows = await wholeRows(range, source, columns)
  // One cell is copied as it is; several need quotes where a tab or a line break would be taken for an edge.
  if (format === 'tsv' && top === bottom && left === right) return rows[0]?.[0] ?? ''
  return written(format, columns.slice(left, right + 1), rows)
}

async function wholeRows({ top, left, bottom, right }: GridRange, { loadWindow, loadCell }: CopySource, columns: readonly GridColumn[]) {
  const whole: (string | null)[][] = []
  for (let from = top; from <= bottom; from += ROWS_AT_ONCE) {
    const { rows, clipped } = await loadWindow(from, Math.min(ROWS_AT_ONCE, bottom - from + 1), 'copied')
    const cut = new Set(clipped.map(([row, column]) => `${row}:${column}`))
    for (const [index, cells] of rows.entries()) {
      const line: (string | null)[] = []
      for (let column = left; column <= right; column += 1) {
        const cell = cellOf(columns, column)
        line.push(cut.has(`${index}:${cell}`) ? await loadCell(from + index, cell) : (cells[cell] ?? null))
      }
      whole.push(line)
    }
  }
  return whole
}

/** Puts a text that is still being made on the clipboard: the browser asks that the write begins with the key. */
export async function copyLater(text: Promise<string>): Promise<void> {
  await navigator.clipboard.write([new ClipboardItem({ 'text/plain': text.then((made) => new Blob([made], { type: 'text/plain' })) })])
}
