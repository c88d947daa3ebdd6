import styles from './range-plot.module.css'
import { type RangeScale, rangeScale } from './range-scale.ts'

/**
 * A value on a line, and the range it is expected in. A filled end belongs to the range, a hollow one does not; an arrow
 * at the edge is a value further out. The figures stand beside it: what is drawn is never all there is.
 */
export function RangePlot({ observed, lower, upper, strictLower, strictUpper, holds, label, scale }: RangePlotProps) {
  const values = observed === null ? [] : [observed.at]
  const own = scale ?? rangeScale(lower?.at ?? null, upper?.at ?? null, values)
  const placed = observed === null ? null : own.place(observed.at)
  return (
    <span className={styles.track} role="img" aria-label={label}>
      <span className={styles.band} style={{ left: percent(own.band.from), right: percent(1 - own.band.to) }} />
      {lower !== null && <span className={styles.bound} data-strict={strictLower || undefined} style={{ left: percent(own.band.from) }} />}
      {upper !== null && <span className={styles.bound} data-strict={strictUpper || undefined} style={{ left: percent(own.band.to) }} />}
      {placed !== null && (
        <span className={styles.value} data-holds={holds} data-beyond={placed.beyond ?? undefined} style={{ left: percent(placed.at) }} />
      )}
    </span>
  )
}

export interface PlotFigure {
  readonly at: number
  /** As it is read. */
  readonly text: string
}

interface RangePlotProps {
  /** null: there is none. */
  readonly observed: PlotFigure | null
  /** null: open on this side. */
  readonly lower: PlotFigure | null
  readonly upper: PlotFigure | null
  readonly strictLower: boolean
  readonly strictUpper: boolean
  readonly holds: boolean
  /** What is drawn, in words. */
  readonly label: string
  /** One for several plots below each other; left out: its own. */
  readonly scale?: RangeScale
}

function percent(share: number): string {
  return `${share * 100}%`
}
