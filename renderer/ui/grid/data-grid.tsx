// biome-ignore-all lint/a11y/useSemanticElements: the elements of a table cannot be windowed
// biome-ignore-all lint/a11y/useFocusableInteractive: the cells take the focus, as in every grid
import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual'
import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type Ref,
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'
import { countOf } from '#ui/format.ts'
import { notify } from '#ui/notify.tsx'
import { clampWidth, fittingWidth, fittingWidths } from './column-widths.ts'
import type { CopyFormat } from './copy-formats.ts'
import { copyLater, MOST_COPIED_CELLS, rangeAsText } from './copy-range.ts'
import styles from './data-grid.module.css'
import { GridHead } from './grid-head.tsx'
import { sizeOf } from './grid-moves.ts'
import { GridRow } from './grid-row.tsx'
import type { GridColumn, GridHandle, GridOrder, GridRange, LoadWindow } from './grid-types.ts'
import { placeOf, useGridSelection } from './use-grid-selection.ts'
import { useRowScroll } from './use-row-scroll.ts'
import { type CachedRow, WindowCache } from './window-cache.ts'

const ROW_HEIGHT = 26
const HEAD_HEIGHT = 40

/**
 * A table of any size: only what is in sight is drawn and asked for, rows and columns alike. Keys: arrows, Home, End,
 * Page Up, Page Down, with Ctrl to the edges and with Shift for a range; Ctrl+A, Ctrl+C, Enter for the whole cell.
 */
export function DataGrid({
  label,
  columns,
  rowCount,
  loadWindow,
  loadCell,
  onOpenCell,
  onSelectRows,
  order,
  onOrder,
  problem,
  handle,
}: DataGridProps) {
  const scroll = useRef<HTMLDivElement>(null)
  const cache = useWindowCache(loadWindow)
  const gutter = Math.max(44, String(rowCount).length * 8 + 20)
  const { widths, resize, fit } = useColumnWidths(columns, cache)
  const pageRows = useCallback(() => Math.max(1, Math.floor(((scroll.current?.clientHeight ?? 0) - HEAD_HEIGHT) / ROW_HEIGHT) - 1), [])
  const selection = useGridSelection({ rows: rowCount, columns: columns.length, pageRows: pageRows() })
  const { active, range, moves } = selection

  const rows = useRowScroll(scroll, rowCount, ROW_HEIGHT, HEAD_HEIGHT)
  const inSight = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => scroll.current,
    estimateSize: (index) => widths[index] ?? 0,
    overscan: 3,
    scrollPaddingStart: gutter,
    paddingStart: gutter,
    rangeExtractor: useCallback((range: Range) => withIndex(defaultRangeExtractor(range), active.column, range.count), [active.column]),
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: other widths are other places
  useLayoutEffect(() => inSight.measure(), [widths, gutter])

  useEffect(() => {
    cache.want(rows.from, Math.max(rows.to, 40), rowCount)
  }, [cache, rows.from, rows.to, rowCount])

  const selectedRows = range === null ? 0 : range.bottom - range.top + 1
  useEffect(() => onSelectRows?.(selectedRows), [selectedRows, onSelectRows])

  // biome-ignore lint/correctness/useExhaustiveDependencies: after a move by key, and never because of a scroll
  useLayoutEffect(() => {
    if (moves === 0) return
    if (active.row >= 0) rows.showRow(active.row)
    inSight.scrollToIndex(active.column)
  }, [moves])
  useLayoutEffect(() => {
    if (!scroll.current?.contains(document.activeElement)) return
    scroll.current.querySelector<HTMLElement>(`[data-row="${active.row}"][data-column="${active.column}"]`)?.focus({ preventScroll: true })
  })

  const onKeyDown = (event: KeyboardEvent) => {
    const control = event.ctrlKey || event.metaKey
    const resizes = active.row < 0 && event.shiftKey && (event.key === 'ArrowLeft' || event.key === 'ArrowRight')
    if (resizes) resize(active.column, (widths[active.column] ?? 0) + (event.key === 'ArrowLeft' ? -16 : 16))
    else if (control && event.key.toLowerCase() === 'c') void copy(range ?? undefined)
    else if (event.key === 'Enter' && active.row < 0) selection.selectColumn(active.column)
    else if (event.key === 'Enter' && !control && rowCount > 0) onOpenCell?.(active.row, active.column)
    else if (!selection.onKey(event)) return
    event.preventDefault()
  }
  const copy = async (
    chosen: GridRange = { top: active.row, left: active.column, bottom: active.row, right: active.column },
    format: CopyFormat = 'tsv',
  ) => {
    const cells = sizeOf(chosen)
    if (chosen.top < 0 || rowCount === 0) return
    if (cells > MOST_COPIED_CELLS) return notify({ message: `At most ${countOf(MOST_COPIED_CELLS, 'cell')} can be copied at once.` })
    try {
      await copyLater(rangeAsText(chosen, { loadWindow, loadCell }, columns, format))
      notify({ message: `${countOf(cells, 'cell')} copied.` })
    } catch {
      // The browser's refusal and a lost result look alike here, and both have the same next step.
      notify({ message: 'The cells could not be copied. Select them and try again.', tone: 'failed' })
    }
  }
  const onDoubleClick = (event: MouseEvent) => {
    const place = event.target instanceof Element ? placeOf(event.target) : null
    if (place !== null && place.column !== null && place.row >= 0) onOpenCell?.(place.row, place.column)
  }
  useImperativeHandle(handle, () => ({ copy: (format) => void copy(range ?? undefined, format) }))
  const columnsInSight = inSight.getVirtualItems()

  return (
    <div className={styles.frame}>
      {cache.error !== null && problem?.(cache.error, () => cache.retry())}
      <div
        ref={scroll}
        role="grid"
        aria-label={label}
        aria-rowcount={rowCount + 1}
        aria-colcount={columns.length + 1}
        aria-multiselectable
        aria-readonly
        className={styles.scroll}
        onKeyDown={onKeyDown}
        onPointerDown={selection.onPointerDown}
        onDoubleClick={onDoubleClick}
      >
        <div className={styles.sizer} style={{ height: rows.height + HEAD_HEIGHT, width: inSight.getTotalSize() }}>
          <GridHead
            columns={columns}
            inSight={columnsInSight}
            gutter={gutter}
            range={range}
            activeColumn={active.row < 0 || rowCount === 0 ? active.column : null}
            onResize={resize}
            onFit={fit}
            order={order ?? null}
            onOrder={onOrder ?? null}
          />
          <div role="rowgroup">
            {indexesOf(rows.from, rows.to, active.row, rowCount).map((index) => {
              const selected = range !== null && index >= range.top && index <= range.bottom
              return (
                <GridRow
                  key={index}
                  index={index}
                  top={HEAD_HEIGHT + index * ROW_HEIGHT + rows.shift}
                  gutter={gutter}
                  columns={columns}
                  inSight={columnsInSight}
                  row={cache.row(index)}
                  selectedFrom={selected ? range.left : 1}
                  selectedTo={selected ? range.right : 0}
                  activeColumn={index === active.row ? active.column : null}
                />
              )
            })}
          </div>
        </div>
      </div>
    </div>
  )
}

export interface DataGridProps {
  readonly label: string
  readonly columns: readonly GridColumn[]
  /** May grow while the rows come. */
  readonly rowCount: number
  /** The same function for the same rows: another one begins anew. */
  readonly loadWindow: LoadWindow
  loadCell(row: number, column: number): Promise<string | null>
  onOpenCell?(row: number, column: number): void
  /** How many rows the selection touches; 0 before there is one. */
  onSelectRows?(count: number): void
  /** With `onOrder`: by which column the rows stand; null: as they came. */
  readonly order?: GridOrder | null
  /** A column was picked to order by; whoever loads the rows orders them. */
  onOrder?(column: number): void
  readonly handle?: Ref<GridHandle>
  /** Drawn above the rows when some could not be had. */
  problem?(error: unknown, retry: () => void): ReactNode
}

function useWindowCache(loadWindow: LoadWindow): WindowCache {
  const cache = useMemo(() => new WindowCache(loadWindow), [loadWindow])
  useSyncExternalStore(cache.listen, cache.version)
  return cache
}

/** Guessed when the first rows are there, and then left to the person. */
function useColumnWidths(columns: readonly GridColumn[], cache: WindowCache) {
  const [own, setOwn] = useState<ReadonlyMap<number, number>>(new Map())
  const first = cache.row(0)
  const guessed = useMemo(() => fittingWidths(columns, first === null ? [] : firstRows(cache)), [columns, cache, first])
  const widths = useMemo(() => guessed.map((width, index) => own.get(index) ?? width), [guessed, own])
  const resize = (column: number, width: number) => setOwn((before) => new Map(before).set(column, clampWidth(width)))
  const fit = (index: number) => {
    const column = columns[index]
    if (column !== undefined) resize(index, fittingWidth(column, firstRows(cache), index))
  }
  return { widths, resize, fit }
}

function firstRows(cache: WindowCache): readonly CachedRow[] {
  return Array.from({ length: 50 }, (_, index) => cache.row(index)).filter((row) => row !== null)
}

/** With the active row, wherever it is. */
function indexesOf(from: number, to: number, active: number, rowCount: number): readonly number[] {
  const length = Math.max(0, Math.min(to, rowCount) - from)
  return withIndex(
    Array.from({ length }, (_, index) => from + index),
    active,
    rowCount,
  )
}

/** The active row and column are always drawn, because the focus is in them. */
function withIndex(indexes: number[], index: number, count: number): number[] {
  if (index < 0 || index >= count || indexes.includes(index)) return indexes
  return [...indexes, index].sort((one, other) => one - other)
}
