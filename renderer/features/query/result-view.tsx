import { ActionIcon, Tooltip } from '@mantine/core'
import { IconChartLine, IconLayoutSidebarRight, IconSearch, IconSum } from '@tabler/icons-react'
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { api } from '#api/client.ts'
import { notifyError } from '#parts/notify-error.tsx'
import { ofResult } from '#parts/of-result.ts'
import { type CellOpener, ResultGrid } from '#parts/result-grid.tsx'
import type { ExportSource } from '#shared/model/query.ts'
import type { ResultCondition } from '#shared/model/query-result.ts'
import type { GridHandle, GridSelected } from '#ui/grid/grid-types.ts'
import { notify } from '#ui/notify.tsx'
import { ArrangementBar } from './result/arrangement-bar.tsx'
import { ChartPanel } from './result/chart-panel.tsx'
import { ConditionDialog } from './result/condition-dialog.tsx'
import { FactsPanel } from './result/facts-panel.tsx'
import { FindBar } from './result/find-bar.tsx'
import { type GridActions, GridMenu, type OpenMenu } from './result/grid-menu.tsx'
import styles from './result/result.module.css'
import { RowPanel } from './result/row-panel.tsx'
import { useArrangement } from './result/use-arrangement.ts'
import { useColumnLayout } from './result/use-column-layout.ts'
import { type Search, useFind } from './result/use-find.ts'
import { useSelectionSummary } from './result/use-selection-summary.ts'
import { toggled } from './result/wish.ts'
import { ResultBar } from './result-bar.tsx'
import type { RunResult, RunState } from './run-state.ts'
import { SplitPanes } from './split-panes.tsx'

/** A result to work in: its rows in any order, a search, and a row, a chart or the figures of a column beside them. */
export function ResultView({ run, result, title, label, exportAgain, onReadMore, onSelected }: ResultViewProps) {
  const { resultId, columns } = result
  const grid = useRef<GridHandle>(null)
  const opener = useRef<CellOpener>(null)
  const [selected, setSelected] = useState<GridSelected>({ active: { row: 0, column: 0 }, range: null })
  const [side, setSide] = useState<Side | null>(null)
  const [menu, setMenu] = useState<OpenMenu | null>(null)
  const [filtering, setFiltering] = useState<number | null>(null)
  const [search, setSearch] = useState<Search | null>(null)
  const [hitIndex, setHitIndex] = useState<number | null>(null)
  const layout = useColumnLayout(columns)
  const arrangement = useArrangement(resultId)
  const { wish, shown, change } = arrangement
  const arrangementId = shown?.arrangementId
  const rowCount = shown?.rowCount ?? result.rowCount
  const find = useFind(resultId, arrangementId, result.rowCount, search)
  // While rows arrive, an order of them would be out of date at once.
  const mayArrange = result.done || run.phase === 'finished'
  const columnAt = (place: number) => layout.order[place] ?? 0
  const active = { row: Math.max(0, selected.active.row), column: columnAt(selected.active.column) }
  const { order } = layout
  const cells = useMemo(() => {
    const { range } = selected
    return range === null ? null : { top: range.top, bottom: range.bottom, columns: order.slice(range.left, range.right + 1) }
  }, [selected, order])
  const summary = useSelectionSummary(resultId, arrangementId, cells)
  const selectedRows = cells === null ? 0 : cells.bottom - cells.top + 1
  useEffect(() => onSelected(selectedRows, summary), [onSelected, selectedRows, summary])

  const sortBy = (column: number, adds: boolean) => mayArrange && change({ ...wish, sort: toggled(wish.sort, column, adds) })
  const addCondition = (condition: ResultCondition) => change({ ...wish, conditions: [...wish.conditions, condition] })
  const filterByValue = async (test: 'equals' | 'differs') => {
    try {
      const { value, truncated } = await api.query.cell({ ...ofResult(resultId, arrangementId), ...active })
      if (truncated || (value !== null && value.length > 100_000)) notify({ message: 'The value is too long to filter by.' })
      else addCondition({ column: active.column, test, value })
    } catch (error) {
      notifyError(error)
    }
  }
  const goTo = (place: { readonly row: number; readonly column: number }, focus: boolean) => {
    const at = order.indexOf(place.column)
    if (at < 0) notify({ message: `The hit is in ${columns[place.column]?.name ?? 'a column'}, which is hidden.` })
    grid.current?.goTo({ row: place.row, column: Math.max(0, at) }, focus)
  }
  const step = async (direction: 'next' | 'previous') => {
    // At first, the active cell itself may be a hit.
    const from = hitIndex === null && direction === 'next' ? { ...active, column: active.column - 1 } : active
    const hit = await find.step(from, direction).catch(notifyError)
    if (hit == null) return
    setHitIndex(hit.index)
    goTo(hit.place, false)
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for every search
  useEffect(() => {
    setHitIndex(null)
    if (find.found !== null && find.found.count > 0) void step('next')
  }, [find.found])
  const closeSearch = () => {
    setSearch(null)
    grid.current?.focus()
  }
  const toggleSide = (kind: Side) => setSide((before) => (before === kind ? null : kind))
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || !(event.target instanceof Element)) return
    const control = event.ctrlKey || event.metaKey
    const inGrid = event.target.closest('[role="gridcell"], [role="columnheader"]') !== null
    if (control && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'f' && inGrid)
      setSearch(search ?? { text: '', matchCase: false })
    else if (event.key === ' ' && !control && event.target.closest('[role="gridcell"]') !== null) toggleSide('row')
    else if (event.key === 'F3' && find.found !== null) void step(event.shiftKey ? 'previous' : 'next')
    else return
    event.preventDefault()
  }
  const closeMenu = () => {
    setMenu(null)
    grid.current?.focus()
  }
  const place = menu?.place.column ?? 0
  const actions: GridActions = {
    sort: (descending) => change({ ...wish, sort: [{ column: columnAt(place), descending }] }),
    filter: () => setFiltering(columnAt(place)),
    only: () => void filterByValue('equals'),
    without: () => void filterByValue('differs'),
    statistics: () => setSide('facts'),
    pin: () => layout.pinTo(place),
    unpin: () => layout.pinTo(-1),
    hide: () => layout.hide(place),
    showAll: layout.showAll,
    fit: () => grid.current?.fitAll(),
    openRow: () => setSide('row'),
    openCell: () => opener.current?.open(active.row, active.column),
    copy: (format) => grid.current?.copy(format),
  }
  const filtered = useMemo(() => new Set(wish.conditions.map(({ column }) => column)), [wish.conditions])
  const mark = useMemo(() => (search === null || search.text === '' ? null : search), [search])
  const onSelect = useCallback((next: GridSelected) => setSelected(next), [])
  const beside = { resultId, arrangementId, columns, onClose: () => setSide(null) }
  return (
    <div role="none" className={styles.view} onKeyDown={onKeyDown}>
      <ResultBar grid={grid} run={run} result={result} arranged={shown} title={title} exportAgain={exportAgain} onReadMore={onReadMore}>
        <Tools side={side} onSide={toggleSide} onFind={() => setSearch(search ?? { text: '', matchCase: false })} />
      </ResultBar>
      <ArrangementBar arrangement={arrangement} columns={columns} rowCount={result.rowCount} />
      {search !== null && (
        <FindBar
          search={search}
          columns={columns}
          onSearch={setSearch}
          find={find}
          at={hitIndex}
          onStep={(direction) => void step(direction)}
          onClose={closeSearch}
        />
      )}
      <SplitPanes name="query.beside" orientation="horizontal" sizes={[66, 34]} least={[200, 260]} label="Width of the rows">
        <ResultGrid
          resultId={resultId}
          arrangementId={arrangementId}
          columns={columns}
          rowCount={rowCount}
          label={label}
          layout={order}
          pinned={layout.pinned}
          widths={layout.widths}
          onWidths={layout.setWidths}
          filtered={filtered}
          order={wish.sort.map(({ column, descending }) => ({ column: order.indexOf(column), descending }))}
          onOrder={(column, adds) => sortBy(columnAt(column), adds)}
          onMoveColumn={layout.move}
          onMenu={(at, point) => setMenu({ place: at, at: point })}
          onSelect={onSelect}
          mark={mark}
          handle={grid}
          opener={opener}
        />
        {side === null ? null : side === 'row' ? (
          <RowPanel
            {...beside}
            layout={order}
            row={active.row}
            rowCount={rowCount}
            column={active.column}
            onPlace={(row, column) => goTo({ row, column }, false)}
            onOpenCell={(row, column) => opener.current?.open(row, column)}
          />
        ) : side === 'facts' ? (
          <FactsPanel {...beside} column={active.column} />
        ) : (
          <ChartPanel {...beside} rowCount={rowCount} />
        )}
      </SplitPanes>
      <GridMenu
        menu={menu}
        onClose={closeMenu}
        can={{
          arrange: mayArrange,
          unpin: layout.pinned > 0,
          hide: order.length > 1,
          showAll: order.length < columns.length || layout.pinned > 0 || order.some((column, index) => column !== index),
          filterByValue: rowCount > 0,
        }}
        actions={actions}
      />
      <ConditionDialog column={filtering} columns={columns} onAdd={addCondition} onClose={() => setFiltering(null)} />
    </div>
  )
}

/** What stands beside the rows. */
type Side = 'row' | 'facts' | 'chart'

interface ResultViewProps {
  readonly run: RunState
  readonly result: RunResult
  /** Of the tab, for the names of files. */
  readonly title: string
  readonly label: string
  exportAgain(): ExportSource | null
  onReadMore(rowLimit: number): void
  /** How many rows the selection touches, and what its cells come to. */
  onSelected(rows: number, summary: string): void
}

function Tools({ side, onSide, onFind }: { readonly side: Side | null; onSide(side: Side): void; onFind(): void }) {
  return (
    <span className={styles.tools}>
      <Tooltip label="Find in the rows (Ctrl+F)">
        <ActionIcon aria-label="Find in the rows" aria-keyshortcuts="Control+F" onClick={onFind}>
          <IconSearch size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
      {sides.map(({ kind, title, Icon }) => (
        <Tooltip key={kind} label={title}>
          <ActionIcon
            aria-label={title}
            aria-pressed={side === kind}
            variant={side === kind ? 'light' : 'subtle'}
            onClick={() => onSide(kind)}
          >
            <Icon size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      ))}
    </span>
  )
}

const sides = [
  { kind: 'row', title: 'Row as a form (Space)', Icon: IconLayoutSidebarRight },
  { kind: 'facts', title: 'Statistics of the column', Icon: IconSum },
  { kind: 'chart', title: 'Chart', Icon: IconChartLine },
] as const
