import { Badge, Button, Checkbox, Group, Text } from '@mantine/core'
import { IconArrowBackUp, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, queries } from '#api/client.ts'
import { ExpectationSentence, proseOf } from '#parts/expectation-sentence.tsx'
import { notifyError } from '#parts/notify-error.tsx'
import { Problem } from '#parts/problem.tsx'
import { proseText } from '#shared/expectations/prose.ts'
import type { DataAsset } from '#shared/model/data-asset.ts'
import type { ExpectationResult, RunPreview } from '#shared/model/run.ts'
import type { Suggestion } from '#shared/model/suggestion.ts'
import { EmptyState } from '#ui/empty-state.tsx'
import { countOf } from '#ui/format.ts'
import { Loading } from '#ui/loading.tsx'
import { notify } from '#ui/notify.tsx'
import { SidePanel } from '#ui/side-panel.tsx'
import { type Tone, ToneBadge } from '#ui/tone-badge.tsx'
import { useAction } from '#ui/use-action.ts'
import { previewSentence } from './expectation-preview.tsx'
import styles from './expectations.module.css'

/** What the table speaks for by itself: each with its reason, tried on the data before it is added. */
export function SuggestionsPanel({ asset, opened, onClose }: SuggestionsPanelProps) {
  return (
    <SidePanel opened={opened} onClose={onClose} size={720} title={`Suggestions for ${asset.name}`}>
      <Suggestions asset={asset} onClose={onClose} />
    </SidePanel>
  )
}

interface SuggestionsPanelProps {
  readonly asset: DataAsset
  readonly opened: boolean
  onClose(): void
}

function Suggestions({ asset, onClose }: Omit<SuggestionsPanelProps, 'opened'>) {
  const list = useQuery(queries.expectations.suggest.queryOptions({ input: { assetId: asset.id }, staleTime: 0 }))
  const trial = useAction<RunPreview>()
  // By what was asked: the list is another one once one of them is dismissed.
  const [tried, setTried] = useState<ReadonlyMap<string, ExpectationResult>>(new Map())
  const [showing, setShowing] = useState<'wanted' | 'dismissed'>('wanted')
  /** What somebody, or a trial, decided; until then all are picked but those that PostgreSQL holds already. */
  const [picks, setPicks] = useState<ReadonlyMap<string, boolean>>(new Map())
  const [adding, setAdding] = useState(false)

  if (list.isPending) return <Loading rows={8} />
  if (list.isError) return <Problem error={list.error} onRetry={() => void list.refetch()} />
  const shown = list.data.filter(({ dismissed }) => dismissed === (showing === 'dismissed'))
  const dismissedCount = list.data.filter(({ dismissed }) => dismissed).length
  const other = showing === 'dismissed' ? 'Show the others' : `Show ${countOf(dismissedCount, 'dismissed suggestion')}`
  const dismiss = async ({ input: { type, kwargs } }: Suggestion, dismissed: boolean) => {
    try {
      await api.expectations.dismiss({ assetId: asset.id, suggestion: { type, kwargs }, dismissed })
      await list.refetch()
    } catch (error) {
      notifyError(error)
    }
  }
  if (shown.length === 0) {
    return (
      <EmptyState
        title={showing === 'dismissed' ? 'None is dismissed' : 'Nothing to suggest'}
        actions={
          list.data.length > 0 && (
            <Button variant="default" onClick={() => setShowing(showing === 'dismissed' ? 'wanted' : 'dismissed')}>
              {other}
            </Button>
          )
        }
      >
        {list.data.length > 0
          ? 'Every suggestion was dismissed or is among the expectations already.'
          : 'Suggestions come from keys, constraints and types, and from what the last ANALYZE saw. What these speak for is among the expectations already, or the table has none.'}
      </EmptyState>
    )
  }
  const resultOf = (suggestion: Suggestion) => tried.get(keyOf(suggestion)) ?? null
  const isPicked = (suggestion: Suggestion) => picks.get(keyOf(suggestion)) ?? !suggestion.held
  const picked = shown.filter(isPicked)
  const pick = (suggestions: readonly Suggestion[], on: boolean) =>
    setPicks((before) => new Map([...before, ...suggestions.map((suggestion) => [keyOf(suggestion), on] as const)]))
  const tryAll = async () => {
    const asked = shown.slice(0, MOST_TRIED)
    const made = await trial.run((signal) =>
      api.validations.preview({ assetId: asset.id, inputs: asked.map(({ input }) => input) }, { signal }),
    )
    if (made === null) return
    const results = new Map(
      asked.flatMap((suggestion, index) => (made.results[index] === undefined ? [] : [[keyOf(suggestion), made.results[index]]])),
    )
    setTried(results)
    // What would not pass is better looked at than added.
    pick(
      shown.filter((suggestion) => results.get(keyOf(suggestion))?.outcome !== 'passed'),
      false,
    )
  }
  const add = async () => {
    setAdding(true)
    try {
      for (const { input } of picked) await api.expectations.create({ assetId: asset.id, input })
      notify({ message: `${countOf(picked.length, 'expectation')} added to ${asset.name}.` })
      onClose()
    } catch (error) {
      notifyError(error)
      await list.refetch()
    } finally {
      setAdding(false)
    }
  }
  return (
    <div className={styles.suggestions}>
      <Group gap="sm">
        <Checkbox
          label={`${picked.length} of ${shown.length} picked`}
          checked={picked.length === shown.length}
          indeterminate={picked.length > 0 && picked.length < shown.length}
          onChange={() => pick(shown, picked.length < shown.length)}
        />
        <Group gap="xs" ml="auto">
          {(dismissedCount > 0 || showing === 'dismissed') && (
            <Button variant="subtle" color="gray" onClick={() => setShowing(showing === 'dismissed' ? 'wanted' : 'dismissed')}>
              {other}
            </Button>
          )}
          {trial.busy ? (
            <Button variant="default" onClick={trial.cancel}>
              Cancel
            </Button>
          ) : (
            <Button variant="default" onClick={() => void tryAll()}>
              Try all on the data
            </Button>
          )}
        </Group>
      </Group>
      <Text component="p" m={0} c="dimmed" role="status">
        {trial.busy
          ? 'Reading the table …'
          : trial.result === null
            ? 'Nothing of the table was read for these. Trying them says which would pass now, and unpicks the others. What PostgreSQL holds already is not picked.'
            : (trial.result.sentence ?? trialSentence(trial.result.results))}
      </Text>
      {trial.error !== null && <Problem error={trial.error} onRetry={() => void tryAll()} />}
      <ul className={styles.list} aria-label="Suggestions">
        {shown.map((suggestion) => {
          const key = keyOf(suggestion)
          const result = resultOf(suggestion)
          return (
            <li key={key} className={styles.suggestion}>
              <Checkbox
                aria-label={`Pick: ${sentenceOf(suggestion)}`}
                checked={isPicked(suggestion)}
                onChange={(event) => pick([suggestion], event.currentTarget.checked)}
              />
              <div className={styles.words}>
                <ExpectationSentence expectation={suggestion.input} />
                <span className={styles.example}>
                  {suggestion.why}
                  {result !== null && ` ${previewSentence(result, trial.result?.sentence ?? null)}`}
                </span>
              </div>
              {result === null ? (
                <Badge variant="default" radius="sm" tt="none">
                  {origins[suggestion.from]}
                </Badge>
              ) : (
                <ToneBadge {...tones[result.outcome]} />
              )}
              <Button
                variant="subtle"
                color="gray"
                size="compact-sm"
                aria-label={`${suggestion.dismissed ? 'Bring back' : 'Dismiss'}: ${sentenceOf(suggestion)}`}
                leftSection={suggestion.dismissed ? <IconArrowBackUp size={14} aria-hidden /> : <IconX size={14} aria-hidden />}
                onClick={() => void dismiss(suggestion, !suggestion.dismissed)}
              >
                {suggestion.dismissed ? 'Bring back' : 'Dismiss'}
              </Button>
            </li>
          )
        })}
      </ul>
      <Group gap="xs" className={styles.actions}>
        <Button onClick={() => void add()} loading={adding} disabled={picked.length === 0}>
          Add {countOf(picked.length, 'expectation')}
        </Button>
        <Button variant="subtle" color="gray" c="dimmed" onClick={onClose} disabled={adding}>
          Close
        </Button>
      </Group>
    </div>
  )
}

/** As many as the server takes in one look. */
const MOST_TRIED = 200

const origins: Readonly<Record<Suggestion['from'], string>> = { constraint: 'Constraint', type: 'Type', statistics: 'Statistics' }

const tones: Readonly<Record<ExpectationResult['outcome'], { readonly tone: Tone; readonly text: string }>> = {
  passed: { tone: 'passed', text: 'Passes now' },
  failed: { tone: 'failed', text: 'Fails now' },
  error: { tone: 'warning', text: 'Error' },
  incomplete: { tone: 'warning', text: 'Not known' },
}

function keyOf({ input }: Suggestion): string {
  return JSON.stringify([input.type, input.kwargs])
}

function sentenceOf({ input }: Suggestion): string {
  return proseText(proseOf(input))
}

function trialSentence(results: readonly ExpectationResult[]): string {
  const passed = results.filter(({ outcome }) => outcome === 'passed').length
  return `${passed} of ${results.length} would pass now.`
}
