import { ActionIcon, Button, Group, Text, TextInput, Tooltip } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconClipboard, IconCornerDownLeft, IconSearch, IconTrash } from '@tabler/icons-react'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, queries } from '#api/client.ts'
import { notifyError } from '#parts/notify-error.tsx'
import { Problem } from '#parts/problem.tsx'
import type { HistoryEntry, RunSource } from '#shared/model/query.ts'
import { copyText } from '#ui/copy-text.ts'
import { countOf, formatDuration } from '#ui/format.ts'
import { Loading } from '#ui/loading.tsx'
import { notify } from '#ui/notify.tsx'
import entryStyles from './entry-list.module.css'
import { byDay, timeOf } from './history-days.ts'
import styles from './history-list.module.css'

const PART = 100
const SEARCH_AFTER_MS = 200

/** What was run on this data source, newest first, as far back as it goes. A click puts it into the editor. */
export function HistoryList({ dataSourceId, onPick, onInsert }: HistoryListProps) {
  const [search, setSearch] = useState('')
  const wanted = useDebouncedValue(search, SEARCH_AFTER_MS)[0]
  const history = useInfiniteQuery({
    ...queries.query.history.list.infiniteOptions({
      input: (before: string | null) => ({ dataSourceId, search: wanted, limit: PART, before }),
      initialPageParam: null,
      getNextPageParam: (page) => (page.length < PART ? undefined : (page.at(-1)?.id ?? undefined)),
    }),
    placeholderData: keepPreviousData,
  })
  if (history.isPending) return <Loading rows={4} />
  if (history.isError) return <Problem error={history.error} onRetry={() => void history.refetch()} />
  const entries = history.data.pages.flat()
  const remove = (ids: readonly string[] | null) => void removed(dataSourceId, ids, () => void history.refetch())
  return (
    <div className={styles.history}>
      <Group gap="xs" wrap="nowrap">
        <TextInput
          type="search"
          aria-label="Search history"
          placeholder="Search history"
          flex={1}
          maw={320}
          leftSection={<IconSearch size={14} aria-hidden />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <Button variant="default" disabled={entries.length === 0 && wanted === ''} onClick={() => remove(null)}>
          Remove all
        </Button>
      </Group>
      {byDay(entries).map(({ day, entries: ofDay }) => (
        <section key={day} aria-label={day}>
          <h3 className={styles.day}>{day}</h3>
          <ul className={entryStyles.list} aria-label={`History of ${day}`}>
            {ofDay.map((entry) => (
              <Entry key={entry.id} entry={entry} onPick={onPick} onInsert={onInsert} onRemove={() => remove([entry.id])} />
            ))}
          </ul>
        </section>
      ))}
      {entries.length === 0 && (
        <Text c="dimmed">
          {wanted === '' ? 'Nothing was run on this data source yet.' : 'Nothing in the history has this in its text.'}
        </Text>
      )}
      {history.hasNextPage && (
        <Button variant="default" w="fit-content" loading={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
          Show older
        </Button>
      )}
    </div>
  )
}

interface HistoryListProps {
  readonly dataSourceId: string
  /** In place of the text in the editor. */
  onPick(sql: string): void
  /** At the caret. */
  onInsert(sql: string): void
}

function Entry({ entry, onPick, onInsert, onRemove }: EntryProps) {
  const { sql } = entry
  const copy = () => sql !== null && void copyText(sql, 'Statement copied.')
  return (
    <li className={entryStyles.entry}>
      <button
        type="button"
        className={entryStyles.pick}
        disabled={sql === null}
        onClick={() => sql !== null && onPick(sql)}
        title={sql === null ? undefined : `Put into the editor:\n${sql.length > 2_000 ? `${sql.slice(0, 2_000)} …` : sql}`}
      >
        <span className={sql === null ? styles.notKept : styles.sql}>{sql ?? 'Not kept: it may hold a password.'}</span>
        <span className={entryStyles.facts} data-outcome={entry.outcome}>
          {factsOf(entry)}
        </span>
      </button>
      {sql !== null && (
        <>
          <Tooltip label="Copy">
            <ActionIcon aria-label="Copy statement" onClick={copy}>
              <IconClipboard size={14} aria-hidden />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Insert at the caret">
            <ActionIcon aria-label="Insert at the caret" onClick={() => onInsert(sql)}>
              <IconCornerDownLeft size={14} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </>
      )}
      <Tooltip label="Remove from history">
        <ActionIcon aria-label="Remove from history" onClick={onRemove}>
          <IconTrash size={14} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </li>
  )
}

interface EntryProps extends Omit<HistoryListProps, 'dataSourceId'> {
  readonly entry: HistoryEntry
  onRemove(): void
}

async function removed(dataSourceId: string, wanted: readonly string[] | null, onChange: () => void): Promise<void> {
  try {
    const { ids } = await api.query.history.remove({ dataSourceId, ids: wanted === null ? null : [...wanted] })
    onChange()
    const undo = () => void api.query.history.restore({ ids }).then(onChange, notifyError)
    notify({ message: `${countOf(ids.length, 'statement')} removed from the history.`, undo })
  } catch (error) {
    notifyError(error)
  }
}

function factsOf({ startedAt, durationMs, outcome, rowCount, problem, source }: HistoryEntry): string {
  const end =
    outcome === 'complete' ? (rowCount === null ? 'Complete' : countOf(rowCount, 'row')) : outcome === 'failed' ? 'Failed' : 'Cancelled'
  const from = sources[source]
  return [
    timeOf(startedAt),
    formatDuration(durationMs),
    problem === null ? end : `${end}: ${problem}`,
    ...(from === null ? [] : [from]),
  ].join(' · ')
}

/** null: what is usual is not said. */
const sources: Readonly<Record<RunSource, string | null>> = {
  execute: null,
  explain: 'Explain',
  'explain-analyze': 'Explain analyze',
  macro: 'Macro',
  'first-rows': 'First rows',
}
