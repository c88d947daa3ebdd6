import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type MouseEvent, type ReactNode, useLayoutEffect, useRef, useState } from 'react'
import styles from './tree-view.module.css'

/** A tree as a flat list of the rows that are open, of which only those in sight are drawn. */
export interface TreeRow {
  readonly key: string
  /** From 1. */
  readonly level: number
  readonly text: string
  /** Dimmed, behind the text. */
  readonly detail?: string | undefined
  readonly icon?: ReactNode
  /** null: nothing can be below it. */
  readonly expanded: boolean | null
  /** A double click on it is told by `onOpen`; on others it opens and closes the level below. */
  readonly opens?: boolean
  /** What a drop of it puts into a text; left out: it cannot be dragged. */
  readonly dragText?: string | undefined
  /** What can be done with it, at the row's end. */
  readonly actions?: ReactNode
}

const ROW_HEIGHT = 24

/** Keys: up, down, Home, End; right opens, left closes or goes up; Enter opens and closes; letters are left to the browser. */
export function TreeView({ label, rows, onToggle, onOpen, onMenu }: TreeViewProps) {
  const scroll = useRef<HTMLDivElement>(null)
  const [activeKey, setActiveKey] = useState<string | null>(null)
  const active = Math.max(
    0,
    rows.findIndex(({ key }) => key === activeKey),
  )
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 10,
    getItemKey: (index) => rows[index]?.key ?? index,
    rangeExtractor: ({ startIndex, endIndex, overscan, count }) => {
      const first = Math.max(0, startIndex - overscan)
      const last = Math.min(count - 1, endIndex + overscan)
      const inSight = Array.from({ length: last - first + 1 }, (_, index) => first + index)
      if (active >= count) return inSight
      return active < first ? [active, ...inSight] : active > last ? [...inSight, active] : inSight
    },
  })

  useLayoutEffect(() => {
    // The focus follows the active row, and only when it is in the tree already and not on an action.
    const focused = document.activeElement
    if (focused?.getAttribute('role') !== 'treeitem' || !scroll.current?.contains(focused)) return
    scroll.current.querySelector<HTMLElement>(`[data-index="${active}"]`)?.focus({ preventScroll: true })
  })

  const moveTo = (index: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))]
    if (row === undefined) return
    setActiveKey(row.key)
    virtual.scrollToIndex(rows.indexOf(row))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[active]
    if (row === undefined || event.target instanceof HTMLButtonElement || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === 'ArrowDown') moveTo(active + 1)
    else if (event.key === 'ArrowUp') moveTo(active - 1)
    else if (event.key === 'Home') moveTo(0)
    else if (event.key === 'End') moveTo(rows.length - 1)
    else if (event.key === 'ArrowRight' && row.expanded === false) onToggle(row.key)
    else if (event.key === 'ArrowRight' && row.expanded === true) moveTo(active + 1)
    else if (event.key === 'ArrowLeft' && row.expanded === true) onToggle(row.key)
    else if (event.key === 'ArrowLeft') moveTo(rows.findLastIndex(({ level }, index) => index < active && level < row.level))
    else if (event.key === 'Enter' && row.expanded !== null) onToggle(row.key)
    else return
    event.preventDefault()
  }
  const onDoubleClick = (row: TreeRow) => {
    if (row.opens) onOpen?.(row.key)
    else if (row.expanded !== null) onToggle(row.key)
  }
  const onContextMenu = (event: MouseEvent, key: string) => {
    event.preventDefault()
    setActiveKey(key)
    onMenu?.(key)
  }

  return (
    <div ref={scroll} className={styles.scroll}>
      <div role="tree" aria-label={label} className={styles.tree} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start, key }) => {
          const row = rows[index]
          return row === undefined ? null : (
            <div
              key={key}
              role="treeitem"
              aria-level={row.level}
              aria-expanded={row.expanded ?? undefined}
              aria-selected={index === active}
              aria-label={row.detail === undefined ? row.text : `${row.text} ${row.detail}`}
              tabIndex={index === active ? 0 : -1}
              className={styles.row}
              style={{ transform: `translateY(${start}px)`, paddingLeft: 4 + (row.level - 1) * 16 }}
              data-index={index}
              draggable={row.dragText !== undefined}
              onDragStart={(event) => row.dragText !== undefined && event.dataTransfer.setData('text/plain', row.dragText)}
              title={row.detail === undefined ? row.text : `${row.text} · ${row.detail}`}
              onClick={() => setActiveKey(row.key)}
              onDoubleClick={() => onDoubleClick(row)}
              onContextMenu={(event) => onContextMenu(event, row.key)}
              onKeyDown={onKeyDown}
            >
              <span
                aria-hidden
                className={styles.arrow}
                data-expanded={row.expanded ?? undefined}
                onClick={() => row.expanded !== null && onToggle(row.key)}
                onDoubleClick={(event) => event.stopPropagation()}
              />
              {row.icon}
              {/* The blank between the two is part of the name, as it is read out. */}
              <span className={styles.text}>{row.text}</span>{' '}
              {row.detail !== undefined && <span className={styles.detail}>{row.detail}</span>}
              {row.actions !== undefined && <span className={styles.actions}>{row.actions}</span>}
            </div>
          )
        })}
      </div>
    </div>
  )
}

interface TreeViewProps {
  readonly label: string
  readonly rows: readonly TreeRow[]
  onToggle(key: string): void
  onOpen?(key: string): void
  /** The context menu was asked for, by pointer or by key. */
  onMenu?(key: string): void
}
