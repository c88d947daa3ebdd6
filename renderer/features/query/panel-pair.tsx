import { clamp } from '@mantine/hooks'
import { type CSSProperties, type KeyboardEvent, type PointerEvent, type ReactNode, type RefObject, useRef, useState } from 'react'
import { usePreferences } from '#api/preferences.ts'
import styles from './panel-pair.module.css'
import { useTabs } from './use-query-tabs.ts'

/**
 * The panels of the tabs, of which one or two are in sight. They stay where they are in the document, and only their places
 * change: an editor that is moved begins anew, without its undo and its carets.
 */
export function PanelPair({ children }: { readonly children: ReactNode }) {
  const { besideId } = useTabs()
  const { preferences, change } = usePreferences()
  const [dragged, setDragged] = useState<number | null>(null)
  const host = useRef<HTMLDivElement>(null)
  const share = dragged ?? preferences.paneSizes[NAME]?.[0] ?? 50
  const keep = (next: number) => change({ paneSizes: { ...preferences.paneSizes, [NAME]: [next, 100 - next] } })
  return (
    <div ref={host} className={styles.panelPair} style={{ '--share': share } as CSSProperties}>
      {children}
      {besideId !== null && <Divider share={share} host={host} onDrag={setDragged} onKeep={keep} />}
    </div>
  )
}

const NAME = 'query.beside'
const LEAST = 20

function Divider({ share, host, onDrag, onKeep }: DividerProps) {
  const at = (event: PointerEvent): number => {
    const box = host.current?.getBoundingClientRect()
    return box === undefined ? share : within(((event.clientX - box.left) / box.width) * 100)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Readonly<Record<string, number>> = { ArrowLeft: share - 2, ArrowRight: share + 2, Home: LEAST, End: 100 - LEAST }
    const next = steps[event.key]
    if (next === undefined) return
    event.preventDefault()
    onKeep(within(next))
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a line between panes that is moved is a separator, and hr cannot be
    <div
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label="Width of the left tab"
      aria-valuenow={Math.round(share)}
      aria-valuemin={LEAST}
      aria-valuemax={100 - LEAST}
      className={styles.pairLine}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && onDrag(at(event))}
      onPointerUp={(event) => {
        onKeep(at(event))
        onDrag(null)
      }}
    />
  )
}

interface DividerProps {
  /** Of the left one, in percent. */
  readonly share: number
  readonly host: RefObject<HTMLDivElement | null>
  onDrag(share: number | null): void
  onKeep(share: number): void
}

function within(share: number): number {
  return clamp(share, LEAST, 100 - LEAST)
}
