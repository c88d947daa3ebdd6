import { Bar, CartesianGrid, ComposedChart, Line, ResponsiveContainer, Scatter, Tooltip, XAxis, YAxis } from 'recharts'
import styles from './history-plot.module.css'
import { niceTicks } from './nice-ticks.ts'

/** Fills its parent. Rows as a picture: a line, bars, points, or the bins of a histogram. The grid beside it says the same in figures. */
export function ResultChart({ kind, points, label }: ResultChartProps) {
  const numeric = points.every(({ x }) => x !== null)
  const rows = points.map((point, index) => ({ ...point, at: numeric ? point.x : index }))
  const across = points.flatMap(({ x }) => (x === null ? [] : [x]))
  // Of times, the points' own texts are read more easily than round figures.
  const figures = points.every((point) => Number.isFinite(Number(point.label)))
  const ticks = figures ? niceTicks(Math.min(...across), Math.max(...across), 5) : null
  const up = points.flatMap(({ y }) => (y === null ? [] : [y]))
  const upTicks = niceTicks(Math.min(0, ...up), Math.max(0, ...up), 4)
  return (
    <section className={styles.whole} aria-label={label}>
      <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 360, height: 160 }}>
        <ComposedChart data={rows} margin={{ top: 8, right: 12, bottom: 0, left: 0 }} barCategoryGap={kind === 'histogram' ? 1 : '10%'}>
          <CartesianGrid vertical={false} stroke="var(--line)" />
          {numeric ? (
            <XAxis
              dataKey="at"
              type="number"
              domain={['dataMin', 'dataMax']}
              tickFormatter={ticks === null ? (at: number) => nearest(points, at) : shortNumber}
              {...(ticks === null ? {} : { ticks: [...ticks] })}
              {...axis}
            />
          ) : (
            <XAxis
              dataKey="at"
              type="category"
              tickFormatter={(at: number) => (kind === 'histogram' ? shortLabel : String)(points[at]?.label ?? '')}
              {...axis}
            />
          )}
          <YAxis tickFormatter={shortNumber} width={64} ticks={[...upTicks]} {...axis} />
          {kind === 'line' && (
            <Line dataKey="y" stroke="var(--ink-accent)" strokeWidth={1.5} dot={rows.length <= 60} isAnimationActive={false} />
          )}
          {(kind === 'bar' || kind === 'histogram') && <Bar dataKey="y" fill="var(--ink-accent)" isAnimationActive={false} />}
          {kind === 'scatter' && <Scatter dataKey="y" fill="var(--ink-accent)" isAnimationActive={false} />}
          <Tooltip
            isAnimationActive={false}
            cursor={{ stroke: 'var(--line-strong)', fill: 'var(--surface-hover)' }}
            content={({ active, payload }) => {
              const point: unknown = active === true ? payload?.[0]?.payload : undefined
              return isPoint(point) ? (
                <div className={styles.tip}>
                  <strong>{point.y === null ? '' : point.y.toLocaleString(undefined, { maximumSignificantDigits: 12 })}</strong>
                  <span>{point.title}</span>
                </div>
              ) : null
            }}
          />
        </ComposedChart>
      </ResponsiveContainer>
    </section>
  )
}

export type ChartKind = 'line' | 'bar' | 'scatter' | 'histogram'

export interface ChartPoint {
  /** On the axis. */
  readonly label: string
  /** Read out in full. */
  readonly title: string
  /** null in any of them: they stand side by side. */
  readonly x: number | null
  readonly y: number | null
}

interface ResultChartProps {
  readonly kind: ChartKind
  readonly points: readonly ChartPoint[]
  readonly label: string
}

const axis = { tick: { fill: 'var(--mantine-color-dimmed)', fontSize: 11 }, stroke: 'var(--line-strong)', minTickGap: 32 }

/** A figure as short as on the other axis, and a text as it is. */
function shortLabel(label: string): string {
  const figure = label === '' ? Number.NaN : Number(label)
  return Number.isFinite(figure) ? shortNumber(figure) : label
}

function nearest(points: readonly ChartPoint[], at: number): string {
  const way = ({ x }: ChartPoint) => Math.abs((x ?? 0) - at)
  return points.reduce((best, point) => (way(point) < way(best) ? point : best), points[0] ?? { label: '', title: '', x: 0, y: 0 }).label
}

function isPoint(value: unknown): value is ChartPoint {
  return typeof value === 'object' && value !== null && 'title' in value
}

const numbers = new Intl.NumberFormat(undefined, { notation: 'compact', maximumSignificantDigits: 4 })

function shortNumber(value: unknown): string {
  return typeof value === 'number' ? numbers.format(value) : ''
}
