import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { lazy, type ReactNode, Suspense, useMemo } from 'react'
import { queries } from '#api/client.ts'
import { navigate } from '#api/route.ts'
import { EmptyState } from '#ui/empty-state.tsx'
import { countOf, formatDateTime } from '#ui/format.ts'
import { Loading } from '#ui/loading.tsx'
import { SidePanel } from '#ui/side-panel.tsx'
import styles from './expectation-history.module.css'
import { axisText, type History, historyOf } from './history-model.ts'
import { Problem } from './problem.tsx'
import { RouteLink } from './route-link.tsx'
import { OutcomeBadge } from './verdict-badge.tsx'

/** One expectation over the runs of its asset: a plot of what was observed beside what was expected, and the same as a table. */
export function ExpectationHistory({ expectation, onClose }: ExpectationHistoryProps) {
  return (
    <SidePanel opened={expectation !== null} onClose={onClose} size="min(920px, 88vw)" title="History">
      {expectation !== null && (
        <>
          <p className={styles.sentence}>{expectation.sentence}</p>
          <Runs expectationId={expectation.id} onClose={onClose} />
        </>
      )}
    </SidePanel>
  )
}

interface ExpectationHistoryProps {
  /** null: closed. */
  readonly expectation: { readonly id: string; readonly sentence: ReactNode } | null
  onClose(): void
}

/** As many as a plot of this width can tell apart. */
const RUNS = 200

function Runs({ expectationId, onClose }: { readonly expectationId: string; onClose(): void }) {
  const points = useQuery(queries.validations.history.queryOptions({ input: { expectationId, limit: RUNS } }))
  const history = useMemo(() => historyOf(points.data ?? []), [points.data])
  if (points.isPending) return <Loading rows={6} />
  if (points.isError) return <Problem error={points.error} onRetry={() => void points.refetch()} />
  if (history.lines.length === 0) return <EmptyState title="Not validated yet">Each run adds a point here.</EmptyState>
  const open = (id: string) => {
    onClose()
    navigate({ page: 'run', id })
  }
  return (
    <>
      {history.figure === null ? (
        <Text c="dimmed">What it observes is no figure, so there is only the table.</Text>
      ) : (
        <Suspense fallback={<Loading rows={4} />}>
          <Text c="dimmed" size="sm">
            {captions[history.figure]}
          </Text>
          <HistoryPlot
            points={history.plotted}
            figure={(at) => axisText(history.figure, at)}
            label={`${captions[history.figure]} over ${countOf(history.plotted.length, 'run')}; the table below says the same`}
            onPick={open}
          />
        </Suspense>
      )}
      <Lines history={history} />
    </>
  )
}

const captions: Readonly<Record<NonNullable<History['figure']>, string>> = {
  value: 'Observed value',
  time: 'Observed time',
  percent: 'Share of values that fail',
}

function Lines({ history }: { readonly history: History }) {
  const batches = history.lines.some(({ batch }) => batch !== null)
  return (
    <table className={styles.lines} aria-label="Runs, newest first">
      <thead>
        <tr>
          <th scope="col">Run</th>
          {batches && <th scope="col">Batch</th>}
          <th scope="col">Outcome</th>
          <th scope="col">Observed</th>
          <th scope="col">Expected</th>
        </tr>
      </thead>
      <tbody>
        {history.lines.map(({ runId, startedAt, batch, outcome, observed, expected }) => (
          <tr key={runId}>
            <th scope="row">
              <RouteLink to={{ page: 'run', id: runId }}>{formatDateTime(startedAt)}</RouteLink>
            </th>
            {batches && <td>{batch ?? 'whole table'}</td>}
            <td>
              <OutcomeBadge outcome={outcome} plain />
            </td>
            <td className={styles.observed}>{observed}</td>
            <td>{expected}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** The library that draws is as large as the rest of a page. */
const HistoryPlot = lazy(async () => ({ default: (await import('#ui/plots/history-plot.tsx')).HistoryPlot }))
