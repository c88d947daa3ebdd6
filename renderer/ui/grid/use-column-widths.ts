import { useMemo, useState } from 'react'
import { clampWidth, fittingWidth, fittingWidths } from './column-widths.ts'
import { cellOf, type GridColumn } from './grid-types.ts'
import type { CachedRow, WindowCache } from './window-cache.ts'

/** Guessed when the first rows are there, and then left to the person. Kept by cell, so that a width moves with its column. */
export function useColumnWidths(
  columns: readonly GridColumn[],
  cache: WindowCache,
  kept: Readonly<Record<number, number>>,
  onKeep: ((widths: Readonly<Record<number, number>>) => void) | undefined,
) {
  const [own, setOwn] = useState(kept)
  const first = cache.row(0)
  const guessed = useMemo(() => fittingWidths(columns, first === null ? [] : firstRows(cache)), [columns, cache, first])
  const widths = useMemo(() => guessed.map((width, index) => own[cellOf(columns, index)] ?? width), [guessed, own, columns])
  const change = (next: Readonly<Record<number, number>>) => {
    setOwn(next)
    onKeep?.(next)
  }
  const fitting = (index: number): readonly [number, number][] => {
    const column = columns[index]
    const cell = cellOf(columns, index)
    return column === undefined ? [] : [[cell, fittingWidth(column, firstRows(cache), cell)]]
  }
  return {
    widths,
    resize: (column: number, width: number) => change({ ...own, [cellOf(columns, column)]: clampWidth(width) }),
    fit: (index: number) => change({ ...own, ...Object.fromEntries(fitting(index)) }),
    fitAll: () => change({ ...own, ...Object.fromEntries(columns.flatMap((_, index) => fitting(index))) }),
  }
}

function firstRows(cache: WindowCache): readonly CachedRow[] {
  return Array.from({ length: 50 }, (_, index) => cache.row(index)).filter((row) => row !== null)
}
