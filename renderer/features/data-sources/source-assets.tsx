import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { queries } from '#api/client.ts'
import { formatRoute } from '#api/route.ts'
import { Problem } from '#parts/problem.tsx'
import { RouteLink } from '#parts/route-link.tsx'
import { VerdictBadge, verdictWord } from '#parts/verdict-badge.tsx'
import { type DataAsset, relationText } from '#shared/model/data-asset.ts'
import type { DataSource } from '#shared/model/data-source.ts'
import type { DataColumn } from '#ui/data-column.ts'
import { DataTable } from '#ui/data-table.tsx'
import { EmptyState } from '#ui/empty-state.tsx'
import { Loading } from '#ui/loading.tsx'
import { Section } from '#ui/section.tsx'

/** The data assets taken in from this data source. */
export function SourceAssets({ source }: { readonly source: DataSource }) {
  const assets = useQuery(queries.assets.list.queryOptions({ input: {} }))
  const own = assets.data?.filter(({ dataSourceId }) => dataSourceId === source.id)
  return (
    <Section title="Data assets">
      {assets.isPending && <Loading rows={3} />}
      {assets.isError && <Problem error={assets.error} onRetry={() => void assets.refetch()} />}
      {own?.length === 0 && (
        <EmptyState
          title="No data asset from here yet"
          actions={
            <Button component="a" href={formatRoute({ page: 'setup', source: source.id })}>
              Select tables
            </Button>
          }
        >
          Pick the tables and views to watch.
        </EmptyState>
      )}
      {own !== undefined && own.length > 0 && (
        <DataTable
          label={`Data assets of ${source.name}`}
          rows={own}
          rowKey={({ id }) => id}
          columns={columns}
          {...(own.length > 10 ? { searchPlaceholder: 'Search data assets' } : {})}
        />
      )}
    </Section>
  )
}

const columns: readonly DataColumn<DataAsset>[] = [
  {
    key: 'name',
    title: 'Name',
    value: ({ name }) => name,
    cell: ({ id, name }) => <RouteLink to={{ page: 'asset', id, tab: 'overview', add: false }}>{name}</RouteLink>,
  },
  { key: 'relation', title: 'Relation', value: relationText },
  { key: 'kind', title: 'Kind', value: ({ kind }) => kind },
  { key: 'expectations', title: 'Expectations', align: 'right', value: ({ expectationCount }) => expectationCount },
  {
    key: 'verdict',
    title: 'Last run',
    value: ({ lastRun }) => verdictWord(lastRun),
    cell: ({ lastRun }) => <VerdictBadge run={lastRun} plain />,
  },
]
