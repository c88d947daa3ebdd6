import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { offsetShowing, type RowPlace, type RowScroll, rowsInSight, scaledHeight, scrolled, settled } from './row-scroll.ts'

/** Rows drawn beyond the edges, so that a slow scroll never shows none. */
const BEYOND = 8
/** The bar has come to rest. */
const REST_MS = 150

export interface RowWindow {
  readonly from: number
  readonly to: number
  /** Pixels that a row stands away from where it would without scaling. */
  readonly shift: number
  /** Of all rows in the box. */
  readonly height: number
  showRow(row: number): void
}

/** The rows in sight of a box whose upper `headHeight` pixels are covered. */
export function useRowScroll(box: RefObject<HTMLElement | null>, rowCount: number, rowHeight: number, headHeight: number): RowWindow {
  const [viewHeight, setViewHeight] = useState(0)
  const scroll: RowScroll = { rowCount, rowHeight, viewHeight: Math.max(0, viewHeight - headHeight) }
  const place = useRef<RowPlace>({ scrollTop: 0, offset: 0 })
  const latest = useRef(scroll)
  const [shown, setShown] = useState({ from: 0, to: 0, shift: 0 })

  const draw = useCallback(() => {
    const { scrollTop, offset } = place.current
    const next = { ...rowsInSight(offset, latest.current, BEYOND), shift: scrollTop - offset }
    setShown((before) => (before.from === next.from && before.to === next.to && before.shift === next.shift ? before : next))
  }, [])

  const moveTo = useCallback(
    (next: RowPlace) => {
      const { current } = box
      if (current === null) return
      current.scrollTop = next.scrollTop
      // The box rounds, and the event that follows must find no way gone.
      place.current = { ...next, scrollTop: current.scrollTop }
      draw()
    },
    [box, draw],
  )

  useLayoutEffect(() => {
    latest.current = { rowCount, rowHeight, viewHeight: Math.max(0, viewHeight - headHeight) }
    draw()
  }, [rowCount, rowHeight, viewHeight, headHeight, draw])

  useEffect(() => {
    const { current } = box
    if (current === null) return
    const measure = new ResizeObserver(() => setViewHeight(current.clientHeight))
    measure.observe(current)
    let rest: ReturnType<typeof setTimeout> | undefined
    const onScroll = () => {
      if (current.scrollTop === place.current.scrollTop) return
      place.current = scrolled(place.current, current.scrollTop, latest.current)
      draw()
      clearTimeout(rest)
      if (latest.current.rowCount * latest.current.rowHeight > scaledHeight(latest.current))
        rest = setTimeout(() => moveTo(settled(place.current.offset, latest.current)), REST_MS)
    }
    current.addEventListener('scroll', onScroll, { passive: true })
    setViewHeight(current.clientHeight)
    return () => {
      measure.disconnect()
      clearTimeout(rest)
      current.removeEventListener('scroll', onScroll)
    }
  }, [box, draw, moveTo])

  const showRow = useCallback(
    (row: number) => {
      const offset = offsetShowing(row, place.current.offset, latest.current)
      if (offset !== null) moveTo(settled(offset, latest.current))
    },
    [moveTo],
  )
  return { ...shown, height: scaledHeight(scroll), showRow }
}
