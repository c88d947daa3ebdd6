import { UnstyledButton } from '@mantine/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import type { ResultSection } from './result-sections.ts'
import styles from './results-list.module.css'

/** The sections of a long result, with how much of each did not pass. Of a thousand columns only those exist that are in sight. */
export function SectionContents({
  sections,
  onPick,
}: {
  readonly sections: readonly ResultSection[]
  onPick(section: ResultSection): void
}) {
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({
    count: sections.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT_PX,
    overscan: 10,
  })
  return (
    <nav className={styles.contents} aria-label="Contents">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div ref={scroller} className={styles.contentsScroll} tabIndex={0}>
        <ul className={styles.contentsList} style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ index, start }) => {
            const section = sections[index]
            return section === undefined ? null : (
              <li
                key={section.key}
                style={{ transform: `translateY(${start}px)` }}
                aria-setsize={sections.length}
                aria-posinset={index + 1}
              >
                <UnstyledButton className={styles.contentsItem} onClick={() => onPick(section)}>
                  <span className={styles.contentsName}>{section.title}</span>
                  <span className={styles.contentsCount} data-failed={section.notPassed > 0 || undefined}>
                    {section.notPassed > 0 ? `${section.notPassed} ✕` : '✓'}
                    <span className="visually-hidden">{section.notPassed > 0 ? ' not passed' : ' all passed'}</span>
                  </span>
                </UnstyledButton>
              </li>
            )
          })}
        </ul>
      </div>
    </nav>
  )
}

const ROW_HEIGHT_PX = 26
