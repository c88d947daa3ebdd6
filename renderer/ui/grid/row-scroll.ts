/**
 * Where rows stand in a box that scrolls. A browser draws no element higher than some 33 million pixels, so past a bound
 * the scroll bar is scaled: dragging it moves by its share of all rows, while a wheel or a key still moves row by row. Pure.
 */

export interface RowScroll {
  readonly rowCount: number
  readonly rowHeight: number
  /** Pixels of the box that rows are seen in. */
  readonly viewHeight: number
}

export interface RowPlace {
  /** What the box says of its scroll bar. */
  readonly scrollTop: number
  /** Pixels of rows above the first in sight, as if nothing were scaled. */
  readonly offset: number
}

export const MOST_HEIGHT = 15_000_000

/** The height that the rows take in the box. */
export function scaledHeight({ rowCount, rowHeight }: Pick<RowScroll, 'rowCount' | 'rowHeight'>): number {
  return Math.min(MOST_HEIGHT, rowCount * rowHeight)
}

/** After the bar has moved. A small way is gone as it is; a long one, and the ends, go by the share of the bar. */
export function scrolled(before: RowPlace, scrollTop: number, scroll: RowScroll): RowPlace {
  const way = scrollTop - before.scrollTop
  const ends = scrollTop <= 0 || scrollTop >= scaledHeight(scroll) - scroll.viewHeight
  const byShare = ends || Math.abs(way) > scroll.viewHeight
  return { scrollTop, offset: clamped(byShare ? scrollTop * share(scroll) : before.offset + way, scroll) }
}

/** Where the bar belongs for this offset: after row by row, it has drifted from its share. */
export function settled(offset: number, scroll: RowScroll): RowPlace {
  const within = clamped(offset, scroll)
  return { offset: within, scrollTop: within / share(scroll) }
}

/** With the row in sight, moved no more than needed; null: it is. */
export function offsetShowing(row: number, offset: number, { rowHeight, viewHeight }: RowScroll): number | null {
  const top = row * rowHeight
  if (top < offset) return top
  return top + rowHeight > offset + viewHeight ? top + rowHeight - viewHeight : null
}

/** Rows from and before to, with some beyond the edges. */
export function rowsInSight(
  offset: number,
  { rowCount, rowHeight, viewHeight }: RowScroll,
  beyond: number,
): { readonly from: number; readonly to: number } {
  const first = Math.floor(offset / rowHeight)
  // As many at each pixel, so that none is made and dropped again by turns.
  return { from: Math.max(0, first - beyond), to: Math.min(rowCount, first + Math.ceil(viewHeight / rowHeight) + 1 + beyond) }
}

function share(scroll: RowScroll): number {
  const room = scaledHeight(scroll) - scroll.viewHeight
  return room <= 0 ? 1 : (scroll.rowCount * scroll.rowHeight - scroll.viewHeight) / room
}

function clamped(offset: number, { rowCount, rowHeight, viewHeight }: RowScroll): number {
  return Math.max(0, Math.min(offset, rowCount * rowHeight - viewHeight))
}
