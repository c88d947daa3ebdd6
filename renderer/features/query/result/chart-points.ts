import { figureOf } from '#parts/result-picture.ts'
import type { ChartPoint } from '#ui/plots/result-chart.tsx'

/** Two cells of a row, as the server wrote them; null: NULL. */
export interface ChartRow {
  readonly x: string | null
  readonly y: string | null
}

export function isNumberType(type: string): boolean {
  return /^(smallint|integer|bigint|numeric|real|double precision|oid)(\(|$)/.test(type)
}

/** Rows as points; a row without a finite number is left out. `byScale`: x is a number or a time where all of them are. */
export function pointsOf(rows: readonly ChartRow[], byScale: boolean): readonly ChartPoint[] {
  const points = rows.flatMap(({ x, y }) => {
    const up = y === null ? Number.NaN : Number(y)
    if (!Number.isFinite(up)) return []
    const label = x ?? 'null'
    return [
      {
        label,
        title: label,
        x: byScale && x !== null ? (figureOf(x)?.at ?? (Number.isFinite(Number(x)) ? Number(x) : null)) : null,
        y: up,
      },
    ]
  })
  // As a line, the points stand in their order across.
  return points.every(({ x }) => x !== null) ? points.toSorted((one, other) => (one.x ?? 0) - (other.x ?? 0)) : points
}
