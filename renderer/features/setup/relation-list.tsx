import { IconCheck, IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import clsx from 'clsx'
import { type KeyboardEvent, type MouseEvent, type RefObject, useId, useRef, useState } from 'react'
import { countOf, formatBytes, formatCount } from '#ui/format.ts'
import { listMove } from './list-keys.ts'
import { isSelectable, type RelationEntry, remarkOn } from './relation-filter.ts'
import styles from './relation-list.module.css'

const ROW_HEIGHT_PX = 30

/**
 * A list to select from, of which only the visible rows exist, so that ten thousand tables are as quick as ten. One stop
 * for the Tab key. Arrows move in it, Space selects, Shift selects from the row that was selected last, Control and A
 * select all, left and right fold and unfold partitions, Enter goes on.
 */
export function RelationList(props: RelationListProps) {
  const { entries, selected, unfolded, onSelect, onFold } = props
  const id = useId()
  const own = useRef<HTMLDivElement>(null)
  const scroller = props.focusRef ?? own
  const [at, setAt] = useState(0)
  /** Key of the row that a range begins with; a filter may have taken it away. */
  const [anchorKey, setAnchorKey] = useState<string | null>(null)
  const active = Math.min(at, entries.length - 1)
  const rows = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT_PX,
    overscan: 6,
    // The active row always exists, because the list names it to screen readers.
    rangeExtractor: ({ startIndex, endIndex, overscan, count }) => {
      const first = Math.max(0, startIndex - overscan)
      const last = Math.min(count - 1, endIndex + overscan)
      const visible = Array.from({ length: last - first + 1 }, (_, index) => first + index)
      return active < first ? [active, ...visible] : active > last ? [...visible, active] : visible
    },
  })

  const moveTo = (index: number) => {
    setAt(index)
    rows.scrollToIndex(index)
  }
  const toggle = (index: number) => {
    const entry = entries[index]
    if (entry === undefined) return
    setAnchorKey(entry.key)
    if (isSelectable(entry.relation)) onSelect([entry], !selected.has(entry.key))
  }
  /** Gives all rows from the anchor to this one the state that the anchor has. */
  const extendTo = (index: number) => {
    const found = entries.findIndex(({ key }) => key === anchorKey)
    const from = found === -1 ? active : found
    const anchor = entries[from]
    if (anchor === undefined) return
    if (found === -1) setAnchorKey(anchor.key)
    const range = entries.slice(Math.min(from, index), Math.max(from, index) + 1)
    onSelect(range, found === -1 || !isSelectable(anchor.relation) || selected.has(anchor.key))
  }
  const fold = (open: boolean) => {
    const entry = entries[active]
    if (entry === undefined) return
    if (entry.partitions > 0 && open !== unfolded.has(entry.relation.oid)) onFold(entry, open)
    else if (!open) {
      const parent = entries.findIndex(({ relation }) => relation.oid === entry.within.at(-1))
      if (parent !== -1) moveTo(parent)
    }
  }
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT_PX) - 1)
    const move = listMove(event, active, entries.length, page)
    if (move === null) return
    event.preventDefault()
    if (move.kind === 'move') {
      if (move.range) extendTo(move.to)
      moveTo(move.to)
    } else if (move.kind === 'toggle') toggle(active)
    else if (move.kind === 'range') extendTo(active)
    else if (move.kind === 'all') onSelect(entries, true)
    else if (move.kind === 'submit') event.currentTarget.closest('form')?.requestSubmit()
    else fold(move.kind === 'unfold')
  }
  const onRowClick = (event: MouseEvent, index: number) => {
    if (event.shiftKey) extendTo(index)
    else toggle(index)
    setAt(index)
  }

  return (
    <div className={styles.frame}>
      <div className={clsx(styles.row, styles.head)} aria-hidden>
        <span />
        <span>Name</span>
        <span>Schema</span>
        <span>Kind</span>
        <span className={styles.number}>Rows (estimate)</span>
        <span className={styles.number}>Size</span>
        <span>Remark</span>
      </div>
      <div
        ref={scroller}
        className={styles.scroller}
        role="listbox"
        aria-label="Tables"
        aria-multiselectable
        aria-activedescendant={`${id}-${active}`}
        tabIndex={0}
        onKeyDown={onKeyDown}
      >
        <div role="presentation" className={styles.sheet} style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ index, start }) => {
            const entry = entries[index]
            if (entry === undefined) return null
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the list takes the keys for all of its options
              // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus and names the active option
              <div
                // By its place: while a search is typed, rows change their text, which is quicker than making new ones.
                key={index}
                id={`${id}-${index}`}
                role="option"
                aria-selected={selected.has(entry.key)}
                aria-disabled={!isSelectable(entry.relation)}
                aria-posinset={index + 1}
                aria-setsize={entries.length}
                className={clsx(styles.row, styles.option)}
                data-active={index === active || undefined}
                style={{ transform: `translateY(${start}px)` }}
                onClick={(event) => onRowClick(event, index)}
              >
                <Row entry={entry} selected={selected.has(entry.key)} open={unfolded.has(entry.relation.oid)} onFold={onFold} />
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}

interface RelationListProps {
  readonly entries: readonly RelationEntry[]
  /** Keys. */
  readonly selected: ReadonlySet<string>
  /** oids of the partitioned tables whose partitions are shown. */
  readonly unfolded: ReadonlySet<number>
  /** Of the entries, those that can be selected are meant. */
  readonly onSelect: (entries: readonly RelationEntry[], on: boolean) => void
  readonly onFold: (entry: RelationEntry, open: boolean) => void
  /** What has the focus when the list has it. */
  readonly focusRef?: RefObject<HTMLDivElement | null>
}

function Row({ entry, selected, open, onFold }: RowProps) {
  const { relation, partitions, within } = entry
  const remark = remarkOn(relation)
  const Chevron = open ? IconChevronDown : IconChevronRight
  return (
    <>
      <span className={styles.box}>{(selected || relation.assetId !== null) && <IconCheck size={12} stroke={3} aria-hidden />}</span>
      <span className={styles.name} style={{ paddingLeft: within.length * 20 }} title={relation.comment ?? undefined}>
        {relation.name}
        {partitions > 0 && (
          // biome-ignore lint/a11y/noStaticElementInteractions: for the mouse; the list takes the left and right arrows for it
          // biome-ignore lint/a11y/useKeyWithClickEvents: as above
          <span
            className={styles.fold}
            title={open ? 'Fold its partitions (left arrow)' : 'Show its partitions (right arrow)'}
            onClick={(event) => {
              event.stopPropagation()
              onFold(entry, !open)
            }}
          >
            <Chevron size={12} aria-hidden /> {countOf(partitions, 'partition')}
          </span>
        )}
        {relation.comment !== null && <span className={styles.comment}>{relation.comment}</span>}
      </span>
      <span className={styles.text}>{relation.schema}</span>
      <span className={styles.text}>{relation.kind}</span>
      <span className={styles.number}>{formatCount(relation.estimatedRows)}</span>
      <span className={styles.number}>{formatBytes(relation.sizeBytes)}</span>
      <span className={styles.text} title={remark === null ? undefined : remarkMeaning[remark]}>
        {remark}
      </span>
    </>
  )
}

interface RowProps {
  readonly entry: RelationEntry
  readonly selected: boolean
  readonly open: boolean
  readonly onFold: (entry: RelationEntry, open: boolean) => void
}

const remarkMeaning: Readonly<Record<string, string>> = {
  'Added already': 'A data asset stands for it already.',
  'Cannot read': 'The role of this data source may not SELECT from it. Grant SELECT to select it here.',
  'Row-level security': 'The role may see only part of the rows.',
}
