import { IconCheck } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import clsx from 'clsx'
import { type KeyboardEvent, useId, useRef, useState } from 'react'
import type { Relation } from '#shared/model/data-source.ts'
import { formatBytes, formatCount } from '#ui/format.ts'
import { isSelectable, relationKey, remarkOn } from './relation-filter.ts'
import styles from './relation-list.module.css'

const ROW_HEIGHT_PX = 30

/**
 * A list to select from, of which only the visible rows exist, so that ten thousand tables are as quick as ten. One stop
 * for the Tab key; arrows move in it, Space selects, Enter goes on.
 */
export function RelationList({ relations, isSelected, onToggle }: RelationListProps) {
  const id = useId()
  const scroller = useRef<HTMLDivElement>(null)
  const [at, setAt] = useState(0)
  const active = Math.min(at, relations.length - 1)
  const rows = useVirtualizer({
    count: relations.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT_PX,
    overscan: 12,
    // The active row always exists, because the list names it to screen readers.
    rangeExtractor: ({ startIndex, endIndex, overscan, count }) => {
      const first = Math.max(0, startIndex - overscan)
      const last = Math.min(count - 1, endIndex + overscan)
      const visible = Array.from({ length: last - first + 1 }, (_, index) => first + index)
      return active < first ? [active, ...visible] : active > last ? [...visible, active] : visible
    },
  })

  const moveTo = (index: number) => {
    const next = Math.max(0, Math.min(relations.length - 1, index))
    setAt(next)
    rows.scrollToIndex(next)
  }
  const toggle = (index: number) => {
    const relation = relations[index]
    if (relation !== undefined && isSelectable(relation)) onToggle(relation)
  }
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT_PX) - 1)
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: relations.length - 1,
    }
    const to = moves[event.key]
    if (to !== undefined) moveTo(to)
    else if (event.key === ' ') toggle(active)
    else if (event.key === 'Enter') event.currentTarget.closest('form')?.requestSubmit()
    else return
    event.preventDefault()
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
            const relation = relations[index]
            if (relation === undefined) return null
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the list takes the keys for all of its options
              // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus and names the active option
              <div
                key={relationKey(relation)}
                id={`${id}-${index}`}
                role="option"
                aria-selected={isSelected(relation)}
                aria-disabled={!isSelectable(relation)}
                aria-posinset={index + 1}
                aria-setsize={relations.length}
                className={clsx(styles.row, styles.option)}
                data-active={index === active || undefined}
                style={{ transform: `translateY(${start}px)` }}
                title={relation.comment ?? undefined}
                onClick={() => {
                  setAt(index)
                  toggle(index)
                }}
              >
                <Row relation={relation} selected={isSelected(relation)} />
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}

interface RelationListProps {
  readonly relations: readonly Relation[]
  readonly isSelected: (relation: Relation) => boolean
  readonly onToggle: (relation: Relation) => void
}

function Row({ relation, selected }: { readonly relation: Relation; readonly selected: boolean }) {
  const remark = remarkOn(relation)
  return (
    <>
      <span className={styles.box}>{(selected || relation.assetId !== null) && <IconCheck size={12} stroke={3} aria-hidden />}</span>
      <span className={styles.name}>{relation.name}</span>
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

const remarkMeaning: Readonly<Record<string, string>> = {
  'Added already': 'A data asset stands for it already.',
  'No right to read': 'The role of this data source may not SELECT from it. Grant SELECT to select it here.',
  'Row-level security': 'The role may see only part of the rows.',
}
