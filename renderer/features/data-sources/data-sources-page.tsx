import { Button, Group } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { queries } from '#api/client.ts'
import { formatRoute } from '#api/route.ts'
import { addressOf, kindTitles } from '#parts/data-source-words.ts'
import { EnvironmentMark, environmentTitles } from '#parts/environment-mark.tsx'
import { PasswordBadge } from '#parts/password-badge.tsx'
import { Problem } from '#parts/problem.tsx'
import { RouteLink } from '#parts/route-link.tsx'
import { TlsBadge } from '#parts/tls-badge.tsx'
import type { DataSource } from '#shared/model/data-source.ts'
import type { DataColumn } from '#ui/data-column.ts'
import { DataTable } from '#ui/data-table.tsx'
import { EmptyState } from '#ui/empty-state.tsx'
import { Loading } from '#ui/loading.tsx'
import { PageHeader } from '#ui/page-header.tsx'

/** Every server and database that assets come from. */
export function DataSourcesPage() {
  const sources = useQuery(queries.dataSources.list.queryOptions({ input: {} }))
  const assets = useQuery(queries.assets.list.queryOptions({ input: {} }))
  const assetCounts = countBy(assets.data ?? [])
  return (
    <>
      <PageHeader title="Data sources" about="The servers and databases that data assets come from." actions={<ConnectButton />} />
      {sources.isPending && <Loading />}
      {sources.isError && <Problem error={sources.error} onRetry={() => void sources.refetch()} />}
      {sources.data?.length === 0 && (
        <EmptyState title="No data source yet" actions={<ConnectButton />}>
          A data source is a PostgreSQL server, a database and a role to log in as. Its tables and views become data assets.
        </EmptyState>
      )}
      {sources.data !== undefined && sources.data.length > 0 && (
        <DataTable
          label="Data sources"
          rows={sources.data}
          rowKey={({ id }) => id}
          columns={columnsWith(assetCounts)}
          searchPlaceholder="Search data sources"
        />
      )}
    </>
  )
}

function ConnectButton() {
  return (
    <Button component="a" href={formatRoute({ page: 'setup', source: null })} leftSection={<IconPlus size={14} aria-hidden />}>
      Connect to PostgreSQL
    </Button>
  )
}

function columnsWith(assetCounts: ReadonlyMap<string, number>): readonly DataColumn<DataSource>[] {
  return [
    {
      key: 'name',
      title: 'Name',
      width: '24%',
      value: ({ name }) => name,
      cell: ({ id, name }) => (
        <RouteLink to={{ page: 'data-source', id }} fw={500}>
          {name}
        </RouteLink>
      ),
    },
    { key: 'kind', title: 'Kind', value: ({ kind }) => kindTitles[kind] },
    { key: 'address', title: 'Database', value: addressOf },
    { key: 'user', title: 'Role', value: ({ user }) => user },
    {
      key: 'environment',
      title: 'Environment',
      value: ({ environment }) => environmentTitles[environment],
      cell: ({ environment }) => (
        <Group gap={6} wrap="nowrap">
          <EnvironmentMark environment={environment} />
          {environmentTitles[environment]}
        </Group>
      ),
    },
    {
      key: 'tls',
      title: 'Protection',
      value: ({ sslmode }) => sslmode,
      cell: (source) => <TlsBadge {...source} />,
    },
    {
      key: 'password',
      title: 'Password',
      value: ({ passwordState }) => passwordState,
      cell: ({ passwordState }) => <PasswordBadge state={passwordState} plain />,
    },
    { key: 'assets', title: 'Data assets', align: 'right', value: ({ id }) => assetCounts.get(id) ?? 0 },
  ]
}

function countBy(assets: readonly { readonly dataSourceId: string }[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { dataSourceId } of assets) counts.set(dataSourceId, (counts.get(dataSourceId) ?? 0) + 1)
  return counts
}
