import { Button, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { queries } from '#api/client.ts'
import { formatRoute } from '#api/route.ts'
import { batchText } from '#parts/batch-words.ts'
import { Problem } from '#parts/problem.tsx'
import { RouteLink } from '#parts/route-link.tsx'
import { RunTimeline } from '#parts/run-timeline.tsx'
import { ValidateButton } from '#parts/run-validate-button.tsx'
import { timelineSentence } from '#parts/run-view.ts'
import { VerdictBadge } from '#parts/verdict-badge.tsx'
import type { DataAsset } from '#shared/model/data-asset.ts'
import type { RunSummary } from '#shared/model/run.ts'
import { EmptyState } from '#ui/empty-state.tsx'
import { countOf, formatDateTime } from '#ui/format.ts'
import { Loading } from '#ui/loading.tsx'
import { RunReport } from './run-report.tsx'
import styles from './validations.module.css'

/** The Validations tab of an asset: its runs in a line, and the results of the one that is picked. */
export function AssetValidations({ asset }: { readonly asset: DataAsset }) {
  const runs = useQuery(queries.validations.list.queryOptions({ input: { assetId: asset.id, limit: LIMIT } }))
  const [pickedId, setPickedId] = useState<string | null>(null)
  if (runs.isPending) return <Loading />
  if (runs.isError) return <Problem error={runs.error} onRetry={() => void runs.refetch()} />
  const picked = runs.data.find(({ id }) => id === pickedId) ?? runs.data[0]
  if (picked === undefined) return <NoRuns asset={asset} />
  return (
    <div className={styles.report}>
      <div className={styles.strip}>
        <RunTimeline runs={runs.data} label={`Runs of ${asset.name}, oldest first`} selectedId={picked.id} onSelect={setPickedId} />
        <Text c="dimmed" size="xs" className={styles.legend}>
          {timelineSentence(runs.data.length, LIMIT)} ✓ passed, ✕ failed, ! no verdict, – cancelled. Each column shows the share of
          expectations that passed.
        </Text>
      </div>
      <PickedRun summary={picked} />
    </div>
  )
}

const LIMIT = 200

function PickedRun({ summary }: { readonly summary: RunSummary }) {
  const run = useQuery(queries.validations.get.queryOptions({ input: { id: summary.id } }))
  return (
    <section aria-label={`Run of ${formatDateTime(summary.startedAt)}`} className={styles.report}>
      <Group gap="sm">
        <VerdictBadge run={summary} />
        <strong>{formatDateTime(summary.startedAt)}</strong>
        {summary.batch !== null && <span>Batch: {batchText(summary.batch)}</span>}
        <RouteLink to={{ page: 'run', id: summary.id }}>Open this run</RouteLink>
      </Group>
      {run.isPending ? (
        <Loading />
      ) : run.isError ? (
        <Problem error={run.error} onRetry={() => void run.refetch()} />
      ) : (
        <RunReport key={summary.id} run={run.data} />
      )}
    </section>
  )
}

function NoRuns({ asset }: { readonly asset: DataAsset }) {
  return (
    <EmptyState
      title="Not validated yet"
      actions={
        asset.expectationCount === 0 ? (
          <Button component="a" href={formatRoute({ page: 'asset', id: asset.id, tab: 'expectations', add: true })}>
            Add an Expectation
          </Button>
        ) : (
          <ValidateButton assetIds={[asset.id]} />
        )
      }
    >
      {asset.expectationCount === 0
        ? 'A run checks what is expected of the data, and nothing is expected yet.'
        : `A run checks the ${countOf(asset.expectationCount, 'expectation')} of ${asset.name} on the server, and shows which rows fail.`}
    </EmptyState>
  )
}
