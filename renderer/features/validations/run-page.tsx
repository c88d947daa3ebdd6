import { useQuery } from '@tanstack/react-query'
import { queries } from '#api/client.ts'
import { batchText } from '#parts/batch-words.ts'
import { Problem } from '#parts/problem.tsx'
import { ProtectionMark } from '#parts/protection-mark.tsx'
import { RouteLink } from '#parts/route-link.tsx'
import { ValidateButton } from '#parts/run-validate-button.tsx'
import { isUnderWay } from '#parts/run-view.ts'
import { VerdictBadge } from '#parts/verdict-badge.tsx'
import { formatDateTime } from '#ui/format.ts'
import { Loading } from '#ui/loading.tsx'
import { PageHeader } from '#ui/page-header.tsx'
import { RunReport } from './run-report.tsx'

/** One run: how far it is, then what it found. */
export function RunPage({ id }: { readonly id: string }) {
  const run = useQuery(queries.validations.get.queryOptions({ input: { id } }))
  const above = <RouteLink to={{ page: 'runs' }}>Runs</RouteLink>
  if (run.isPending) return <Loading />
  if (run.isError) {
    return (
      <>
        <PageHeader title="Run" above={above} />
        <Problem error={run.error} onRetry={() => void run.refetch()} />
      </>
    )
  }
  const { summary } = run.data
  return (
    <>
      <PageHeader
        above={above}
        title={
          <>
            {summary.assetName} <VerdictBadge run={summary} /> <ProtectionMark dataSourceName={summary.dataSourceName} />
          </>
        }
        about={
          <>
            <RouteLink underline="always" to={{ page: 'asset', id: summary.assetId, tab: 'validations', add: false }}>
              All runs of {summary.assetName}
            </RouteLink>
            {` in ${summary.dataSourceName}, started ${formatDateTime(summary.startedAt)}`}
            {summary.batch !== null && `. Batch: ${batchText(summary.batch)}`}
          </>
        }
        actions={
          isUnderWay(summary.state) ? undefined : (
            <ValidateButton assetIds={[summary.assetId]} label="Validate again" period={summary.batch?.period ?? null} />
          )
        }
      />
      <RunReport run={run.data} />
    </>
  )
}
