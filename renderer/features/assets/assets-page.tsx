import { Button, Checkbox, Menu } from '@mantine/core'
import { IconChevronDown, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useRef, useState } from 'react'
import { queries } from '#api/client.ts'
import { formatRoute, navigate } from '#api/route.ts'
import { Problem } from '#parts/problem.tsx'
import { QueryAssetDialog } from '#parts/query-asset-dialog.tsx'
import { RouteLink } from '#parts/route-link.tsx'
import { ValidateButton } from '#parts/run-validate-button.tsx'
import { VerdictBadge, verdictWord } from '#parts/verdict-badge.tsx'
import type { DataAsset } from '#shared/model/data-asset.ts'
import type { DataColumn } from '#ui/data-column.ts'
import { DataTable } from '#ui/data-table.tsx'
import { EmptyState } from '#ui/empty-state.tsx'
import { formatAgo, formatCount, formatDateTime } from '#ui/format.ts'
import { Loading } from '#ui/loading.tsx'
import { PageHeader } from '#ui/page-header.tsx'
import { type AssetFilter, allAssets, between, filterAssets, withAssets } from './asset-filter.ts'
import { AssetFilters } from './asset-filters.tsx'

/** All data assets: what is watched, and how it came out last. */
export function AssetsPage() {
  const assets = useQuery(queries.assets.list.queryOptions({ input: {} }))
  return (
    <>
      <PageHeader title="Data assets" about="Tables, views and queries that are watched." actions={<AddAssets />} />
      {assets.isPending ? (
        <Loading />
      ) : assets.isError ? (
        <Problem error={assets.error} onRetry={() => void assets.refetch()} />
      ) : assets.data.length === 0 ? (
        <EmptyState
          title="No data assets yet"
          actions={
            <Button component="a" href={formatRoute({ page: 'setup', source: null })}>
              Connect to PostgreSQL
            </Button>
          }
        >
          A data asset is a table or view of a database that you want to watch. Connect, and pick the first ones.
        </EmptyState>
      ) : (
        <AssetTable assets={assets.data} />
      )}
    </>
  )
}

function AssetTable({ assets }: { readonly assets: readonly DataAsset[] }) {
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set())
  const [filter, setFilter] = useState<AssetFilter>(allAssets)
  const anchor = useRef<string | null>(null)
  const rows = useMemo(() => filterAssets(assets, filter), [assets, filter])
  // An asset that went away in the meantime is not validated.
  const chosen = assets.filter(({ id }) => picked.has(id))
  /** With Shift: all from the one that was clicked last. */
  const pick = (asset: DataAsset, shown: readonly DataAsset[], range: boolean) => {
    const on = !picked.has(asset.id)
    const meant = range ? between(shown, anchor.current, asset.id) : [asset]
    anchor.current = asset.id
    setPicked((before) => withAssets(before, meant, on))
  }
  const pickColumn: DataColumn<DataAsset> = {
    key: 'pick',
    title: 'Select',
    width: '64px',
    cell: (asset, shown) => (
      <Checkbox
        aria-label={`Select ${asset.name}`}
        checked={picked.has(asset.id)}
        onChange={({ nativeEvent }) => pick(asset, shown, 'shiftKey' in nativeEvent && nativeEvent.shiftKey === true)}
      />
    ),
  }
  return (
    <DataTable
      label="Data assets"
      rows={rows}
      columns={[pickColumn, ...columns]}
      rowKey={({ id }) => id}
      searchPlaceholder="Search data assets"
      initialOrder={{ key: 'name', descending: false }}
      emptyRow="No data asset fits the search and the filters."
      toolbar={(shown) => {
        const marked = shown.filter(({ id }) => picked.has(id)).length
        return (
          <>
            <AssetFilters assets={assets} filter={filter} onChange={setFilter} />
            <Checkbox
              label={shown.length === assets.length ? 'Select all' : 'Select all shown'}
              checked={marked > 0 && marked === shown.length}
              indeterminate={marked > 0 && marked < shown.length}
              disabled={shown.length === 0}
              onChange={() => setPicked((before) => withAssets(before, shown, marked < shown.length))}
            />
            <ValidateButton
              variant="default"
              assetIds={chosen.map(({ id }) => id)}
              label={chosen.length === 0 ? 'Validate selected' : `Validate ${chosen.length} selected`}
            />
          </>
        )
      }}
    />
  )
}

const columns: readonly DataColumn<DataAsset>[] = [
  {
    key: 'name',
    title: 'Name',
    value: ({ name }) => name,
    cell: ({ id, name }) => (
      <RouteLink to={{ page: 'asset', id, tab: 'overview', add: false }} fw={500}>
        {name}
      </RouteLink>
    ),
  },
  { key: 'source', title: 'Data source', value: ({ dataSourceName }) => dataSourceName },
  { key: 'schema', title: 'Schema', value: ({ schema }) => schema },
  { key: 'kind', title: 'Kind', width: '150px', value: ({ kind }) => kind },
  {
    key: 'expectations',
    title: 'Expectations',
    align: 'right',
    width: '120px',
    value: ({ expectationCount }) => expectationCount,
    cell: ({ id, expectationCount }) => (
      <RouteLink to={{ page: 'asset', id, tab: 'expectations', add: false }}>{formatCount(expectationCount)}</RouteLink>
    ),
  },
  {
    key: 'last-run',
    title: 'Last run',
    width: '140px',
    value: ({ lastRun }) => lastRun?.startedAt ?? null,
    cell: ({ lastRun }) => (lastRun === null ? '–' : <time title={formatDateTime(lastRun.startedAt)}>{formatAgo(lastRun.startedAt)}</time>),
  },
  {
    key: 'verdict',
    title: 'Verdict',
    width: '150px',
    value: ({ lastRun }) => verdictWord(lastRun),
    cell: ({ lastRun }) => {
      if (lastRun === null) return <VerdictBadge run={null} plain />
      return (
        <RouteLink to={{ page: 'run', id: lastRun.id }} underline="never">
          <VerdictBadge run={lastRun} plain />
        </RouteLink>
      )
    },
  },
]

/** Adds assets from a data source that is there already, or from a new one. */
function AddAssets() {
  const { data: sources = [] } = useQuery(queries.dataSources.list.queryOptions({ input: {} }))
  const [query, setQuery] = useState(false)
  if (sources.length === 0) return null
  return (
    <>
      <Menu position="bottom-end" width={280}>
        <Menu.Target>
          <Button leftSection={<IconPlus size={14} aria-hidden />} rightSection={<IconChevronDown size={14} aria-hidden />}>
            Add data assets
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>Tables and views of</Menu.Label>
          {sources.map(({ id, name }) => (
            <Menu.Item key={id} component="a" href={formatRoute({ page: 'setup', source: id })}>
              {name}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item onClick={() => setQuery(true)}>A query of your own…</Menu.Item>
          <Menu.Item component="a" href={formatRoute({ page: 'setup', source: null })}>
            A new data source
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <QueryAssetDialog
        change={null}
        opened={query}
        onClose={() => setQuery(false)}
        onAdded={({ id }) => navigate({ page: 'asset', id, tab: 'overview', add: false })}
      />
    </>
  )
}
