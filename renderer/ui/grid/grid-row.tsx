// biome-ignore-all lint/a11y/useSemanticElements: the elements of a table cannot be windowed
// biome-ignore-all lint/a11y/useFocusableInteractive: the cells take the focus, as in every grid
import type { VirtualItem } from '@tanstack/react-virtual'
import { memo } from 'react'
import styles from './data-grid.module.css'
import type { GridColumn } from './grid-types.ts'
import type { CachedRow } from './window-cache.ts'

/** One row in sight. Drawn again only when something of its own changes, so that scrolling draws new rows only. */
export const GridRow = memo(function GridRow(props: GridRowProps) {
  const { index, top, gutter, columns, inSight, row, selectedFrom, selectedTo, activeColumn } = props
  // A row on its way is drawn by its number, and by the cell that may have the focus: under the thumb, hundreds go by.
  const drawn = row === null ? inSight.filter(({ index: column }) => column === activeColumn) : inSight
  return (
    <div role="row" aria-rowindex={index + 2} className={styles.row} style={{ transform: `translateY(${top}px)` }}>
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
      {drawn.map(({ index: column, start, size }) => (
        <div
          key={column}
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
        >
          <CellText row={row} column={column} />
        </div>
      ))}
    </div>
  )
})

interface GridRowProps {
  readonly index: number
  /** Pixels from the top of all rows. */
  readonly top: number
  /** Width of the row numbers in pixels. */
  readonly gutter: number
  readonly columns: readonly GridColumn[]
  readonly inSight: readonly VirtualItem[]
  /** null: on its way. */
  readonly row: CachedRow | null
  /** Selected columns; from beyond to: none. */
  readonly selectedFrom: number
  readonly selectedTo: number
  /** The column that the keys start from; null when it is in another row. */
  readonly activeColumn: number | null
}

function CellText({ row, column }: { readonly row: CachedRow | null; readonly column: number }) {
  if (row === null) return <span className={styles.pending} />
  const text = row.cells[column] ?? null
  if (text === null) return <span className={styles.null}>[null]</span>
  const shown = /[\n\r]/.test(text) ? text.replace(/\r?\n|\r/g, '↵') : text
  if (!row.clipped.includes(column)) return shown
  return (
    <>
      {shown}
      <span className={styles.cut} title="There is more: press Enter or double-click to read it all">
        …
      </span>
    </>
  )
}
