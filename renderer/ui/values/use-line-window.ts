import { type RefObject, useLayoutEffect, useState } from 'react'

/** Lines drawn beyond the edges. */
const BEYOND = 10

/** Which lines of one height are in sight of a box that scrolls: plain arithmetic, since a list of a million places takes a while to make. */
export function useLineWindow(box: RefObject<HTMLElement | null>, count: number, lineHeight: number): readonly number[] {
  const [shown, setShown] = useState({ from: 0, to: 0 })
  useLayoutEffect(() => {
    const { current } = box
    if (current === null) return
    const update = () => {
      const from = Math.max(0, Math.floor(current.scrollTop / lineHeight) - BEYOND)
      const to = Math.min(count, Math.ceil((current.scrollTop + current.clientHeight) / lineHeight) + BEYOND)
      setShown((before) => (before.from === from && before.to === to ? before : { from, to }))
    }
    update()
    const sizes = new ResizeObserver(update)
    sizes.observe(current)
    current.addEventListener('scroll', update, { passive: true })
    return () => {
      sizes.disconnect()
      current.removeEventListener('scroll', update)
    }
  }, [box, count, lineHeight])
  return Array.from({ length: Math.max(0, shown.to - shown.from) }, (_, index) => shown.from + index)
}
