import type { CopyColumn, CopyFormat } from './copy-formats.ts'

export interface GridColumn extends CopyColumn {
  /** Room for the mark to order by it. */
  readonly orderable?: boolean
  /** Which cell of a loaded row is shown in it; left out: the one at its own place. */
  readonly cell?: number
  /** Only some of its values are shown. */
  readonly filtered?: boolean
}

export function cellOf(columns: readonly GridColumn[], column: number): number {
  return columns[column]?.cell ?? column
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
  /** Brings a cell into sight and selects it; the focus follows where `focus` is true. */
  goTo(place: GridPlace, focus?: boolean): void
  /** The active cell takes the focus. */
  focus(): void
  /** Every column as wide as what is in it. */
  fitAll(): void
}

/** A text that is looked for: cells that hold it are marked. */
export interface GridMark {
  readonly text: string
  readonly matchCase: boolean
}

export interface GridSelected {
  readonly active: GridPlace
  /** null: nothing is selected yet. */
  readonly range: GridRange | null
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
