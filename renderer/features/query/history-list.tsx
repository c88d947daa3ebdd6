import { ActionIcon, Text, TextInput } from '@mantine/core'
import { IconSearch, IconTrash } from '@tabler/icons-react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, queries } from '#api/client.ts'
import { notifyError } from '#parts/notify-error.tsx'
import { Problem } from '#parts/problem.tsx'
import type { HistoryEntry } from '#shared/model/query.ts'
import { countOf, formatDateTime, formatDuration } from '#ui/format.ts'
import { Loading } from '#ui/loading.tsx'
import styles from './query.module.css'

const SHOWN = 200

/** What was run on this data source, newest first. A click puts it into the editor. */
export function HistoryList({ dataSourceId, onPick }: { readonly dataSourceId: string; onPick(sql: string): void }) {
  const [search, setSearch] = useState('')
  const entries = useQuery({
    ...queries.query.history.list.queryOptions({ input: { dataSourceId, search, limit: SHOWN } }),
    placeholderData: keepPreviousData,
    // A run that ends does not tell this list, so it is asked again whenever it is opened.
    refetchOnMount: 'always',
  })
  if (entries.isPending) return <Loading rows={4} />
  if (entries.isError) return <Problem error={entries.error} onRetry={() => void entries.refetch()} />
  const remove = (id: string) =>
    void api.query.history
      .remove({ id })
      .then(() => entries.refetch())
      .catch(notifyError)
  return (
    <div className={styles.history}>
      <TextInput
        type="search"
        aria-label="Search history"
        placeholder="Search history"
        maw={320}
        leftSection={<IconSearch size={14} aria-hidden />}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      <ul className={styles.historyList} aria-label="History">
        {entries.data.map((entry) => (
          <li key={entry.id} className={styles.historyEntry}>
            <button
              type="button"
              className={styles.historyPick}
              disabled={entry.sql === null}
              onClick={() => entry.sql !== null && onPick(entry.sql)}
              title={entry.sql ?? undefined}
            >
              <span className={styles.historySql}>{entry.sql ?? 'Not kept: it may hold a password.'}</span>
              <span className={styles.historyFacts} data-outcome={entry.outcome}>
                {factsOf(entry)}
              </span>
            </button>
            <ActionIcon aria-label="Remove from history" title="Remove from history" onClick={() => remove(entry.id)}>
              <IconTrash size={14} aria-hidden />
            </ActionIcon>
          </li>
        ))}
      </ul>
      {entries.data.length === 0 && (
        <Text c="dimmed">
          {search === '' ? 'Nothing was run on this data source yet.' : 'Nothing in the history has this in its text.'}
        </Text>
      )}
    </div>
  )
}

function factsOf({ startedAt, durationMs, outcome, rowCount, problem }: HistoryEntry): string {
  const end =
    outcome === 'complete' ? (rowCount === null ? 'Complete' : countOf(rowCount, 'row')) : outcome === 'failed' ? 'Failed' : 'Cancelled'
  return [formatDateTime(startedAt), formatDuration(durationMs), problem === null ? end : `${end}: ${problem}`].join(' · ')
}
