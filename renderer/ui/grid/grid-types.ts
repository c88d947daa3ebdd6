import type { CopyFormat } from './copy-formats.ts'

export interface GridColumn {
  readonly name: string
  readonly type: string
  readonly align?: 'left' | 'right'
  /** Room for the mark to order by it. */
  readonly orderable?: boolean
}

/** Rows `from` and on. */
export interface GridWindow {
  readonly rows: readonly (readonly (string | null)[])[]
  /** [row, column] of cells that were cut, rows relative to `from`. */
  readonly clipped: readonly (readonly [row: number, column: number])[]
}

/** `shown`: long cells may be cut. `copied`: as long as one window may carry. */
export type WindowDetail = 'shown' | 'copied'

export type LoadWindow = (from: number, count: number, detail: WindowDetail) => Promise<GridWindow>

/** What others may ask of a grid. */
export interface GridHandle {
  /** The selection, or the active cell, to the clipboard. */
  copy(format: CopyFormat): void
}

export interface GridOrder {
  readonly column: number
  readonly descending: boolean
}

/** Both from 0. Row -1 is the head. */
export interface GridPlace {
  readonly row: number
  readonly column: number
}

/** Both ends belong to it. */
export interface GridRange {
  readonly top: number
  readonly left: number
  readonly bottom: number
  readonly right: number
}
