/** Where columns stand beside each other, and which of them are in sight. Pixels from the left edge of the row numbers. Pure. */

export interface ColumnLayout {
  /** Width of the row numbers. */
  readonly gutter: number
  /** So many columns stay in sight at the left. */
  readonly pinned: number
  /** The row numbers and the columns that stay. */
  readonly frozenWidth: number
  /** Of each column, and at last where the last one ends. */
  readonly starts: readonly number[]
}

/** From, and before to. */
export interface ColumnWindow {
  readonly from: number
  readonly to: number
}

export function layoutOf(widths: readonly number[], gutter: number, pinned: number): ColumnLayout {
  const starts = [gutter]
  let end = gutter
  for (const width of widths) {
    end += width
    starts.push(end)
  }
  return { gutter, pinned, frozenWidth: starts[Math.min(pinned, widths.length)] ?? gutter, starts }
}

export function startOf({ starts }: ColumnLayout, column: number): number {
  return starts[column] ?? 0
}

export function widthOf({ starts }: ColumnLayout, column: number): number {
  return (starts[column + 1] ?? 0) - (starts[column] ?? 0)
}

export function totalWidth({ starts }: ColumnLayout): number {
  return starts.at(-1) ?? 0
}

/** Of those that move, when `left` pixels of them have gone behind the edge. */
export function columnsInSight(layout: ColumnLayout, left: number, viewWidth: number): ColumnWindow {
  const { starts, pinned, frozenWidth } = layout
  const count = starts.length - 1
  const from = Math.max(pinned, firstPast(starts, left + frozenWidth) - 1)
  // A box that is not measured yet shows none.
  const to = Math.min(count, Math.max(from, firstPast(starts, left + viewWidth - 1)))
  return { from: Math.min(from, count), to }
}

/** With the column in sight, moved no more than needed; null: it is, or it never moves. */
export function leftShowing(layout: ColumnLayout, column: number, left: number, viewWidth: number): number | null {
  if (column < layout.pinned) return null
  const start = startOf(layout, column)
  const end = start + widthOf(layout, column)
  if (start - left < layout.frozenWidth) return start - layout.frozenWidth
  // A column wider than the box shows its beginning.
  return end - left > viewWidth ? Math.min(end - viewWidth, start - layout.frozenWidth) : null
}

/** The first place whose start is past `at`; their count when none is. */
function firstPast(starts: readonly number[], at: number): number {
  let [low, high] = [0, starts.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((starts[middle] ?? 0) > at) high = middle
    else low = middle + 1
  }
  return low
}
