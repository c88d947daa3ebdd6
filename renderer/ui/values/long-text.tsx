import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import type { TextLine } from './text-lines.ts'
import styles from './values.module.css'

const LINE_HEIGHT = 20

/** A text of any length, of which only the lines in sight are drawn. */
export function LongText({ lines, lineCount, wraps, label }: LongTextProps) {
  const scroll = useRef<HTMLElement>(null)
  const virtual = useVirtualizer({
    count: lineCount,
    getScrollElement: () => scroll.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 10,
  })
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section ref={scroll} className={styles.scroll} tabIndex={0} aria-label={label} data-wraps={wraps || undefined}>
      <div className={styles.lines} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => (
          <div
            key={index}
            ref={wraps ? virtual.measureElement : undefined}
            data-index={index}
            className={styles.line}
            style={{ transform: `translateY(${start}px)` }}
          >
            <span className={styles.lineNumber} aria-hidden>
              {lines[index]?.number ?? ''}
            </span>
            <span className={styles.lineText}>{lines[index]?.text ?? ''}</span>
          </div>
        ))}
      </div>
    </section>
  )
}

interface LongTextProps {
  /** Grows in place; `lineCount` says so. */
  readonly lines: readonly TextLine[]
  readonly lineCount: number
  /** Long lines are broken at the edge. */
  readonly wraps: boolean
  readonly label: string
}
