import { useMemo } from 'react'
import { Area, CartesianGrid, ComposedChart, Line, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import styles from './history-plot.module.css'
import { enclosingTicks } from './nice-ticks.ts'

/**
 * A figure over time, with the range that was expected of it each time as a band. What held is a filled circle, what did not a square:
 * told by shape as well as by colour. The arrow keys walk from point to point, Enter picks; a table beside it says the same.
 */
export function HistoryPlot({ points, figure, label, onPick }: HistoryPlotProps) {
  const { rows, ticks } = useMemo(() => scaled(points), [points])
  const pick = (index: unknown) => {
    const point = points[Number(index)]
    if (point !== undefined) onPick(point.key)
  }
  return (
    <section className={styles.plot} aria-label={label}>
      <ResponsiveContainer width="100%" height={220} initialDimension={{ width: 600, height: 220 }}>
        <ComposedChart
          data={[...rows]}
          margin={{ top: 8, right: 16, bottom: 0, left: 0 }}
          onClick={({ activeTooltipIndex }) => pick(activeTooltipIndex)}
          style={{ cursor: 'pointer' }}
        >
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis
            dataKey="index"
            type="number"
            domain={[0, Math.max(1, rows.length - 1)]}
            allowDecimals={false}
            tickFormatter={(index: number) => points[index]?.short ?? ''}
            tick={{ fill: 'var(--mantine-color-dimmed)', fontSize: 11 }}
            stroke="var(--line-strong)"
            minTickGap={48}
          />
          <YAxis
            domain={[ticks[0] ?? 0, ticks.at(-1) ?? 1]}
            ticks={[...ticks]}
            allowDataOverflow
            tickFormatter={figure}
            tick={{ fill: 'var(--mantine-color-dimmed)', fontSize: 11 }}
            stroke="var(--line-strong)"
            width={84}
          />
          <Area
            dataKey="expected"
            type="linear"
            stroke="none"
            fill="var(--band-expected)"
            fillOpacity={0.6}
            isAnimationActive={false}
            activeDot={false}
          />
          <Line
            dataKey="at"
            type="linear"
            stroke="var(--line-strong)"
            strokeWidth={1.5}
            connectNulls
            isAnimationActive={false}
            dot={(dot: DotProps) => <Mark key={dot.payload.index} {...dot} />}
            activeDot={(dot: DotProps) => <Mark key={dot.payload.index} {...dot} active />}
          />
          <Tooltip
            isAnimationActive={false}
            content={({ active, payload }) => {
              const point = active === true ? points[Number(payload?.[0]?.payload?.index)] : undefined
              return point === undefined ? null : (
                <div className={styles.tip}>
                  <strong>{point.text}</strong>
                  <span>{point.title}</span>
                </div>
              )
            }}
          />
        </ComposedChart>
      </ResponsiveContainer>
      <p className={styles.legend}>
        <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden>
          <circle cx="6" cy="6" r="4" fill="var(--ink-passed)" />
        </svg>
        passed
        <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden>
          <rect x="2" y="2" width="8" height="8" fill="var(--ink-failed)" />
        </svg>
        failed
        <span className={styles.swatch} aria-hidden />
        expected then
      </p>
    </section>
  )
}

export interface HistoryPlotPoint {
  readonly key: string
  readonly at: number
  readonly holds: boolean
  /** Open ends are null. */
  readonly lower: number | null
  readonly upper: number | null
  /** On the axis. */
  readonly short: string
  /** The figure, and what else is to be said of it. */
  readonly text: string
  readonly title: string
}

interface HistoryPlotProps {
  /** In the order of time. */
  readonly points: readonly HistoryPlotPoint[]
  figure(at: number): string
  readonly label: string
  onPick(key: string): void
}

interface Row {
  readonly index: number
  readonly at: number
  readonly holds: boolean
  readonly expected: readonly [number, number] | null
}

interface DotProps {
  readonly cx?: number | undefined
  readonly cy?: number | undefined
  readonly payload: Row
  readonly active?: boolean
}

function Mark({ cx, cy, payload, active = false }: DotProps) {
  if (cx === undefined || cy === undefined) return null
  const radius = active ? 6 : 4
  return payload.holds ? (
    <circle cx={cx} cy={cy} r={radius} fill="var(--ink-passed)" stroke="var(--mantine-color-body)" />
  ) : (
    <rect
      x={cx - radius}
      y={cy - radius}
      width={radius * 2}
      height={radius * 2}
      fill="var(--ink-failed)"
      stroke="var(--mantine-color-body)"
    />
  )
}

/** Everything that was seen or expected is in sight, between round numbers; an open end of what was expected reaches the edge. */
export function scaled(points: readonly HistoryPlotPoint[]): { readonly rows: readonly Row[]; readonly ticks: readonly number[] } {
  const known = points.flatMap(({ at, lower, upper }) => [at, lower, upper].filter((figure) => figure !== null))
  const ticks = enclosingTicks(Math.min(...known), Math.max(...known), 5)
  const [first = 0, last = 1] = [ticks[0], ticks.at(-1)]
  const rows = points.map(({ at, holds, lower, upper }, index): Row => {
    const expected = lower === null && upper === null ? null : ([lower ?? first, upper ?? last] as const)
    return { index, at, holds, expected }
  })
  return { rows, ticks }
}
