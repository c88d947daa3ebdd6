import { type PointerEvent, useCallback, useState } from 'react'
import { placeOf } from './use-grid-selection.ts'

/** Less is a click. */
const LEAST_WAY = 8

/** A head that is dragged onto another takes its place. `target`: the one it is over. */
export function useColumnDrag(onMove: ((column: number, to: number) => void) | null) {
  const [target, setTarget] = useState<number | null>(null)
  const start = useCallback(
    ({ button, clientX, pointerId, currentTarget }: PointerEvent) => {
      const column = placeOf(currentTarget)?.column ?? null
      if (onMove === null || column === null || button !== 0) return
      let over: number | null = null
      const onPointerMove = (event: globalThis.PointerEvent) => {
        if (event.pointerId !== pointerId || (over === null && Math.abs(event.clientX - clientX) < LEAST_WAY)) return
        const place = placeOf(document.elementFromPoint(event.clientX, event.clientY))
        over = place?.column ?? over
        setTarget(over === column ? null : over)
      }
      const stop = () => {
        window.removeEventListener('pointermove', onPointerMove)
        window.removeEventListener('pointerup', end)
        window.removeEventListener('pointercancel', stop)
        setTarget(null)
      }
      const end = () => {
        stop()
        if (over !== null && over !== column) onMove(column, over)
      }
      window.addEventListener('pointermove', onPointerMove)
      window.addEventListener('pointerup', end)
      window.addEventListener('pointercancel', stop)
    },
    [onMove],
  )
  return { target, start }
}
