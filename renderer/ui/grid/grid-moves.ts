import type { GridPlace, GridRange } from './grid-types.ts'

/** Where the keys lead, and what lies between two places. Row -1 is the head. */

export interface GridExtent {
  readonly rows: number
  readonly columns: number
  /** Whole rows that fit into sight. */
  readonly pageRows: number
}

export interface GridKey {
  readonly key: string
  /** Ctrl or Cmd. */
  readonly control: boolean
  readonly shift: boolean
}

/** null: the key does not move. Shift never leads into the head, because the head is not part of a range. */
export function move(from: GridPlace, { key, control, shift }: GridKey, extent: GridExtent): GridPlace | null {
  const target = targetOf(from, key, control, extent)
  if (target === null) return null
  const top = shift ? 0 : -1
  return {
    row: Math.max(top, Math.min(target.row, extent.rows - 1)),
    column: Math.max(0, Math.min(target.column, extent.columns - 1)),
  }
}

export function rangeBetween(one: GridPlace, other: GridPlace): GridRange {
  return {
    top: Math.max(0, Math.min(one.row, other.row)),
    left: Math.min(one.column, other.column),
    bottom: Math.max(0, one.row, other.row),
    right: Math.max(one.column, other.column),
  }
}

export function sizeOf({ top, left, bottom, right }: GridRange): number {
  return (bottom - top + 1) * (right - left + 1)
}

function targetOf({ row, column }: GridPlace, key: string, control: boolean, extent: GridExtent): GridPlace | null {
  switch (key) {
    case 'ArrowUp':
      return { row: control ? 0 : row - 1, column }
    case 'ArrowDown':
      return { row: control ? extent.rows - 1 : row + 1, column }
    case 'ArrowLeft':
      return { row, column: control ? 0 : column - 1 }
    case 'ArrowRight':
      return { row, column: control ? extent.columns - 1 : column + 1 }
    case 'Home':
      return { row: control ? 0 : row, column: 0 }
    case 'End':
      return { row: control ? extent.rows - 1 : row, column: extent.columns - 1 }
    case 'PageUp':
      return { row: Math.max(0, row - extent.pageRows), column }
    case 'PageDown':
      return { row: row + extent.pageRows, column }
    default:
      return null
  }
}
