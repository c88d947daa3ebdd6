import { Button, Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { queries } from '#api/client.ts'
import { formatRoute } from '#api/route.ts'
import { batchText } from '#parts/batch-words.ts'
import { Problem } from '#parts/problem.tsx'
import { RouteLink } from '#parts/route-link.tsx'
import { RunTimeline } from '#parts/run-timeline.tsx'
import { matchesFilter, RUNS_DRAWN, type RunFilter, runDurationMs, runsByAsset } from '#parts/run-view.ts'
import { SeverityBadge } from '#parts/severity-badge.tsx'
import { VerdictBadge, verdictWord } from '#parts/verdict-badge.tsx'
import type { RunSummary } from '#shared/model/run.ts'
import type { DataColumn } from '#ui/data-column.ts'
import { DataTable } from '#ui/data-table.tsx'
import { EmptyState } from '#ui/empty-state.tsx'
import { formatCount, formatDateTime, formatDuration } from '#ui/format.ts'
import { Loading } from '#ui/loading.tsx'
import { PageHeader } from '#ui/page-header.tsx'
import { Section } from '#ui/section.tsx'
import styles from './validations.module.css'

/** All runs: a line of each asset's last ones, then the list, newest first. */
export function RunsPage() {
  const runs = useQuery(queries.validations.list.queryOptions({ input: { assetId: null, limit: LIMIT } }))
  return (
    <>
      <PageHeader
        title="Runs"
        about={
          runs.data?.length === LIMIT
            ? `The newest ${formatCount(LIMIT)} validations; there are older ones.`
            : 'Every validation, newest first.'
        }
      />
      {runs.isPending ? (
        <Loading />
      ) : runs.isError ? (
        <Problem error={runs.error} onRetry={() => void runs.refetch()} />
      ) : runs.data.length === 0 ? (
        <EmptyState
          title="Nothing has been validated yet"
          actions={
            <Button component="a" href={formatRoute({ page: 'assets' })}>
              Go to data assets
            </Button>
          }
        >
          A run checks all expectations of a data asset at once. Open a data asset and press Validate.
        </EmptyState>
      ) : (
        <div className={styles.report}>
          <AssetLines runs={runs.data} />
          <RunTable runs={runs.data} />
        </div>
      )}
    </>
  )
}

const LIMIT = 1_000
/** Lines of more assets than these would push the list off the screen. */
const LINES = 8

function AssetLines({ runs }: { readonly runs: readonly RunSummary[] }) {
  const assets = runsByAsset(runs)
  return (
    <Section
      title="By data asset"
      about={`✓ passed, ✕ failed, ! no verdict, – cancelled. Each column is a run, oldest first, the last ${RUNS_DRAWN} at most; it shows the share of expectations that passed.${assets.length > LINES ? ` The ${LINES} of ${assets.length} validated last.` : ''}`}
    >
      <ul className={styles.lines}>
        {assets.slice(0, LINES).map(({ assetId, runs: own }) => (
          <li key={assetId}>
            <RouteLink to={{ page: 'asset', id: assetId, tab: 'validations', add: false }} className={styles.lineName}>
              {own[0]?.assetName ?? ''}
            </RouteLink>
            <RunTimeline runs={own} label={`Runs of ${own[0]?.assetName ?? ''}, oldest first`} />
          </li>
        ))}
      </ul>
    </Section>
  )
}

const filters: readonly { readonly value: RunFilter; readonly label: string }[] = [
  { value: 'all', label: 'All verdicts' },
  { value: 'failed', label: 'Failed' },
  { value: 'passed', label: 'Passed' },
  { value: 'unfinished', label: 'Without a verdict' },
  { value: 'running', label: 'Under way' },
]

function RunTable({ runs }: { readonly runs: readonly RunSummary[] }) {
  const [filter, setFilter] = useState<RunFilter>('all')
  return (
    <Section title="All runs">
      <DataTable
        label="Runs"
        rows={runs.filter((run) => matchesFilter(run, filter))}
        columns={columns}
        rowKey={({ id }) => id}
        searchPlaceholder="Search runs"
        initialOrder={{ key: 'started', descending: true }}
        emptyRow="No run matches."
        toolbar={
          <Select
            aria-label="Filter by verdict"
            data={filters.map(({ value, label }) => ({ value, label }))}
            value={filter}
            onChange={(value) => setFilter(filters.find((each) => each.value === value)?.value ?? 'all')}
            allowDeselect={false}
            w={160}
          />
        }
      />
    </Section>
  )
}

const columns: readonly DataColumn<RunSummary>[] = [
  {
    key: 'started',
    title: 'Started',
    width: '190px',
    value: ({ startedAt }) => startedAt,
    cell: ({ id, startedAt }) => <RouteLink to={{ page: 'run', id }}>{formatDateTime(startedAt)}</RouteLink>,
  },
  {
    key: 'asset',
    title: 'Data asset',
    value: ({ assetName }) => assetName,
    cell: ({ assetId, assetName }) => (
      <RouteLink to={{ page: 'asset', id: assetId, tab: 'validations', add: false }}>{assetName}</RouteLink>
    ),
  },
  { key: 'batch', title: 'Batch', value: ({ batch }) => batchText(batch), cell: ({ batch }) => batchText(batch) ?? 'Whole table' },
  { key: 'source', title: 'Data source', value: ({ dataSourceName }) => dataSourceName },
  { key: 'verdict', title: 'Verdict', width: '150px', value: verdictWord, cell: (run) => <VerdictBadge run={run} plain /> },
  {
    key: 'failed',
    title: 'Failed',
    align: 'right',
    width: '110px',
    value: ({ statistics }) => statistics.unsuccessful,
    cell: ({ statistics }) => (statistics.evaluated === 0 ? '–' : `${statistics.unsuccessful} of ${statistics.evaluated}`),
  },
  {
    key: 'severity',
    title: 'Worst severity',
    width: '130px',
    value: ({ failedSeverity }) => failedSeverity,
    cell: ({ failedSeverity }) => (failedSeverity === null ? '–' : <SeverityBadge severity={failedSeverity} plain />),
  },
  {
    key: 'duration',
    title: 'Took',
    align: 'right',
    width: '110px',
    value: runDurationMs,
    cell: (run) => {
      const took = runDurationMs(run)
      return took === null ? '–' : formatDuration(took)
    },
  },
]
