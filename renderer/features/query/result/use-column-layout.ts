import { useMemo, useState } from 'react'
import { usePreferences } from '#api/preferences.ts'
import type { GridLayout } from '#shared/model/app.ts'
import type { ResultColumn } from '#shared/model/query.ts'
import { fitting, moved, shapeOf } from './column-order.ts'

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

export function useColumnLayout(columns: readonly ResultColumn[]): ColumnLayout {
  const { preferences, changeOften } = usePreferences()
  const key = useMemo(() => shapeOf(columns), [columns])
  // Its own from here on: another result of the same shape does not move the columns of this one.
  const [layout, setLayout] = useState<GridLayout>(() => fitting(preferences.gridLayouts[key], columns.length))
  const keep = (next: GridLayout) => {
    setLayout(next)
    changeOften(({ gridLayouts }) => {
      const { [key]: _, ...others } = gridLayouts
      return { gridLayouts: { ...Object.fromEntries(Object.entries(others).slice(-(MOST_LAYOUTS - 1))), [key]: next } }
    })
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
