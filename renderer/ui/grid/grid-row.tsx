// biome-ignore-all lint/a11y/useSemanticElements: the elements of a table cannot be windowed
// biome-ignore-all lint/a11y/useFocusableInteractive: the cells take the focus, as in every grid
import type { VirtualItem } from '@tanstack/react-virtual'
import { memo } from 'react'
import styles from './data-grid.module.css'
import { cellOf, type GridColumn, type GridMark } from './grid-types.ts'
import type { CachedRow } from './window-cache.ts'

/** One row in sight. Drawn again only when something of its own changes, so that scrolling draws new rows only. */
export const GridRow = memo(function GridRow(props: GridRowProps) {
  const { index, top, gutter, frozen, frozenWidth, inSight, row, selectedFrom, selectedTo, activeColumn } = props
  // A row on its way is drawn by its number, and by the cell that may have the focus: under the thumb, hundreds go by.
  const drawn = (place: VirtualPlace) =>
    row !== null || place.index === activeColumn ? <GridCell key={place.index} place={place} {...props} /> : null
  return (
    <div role="row" aria-rowindex={index + 2} className={styles.row} style={{ transform: `translateY(${top}px)` }}>
      <div role="none" className={styles.frozen} style={{ width: frozenWidth }} data-pinned={frozen.length > 0 || undefined}>
        <div
          role="rowheader"
          aria-colindex={1}
          className={styles.number}
          style={{ width: gutter }}
          data-row={index}
          data-within={selectedFrom <= selectedTo || undefined}
        >
          {index + 1}
        </div>
        {frozen.map(drawn)}
      </div>
      {inSight.map(drawn)}
    </div>
  )
})

function GridCell({
  place,
  index,
  columns,
  row,
  selectedFrom,
  selectedTo,
  activeColumn,
  mark,
}: GridRowProps & { readonly place: VirtualPlace }) {
  const { index: column, start, size } = place
  const cell = cellOf(columns, column)
  return (
    <div
      role="gridcell"
      aria-colindex={column + 2}
      aria-selected={column >= selectedFrom && column <= selectedTo}
      tabIndex={column === activeColumn ? 0 : -1}
      className={styles.cell}
      style={{ left: start, width: size }}
      data-row={index}
      data-column={column}
      data-align={columns[column]?.align}
      data-active={column === activeColumn || undefined}
      data-hit={(mark !== null && holds(row?.cells[cell] ?? null, mark)) || undefined}
    >
      <CellText row={row} cell={cell} />
    </div>
  )
}

function holds(text: string | null, { text: wanted, matchCase }: GridMark): boolean {
  if (text === null) return false
  return matchCase ? text.includes(wanted) : text.toLowerCase().includes(wanted.toLowerCase())
}

/** Where a column is drawn. */
export type VirtualPlace = Pick<VirtualItem, 'index' | 'start' | 'size'>

interface GridRowProps {
  readonly index: number
  /** Pixels from the top of all rows. */
  readonly top: number
  /** Width of the row numbers in pixels. */
  readonly gutter: number
  readonly columns: readonly GridColumn[]
  /** Columns that stay where they are, and the width that they take with the row numbers. */
  readonly frozen: readonly VirtualPlace[]
  readonly frozenWidth: number
  /** The others. */
  readonly inSight: readonly VirtualPlace[]
  /** What is looked for; null: nothing. */
  readonly mark: GridMark | null
  /** null: on its way. */
  readonly row: CachedRow | null
  /** Selected columns; from beyond to: none. */
  readonly selectedFrom: number
  readonly selectedTo: number
  /** The column that the keys start from; null when it is in another row. */
  readonly activeColumn: number | null
}

function CellText({ row, cell }: { readonly row: CachedRow | null; readonly cell: number }) {
  if (row === null) return <span className={styles.pending} />
  const text = row.cells[cell] ?? null
  if (text === null) return <span className={styles.null}>[null]</span>
  const shown = /[\n\r]/.test(text) ? text.replace(/\r?\n|\r/g, '↵') : text
  if (!row.clipped.includes(cell)) return shown
  return (
    <>
      {shown}
      <span className={styles.cut} title="There is more: press Enter or double-click to read it all">
        …
      </span>
    </>
  )
}
