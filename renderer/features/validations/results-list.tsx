import { UnstyledButton } from '@mantine/core'
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useCallback, useId, useMemo, useRef, useState } from 'react'
import type { ExpectationResult } from '#shared/model/run.ts'
import { countOf } from '#ui/format.ts'
import { ResultItem } from './result-item.tsx'
import type { ResultSection, RunChanges } from './result-sections.ts'
import styles from './results-list.module.css'
import { SectionContents } from './section-contents.tsx'

/** Results by section, each of which folds. Of more than some hundred only those exist that are in sight. */
export function ResultsList({ sections, changes, onShowRows, onShowHistory, onEdit }: ResultsListProps) {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set())
  const entries = useMemo(() => entriesOf(sections, folded), [sections, folded])
  const id = useId()
  const [list, setList] = useState<HTMLElement | null>(null)
  const goTo = useRef<(index: number) => void>(() => undefined)
  const fold = (key: string) =>
    setFolded((before) => (before.has(key) ? new Set([...before].filter((other) => other !== key)) : new Set([...before, key])))
  const draw = (entry: Entry) =>
    entry.kind === 'head' ? (
      <Head
        id={`${id}${entry.section.key}`}
        section={entry.section}
        folded={folded.has(entry.section.key)}
        onFold={() => fold(entry.section.key)}
      />
    ) : (
      <ResultItem
        result={entry.result}
        change={changeOf(entry.result, changes)}
        onShowRows={() => onShowRows(entry.result)}
        onShowHistory={() => onShowHistory(entry.result)}
        onEdit={() => onEdit(entry.result)}
      />
    )
  const onGoTo = useCallback((index: number) => goTo.current(index), [])
  return (
    <div className={styles.layout} data-contents={sections.length >= MANY_SECTIONS || undefined}>
      {sections.length >= MANY_SECTIONS && (
        <SectionContents
          sections={sections}
          onPick={(section) => onGoTo(entries.findIndex((entry) => entry.kind === 'head' && entry.section === section))}
        />
      )}
      <ul className={styles.list} aria-label="Results" ref={setList}>
        {entries.length > ALL_EXIST ? (
          list !== null && <SeenEntries entries={entries} draw={draw} list={list} goTo={goTo} />
        ) : (
          <AllEntries entries={entries} draw={draw} list={list} goTo={goTo} />
        )}
      </ul>
    </div>
  )
}

/** From here on a table of contents stands beside the results. */
const MANY_SECTIONS = 5
/** Results that are drawn within a frame or two; up to here the browser's own search finds all of them. */
const ALL_EXIST = 150

interface ResultsListProps {
  readonly sections: readonly ResultSection[]
  readonly changes: RunChanges | null
  onShowRows(result: ExpectationResult): void
  onShowHistory(result: ExpectationResult): void
  onEdit(result: ExpectationResult): void
}

type Entry =
  | { readonly kind: 'head'; readonly section: ResultSection }
  | { readonly kind: 'result'; readonly result: ExpectationResult; readonly last: boolean }

function entriesOf(sections: readonly ResultSection[], folded: ReadonlySet<string>): readonly Entry[] {
  return sections.flatMap((section): readonly Entry[] => [
    { kind: 'head', section },
    ...(folded.has(section.key)
      ? []
      : section.results.map((result, index) => ({ kind: 'result' as const, result, last: index === section.results.length - 1 }))),
  ])
}

function keyOf(entry: Entry): string {
  return entry.kind === 'head' ? entry.section.key : entry.result.expectationId
}

interface EntriesProps {
  readonly entries: readonly Entry[]
  readonly list: HTMLElement | null
  readonly goTo: { current: (index: number) => void }
  draw(entry: Entry): ReactNode
}

function AllEntries({ entries, draw, list, goTo }: EntriesProps) {
  goTo.current = (index) => list?.children[index]?.scrollIntoView({ block: 'start' })
  return entries.map((entry) => (
    <li key={keyOf(entry)} className={styles.entry} data-kind={entry.kind} data-last={(entry.kind === 'result' && entry.last) || undefined}>
      {draw(entry)}
    </li>
  ))
}

function SeenEntries({ entries, draw, list, goTo }: EntriesProps & { readonly list: HTMLElement }) {
  const seen = useVirtualizer({
    count: entries.length,
    getScrollElement: () => list.closest('main'),
    getItemKey: (index) => keyOf(entries[index] as Entry),
    estimateSize: (index) => (entries[index]?.kind === 'head' ? 44 : 96),
    scrollMargin: marginOf(list),
    overscan: 6,
  })
  goTo.current = (index) => seen.scrollToIndex(index, { align: 'start' })
  return (
    <>
      <li aria-hidden style={{ height: seen.getTotalSize() }} className={styles.room} />
      {seen.getVirtualItems().map(({ index, start }) => {
        const entry = entries[index]
        return entry === undefined ? null : (
          <li
            key={keyOf(entry)}
            ref={seen.measureElement}
            data-index={index}
            aria-setsize={entries.length}
            aria-posinset={index + 1}
            className={styles.entry}
            data-placed
            data-kind={entry.kind}
            data-last={(entry.kind === 'result' && entry.last) || undefined}
            style={{ transform: `translateY(${start - seen.options.scrollMargin}px)` }}
          >
            {draw(entry)}
          </li>
        )
      })}
    </>
  )
}

/** How far below the beginning of the page the list begins. */
function marginOf(list: HTMLElement): number {
  const main = list.closest('main')
  return main === null ? 0 : list.getBoundingClientRect().top - main.getBoundingClientRect().top + main.scrollTop
}

function Head({
  id,
  section,
  folded,
  onFold,
}: {
  readonly id: string
  readonly section: ResultSection
  readonly folded: boolean
  onFold(): void
}) {
  const Icon = folded ? IconChevronRight : IconChevronDown
  return (
    <h2 id={id} className={styles.head}>
      <UnstyledButton className={styles.fold} aria-expanded={!folded} onClick={onFold}>
        <Icon size={16} aria-hidden />
        <span className={section.kind === 'column' ? styles.column : undefined}>{section.title}</span>
        <span className={styles.count}>{sectionCount(section)}</span>
      </UnstyledButton>
    </h2>
  )
}

function sectionCount({ results, notPassed }: ResultSection): string {
  return notPassed === 0
    ? `${countOf(results.length, 'result')}, all passed`
    : `${notPassed} of ${countOf(results.length, 'result')} not passed`
}

function changeOf({ expectationId }: ExpectationResult, changes: RunChanges | null): 'new' | 'mended' | null {
  if (changes?.new.has(expectationId)) return 'new'
  return changes?.mended.has(expectationId) ? 'mended' : null
}
