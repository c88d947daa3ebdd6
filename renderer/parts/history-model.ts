import type { HistoryPoint } from '#shared/model/run.ts'
import { formatDateTime } from '#ui/format.ts'
import type { HistoryPlotPoint } from '#ui/plots/history-plot.tsx'
import { batchText } from './batch-words.ts'
import { boundsOf, boundsText, figureOf, mayFailOf, type PictureBounds, roundedText } from './result-picture.ts'
import { exactPercentText, observedText, unexpectedSentence } from './run-view.ts'

/** What an expectation found in run after run, as figures that can be drawn and as lines of a table. Pure. */
export interface History {
  /** What the figures are; null: nothing of it is a figure. */
  readonly figure: 'value' | 'time' | 'percent' | null
  /** In the order of time; runs without a figure are left out. */
  readonly plotted: readonly HistoryPlotPoint[]
  /** Newest first, every run. */
  readonly lines: readonly HistoryLine[]
}

export interface HistoryLine {
  readonly runId: string
  readonly startedAt: string
  readonly batch: string | null
  readonly outcome: HistoryPoint['outcome']
  readonly observed: string
  readonly expected: string
}

/** `points`: newest first, as the service gives them. */
export function historyOf(points: readonly HistoryPoint[]): History {
  const seen = points.map((point) => ({ point, ...drawnOf(point) }))
  const days = new Set(points.map(({ startedAt }) => new Date(startedAt).toDateString()))
  const short = (iso: string) =>
    days.size === 1
      ? new Date(iso).toLocaleTimeString(undefined, { timeStyle: 'short' })
      : new Date(iso).toLocaleDateString(undefined, { month: 'short', day: 'numeric' })
  const plotted = seen.flatMap(({ point, at, bounds }): HistoryPlotPoint[] => {
    if (at === null) return []
    const batch = point.batch === null ? '' : `, batch ${batchText(point.batch)}`
    return [
      {
        key: point.runId,
        at,
        holds: point.outcome === 'passed',
        lower: bounds?.lower?.at ?? null,
        upper: bounds?.upper?.at ?? null,
        short: short(point.startedAt),
        text: observedOf(point),
        title: `${formatDateTime(point.startedAt)}${batch}${bounds === null ? '' : `, expected ${boundsText(bounds)}`}`,
      },
    ]
  })
  return {
    figure: plotted.length === 0 ? null : kindOf(points),
    plotted: plotted.toReversed(),
    lines: seen.map(({ point, bounds }) => ({
      runId: point.runId,
      startedAt: point.startedAt,
      batch: point.batch === null ? null : batchText(point.batch),
      outcome: point.outcome,
      observed: observedOf(point),
      expected: bounds === null ? '' : boundsText(bounds),
    })),
  }
}

/** A figure as the axis writes it. Its marks are round, and are told apart however small they are. */
export function axisText(figure: History['figure'], at: number): string {
  if (figure === 'time') return Number.isFinite(new Date(at).getTime()) ? new Date(at).toISOString().slice(0, 10) : ''
  return figure === 'percent' ? `${roundedText(Math.max(0, at))} %` : roundedText(at)
}

function kindOf(points: readonly HistoryPoint[]): History['figure'] {
  if (points.some(({ counts }) => counts !== null)) return 'percent'
  return points.some(({ observedValue }) => typeof observedValue === 'string' && Number.isNaN(Number(observedValue))) ? 'time' : 'value'
}

/** Of checks of rows, the percentage that fails, and how much may. */
function drawnOf({ counts, observedValue, kwargs, outcome }: HistoryPoint): { at: number | null; bounds: PictureBounds | null } {
  if (outcome !== 'passed' && outcome !== 'failed') return { at: null, bounds: null }
  if (counts === null) return { at: figureOf(observedValue)?.at ?? null, bounds: boundsOf(kwargs) }
  const most = mayFailOf(kwargs)
  return {
    at: counts.unexpectedPercent ?? 0,
    bounds: { lower: { at: 0, text: '0 %' }, upper: { at: most, text: exactPercentText(most) }, strictLower: false, strictUpper: false },
  }
}

function observedOf({ kwargs, counts, observedValue, outcome }: HistoryPoint): string {
  if (outcome === 'error') return 'could not be evaluated'
  if (outcome === 'incomplete') return 'the run ended before'
  return counts === null ? (observedText(observedValue) ?? '') : `${unexpectedSentence(counts, mayFailOf(kwargs)) ?? ''} failing`
}
