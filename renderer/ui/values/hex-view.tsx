import { useEffect, useRef, useState } from 'react'
import { useLineWindow } from './use-line-window.ts'
import styles from './values.module.css'

const LINE_HEIGHT = 20
const LINE_BYTES = 16
/** Asked for at once. */
const PART_BYTES = 16 * 1024
const MOST_PARTS = 64
/** A browser draws no element higher than some 33 million pixels. Whoever shows more says so. */
export const MOST_HEX_BYTES = 1_000_000 * LINE_BYTES

/** Bytes by sixteen: where they are, what they are, and what they would be as ASCII. Only what is in sight is asked for. */
export function HexView({ sizeBytes, load, onProblem, label }: HexViewProps) {
  const scroll = useRef<HTMLElement>(null)
  const [parts, setParts] = useState<ReadonlyMap<number, string>>(new Map())
  const count = Math.ceil(Math.min(MOST_HEX_BYTES, sizeBytes) / LINE_BYTES)
  const lines = useLineWindow(scroll, count, LINE_HEIGHT)
  const first = Math.floor(((lines[0] ?? 0) * LINE_BYTES) / PART_BYTES)
  const last = Math.floor(((lines.at(-1) ?? 0) * LINE_BYTES) / PART_BYTES)
  useEffect(() => {
    let wanted = true
    for (const part of new Set([first, last])) {
      if (parts.has(part)) continue
      void load(part * PART_BYTES, PART_BYTES).then(
        (hex) => {
          if (wanted) setParts((before) => new Map([...before].slice(-MOST_PARTS)).set(part, hex))
        },
        (error: unknown) => {
          if (wanted) onProblem(error)
        },
      )
    }
    return () => {
      wanted = false
    }
  }, [first, last, load, onProblem, parts])
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section ref={scroll} className={styles.scroll} tabIndex={0} aria-label={label}>
      <div className={styles.lines} style={{ height: count * LINE_HEIGHT }}>
        {lines.map((index) => {
          const from = index * LINE_BYTES
          const within = (from % PART_BYTES) * 2
          const hex = parts.get(Math.floor(from / PART_BYTES))?.slice(within, within + LINE_BYTES * 2) ?? ''
          const bytes = hex.match(/../g) ?? []
          return (
            <div key={index} className={styles.line} style={{ transform: `translateY(${index * LINE_HEIGHT}px)` }}>
              <span className={styles.hexLine}>
                <span className={styles.offset}>{from.toString(16).padStart(8, '0')}</span>
                <span>{`${bytes.slice(0, 8).join(' ')}  ${bytes.slice(8).join(' ')}`.padEnd(48)}</span>
                <span aria-hidden>{bytes.map(asciiOf).join('')}</span>
              </span>
            </div>
          )
        })}
      </div>
    </section>
  )
}

interface HexViewProps {
  readonly sizeBytes: number
  /** Bytes `from` and on, two digits each. The same function for the same value. */
  load(from: number, count: number): Promise<string>
  /** Its bytes could not be had. The same function as long as it is shown. */
  readonly onProblem: (error: unknown) => void
  readonly label: string
}

function asciiOf(byte: string): string {
  const code = Number.parseInt(byte, 16)
  return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : '·'
}
