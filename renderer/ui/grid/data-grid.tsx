// biome-ignore-all lint/a11y/useSemanticElements: the elements of a table cannot be windowed
// biome-ignore-all lint/a11y/useFocusableInteractive: the cells take the focus, as in every grid
import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type Ref,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useSyncExternalStore,
} from 'react'
import { countOf } from '#ui/format.ts'
import { notify } from '#ui/notify.tsx'
import { layoutOf, totalWidth } from './column-layout.ts'
import type { CopyFormat } from './copy-formats.ts'
import { copyLater, MOST_COPIED_CELLS, rangeAsText } from './copy-range.ts'
import styles from './data-grid.module.css'
import { GridHead } from './grid-head.tsx'
import { sizeOf } from './grid-moves.ts'
import type { GridColumn, GridHandle, GridMark, GridOrder, GridPlace, GridRange, GridSelected, LoadWindow } from './grid-types.ts'
import { GridView } from './grid-view.ts'
import { scaledHeight } from './row-scroll.ts'
import { useColumnWidths } from './use-column-widths.ts'
import { useGridRows } from './use-grid-rows.ts'
import { placeOf, useGridSelection } from './use-grid-selection.ts'
import { WindowCache } from './window-cache.ts'

const ROW_HEIGHT = 26
const HEAD_HEIGHT = 40

/**
 * A table of any size: only what is in sight is drawn and asked for, rows and columns alike. Keys: arrows, Home, End,
 * Page Up, Page Down, with Ctrl to the edges and with Shift for a range; Ctrl+A, Ctrl+C, Enter for the whole cell. In the head:
 * Space orders, Alt+arrows move a column, Shift+arrows change its width.
 */
export function DataGrid(props: DataGridProps) {
  const { label, columns, rowCount, loadWindow, loadCell, onOpenCell, onSelect, order = NO_ORDER, onOrder, problem, handle } = props
  const { pinned = 0, onMoveColumn, onMenu, mark = null } = props
  const scroll = useRef<HTMLDivElement>(null)
  const body = useRef<HTMLDivElement>(null)
  const cache = useWindowCache(loadWindow, columns.length)
  const gutter = Math.max(44, String(rowCount).length * 8 + 20)
  const { widths, resize, fit, fitAll } = useColumnWidths(columns, cache, props.widths ?? NO_WIDTHS, props.onWidths)
  const layout = useMemo(() => layoutOf(widths, gutter, pinned), [widths, gutter, pinned])
  const view = useMemo(() => new GridView(ROW_HEIGHT, HEAD_HEIGHT), [])
  const selection = useGridSelection({
    rows: rowCount,
    columns: columns.length,
    get pageRows() {
      return view.pageRows
    },
  })
  const { active, range, moves } = selection
  useGridRows({ box: scroll, body, view, rowHeight: ROW_HEIGHT }, { columns, layout, rowCount, cache, range, active, mark })

  // biome-ignore lint/correctness/useExhaustiveDependencies: the same place may be a new object
  useEffect(
    () => onSelect?.({ active, range }),
    [active.row, active.column, range?.top, range?.left, range?.bottom, range?.right, onSelect],
  )

  // biome-ignore lint/correctness/useExhaustiveDependencies: after a move by key, and never because of a scroll
  useLayoutEffect(() => {
    if (moves === 0) return
    view.reveal(active.row, active.column)
  }, [moves])
  const takesFocus = useRef(false)
  // Asked of the page instead, a cell that had it and went would not count any more.
  const hasFocus = useRef(false)
  const focusActive = () =>
    scroll.current
      ?.querySelector<HTMLElement>(`[data-row="${active.row}"] [data-column="${active.column}"]`)
      ?.focus({ preventScroll: true })
  useLayoutEffect(() => {
    if (!takesFocus.current && !hasFocus.current) return
    takesFocus.current = false
    focusActive()
  })

  const openMenu = (place: GridPlace) => {
    const cell = scroll.current?.querySelector(`[data-row="${place.row}"] [data-column="${place.column}"]`)
    const box = cell?.getBoundingClientRect()
    // Once the key is done with: the menu would take it for one that is outside of it.
    if (box !== undefined) setTimeout(() => onMenu?.(place, { x: box.left + 8, y: box.bottom }))
  }
  const onHeadKey = (event: KeyboardEvent): boolean => {
    const sideways = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0
    if (sideways !== 0 && event.shiftKey && !event.altKey) resize(active.column, (widths[active.column] ?? 0) + sideways * 16)
    else if (sideways !== 0 && event.altKey && onMoveColumn !== undefined) moveColumn(active.column, active.column + sideways)
    else if (event.key === ' ' && onOrder !== undefined) onOrder(active.column, event.shiftKey)
    else if (event.key === 'Enter') selection.selectColumn(active.column)
    else return false
    return true
  }
  const moveColumn = (column: number, to: number) => {
    if (to < 0 || to >= columns.length) return
    onMoveColumn?.(column, to)
    // Over the edge of what stays in sight it is another element, and the focus would be lost with the one that goes.
    takesFocus.current = hasFocus.current
    selection.goTo({ row: -1, column: to })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const control = event.ctrlKey || event.metaKey
    const asksForMenu =
      event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey) || (event.key === 'ArrowDown' && event.altKey)
    if (active.row < 0 && onHeadKey(event)) event.preventDefault()
    else if (asksForMenu && onMenu !== undefined) openMenu(active)
    else if (control && event.key.toLowerCase() === 'c') void copy(range ?? undefined)
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
  const onContextMenu = (event: MouseEvent) => {
    const place = event.target instanceof Element ? placeOf(event.target) : null
    if (onMenu === undefined || place === null || place.column === null) return
    event.preventDefault()
    const { row, column } = place
    const within = range !== null && row >= range.top && row <= range.bottom && column >= range.left && column <= range.right
    if (row >= 0 && !within) selection.goTo({ row, column })
    onMenu({ row, column }, { x: event.clientX, y: event.clientY })
  }
  useImperativeHandle(handle, () => ({
    copy: (format) => void copy(range ?? undefined, format),
    goTo: (place, focus = false) => {
      takesFocus.current = focus
      selection.goTo(place)
    },
    focus: () => void focusActive(),
    fitAll,
  }))

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
        onFocus={() => {
          hasFocus.current = true
        }}
        onBlur={({ currentTarget, relatedTarget }) => {
          hasFocus.current = currentTarget.contains(relatedTarget)
        }}
        onKeyDown={onKeyDown}
        onPointerDown={selection.onPointerDown}
        onDoubleClick={onDoubleClick}
        onContextMenu={onContextMenu}
      >
        <div
          className={styles.sizer}
          style={{ height: scaledHeight({ rowCount, rowHeight: ROW_HEIGHT }) + HEAD_HEIGHT, width: totalWidth(layout) }}
        >
          <div className={styles.view}>
            <GridHead
              view={view}
              columns={columns}
              layout={layout}
              range={range}
              activeColumn={active.row < 0 || rowCount === 0 ? active.column : null}
              onResize={resize}
              onFit={fit}
              order={order}
              onOrder={onOrder ?? null}
              onMenu={onMenu === undefined ? null : (column, at) => onMenu({ row: -1, column }, at)}
              onMove={onMoveColumn === undefined ? null : moveColumn}
            />
            <div role="rowgroup" className={styles.rows}>
              <div role="none" ref={body} className={styles.body} />
            </div>
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
  /** `cell`: its place in a loaded row. */
  loadCell(row: number, cell: number): Promise<string | null>
  onOpenCell?(row: number, column: number): void
  onSelect?(selected: GridSelected): void
  /** With `onOrder`: by which columns the rows stand, the first decides; empty: as they came. */
  readonly order?: readonly GridOrder[]
  /** A column was picked to order by; whoever loads the rows orders them. `adds`: as well as by those before. */
  onOrder?(column: number, adds: boolean): void
  /** So many columns stay in sight at the left. */
  readonly pinned?: number
  /** A column was moved to the place of another. Left out: they stay where they are. */
  onMoveColumn?(column: number, to: number): void
  /** A menu was asked for, by pointer or by key; row -1: of a column. */
  onMenu?(place: GridPlace, at: { readonly x: number; readonly y: number }): void
  /** Widths that a person gave, by cell, as they are at first. */
  readonly widths?: Readonly<Record<number, number>>
  onWidths?(widths: Readonly<Record<number, number>>): void
  /** Cells that hold this are marked. */
  readonly mark?: GridMark | null
  readonly handle?: Ref<GridHandle>
  /** Drawn above the rows when some could not be had. */
  problem?(error: unknown, retry: () => void): ReactNode
}

const NO_ORDER: readonly GridOrder[] = []
const NO_WIDTHS: Readonly<Record<number, number>> = {}

function useWindowCache(loadWindow: LoadWindow, columnCount: number): WindowCache {
  // biome-ignore lint/correctness/useExhaustiveDependencies: hiding a column does not make the rows narrower
  const cache = useMemo(() => new WindowCache(loadWindow, columnCount), [loadWindow])
  // The rows listen by themselves; this asks for what the widths and the sentence of a failure are made from.
  useSyncExternalStore(cache.listen, () => cache.row(0))
  useSyncExternalStore(cache.listen, () => cache.error)
  return cache
}
