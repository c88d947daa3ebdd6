import { type Ref, useCallback, useImperativeHandle, useMemo, useState } from 'react'
import { api } from '#api/client.ts'
import type { ResultColumn } from '#shared/model/query.ts'
import { DataGrid, type DataGridProps } from '#ui/grid/data-grid.tsx'
import { cellOf, type GridColumn, type LoadWindow } from '#ui/grid/grid-types.ts'
import { SidePanel } from '#ui/side-panel.tsx'
import { CellPanel } from './cell-panel.tsx'
import { ofResult } from './of-result.ts'
import { Problem } from './problem.tsx'

/** Characters of a cell that the grid shows; the rest is a key away. */
const SHOWN_LENGTH = 200
/** The most that one window may carry. */
const COPIED_LENGTH = 10_000

/** The rows of a result that the services hold. Fills its parent. */
export function ResultGrid(props: ResultGridProps) {
  const { resultId, arrangementId, columns, rowCount, label, layout, filtered, orderable = false, opener, ...grid } = props
  const [open, setOpen] = useState<OpenCell | null>(null)
  const [shown, setShown] = useState(false)
  const loadWindow = useCallback<LoadWindow>(
    (from, count, detail) =>
      api.query.window({
        ...ofResult(resultId, arrangementId),
        from,
        count,
        clipLength: detail === 'shown' ? SHOWN_LENGTH : COPIED_LENGTH,
      }),
    [resultId, arrangementId],
  )
  const loadCell = useCallback(
    async (row: number, column: number) => (await api.query.cell({ ...ofResult(resultId, arrangementId), row, column })).value,
    [resultId, arrangementId],
  )
  const gridColumns = useMemo(() => {
    const shown = layout ?? columns.map((_, index) => index)
    return shown.flatMap((cell) => {
      const column = columns[cell]
      return column === undefined ? [] : [{ ...gridColumn(column), cell, orderable, filtered: filtered?.has(cell) ?? false }]
    })
  }, [columns, layout, filtered, orderable])
  const openCell = (row: number, column: number) => {
    setOpen({ row, column, name: columns[column]?.name ?? '', type: columns[column]?.type ?? '' })
    setShown(true)
  }
  useImperativeHandle(opener, () => ({ open: openCell }))
  return (
    <>
      <DataGrid
        label={label}
        columns={gridColumns}
        rowCount={rowCount}
        loadWindow={loadWindow}
        loadCell={loadCell}
        onOpenCell={(row, place) => openCell(row, cellOf(gridColumns, place))}
        problem={(error, retry) => <Problem error={error} onRetry={retry} />}
        {...grid}
      />
      <SidePanel
        title={open === null ? '' : `${open.name}, row ${open.row + 1}`}
        opened={shown}
        onClose={() => setShown(false)}
        size="min(760px, 80vw)"
      >
        {open !== null && <CellPanel resultId={resultId} arrangementId={arrangementId} {...open} />}
      </SidePanel>
    </>
  )
}

type GridProps = Pick<
  DataGridProps,
  'order' | 'onOrder' | 'pinned' | 'onMoveColumn' | 'onMenu' | 'widths' | 'onWidths' | 'mark' | 'onSelect' | 'handle'
>

interface ResultGridProps extends GridProps {
  readonly resultId: string
  /** Left out: the rows as they came. */
  readonly arrangementId?: string | undefined
  readonly columns: readonly ResultColumn[]
  /** May grow while the rows come. */
  readonly rowCount: number
  readonly label: string
  /** The columns that are shown, in their order; left out: all. */
  readonly layout?: readonly number[]
  /** Columns by which rows are left out. */
  readonly filtered?: ReadonlySet<number>
  /** The mark to order by a column is always there, and has room. */
  readonly orderable?: boolean
  readonly opener?: Ref<CellOpener>
}

/** Shows a value whole. */
export interface CellOpener {
  open(row: number, column: number): void
}

interface OpenCell {
  readonly row: number
  readonly column: number
  readonly name: string
  readonly type: string
}

function gridColumn({ name, type }: ResultColumn): GridColumn {
  return { name, type, align: NUMBERS.test(type) ? 'right' : 'left' }
}

/** Types whose values are read by their last digit. */
const NUMBERS = /^(smallint|integer|bigint|numeric|real|double precision|money|oid)(\(|$)/
