import { type RefObject, useLayoutEffect, useRef } from 'react'
import { GridRows } from './grid-rows.ts'
import type { GridContent } from './grid-scene.ts'
import type { GridView } from './grid-view.ts'

interface GridElements {
  /** Scrolls. */
  readonly box: RefObject<HTMLElement | null>
  /** Holds the rows, and nothing of React's. */
  readonly body: RefObject<HTMLElement | null>
  readonly view: GridView
  readonly rowHeight: number
}

/** Draws the rows when React has drawn, when the box is scrolled and when rows have come. */
export function useGridRows({ box, body, view, rowHeight }: GridElements, content: GridContent): void {
  const rows = useRef<GridRows>(null)
  const { cache, rowCount, layout } = content
  useLayoutEffect(() => {
    if (box.current === null || body.current === null) return
    const drawn = new GridRows(body.current, view, rowHeight)
    rows.current = drawn
    const detach = view.attach(box.current)
    const stop = view.listen(drawn.draw)
    return () => {
      stop()
      detach()
      drawn.dispose()
    }
  }, [box, body, view, rowHeight])
  useLayoutEffect(() => cache.listen(() => rows.current?.draw()), [cache])
  useLayoutEffect(() => {
    view.show(rowCount, layout)
    rows.current?.show(content)
  })
}
