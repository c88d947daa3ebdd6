import { cellOf, type GridColumn } from './grid-types.ts'
import type { CachedRow } from './window-cache.ts'

/** Widths in pixels, guessed from the text: measuring it would lay out every cell. */

export const LEAST_WIDTH = 48
export const MOST_WIDTH = 1_200
const MOST_FIRST_WIDTH = 320
const CHARACTER_WIDTH = 7.9
const PADDING = 22
/** The mark beside a name by which a column can be ordered. */
const ORDER_MARK = 26
/** Rows that are looked at. */
const LOOKED_AT = 50

/** What fits the heads and the first rows, within reason. */
export function fittingWidths(columns: readonly GridColumn[], rows: readonly CachedRow[]): readonly number[] {
  return columns.map((column, index) => fittingWidth(column, rows, cellOf(columns, index), MOST_FIRST_WIDTH))
}

export function fittingWidth(column: GridColumn, rows: readonly CachedRow[], cell: number, most = MOST_WIDTH): number {
  const longest = rows.slice(0, LOOKED_AT).reduce((longest, { cells }) => Math.max(longest, lengthOf(cells[cell])), 0)
  // The name is bold.
  const head =
    Math.max(column.name.length * 1.12, column.type.length * 0.92) * CHARACTER_WIDTH + (column.orderable === true ? ORDER_MARK : 0)
  return clampWidth(Math.min(most, Math.round(Math.max(head, longest * CHARACTER_WIDTH)) + PADDING))
}

export function clampWidth(width: number): number {
  return Math.max(LEAST_WIDTH, Math.min(MOST_WIDTH, Math.round(width)))
}

function lengthOf(cell: string | null | undefined): number {
  return cell == null ? '[null]'.length : Math.min(200, cell.length)
}
