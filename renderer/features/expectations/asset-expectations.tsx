import { ActionIcon, Button, Group, SegmentedControl, Text, TextInput } from '@mantine/core'
import { IconBulb, IconPlus, IconSearch, IconVariable } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { queries } from '#api/client.ts'
import { usePreferences } from '#api/preferences.ts'
import { navigate } from '#api/route.ts'
import { ExpectationHistory } from '#parts/expectation-history.tsx'
import { ExpectationSentence } from '#parts/expectation-sentence.tsx'
import { Problem } from '#parts/problem.tsx'
import type { DataAsset } from '#shared/model/data-asset.ts'
import type { Expectation } from '#shared/model/expectation.ts'
import { EmptyState } from '#ui/empty-state.tsx'
import { Loading } from '#ui/loading.tsx'
import { type DrawerTask, ExpectationDrawer } from './expectation-drawer.tsx'
import { ExpectationGroups } from './expectation-groups.tsx'
import { listGroups, listSummary, type Outcomes, searchExpectations } from './expectation-list.ts'
import styles from './expectations.module.css'
import { GxSuiteMenu } from './gx-suite-menu.tsx'
import { ParametersPanel } from './parameters-panel.tsx'
import { SuggestionsPanel } from './suggestions-panel.tsx'

/** The Expectations tab of an asset: what is expected, by column or by data-quality issue, and how each came out last. */
export function AssetExpectations({ asset, add, edit }: AssetExpectationsProps) {
  const list = useQuery(queries.expectations.list.queryOptions({ input: { assetId: asset.id } }))
  const outcomes = useLastOutcomes(asset)
  const { preferences, change } = usePreferences()
  const parameters = useQuery(queries.expectations.parameters.queryOptions({ input: { assetId: asset.id } }))
  const [editingParameters, setEditingParameters] = useState(false)
  const [suggesting, setSuggesting] = useState(false)
  const [search, setSearch] = useState('')
  const [historyOf, setHistoryOf] = useState<Expectation | null>(null)
  const [open, setOpen] = useState<DrawerTask | null>(null)
  const asked = edit === undefined ? undefined : list.data?.find(({ id }) => id === edit)
  const task: DrawerTask | null = open ?? (add ? { kind: 'add' } : asked === undefined ? null : { kind: 'edit', expectation: asked })
  const openForm = (opened: boolean) => navigate({ page: 'asset', id: asset.id, tab: 'expectations', add: opened })

  if (list.isPending || parameters.isPending) return <Loading />
  if (list.isError) return <Problem error={list.error} onRetry={() => void list.refetch()} />
  // A suite that is taken along without its parameters would check something else.
  if (parameters.isError) return <Problem error={parameters.error} onRetry={() => void parameters.refetch()} />
  const found = searchExpectations(list.data, search)
  const by = preferences.expectationsBy
  return (
    <>
      {list.data.length === 0 ? (
        <EmptyState
          title="Nothing is expected yet"
          actions={
            <>
              <AddButton onClick={() => openForm(true)} />
              {asset.query === null && <SuggestButton onClick={() => setSuggesting(true)} />}
            </>
          }
        >
          An expectation says what should be true of the data, for example that an e-mail address is never missing. Validate checks all of
          them in one go.
        </EmptyState>
      ) : (
        <div className={styles.groups}>
          <Group gap="sm">
            <TextInput
              type="search"
              aria-label="Search expectations of this asset"
              placeholder="Search"
              leftSection={<IconSearch size={14} aria-hidden />}
              value={search}
              onChange={(event) => setSearch(event.currentTarget.value)}
              className={styles.search}
            />
            <SegmentedControl
              aria-label="Group by"
              value={by}
              onChange={(next) => change({ expectationsBy: next === 'column' ? 'column' : 'issue' })}
              data={[
                { value: 'issue', label: 'By issue' },
                { value: 'column', label: 'By column' },
              ]}
            />
            <Group gap="xs" ml="auto">
              <ActionIcon
                variant="default"
                size={30}
                aria-label="Parameters"
                title="Suite parameters"
                onClick={() => setEditingParameters(true)}
              >
                <IconVariable size={16} aria-hidden />
              </ActionIcon>
              {asset.query === null && <SuggestButton onClick={() => setSuggesting(true)} />}
              <GxSuiteMenu asset={asset} expectations={list.data} parameters={parameters.data} />
              <AddButton onClick={() => openForm(true)} />
            </Group>
          </Group>
          {/* On a line of its own: beside the buttons its length would decide whether they break. */}
          <Text c="dimmed" role="status">
            {listSummary(found, list.data.length, outcomes)}
          </Text>
          {found.length === 0 ? (
            <EmptyState
              title="Nothing matches the search"
              actions={
                <Button variant="default" onClick={() => setSearch('')}>
                  Clear the search
                </Button>
              }
            >
              The search looks through sentences, types, issues, severities and notes.
            </EmptyState>
          ) : (
            <ExpectationGroups
              groups={listGroups(found, by)}
              outcomes={outcomes}
              parameters={parameters.data}
              onEdit={(expectation) => setOpen({ kind: 'edit', expectation })}
              onDuplicate={(expectation) => setOpen({ kind: 'duplicate', expectation })}
              onShowHistory={setHistoryOf}
            />
          )}
        </div>
      )}
      <ParametersPanel asset={asset} opened={editingParameters} onClose={() => setEditingParameters(false)} />
      <SuggestionsPanel asset={asset} opened={suggesting} onClose={() => setSuggesting(false)} />
      <ExpectationHistory
        expectation={
          historyOf === null
            ? null
            : { id: historyOf.id, sentence: <ExpectationSentence expectation={historyOf} parameters={parameters.data} /> }
        }
        onClose={() => setHistoryOf(null)}
      />
      <ExpectationDrawer
        asset={asset}
        task={task}
        onClose={() => {
          setOpen(null)
          if (add || edit !== undefined) openForm(false)
        }}
      />
    </>
  )
}

interface AssetExpectationsProps {
  readonly asset: DataAsset
  /** The form for a new one is open. */
  readonly add: boolean
  /** The id of one whose form is open. One that is not there any more opens none. */
  readonly edit?: string | undefined
}

function SuggestButton({ onClick }: { readonly onClick: () => void }) {
  return (
    <Button variant="default" leftSection={<IconBulb size={14} aria-hidden />} onClick={onClick}>
      Suggest
    </Button>
  )
}

function AddButton({ onClick }: { readonly onClick: () => void }) {
  return (
    <Button variant="default" leftSection={<IconPlus size={14} aria-hidden />} onClick={onClick}>
      Add an Expectation
    </Button>
  )
}

/** Each expectation's outcome in the asset's last run. Expectations that were added since have none. */
function useLastOutcomes(asset: DataAsset): Outcomes {
  const runId = asset.lastRun?.id ?? null
  const run = useQuery({ ...queries.validations.get.queryOptions({ input: { id: runId ?? '' } }), enabled: runId !== null })
  return new Map((run.data?.results ?? []).map(({ expectationId, outcome }) => [expectationId, outcome]))
}
