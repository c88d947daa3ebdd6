import { Button, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { queries } from '#api/client.ts'
import { formatRoute } from '#api/route.ts'
import { Problem } from '#parts/problem.tsx'
import { RouteLink } from '#parts/route-link.tsx'
import { useValidate } from '#parts/run-validate.ts'
import type { DataAsset } from '#shared/model/data-asset.ts'
import { countOf } from '#ui/format.ts'
import { Loading } from '#ui/loading.tsx'
import styles from './setup.module.css'
import { StepFrame } from './step-frame.tsx'
import type { StepProps } from './step-props.ts'

export function StepDone({ wizard, goTo }: StepProps) {
  // What was kept from before these were added may still be at hand.
  const list = useQuery({ ...queries.assets.list.queryOptions({ input: {} }), refetchOnMount: 'always' })
  const start = useValidate()
  const [starting, setStarting] = useState(false)
  const ids = new Set(wizard.draft.addedAssetIds)
  const known = new Set(list.data?.map(({ id }) => id))
  const pending = list.isPending || (list.isFetching && wizard.draft.addedAssetIds.some((id) => !known.has(id)))
  const added = (list.data ?? []).filter(({ id }) => ids.has(id))
  const ready = added.filter(({ expectationCount }) => expectationCount > 0)

  const validate = async () => {
    setStarting(true)
    try {
      await start(ready.map(({ id }) => id))
    } finally {
      setStarting(false)
    }
  }

  return (
    <StepFrame
      title="Done"
      about={pending ? undefined : `${countOf(added.length, 'data asset')} ${added.length === 1 ? 'is' : 'are'} ready.`}
      onNext={() => void validate()}
      {...(ready.length === 0 ? {} : { next: 'Validate now' })}
      nextDisabled={starting}
      extra={
        <Button variant="default" onClick={() => goTo('tables')}>
          Add more tables
        </Button>
      }
    >
      {list.isError && <Problem error={list.error} onRetry={() => void list.refetch()} />}
      {pending ? <Loading /> : <AssetList assets={added} />}
      {added.length > 0 && ready.length === 0 && (
        <Text component="p" m={0} c="dimmed">
          None of them has an expectation yet. Add one to have something to validate.
        </Text>
      )}
    </StepFrame>
  )
}

/** More than a person reads here; the list of all data assets has the search for it. */
const SHOWN_AT_MOST = 200

function AssetList({ assets }: { readonly assets: readonly DataAsset[] }) {
  if (assets.length === 0) return null
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <ul className={styles.assets} aria-label="Added data assets" tabIndex={0}>
      {assets.slice(0, SHOWN_AT_MOST).map(({ id, name, schema, expectationCount }) => (
        <li key={id}>
          <Group gap={8} wrap="nowrap" miw={0}>
            <RouteLink to={{ page: 'asset', id, tab: 'overview', add: false }}>{name}</RouteLink>
            <Text component="span" c="dimmed" truncate>
              {schema}, {countOf(expectationCount, 'expectation')}
            </Text>
          </Group>
          <Button
            variant="default"
            component="a"
            href={formatRoute({ page: 'asset', id, tab: 'expectations', add: true })}
            aria-label={`Add an Expectation to ${name}`}
          >
            Add an Expectation
          </Button>
        </li>
      ))}
      {assets.length > SHOWN_AT_MOST && (
        <li>
          <RouteLink to={{ page: 'assets' }}>{countOf(assets.length - SHOWN_AT_MOST, 'more data asset')}</RouteLink>
        </li>
      )}
    </ul>
  )
}
