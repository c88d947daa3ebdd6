import { figureOf } from '#parts/result-picture.ts'
import { countOf, formatCount } from '#ui/format.ts'
import type { ChartPoint } from '#ui/plots/result-chart.tsx'

/** Two cells of a row, as the server wrote them; null: NULL. */
export interface ChartRow {
  readonly x: string | null
  readonly y: string | null
}

export function isNumberType(type: string): boolean {
  return /^(smallint|integer|bigint|numeric|real|double precision|oid)(\(|$)/.test(type)
}

/** Which of the rows a picture shows. `read`: the first ones, that were looked at; `shown`: those of them with a number. */
export function shownSentence(done: 'drawn' | 'counted', rowCount: number, read: number, shown: number): string {
  const rows = read < rowCount ? `the first ${formatCount(read)} of ${countOf(rowCount, 'row')}` : countOf(rowCount, 'row')
  if (shown < read)
    return `${formatCount(shown)} of ${rows} are ${done}; ${formatCount(read - shown)} without a finite number are left out.`
  return read < rowCount ? `The${rows.slice(3)} are ${done}.` : `All ${rows} are ${done}.`
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
