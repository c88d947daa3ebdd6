// biome-ignore-all lint/a11y/useSemanticElements: the elements of a table cannot be windowed
// biome-ignore-all lint/a11y/useFocusableInteractive: the cells take the focus, as in every grid

import { IconArrowDown, IconArrowsSort, IconArrowUp, IconChevronDown, IconFilter } from '@tabler/icons-react'
import { memo, type PointerEvent, useLayoutEffect, useRef, useState, useSyncExternalStore } from 'react'
import { type ColumnLayout, startOf, widthOf } from './column-layout.ts'
import styles from './data-grid.module.css'
import { withPlace } from './grid-rows.ts'
import type { GridColumn, GridOrder, GridRange } from './grid-types.ts'
import type { GridView } from './grid-view.ts'
import { useColumnDrag } from './use-column-drag.ts'

/** Names and types, over the rows while they scroll. Drawn again when other columns come into sight, and by itself. */
export function GridHead({ view, layout, ...props }: GridHeadProps) {
  const { columns, range, activeColumn, order, onMove, ...rest } = props
  const drag = useColumnDrag(onMove)
  const { from, to } = useSyncExternalStore(view.listen, view.columns)
  const moving = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const follow = () => moving.current?.style.setProperty('transform', `translateX(${-view.left}px)`)
    follow()
    return view.listen(follow)
  }, [view])
  const cell = (index: number) => {
    const column = columns[index]
    const rank = order.findIndex((one) => one.column === index)
    const own = order[rank] ?? null
    return column === undefined ? null : (
      <HeadCell
        key={index}
        index={index}
        column={column}
        start={startOf(layout, index)}
        width={widthOf(layout, index)}
        active={index === activeColumn}
        within={range !== null && index >= range.left && index <= range.right}
        descending={own === null ? null : own.descending}
        rank={rank < 0 ? null : rank + 1}
        ranked={order.length > 1}
        drop={drag.target === index}
        onDrag={drag.start}
        moves={onMove !== null}
        {...rest}
      />
    )
  }
  return (
    <div role="rowgroup" className={styles.head}>
      <div role="row" aria-rowindex={1} className={styles.headRow} data-row={-1}>
        <div role="none" className={styles.frozen} style={{ width: layout.frozenWidth }} data-pinned={layout.pinned > 0 || undefined}>
          <div
            role="columnheader"
            aria-colindex={1}
            className={`${styles.number} ${styles.corner}`}
            style={{ width: layout.gutter }}
            data-corner
            title="Select all"
          >
            <span className="visually-hidden">Row number</span>
          </div>
          {columns.slice(0, layout.pinned).map((_, index) => cell(index))}
        </div>
        <div role="none" ref={moving} className={styles.moving}>
          {withPlace(from, to, activeColumn ?? -1, layout.pinned, columns.length).map(cell)}
        </div>
      </div>
    </div>
  )
}

interface GridHeadProps extends HeadActions {
  readonly view: GridView
  readonly columns: readonly GridColumn[]
  readonly layout: ColumnLayout
  readonly range: GridRange | null
  /** null: the keys start from a row. */
  readonly activeColumn: number | null
  /** The first decides. */
  readonly order: readonly GridOrder[]
  /** null: columns stay where they are. */
  readonly onMove: ((column: number, to: number) => void) | null
}

interface HeadActions {
  onResize(column: number, width: number): void
  /** As wide as what is in it. */
  onFit(column: number): void
  /** null: the rows cannot be ordered. `adds`: to the columns they are ordered by already. */
  readonly onOrder: ((column: number, adds: boolean) => void) | null
  /** null: there is no menu. */
  readonly onMenu: ((column: number, at: { readonly x: number; readonly y: number }) => void) | null
}

interface HeadCellProps extends HeadActions {
  readonly index: number
  readonly column: GridColumn
  readonly start: number
  readonly width: number
  readonly active: boolean
  readonly within: boolean
  /** null: the rows are not ordered by it. */
  readonly descending: boolean | null
  /** Among those that the rows are ordered by, from 1. */
  readonly rank: number | null
  /** There are several of them. */
  readonly ranked: boolean
  /** Another head is dragged over it. */
  readonly drop: boolean
  readonly moves: boolean
  onDrag(event: PointerEvent): void
}

const HeadCell = memo(function HeadCell(props: HeadCellProps) {
  const { index, column, start, width, active, within, descending, rank, ranked, drop, moves, onDrag } = props
  const { onResize, onFit, onOrder, onMenu } = props
  const ways = [
    onOrder !== null && 'Space sorts by it, with Shift as well as by others',
    onMenu !== null && 'Alt with the down arrow key opens its menu',
    moves && 'Alt with the left and right arrow keys moves it',
    'Shift with the left and right arrow keys changes its width',
    'Enter selects it',
  ]
  return (
    <div
      role="columnheader"
      aria-colindex={index + 2}
      aria-description={ways.filter((way) => way !== false).join('; ')}
      tabIndex={active ? 0 : -1}
      className={styles.headCell}
      style={{ left: start, width }}
      data-column={index}
      data-align={column.align}
      data-orderable={column.orderable === true || undefined}
      data-active={active || undefined}
      data-within={within || undefined}
      data-drop={drop || undefined}
      title={`${column.name}\n${column.type}`}
      onPointerDown={onDrag}
      {...(rank === 1 && descending !== null ? { 'aria-sort': descending ? 'descending' : 'ascending' } : {})}
    >
      <span className={styles.name}>{column.name}</span>
      <span className={styles.type}>{column.type}</span>
      <span className={styles.headTools} data-kept={descending !== null || column.filtered === true || undefined}>
        {column.filtered === true && <IconFilter size={14} role="img" aria-label="filtered" className={styles.filtered} />}
        {onOrder !== null && (
          <OrderButton name={column.name} descending={descending} rank={ranked ? rank : null} onOrder={(adds) => onOrder(index, adds)} />
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
      <ResizeHandle width={width} onResize={(width) => onResize(index, width)} onFit={() => onFit(index)} />
    </div>
  )
})

/** For the pointer; the keyboard orders from the head's cell. */
function OrderButton({ name, descending, rank, onOrder }: OrderButtonProps) {
  const Icon = descending === null ? IconArrowsSort : descending ? IconArrowDown : IconArrowUp
  return (
    <button
      type="button"
      tabIndex={-1}
      className={styles.order}
      aria-label={`Order by ${name}`}
      data-ordered={descending !== null || undefined}
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
  /** null: the rows are not ordered by it. */
  readonly descending: boolean | null
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
