import type { GridRange, LoadWindow } from './grid-types.ts'

/** A range as tab-separated text, as spreadsheets take it. */

/** More would not fit into a clipboard with ease. */
export const MOST_COPIED_CELLS = 1_000_000

const ROWS_AT_ONCE = 500

export interface CopySource {
  readonly loadWindow: LoadWindow
  /** The whole value of a cell that even the window for copying cut. */
  loadCell(row: number, column: number): Promise<string | null>
}

export async function rangeAsText(range: GridRange, { loadWindow, loadCell }: CopySource): Promise<string> {
  const { top, left, bottom, right } = range
  const lines: string[] = []
  // One cell is copied as it is; several need quotes where a tab or a line break would be taken for an edge.
  const written = top === bottom && left === right ? (cell: string | null) => cell ?? '' : field
  for (let from = top; from <= bottom; from += ROWS_AT_ONCE) {
    const { rows, clipped } = await loadWindow(from, Math.min(ROWS_AT_ONCE, bottom - from + 1), 'copied')
    const cut = new Set(clipped.map(([row, column]) => `${row}:${column}`))
    for (const [index, cells] of rows.entries()) {
      const line: string[] = []
      for (let column = left; column <= right; column += 1) {
        const cell = cut.has(`${index}:${column}`) ? await loadCell(from + index, column) : (cells[column] ?? null)
        line.push(written(cell))
      }
      lines.push(line.join('\t'))
    }
  }
  return lines.join('\n')
}

/** Puts a text that is still being made on the clipboard: the browser asks that the write begins with the key. */
export async function copyLater(text: Promise<string>): Promise<void> {
  await navigator.clipboard.write([new ClipboardItem({ 'text/plain': text.then((made) => new Blob([made], { type: 'text/plain' })) })])
}

/** null becomes an empty field, as in COPY … CSV. */
function field(cell: string | null): string {
  if (cell === null) return ''
  return /["\t\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}
