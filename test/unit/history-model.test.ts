import { expect, test } from 'vitest'
import { axisText, historyOf } from '#parts/history-model.ts'
import type { HistoryPoint } from '#shared/model/run.ts'
import { scaled } from '#ui/plots/history-plot.tsx'

/** What an expectation found, run after run, as figures and as lines. */

const point = (day: number, more: Partial<HistoryPoint>): HistoryPoint => ({
  runId: `00000000-0000-4000-8000-00000000000${day}`,
  startedAt: `2026-03-0${day}T10:00:00.000Z`,
  batch: null,
  outcome: 'passed',
  observedValue: null,
  counts: null,
  kwargs: {},
  sentence: 'x',
  ...more,
})

const counts = (unexpectedPercent: number | null) => ({
  elementCount: 10,
  missingCount: 0,
  unexpectedCount: 1,
  unexpectedPercent,
  unexpectedPercentTotal: unexpectedPercent,
})

test('an observed number stands beside the bounds that it was held against then', () => {
  const { figure, plotted, lines } = historyOf([
    point(3, { observedValue: 12, outcome: 'failed', kwargs: { min_value: 1, max_value: 10 } }),
    point(2, { outcome: 'error' }),
    point(1, { observedValue: 5, kwargs: { max_value: 9 } }),
  ])
  expect(figure).toBe('value')
  expect(plotted.map(({ at, lower, upper, holds }) => [at, lower, upper, holds])).toEqual([
    [5, null, 9, true],
    [12, 1, 10, false],
  ])
  expect(lines.map(({ outcome, observed, expected }) => [outcome, observed, expected])).toEqual([
    ['failed', '12', 'at least 1 and at most 10'],
    ['error', 'could not be evaluated', ''],
    ['passed', '5', 'at most 9'],
  ])
})

test('of checks of rows the share that fails is drawn, and how much may', () => {
  const { figure, plotted } = historyOf([point(1, { counts: counts(10), kwargs: { mostly: 0.75 } }), point(2, { counts: counts(null) })])
  expect(figure).toBe('percent')
  expect(plotted.map(({ at, lower, upper }) => [at, lower, upper])).toEqual([
    [0, 0, 0],
    [10, 0, 25],
  ])
})

test('marks of a scale of very small shares are told apart', () => {
  expect([0, 0.0005, 0.001, 2.5, 100].map((at) => axisText('percent', at))).toEqual(['0 %', '0.0005 %', '0.001 %', '2.5 %', '100 %'])
})

test('times have a scale, lists and texts have none', () => {
  const times = historyOf([point(1, { observedValue: '2026-03-01 10:00:00+00' })])
  expect(times.figure).toBe('time')
  expect(axisText('time', times.plotted[0]?.at ?? 0)).toBe('2026-03-01')
  expect(historyOf([point(1, { observedValue: ['a', 'b'] })])).toMatchObject({ figure: null, plotted: [] })
  expect(historyOf([])).toEqual({ figure: null, plotted: [], lines: [] })
})

test('the scale ends in round numbers, with everything in sight', () => {
  const one = (at: number, lower: number | null, upper: number | null) => ({
    key: '',
    at,
    lower,
    upper,
    holds: true,
    short: '',
    text: '',
    title: '',
  })
  expect(scaled([one(1_007, 900, 1_004)]).ticks).toEqual([900, 950, 1_000, 1_050])
  expect(scaled([one(5, null, 9)]).rows).toEqual([{ index: 0, at: 5, holds: true, expected: [5, 9] }])
  expect(scaled([one(0, 0, 0)]).ticks).toEqual([0, 0.2])
  expect(scaled([one(7, null, null)]).rows[0]?.expected).toBeNull()
})
