import { ActionIcon, Button, Group, Text, Title, Tooltip } from '@mantine/core'
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, queries } from '#api/client.ts'
import { navigate } from '#api/route.ts'
import { ExpectationSentence } from '#parts/expectation-sentence.tsx'
import { notifyError } from '#parts/notify-error.tsx'
import { Problem } from '#parts/problem.tsx'
import { SeverityBadge } from '#parts/severity-badge.tsx'
import { OutcomeBadge } from '#parts/verdict-badge.tsx'
import type { DataAsset } from '#shared/model/data-asset.ts'
import type { Expectation } from '#shared/model/expectation.ts'
import type { ExpectationResult } from '#shared/model/run.ts'
import { EmptyState } from '#ui/empty-state.tsx'
import { countOf } from '#ui/format.ts'
import { Loading } from '#ui/loading.tsx'
import { notify } from '#ui/notify.tsx'
import { type DrawerTask, ExpectationDrawer } from './expectation-drawer.tsx'
import styles from './expectations.module.css'
import { groupByIssue } from './group-expectations.ts'

/** The Expectations tab of an asset: what is expected, by data-quality issue, and how each came out last. */
export function AssetExpectations({ asset, add }: { readonly asset: DataAsset; readonly add: boolean }) {
  const list = useQuery(queries.expectations.list.queryOptions({ input: { assetId: asset.id } }))
  const outcomes = useLastOutcomes(asset)
  const [edited, setEdited] = useState<Expectation | null>(null)
  const task: DrawerTask | null = edited !== null ? { kind: 'edit', expectation: edited } : add ? { kind: 'add' } : null
  const openForm = (open: boolean) => navigate({ page: 'asset', id: asset.id, tab: 'expectations', add: open })

  if (list.isPending) return <Loading />
  if (list.isError) return <Problem error={list.error} onRetry={() => void list.refetch()} />
  return (
    <>
      {list.data.length === 0 ? (
        <EmptyState title="Nothing is expected yet" actions={<AddButton onClick={() => openForm(true)} />}>
          An expectation says what should be true of the data, for example that an e-mail address is never missing. Validate checks all of
          them in one go.
        </EmptyState>
      ) : (
        <div className={styles.groups}>
          <Group justify="space-between">
            <Text c="dimmed">{countOf(list.data.length, 'expectation')}</Text>
            <AddButton onClick={() => openForm(true)} />
          </Group>
          {groupByIssue(list.data).map(({ issue, items }) => (
            <section key={issue} aria-label={issue}>
              <Title order={2} size="h3">
                {issue}{' '}
                <Text component="span" c="dimmed" fw={400}>
                  {items.length}
                </Text>
              </Title>
              <ul className={styles.list}>
                {items.map((expectation) => (
                  <ExpectationRow
                    key={expectation.id}
                    expectation={expectation}
                    outcome={outcomes.get(expectation.id) ?? null}
                    onEdit={() => setEdited(expectation)}
                  />
                ))}
              </ul>
            </section>
          ))}
        </div>
      )}
      <ExpectationDrawer
        asset={asset}
        task={task}
        onClose={() => {
          setEdited(null)
          if (add) openForm(false)
        }}
      />
    </>
  )
}

function AddButton({ onClick }: { readonly onClick: () => void }) {
  return (
    <Button variant="default" leftSection={<IconPlus size={14} aria-hidden />} onClick={onClick}>
      Add an Expectation
    </Button>
  )
}

function ExpectationRow({ expectation, outcome, onEdit }: ExpectationRowProps) {
  return (
    <li className={styles.row}>
      <div>
        <ExpectationSentence expectation={expectation} />
        {expectation.notes !== null && <div className={styles.notes}>{expectation.notes}</div>}
      </div>
      <SeverityBadge severity={expectation.severity} plain />
      {outcome === null ? (
        <Text component="span" c="dimmed">
          Not validated
        </Text>
      ) : (
        <OutcomeBadge outcome={outcome} plain />
      )}
      <div className={styles.rowActions}>
        <Tooltip label="Edit">
          <ActionIcon aria-label="Edit" onClick={onEdit}>
            <IconPencil size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Delete">
          <ActionIcon aria-label="Delete" onClick={() => void remove(expectation)}>
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </div>
    </li>
  )
}

interface ExpectationRowProps {
  readonly expectation: Expectation
  readonly outcome: ExpectationResult['outcome'] | null
  onEdit(): void
}

/** Each expectation's outcome in the asset's last run. Expectations that were added since have none. */
function useLastOutcomes(asset: DataAsset): ReadonlyMap<string, ExpectationResult['outcome']> {
  const runId = asset.lastRun?.id ?? null
  const run = useQuery({ ...queries.validations.get.queryOptions({ input: { id: runId ?? '' } }), enabled: runId !== null })
  return new Map((run.data?.results ?? []).map(({ expectationId, outcome }) => [expectationId, outcome]))
}

async function remove({ id }: Expectation): Promise<void> {
  try {
    await api.expectations.remove({ id })
  } catch (error) {
    notifyError(error)
    return
  }
  notify({
    message: 'The expectation was deleted.',
    undo: () => void api.expectations.restore({ id }).catch(notifyError),
  })
}
