import { Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type Ref, useCallback, useMemo, useState } from 'react'
import { api, queries } from '#api/client.ts'
import type { ResultColumn } from '#shared/model/query.ts'
import { CopyButton } from '#ui/copy-button.tsx'
import { formatBytes } from '#ui/format.ts'
import { DataGrid } from '#ui/grid/data-grid.tsx'
import type { GridColumn, GridHandle, GridOrder, LoadWindow } from '#ui/grid/grid-types.ts'
import { Loading } from '#ui/loading.tsx'
import { SidePanel } from '#ui/side-panel.tsx'
import { Problem } from './problem.tsx'
import styles from './result-grid.module.css'

/** Characters of a cell that the grid shows; the rest is a key away. */
const SHOWN_LENGTH = 200
/** The most that one window may carry. */
const COPIED_LENGTH = 10_000

/** The rows of a result that the services hold. Fills its parent. */
export function ResultGrid({ resultId, columns, rowCount, label, order, onOrder, onSelectRows, handle }: ResultGridProps) {
  const [open, setOpen] = useState<OpenCell | null>(null)
  const [shown, setShown] = useState(false)
  const loadWindow = useCallback<LoadWindow>(
    (from, count, detail) => api.query.window({ resultId, from, count, clipLength: detail === 'shown' ? SHOWN_LENGTH : COPIED_LENGTH }),
    [resultId],
  )
  const loadCell = useCallback(async (row: number, column: number) => (await api.query.cell({ resultId, row, column })).value, [resultId])
  const orderable = onOrder !== undefined
  const gridColumns = useMemo(() => columns.map((column) => ({ ...gridColumn(column), orderable })), [columns, orderable])
  const onOpenCell = (row: number, column: number) => {
    setOpen({ row, column, name: columns[column]?.name ?? '', type: columns[column]?.type ?? '' })
    setShown(true)
  }
  return (
    <>
      <DataGrid
        label={label}
        columns={gridColumns}
        rowCount={rowCount}
        loadWindow={loadWindow}
        loadCell={loadCell}
        onOpenCell={onOpenCell}
        {...(handle === undefined ? {} : { handle })}
        {...(onSelectRows === undefined ? {} : { onSelectRows })}
        {...(onOrder === undefined ? {} : { order: order ?? null, onOrder })}
        problem={(error, retry) => <Problem error={error} onRetry={retry} />}
      />
      <SidePanel title={open === null ? '' : `${open.name}, row ${open.row + 1}`} opened={shown} onClose={() => setShown(false)} size={560}>
        {open !== null && <WholeCell resultId={resultId} cell={open} />}
      </SidePanel>
    </>
  )
}

interface ResultGridProps {
  readonly resultId: string
  readonly columns: readonly ResultColumn[]
  /** May grow while the rows come. */
  readonly rowCount: number
  readonly label: string
  /** With `onOrder`: by which column the rows stand. */
  readonly order?: GridOrder | null
  /** A column was picked to order by. Left out: they stand as they came. */
  onOrder?(column: number): void
  onSelectRows?(count: number): void
  readonly handle?: Ref<GridHandle>
}

interface OpenCell {
  readonly row: number
  readonly column: number
  readonly name: string
  readonly type: string
}

function WholeCell({ resultId, cell: { row, column, name, type } }: { readonly resultId: string; readonly cell: OpenCell }) {
  const cell = useQuery(queries.query.cell.queryOptions({ input: { resultId, row, column }, gcTime: 0 }))
  if (cell.isPending) return <Loading rows={4} />
  if (cell.isError) return <Problem error={cell.error} onRetry={() => void cell.refetch()} />
  const { value, truncated, sizeBytes } = cell.data
  return (
    <>
      <Group justify="space-between" gap="xs">
        <Text c="dimmed">{value === null ? `${type}, no value` : `${type}, ${formatBytes(sizeBytes)}`}</Text>
        <CopyButton value={value ?? ''} disabled={value === null} />
      </Group>
      {truncated && <Text role="status">{`The first ${formatBytes(1_048_576)} are shown.`}</Text>}
      {value === null ? (
        <Text c="dimmed" fs="italic">
          [null]
        </Text>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <section className={styles.value} tabIndex={0} aria-label={`Value of ${name}`}>
          <pre>{readable(value, type)}</pre>
        </section>
      )}
    </>
  )
}

/** JSON by line; everything else as the server wrote it. What is copied is never changed. */
function readable(value: string, type: string): string {
  // A json keeps what was written, a key that stands there twice too; reading it here would lose one.
  if (type !== 'jsonb') return value
  // Numbers that JavaScript would round must stay as they are.
  if (/\d{16}|\d[eE.]/.test(value)) return value
  try {
    return JSON.stringify(JSON.parse(value), null, 2)
  } catch {
    // A value that was cut off is no JSON any more.
    return value
  }
}

function gridColumn({ name, type }: ResultColumn): GridColumn {
  return { name, type, align: NUMBERS.test(type) ? 'right' : 'left' }
}

/** Types whose values are read by their last digit. */
const NUMBERS = /^(smallint|integer|bigint|numeric|real|double precision|money|oid)(\(|$)/
