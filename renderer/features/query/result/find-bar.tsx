import { ActionIcon, Checkbox, CloseButton, Text, TextInput } from '@mantine/core'
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react'
import type { KeyboardEvent } from 'react'
import type { ResultColumn } from '#shared/model/query.ts'
import { countOf, formatCount } from '#ui/format.ts'
import { longValuesNote } from './long-values.ts'
import styles from './result.module.css'
import type { Find, Search } from './use-find.ts'

/** A search in the rows that were read: Enter goes on, Shift+Enter back, Escape to the grid. */
export function FindBar({ search, columns, onSearch, find, at, onStep, onClose }: FindBarProps) {
  const note = search.text === '' ? null : longValuesNote(find.found?.longColumns ?? [], columns)
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') onStep(event.shiftKey ? 'previous' : 'next')
    else if (event.key === 'Escape') onClose()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <search className={styles.bar} onKeyDown={onKeyDown}>
      <TextInput
        aria-label="Find in the rows"
        placeholder="Find in the rows"
        value={search.text}
        onChange={({ currentTarget }) => onSearch({ ...search, text: currentTarget.value })}
        w={240}
        data-find
        ref={(input) => {
          if (input !== null && input.dataset.begun === undefined) {
            input.dataset.begun = ''
            input.focus()
          }
        }}
      />
      <ActionIcon aria-label="Hit before" title="Hit before (Shift+Enter)" onClick={() => onStep('previous')}>
        <IconChevronUp size={16} aria-hidden />
      </ActionIcon>
      <ActionIcon aria-label="Next hit" title="Next hit (Enter)" onClick={() => onStep('next')}>
        <IconChevronDown size={16} aria-hidden />
      </ActionIcon>
      <Checkbox
        label="Match case"
        checked={search.matchCase}
        onChange={({ currentTarget }) => onSearch({ ...search, matchCase: currentTarget.checked })}
      />
      <Text role="status">{findSentence(search, find, at)}</Text>
      {note !== null && <Text c="dimmed">{note}</Text>}
      <CloseButton size="sm" aria-label="Close the search" onClick={onClose} className={styles.pushed} />
    </search>
  )
}

interface FindBarProps {
  readonly search: Search
  readonly columns: readonly ResultColumn[]
  onSearch(search: Search): void
  readonly find: Find
  /** Of the hit that was gone to; null: none was. */
  readonly at: number | null
  onStep(step: 'next' | 'previous'): void
  onClose(): void
}

function findSentence({ text }: Search, { found, share }: Find, at: number | null): string {
  if (text === '') return ''
  if (found === null) return share === null ? '' : `Searching … ${Math.floor(share * 100)} %`
  if (found.count === 0) return 'Not found'
  const count = countOf(found.count, 'cell')
  const reach = found.reachable < found.count ? `, of which the first ${formatCount(found.reachable)} can be gone to` : ''
  return at === null ? `${count}${reach}` : `${formatCount(at + 1)} of ${count}${reach}`
}
