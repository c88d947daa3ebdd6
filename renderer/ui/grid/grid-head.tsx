// biome-ignore-all lint/a11y/useSemanticElements: the elements of a table cannot be windowed
// biome-ignore-all lint/a11y/useFocusableInteractive: the cells take the focus, as in every grid

import { IconArrowDown, IconArrowsSort, IconArrowUp, IconChevronDown, IconFilter } from '@tabler/icons-react'
import { type PointerEvent, useState } from 'react'
import styles from './data-grid.module.css'
import type { VirtualPlace } from './grid-row.tsx'
import type { GridColumn, GridOrder, GridRange } from './grid-types.ts'
import { useColumnDrag } from './use-column-drag.ts'

/** Names and types, over the rows while they scroll. */
export function GridHead(props: GridHeadProps) {
  const { gutter, frozen, frozenWidth, inSight, onMove } = props
  const drag = useColumnDrag(onMove)
  const cell = (place: VirtualPlace) => <HeadCell key={place.index} place={place} {...props} drag={drag} />
  return (
    <div role="rowgroup" className={styles.head}>
      <div role="row" aria-rowindex={1} className={styles.headRow}>
        <div role="none" className={styles.frozen} style={{ width: frozenWidth }} data-pinned={frozen.length > 0 || undefined}>
          <div
            role="columnheader"
            aria-colindex={1}
            className={`${styles.number} ${styles.corner}`}
            style={{ width: gutter }}
            data-corner
            title="Select all"
          >
            <span className="visually-hidden">Row number</span>
          </div>
          {frozen.map(cell)}
        </div>
        {inSight.map(cell)}
      </div>
    </div>
  )
}

interface GridHeadProps {
  readonly columns: readonly GridColumn[]
  readonly frozen: readonly VirtualPlace[]
  readonly frozenWidth: number
  readonly inSight: readonly VirtualPlace[]
  readonly gutter: number
  readonly range: GridRange | null
  /** null: the keys start from a row. */
  readonly activeColumn: number | null
  onResize(column: number, width: number): void
  /** As wide as what is in it. */
  onFit(column: number): void
  /** The first decides. */
  readonly order: readonly GridOrder[]
  /** null: the rows cannot be ordered. `adds`: to the columns they are ordered by already. */
  readonly onOrder: ((column: number, adds: boolean) => void) | null
  /** null: there is no menu. */
  readonly onMenu: ((column: number, at: { readonly x: number; readonly y: number }) => void) | null
  /** null: columns stay where they are. */
  readonly onMove: ((column: number, to: number) => void) | null
}

type HeadCellProps = GridHeadProps & { readonly place: VirtualPlace; readonly drag: ReturnType<typeof useColumnDrag> }

function HeadCell({ place, columns, range, activeColumn, onResize, onFit, order, onOrder, onMenu, onMove, drag }: HeadCellProps) {
  const { index, start, size } = place
  const column = columns[index]
  if (column === undefined) return null
  const rank = order.findIndex((one) => one.column === index)
  const own = order[rank] ?? null
  const ways = [
    onOrder !== null && 'Space sorts by it, with Shift as well as by others',
    onMenu !== null && 'Alt with the down arrow key opens its menu',
    onMove !== null && 'Alt with the left and right arrow keys moves it',
    'Shift with the left and right arrow keys changes its width',
    'Enter selects it',
  ]
  return (
    <div
      role="columnheader"
      aria-colindex={index + 2}
      aria-description={ways.filter((way) => way !== false).join('; ')}
      tabIndex={index === activeColumn ? 0 : -1}
      className={styles.headCell}
      style={{ left: start, width: size }}
      data-row={-1}
      data-column={index}
      data-align={column.align}
      data-orderable={column.orderable === true || undefined}
      data-active={index === activeColumn || undefined}
      data-within={(range !== null && index >= range.left && index <= range.right) || undefined}
      data-drop={drag.target === index || undefined}
      title={`${column.name}\n${column.type}`}
      onPointerDown={drag.start}
      {...(rank === 0 && own !== null ? { 'aria-sort': own.descending ? 'descending' : 'ascending' } : {})}
    >
      <span className={styles.name}>{column.name}</span>
      <span className={styles.type}>{column.type}</span>
      <span className={styles.headTools} data-kept={own !== null || column.filtered === true || undefined}>
        {column.filtered === true && <IconFilter size={14} role="img" aria-label="filtered" className={styles.filtered} />}
        {onOrder !== null && (
          <OrderButton
            name={column.name}
            order={own}
            rank={order.length > 1 && rank >= 0 ? rank + 1 : null}
            onOrder={(adds) => onOrder(index, adds)}
          />
        )}
        {onMenu !== null && (
          <button
            type="button"
            tabIndex={-1}
            className={`${styles.order} ${styles.menu}`}
            aria-label={`Menu of ${column.name}`}
            aria-haspopup="menu"
            onPointerDown={(event) => event.stopPropagation()}
            onClick={({ currentTarget }) => {
              const { left, bottom } = currentTarget.getBoundingClientRect()
              onMenu(index, { x: left, y: bottom })
            }}
          >
            <IconChevronDown size={14} aria-hidden />
          </button>
        )}
      </span>
      <ResizeHandle width={size} onResize={(width) => onResize(index, width)} onFit={() => onFit(index)} />
    </div>
  )
}

/** For the pointer; the keyboard orders from the head's cell. */
function OrderButton({ name, order, rank, onOrder }: OrderButtonProps) {
  const Icon = order === null ? IconArrowsSort : order.descending ? IconArrowDown : IconArrowUp
  return (
    <button
      type="button"
      tabIndex={-1}
      className={styles.order}
      aria-label={`Order by ${name}`}
      data-ordered={order !== null || undefined}
      title="Ascending, descending, as it came; with Shift as well as by others"
      onPointerDown={(event) => event.stopPropagation()}
      onClick={(event) => onOrder(event.shiftKey)}
    >
      <Icon size={14} aria-hidden />
      {rank !== null && <span className={styles.rank}>{rank}</span>}
    </button>
  )
}

interface OrderButtonProps {
  readonly name: string
  readonly order: GridOrder | null
  /** Among several, from 1. */
  readonly rank: number | null
  onOrder(adds: boolean): void
}

/** For the pointer; the keyboard resizes from the head's cell. */
function ResizeHandle({ width, onResize, onFit }: ResizeHandleProps) {
  const [drag, setDrag] = useState<{ readonly x: number; readonly width: number } | null>(null)
  const onPointerDown = (event: PointerEvent) => {
    event.stopPropagation()
    event.currentTarget.setPointerCapture(event.pointerId)
    setDrag({ x: event.clientX, width })
  }
  return (
    <span
      aria-hidden
      className={styles.handle}
      data-dragging={drag !== null || undefined}
      onPointerDown={onPointerDown}
      onPointerMove={(event) => drag !== null && onResize(drag.width + event.clientX - drag.x)}
      onPointerUp={() => setDrag(null)}
      onPointerCancel={() => setDrag(null)}
      onDoubleClick={(event) => {
        event.stopPropagation()
        onFit()
      }}
    />
  )
}

interface ResizeHandleProps {
  readonly width: number
  onResize(width: number): void
  onFit(): void
}
