import type { GridLayout } from '#shared/model/app.ts'
import type { ResultColumn } from '#shared/model/query.ts'

/** How columns stand, as values. */

/** A column that crosses the edge of what is pinned is pinned, or is not any more. */
export function moved(layout: GridLayout, from: number, to: number): GridLayout {
  const order = [...layout.order]
  const [column] = order.splice(from, 1)
  if (column === undefined) return layout
  order.splice(to, 0, column)
  const { pinned } = layout
  if (from < pinned && to >= pinned) return { ...layout, order, pinned: pinned - 1 }
  if (from >= pinned && to < pinned) return { ...layout, order, pinned: pinned + 1 }
  return { ...layout, order }
}

/** Columns of one shape have one key; what two shapes share by chance is only how they look. */
export function shapeOf(columns: readonly Pick<ResultColumn, 'name' | 'type'>[]): string {
  let [one, other] = [0xdeadbeef, 0x41c6ce57]
  for (const character of JSON.stringify(columns.map(({ name, type }) => [name, type]))) {
    const code = character.codePointAt(0) ?? 0
    one = Math.imul(one ^ code, 2_654_435_761)
    other = Math.imul(other ^ code, 1_597_334_677)
  }
  return `${columns.length}-${(one >>> 0).toString(36)}${(other >>> 0).toString(36)}`
}

/** What was remembered, or the columns as they came. */
export function fitting(layout: GridLayout | undefined, count: number): GridLayout {
  if (layout === undefined || layout.order.length === 0 || layout.order.some((column) => column >= count))
    return { order: Array.from({ length: count }, (_, index) => index), pinned: 0, widths: {} }
  return layout
}
