// biome-ignore-all lint/a11y/useSemanticElements: the elements of a table cannot be windowed
// biome-ignore-all lint/a11y/useFocusableInteractive: the cells take the focus, as in every grid

import { IconArrowDown, IconArrowsSort, IconArrowUp } from '@tabler/icons-react'
import type { VirtualItem } from '@tanstack/react-virtual'
import { type PointerEvent, useState } from 'react'
import styles from './data-grid.module.css'
import type { GridColumn, GridOrder, GridRange } from './grid-types.ts'

/** Names and types, over the rows while they scroll. */
export function GridHead({ columns, inSight, gutter, range, activeColumn, onResize, onFit, order, onOrder }: GridHeadProps) {
  return (
    <div role="rowgroup" className={styles.head}>
      <div role="row" aria-rowindex={1} className={styles.headRow}>
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
        {inSight.map(({ index, start, size }) => {
          const column = columns[index]
          return column === undefined ? null : (
            <div
              key={index}
              role="columnheader"
              aria-colindex={index + 2}
              aria-description="Shift with the left and right arrow keys changes its width; Enter selects it"
              tabIndex={index === activeColumn ? 0 : -1}
              className={styles.headCell}
              style={{ left: start, width: size }}
              data-row={-1}
              data-column={index}
              data-align={column.align}
              data-orderable={onOrder !== null || undefined}
              data-active={index === activeColumn || undefined}
              data-within={(range !== null && index >= range.left && index <= range.right) || undefined}
              title={`${column.name}\n${column.type}`}
              {...(order?.column === index ? { 'aria-sort': order.descending ? 'descending' : 'ascending' } : {})}
            >
              <span className={styles.name}>{column.name}</span>
              <span className={styles.type}>{column.type}</span>
              {onOrder !== null && (
                <OrderButton name={column.name} order={order?.column === index ? order : null} onOrder={() => onOrder(index)} />
              )}
              <ResizeHandle width={size} onResize={(width) => onResize(index, width)} onFit={() => onFit(index)} />
            </div>
          )
        })}
      </div>
    </div>
  )
}

interface GridHeadProps {
  readonly columns: readonly GridColumn[]
  readonly inSight: readonly VirtualItem[]
  readonly gutter: number
  readonly range: GridRange | null
  /** null: the keys start from a row. */
  readonly activeColumn: number | null
  onResize(column: number, width: number): void
  /** As wide as what is in it. */
  onFit(column: number): void
  readonly order: GridOrder | null
  /** null: the rows cannot be ordered. */
  readonly onOrder: ((column: number) => void) | null
}

/** For the pointer; where rows can be ordered, the page offers it to the keyboard as well. */
function OrderButton({ name, order, onOrder }: { readonly name: string; readonly order: GridOrder | null; onOrder(): void }) {
  const Icon = order === null ? IconArrowsSort : order.descending ? IconArrowDown : IconArrowUp
  return (
    <button
      type="button"
      tabIndex={-1}
      className={styles.order}
      aria-label={`Order by ${name}`}
      data-ordered={order !== null || undefined}
      onPointerDown={(event) => event.stopPropagation()}
      onClick={onOrder}
    >
      <Icon size={14} aria-hidden />
    </button>
  )
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
