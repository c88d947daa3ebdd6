import { useEffect, useMemo, useRef, useState } from 'react'
import { usePreferences } from '#api/preferences.ts'
import type { GridLayout } from '#shared/model/app.ts'
import type { ResultColumn } from '#shared/model/query.ts'

/** How the columns stand: remembered for every result with the same names and types. */
export interface ColumnLayout extends GridLayout {
  /** Of those shown, one takes the place of another. */
  move(from: number, to: number): void
  /** The place of a shown column is the last that stays in sight; -1: none does. */
  pinTo(place: number): void
  hide(place: number): void
  showAll(): void
  setWidths(widths: Readonly<Record<number, number>>): void
}

const MOST_LAYOUTS = 100
/** A width is dragged over many pixels. */
const SAVE_AFTER_MS = 400

export function useColumnLayout(columns: readonly ResultColumn[]): ColumnLayout {
  const { preferences, change } = usePreferences()
  const key = useMemo(() => shapeOf(columns), [columns])
  const [layout, setLayout] = useState<GridLayout>(() => fitting(preferences.gridLayouts[key], columns.length))
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const latest = useRef({ preferences, change })
  useEffect(() => {
    latest.current = { preferences, change }
  })
  const keep = (next: GridLayout) => {
    setLayout(next)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      const { [key]: _, ...others } = latest.current.preferences.gridLayouts
      const kept = Object.entries(others).slice(-(MOST_LAYOUTS - 1))
      latest.current.change({ gridLayouts: { ...Object.fromEntries(kept), [key]: next } })
    }, SAVE_AFTER_MS)
  }
  return {
    ...layout,
    move: (from, to) => keep(moved(layout, from, to)),
    pinTo: (place) => keep({ ...layout, pinned: place + 1 }),
    hide: (place) =>
      keep({
        ...layout,
        order: layout.order.filter((_, index) => index !== place),
        pinned: place < layout.pinned ? layout.pinned - 1 : layout.pinned,
      }),
    showAll: () => keep({ ...layout, order: columns.map((_, index) => index), pinned: 0 }),
    setWidths: (widths) => keep({ ...layout, widths: { ...widths } }),
  }
}

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

function fitting(layout: GridLayout | undefined, count: number): GridLayout {
  if (layout === undefined || layout.order.length === 0 || layout.order.some((column) => column >= count))
    return { order: Array.from({ length: count }, (_, index) => index), pinned: 0, widths: {} }
  return layout
}
