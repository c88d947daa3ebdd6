import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { queries } from '#api/client.ts'
import { Problem } from '#parts/problem.tsx'
import { RouteLink } from '#parts/route-link.tsx'
import { runDurationMs } from '#parts/run-view.ts'
import { VerdictBadge, verdictWord } from '#parts/verdict-badge.tsx'
import type { RunSummary } from '#shared/model/run.ts'
import type { DataColumn } from '#ui/data-column.ts'
import { DataTable } from '#ui/data-table.tsx'
import { formatAgo, formatDuration } from '#ui/format.ts'
import { Loading } from '#ui/loading.tsx'
import { Section } from '#ui/section.tsx'

const SHOWN = 10

/** The runs of late, newest first. */
export function RecentRuns() {
  const runs = useQuery(queries.validations.list.queryOptions({ input: { assetId: null, limit: SHOWN } }))
  return (
    <Section title="Recent runs" actions={<RouteLink to={{ page: 'runs' }}>All runs</RouteLink>}>
      {runs.isPending && <Loading rows={3} />}
      {runs.isError && <Problem error={runs.error} onRetry={() => void runs.refetch()} />}
      {runs.data?.length === 0 && <Text c="dimmed">Nothing was validated yet.</Text>}
      {runs.data !== undefined && runs.data.length > 0 && (
        <DataTable label="Runs of late" rows={runs.data} rowKey={({ id }) => id} columns={columns} />
      )}
    </Section>
  )
}

const columns: readonly DataColumn<RunSummary>[] = [
  { key: 'verdict', title: 'Verdict', value: verdictWord, cell: (run) => <VerdictBadge run={run} />, width: '148px' },
  {
    key: 'asset',
    title: 'Data asset',
    value: ({ assetName }) => assetName,
    cell: ({ id, assetName }) => <RouteLink to={{ page: 'run', id }}>{assetName}</RouteLink>,
  },
  { key: 'source', title: 'Data source', value: ({ dataSourceName }) => dataSourceName },
  {
    key: 'passed',
    title: 'Expectations passed',
    align: 'right',
    value: ({ statistics }) => statistics.successful,
    cell: ({ statistics: { successful, evaluated } }) => `${successful} of ${evaluated}`,
  },
  { key: 'started', title: 'Started', value: ({ startedAt }) => startedAt, cell: ({ startedAt }) => formatAgo(startedAt) },
  {
    key: 'duration',
    title: 'Took',
    align: 'right',
    value: runDurationMs,
    cell: (run) => {
      const took = runDurationMs(run)
      return took === null ? '–' : formatDuration(took)
    },
  },
]
