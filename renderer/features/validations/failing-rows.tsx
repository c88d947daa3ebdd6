import { Button, Select, Text } from '@mantine/core'
import { useState } from 'react'
import { Problem } from '#parts/problem.tsx'
import { ResultGrid } from '#parts/result-grid.tsx'
import type { ExportFormat } from '#shared/model/query.ts'
import type { ExpectationResult } from '#shared/model/run.ts'
import { CopyButton } from '#ui/copy-button.tsx'
import { ErrorState } from '#ui/error-state.tsx'
import { countOf } from '#ui/format.ts'
import { Loading } from '#ui/loading.tsx'
import { ProgressWithCancel } from '#ui/progress-with-cancel.tsx'
import { ExportMenu, OpenInQueryPane } from './failing-rows-actions.tsx'
import { failingRowCount, firstRowsSentence, nextLimit, nextOrder, orderedQuery, type RowOrder, rowLimits } from './failing-rows-query.ts'
import { useExport } from './use-export.ts'
import { type FailingRowsResult, type FailingRowsState, useFailingRows } from './use-failing-rows.ts'
import styles from './validations.module.css'

export interface FailingRowsProps {
  readonly result: ExpectationResult
  readonly sql: string
  readonly dataSourceId: string
  readonly assetName: string
}

/** The rows that a query finds now, in an order that the person picks, and the ways to take them elsewhere. */
export function FailingRows({ result, sql, dataSourceId, assetName }: FailingRowsProps) {
  const [order, setOrder] = useState<RowOrder | null>(null)
  const [limit, setLimit] = useState<number>(rowLimits[0])
  const query = orderedQuery(sql, order)
  const rows = useFailingRows(dataSourceId, query, limit)
  const exporting = useExport()
  // While other rows are read the columns stay, so that the choice of an order does not go.
  const [columns, setColumns] = useState(rows.result?.columns ?? [])
  if (rows.result !== null && rows.result.columns !== columns) setColumns(rows.result.columns)
  const whole = rows.result?.done === true && !rows.result.limited && !rows.stopped ? rows.result : null
  const onExport = (format: ExportFormat) => exporting.start({ name: `${assetName} failing rows`, dataSourceId, sql: query, whole }, format)
  return (
    <>
      <Sentence result={result} />
      <QueryText sql={query} />
      <div className={styles.filters}>
        <CopyButton value={query} label="Copy query" />
        <OpenInQueryPane dataSourceId={dataSourceId} sql={query} />
        <ExportMenu disabled={rows.result === null || exporting.progress !== null} onExport={onExport} />
        <Select
          aria-label="Order of the rows"
          w={200}
          data={[{ value: '', label: 'In the order of the query' }, ...columns.flatMap(({ name }, column) => orderChoices(name, column))]}
          value={order === null ? '' : `${order.column} ${order.descending}`}
          onChange={(value) => setOrder(orderOf(value))}
          allowDeselect={false}
          searchable
          disabled={columns.length === 0}
        />
        <Count
          rows={rows}
          counted={failingRowCount(result)}
          onMore={nextLimit(limit) === null ? null : () => setLimit(nextLimit(limit) ?? limit)}
        />
      </div>
      {exporting.progress !== null && (
        <ProgressWithCancel
          title={exporting.progress.total === null ? 'Reading all failing rows' : 'Writing the file'}
          detail={countOf(exporting.progress.rows, 'row')}
          done={exporting.progress.rows}
          total={exporting.progress.total}
          stopping={false}
          onCancel={exporting.cancel}
        />
      )}
      <Rows rows={rows} order={order} onOrder={(column) => setOrder(nextOrder(order, column))} />
    </>
  )
}

export function Sentence({ result }: { readonly result: ExpectationResult }) {
  return (
    <Text component="p" m={0} fw={500}>
      {result.sentence}
    </Text>
  )
}

export function QueryText({ sql }: { readonly sql: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className={styles.query} tabIndex={0} aria-label="The query">
      <pre>{sql}</pre>
    </section>
  )
}

/** The rows are read now, and the run was then: both numbers may be right. */
function Count({ rows, counted, onMore }: CountProps) {
  return (
    <div className={styles.rowCount}>
      <Text c="dimmed" role="status">
        {rows.result === null ? '' : countSentence(rows.result, rows.stopped, counted)}
      </Text>
      {rows.running && (
        <Button variant="default" onClick={rows.stop}>
          Cancel
        </Button>
      )}
      {!rows.running && rows.result?.limited === true && onMore !== null && (
        <Button variant="default" onClick={onMore}>
          Read more
        </Button>
      )}
    </div>
  )
}

interface CountProps {
  readonly rows: FailingRowsState
  /** By the run; null: it did not count them. */
  readonly counted: number | null
  readonly onMore: (() => void) | null
}

function countSentence({ rowCount, done, limited }: FailingRowsResult, stopped: boolean, counted: number | null): string {
  if (stopped) return `Cancelled after ${countOf(rowCount, 'row')}`
  if (!done) return `${countOf(rowCount, 'row')} so far`
  return limited ? firstRowsSentence(rowCount, counted) : `${countOf(rowCount, 'row')} now`
}

function Rows({
  rows,
  order,
  onOrder,
}: {
  readonly rows: FailingRowsState
  readonly order: RowOrder | null
  onOrder(column: number): void
}) {
  const { result, problem, error, stopped } = rows
  if (error !== null) return <Problem error={error} onRetry={rows.again} />
  if (problem !== null) {
    return (
      <ErrorState
        title="The server refused"
        sentence={problem.message}
        remedy={problem.hint ?? refusalRemedy(problem.sqlstate, order)}
        facts={problem.sqlstate === null ? [] : [{ label: 'SQLSTATE', value: problem.sqlstate }]}
        actions={
          <Button variant="default" onClick={rows.again}>
            Try again
          </Button>
        }
      />
    )
  }
  if (result === null) {
    if (stopped) return <Text>Cancelled before a row came.</Text>
    return <Loading rows={8} label="Reading the failing rows" />
  }
  if (result.rowCount === 0 && result.done) return <Text>No row fails any more.</Text>
  return (
    <div className={styles.grid}>
      <ResultGrid
        resultId={result.resultId}
        columns={result.columns}
        rowCount={result.rowCount}
        label="Failing rows"
        order={order === null ? [] : [order]}
        onOrder={onOrder}
        orderable
      />
    </div>
  )
}

/** 57014: cancelled, here by the timeout. 42883: the type has no order. */
function refusalRemedy(sqlstate: string | null, order: RowOrder | null): string {
  if (sqlstate === '57014') return 'It took longer than five minutes. Open the query in the query pane, where there is no such limit.'
  if (sqlstate === '42883' && order !== null) return 'Values of this column have no order. Choose another one.'
  return 'The table may have changed since the run. Validate again for a query that fits it.'
}

function orderChoices(name: string, column: number) {
  return [
    { value: `${column} false`, label: `${name}, ascending` },
    { value: `${column} true`, label: `${name}, descending` },
  ]
}

function orderOf(value: string | null): RowOrder | null {
  const [column, descending] = (value ?? '').split(' ')
  return column === undefined || column === '' ? null : { column: Number(column), descending: descending === 'true' }
}
