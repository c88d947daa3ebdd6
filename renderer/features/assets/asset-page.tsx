import { ActionIcon, Group, Menu, Tabs } from '@mantine/core'
import { IconCalendar, IconDots, IconPencil, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { api, queries } from '#api/client.ts'
import { type AssetTab, assetTabs, navigate, replaceRoute } from '#api/route.ts'
import { intervalTitles } from '#parts/batch-words.ts'
import { notifyError } from '#parts/notify-error.tsx'
import { Problem } from '#parts/problem.tsx'
import { ProtectionMark } from '#parts/protection-mark.tsx'
import { QueryAssetDialog } from '#parts/query-asset-dialog.tsx'
import { RouteLink } from '#parts/route-link.tsx'
import { RunPlanButton } from '#parts/run-plan-button.tsx'
import { ValidateButton } from '#parts/run-validate-button.tsx'
import { VerdictBadge } from '#parts/verdict-badge.tsx'
import { type DataAsset, relationText } from '#shared/model/data-asset.ts'
import { useConfirm } from '#ui/confirm.tsx'
import { countOf } from '#ui/format.ts'
import { Loading } from '#ui/loading.tsx'
import { PageHeader } from '#ui/page-header.tsx'
import { AssetOverview } from './asset-overview.tsx'
import styles from './assets.module.css'
import { BatchDialog } from './batch-dialog.tsx'
import { BatchPicker } from './batch-picker.tsx'

/** One data asset. Its Overview is here; the other tabs belong to other features, so they come from outside. */
export function AssetPage({ id, tab, expectations, validations }: AssetPageProps) {
  const asset = useQuery(queries.assets.get.queryOptions({ input: { id } }))
  if (asset.isPending) return <Loading />
  if (asset.isError) {
    return (
      <>
        <PageHeader title="Data asset" above={<RouteLink to={{ page: 'assets' }}>Data assets</RouteLink>} />
        <Problem error={asset.error} onRetry={() => void asset.refetch()} />
      </>
    )
  }
  const panels: Readonly<Record<AssetTab, (asset: DataAsset) => ReactNode>> = {
    overview: (shown) => <AssetOverview asset={shown} />,
    expectations,
    validations,
  }
  return (
    <>
      <AssetHeader asset={asset.data} />
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(next) => {
          const to = assetTabs.find((name) => name === next)
          if (to !== undefined) navigate({ page: 'asset', id, tab: to, add: false })
        }}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="overview">Overview</Tabs.Tab>
          <Tabs.Tab value="expectations">Expectations ({asset.data.expectationCount})</Tabs.Tab>
          <Tabs.Tab value="validations">Validations</Tabs.Tab>
        </Tabs.List>
        {assetTabs.map((name) => (
          <Tabs.Panel key={name} value={name}>
            {panels[name](asset.data)}
          </Tabs.Panel>
        ))}
      </Tabs>
    </>
  )
}

interface AssetPageProps {
  readonly id: string
  readonly tab: AssetTab
  readonly expectations: (asset: DataAsset) => ReactNode
  readonly validations: (asset: DataAsset) => ReactNode
}

function AssetHeader({ asset }: { readonly asset: DataAsset }) {
  const [picked, setPicked] = useState<{ readonly of: string; readonly period: string | null }>({ of: '', period: null })
  const hasBatches = asset.batches.interval !== 'whole-table'
  // Other batches are another list, in which the one that was picked does not stand.
  const definition = JSON.stringify(asset.batches)
  const period = picked.of === definition ? picked.period : null
  return (
    <PageHeader
      above={<RouteLink to={{ page: 'assets' }}>Data assets</RouteLink>}
      title={asset.name}
      about={
        <>
          <Group gap="sm">
            <VerdictBadge run={asset.lastRun} />
            <ProtectionMark dataSourceName={asset.dataSourceName} />
            <span>
              {asset.kind === 'query' ? (
                'A query'
              ) : (
                <>
                  {asset.kind} <span className={styles.relation}>{relationText(asset)}</span>
                </>
              )}{' '}
              in{' '}
              <RouteLink to={{ page: 'data-source', id: asset.dataSourceId }} underline="always">
                {asset.dataSourceName}
              </RouteLink>
              {asset.batches.interval !== 'whole-table' &&
                `, ${intervalTitles[asset.batches.interval].toLowerCase()} batches by ${asset.batches.column}`}
            </span>
          </Group>
          {asset.comment !== null && <div className={styles.comment}>{asset.comment}</div>}
        </>
      }
      actions={
        <>
          {hasBatches && <BatchPicker asset={asset} period={period} onPick={(next) => setPicked({ of: definition, period: next })} />}
          {asset.expectationCount > 0 && <RunPlanButton assetId={asset.id} period={period} />}
          <ValidateButton assetIds={[asset.id]} period={period} />
          <AssetMenu asset={asset} />
        </>
      }
    />
  )
}

function AssetMenu({ asset }: { readonly asset: DataAsset }) {
  const confirm = useConfirm()
  const [batches, setBatches] = useState(false)
  const [query, setQuery] = useState(false)
  const remove = async () => {
    const agreed = await confirm({
      title: `Remove ${asset.name}?`,
      sentence: `Its ${countOf(asset.expectationCount, 'expectation')} and all its results go with it. ${asset.query === null ? `The ${asset.kind} in the database stays as it is.` : 'Nothing in the database changes.'}`,
      confirm: 'Remove data asset',
      tone: 'danger',
    })
    if (!agreed) return
    try {
      await api.assets.remove({ id: asset.id })
      replaceRoute({ page: 'assets' })
    } catch (error) {
      notifyError(error)
    }
  }
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon aria-label="More" variant="default" size={30}>
            <IconDots size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {asset.query !== null && (
            <Menu.Item leftSection={<IconPencil size={14} aria-hidden />} onClick={() => setQuery(true)}>
              Edit query…
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconCalendar size={14} aria-hidden />} onClick={() => setBatches(true)}>
            Batches…
          </Menu.Item>
          <Menu.Item leftSection={<IconTrash size={14} aria-hidden />} onClick={() => void remove()}>
            Remove data asset
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <QueryAssetDialog change={asset} opened={query} onClose={() => setQuery(false)} />
      <BatchDialog asset={asset} opened={batches} onClose={() => setBatches(false)} />
    </>
  )
}
