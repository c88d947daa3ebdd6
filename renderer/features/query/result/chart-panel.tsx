import { CloseButton, Group, SegmentedControl, Select, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { api } from '#api/client.ts'
import { ofResult } from '#parts/of-result.ts'
import { Problem } from '#parts/problem.tsx'
import type { ResultColumn } from '#shared/model/query.ts'
import { Loading } from '#ui/loading.tsx'
import type { ChartKind } from '#ui/plots/result-chart.tsx'
import { type ChartRow, isNumberType, pointsOf, shownSentence } from './chart-points.ts'
import styles from './result.module.css'

const ResultChart = lazy(async () => ({ default: (await import('#ui/plots/result-chart.tsx')).ResultChart }))

/** More points than a screen has pixels across say nothing more. */
const MOST_POINTS = 2_000
const AT_ONCE = 500

/** A quick picture of the rows as they stand: two columns, and how they are drawn. */
export function ChartPanel({ resultId, arrangementId, rowCount, columns, onClose }: ChartPanelProps) {
  const numeric = columns.flatMap(({ type }, index) => (isNumberType(type) ? [index] : []))
  const [kind, setKind] = useState<ChartKind>('line')
  const [x, setX] = useState(() =>
    numeric.includes(0) && columns.length > 1 && numeric.length > 1
      ? 0
      : Math.max(
          0,
          columns.findIndex(({ type }) => !isNumberType(type)),
        ),
  )
  const [y, setY] = useState(() => numeric.find((column) => column !== x) ?? numeric[0] ?? null)
  const histogram = kind === 'histogram'
  const rows = useQuery({
    queryKey: ['chart', resultId, arrangementId ?? null, x, y, rowCount],
    enabled: y !== null && !histogram,
    gcTime: 0,
    queryFn: ({ signal }) => rowsOf({ resultId, arrangementId, rowCount, x, y: y ?? 0 }, signal),
  })
  const bins = useQuery({
    queryKey: ['histogram', resultId, arrangementId ?? null, y],
    enabled: y !== null && histogram,
    gcTime: 0,
    queryFn: ({ signal }) => binsOf(resultId, arrangementId, y ?? 0, signal),
  })
  const asked = histogram ? bins : rows
  const points = histogram ? (bins.data ?? []) : pointsOf(rows.data ?? [], kind === 'scatter' || (kind === 'line' && numeric.includes(x)))
  return (
    <section className={styles.side} aria-label="Chart">
      <div className={styles.sideHead}>
        <Title order={2} size="h3" className={styles.sideTitle}>
          Chart
        </Title>
        <CloseButton size="sm" aria-label="Close the chart" onClick={onClose} />
      </div>
      {y === null ? (
        <Text c="dimmed">No column of this result has numbers to draw.</Text>
      ) : (
        <>
          <SegmentedControl
            aria-label="Kind of chart"
            value={kind}
            onChange={(next) => setKind(next as ChartKind)}
            data={[...kinds]}
            fullWidth
          />
          <Group gap="xs" grow>
            {!histogram && (
              <ColumnSelect label="Across" columns={columns} value={x} onChange={setX} among={columns.map((_, index) => index)} />
            )}
            <ColumnSelect label={histogram ? 'Of' : 'Up'} columns={columns} value={y} onChange={setY} among={numeric} />
          </Group>
          {asked.isError ? (
            <Problem error={asked.error} onRetry={() => void asked.refetch()} />
          ) : asked.isPending ? (
            <Loading rows={6} />
          ) : points.length === 0 ? (
            <Text c="dimmed">There is nothing to draw.</Text>
          ) : (
            <Suspense fallback={<Loading rows={6} />}>
              <div className={styles.chart}>
                <ResultChart kind={kind} points={points} label={`${kind} chart of ${columns[y]?.name ?? ''}`} />
              </div>
            </Suspense>
          )}
          {asked.data !== undefined && (
            <Text c="dimmed">
              {histogram
                ? shownSentence(
                    'counted',
                    rowCount,
                    rowCount,
                    points.reduce((sum, { y: count }) => sum + (count ?? 0), 0),
                  )
                : shownSentence('drawn', rowCount, rows.data?.length ?? 0, points.length)}
            </Text>
          )}
        </>
      )}
    </section>
  )
}

interface ChartPanelProps {
  readonly resultId: string
  readonly arrangementId?: string | undefined
  readonly rowCount: number
  readonly columns: readonly ResultColumn[]
  onClose(): void
}

const kinds = [
  { value: 'line', label: 'Line' },
  { value: 'bar', label: 'Bar' },
  { value: 'scatter', label: 'Scatter' },
  { value: 'histogram', label: 'Histogram' },
] as const

interface ColumnSelectProps {
  readonly label: string
  readonly columns: readonly ResultColumn[]
  readonly value: number
  readonly among: readonly number[]
  onChange(column: number): void
}

function ColumnSelect({ label, columns, value, among, onChange }: ColumnSelectProps) {
  return (
    <Select
      label={label}
      data={among.map((index) => ({ value: String(index), label: columns[index]?.name ?? '' }))}
      value={String(value)}
      onChange={(next) => next !== null && onChange(Number(next))}
      allowDeselect={false}
      searchable={among.length > 12}
    />
  )
}

interface RowsAsked {
  readonly resultId: string
  readonly arrangementId: string | undefined
  readonly rowCount: number
  readonly x: number
  readonly y: number
}

async function rowsOf({ resultId, arrangementId, rowCount, x, y }: RowsAsked, signal: AbortSignal): Promise<readonly ChartRow[]> {
  const found: ChartRow[] = []
  for (let from = 0; from < Math.min(rowCount, MOST_POINTS); from += AT_ONCE) {
    const input = { ...ofResult(resultId, arrangementId), from, count: Math.min(AT_ONCE, MOST_POINTS - from), clipLength: 64 }
    const { rows } = await api.query.window(input, { signal })
    for (const cells of rows) found.push({ x: cells[x] ?? null, y: cells[y] ?? null })
  }
  return found
}

async function binsOf(resultId: string, arrangementId: string | undefined, column: number, signal: AbortSignal) {
  for await (const event of await api.query.facts({ ...ofResult(resultId, arrangementId), column }, { signal })) {
    if (event.type === 'facts')
      return event.facts.histogram.map(({ from, to, count }) => ({ label: from, title: `${from} to ${to}`, x: null, y: count }))
  }
  return []
}
