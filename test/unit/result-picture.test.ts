import { describe, expect, test } from 'vitest'
import { boundsOf, boundsText, drawnFacts, figureOf, mayFailOf, numberText, pictureOf } from '#parts/result-picture.ts'
import type { Kwargs } from '#shared/model/expectation.ts'
import type { RowCounts } from '#shared/model/run.ts'
import { rangeScale } from '#ui/plots/range-scale.ts'

const seen = (change: { kwargs?: Kwargs; observedValue?: Kwargs[string]; details?: Kwargs; counts?: RowCounts | null }) =>
  pictureOf({ kwargs: {}, observedValue: null, details: {}, counts: null, ...change })

const counts = (unexpectedPercent: number | null): RowCounts => ({
  elementCount: 1_000,
  missingCount: 0,
  unexpectedCount: 1,
  unexpectedPercent,
  unexpectedPercentTotal: unexpectedPercent,
})

describe('a result is drawn', () => {
  test('as a value in its range, with the ends that do not belong to it', () => {
    expect(seen({ kwargs: { min_value: 0, max_value: 100, strict_min: true }, observedValue: 499_905 })).toEqual({
      kind: 'range',
      observed: { at: 499_905, text: '499,905' },
      bounds: { lower: { at: 0, text: '0' }, upper: { at: 100, text: '100' }, strictLower: true, strictUpper: false },
    })
  })

  test('as a time in its range, as PostgreSQL writes it', () => {
    const picture = seen({ kwargs: { min_value: '2026-01-01' }, observedValue: '2026-02-11 16:00:00.123456+00' })
    expect(picture).toMatchObject({ kind: 'range', observed: { at: Date.UTC(2026, 1, 11, 16, 0, 0, 123) }, bounds: { upper: null } })
    expect(figureOf('2026-01-01 02:00:00+02')?.at).toBe(figureOf('2026-01-01')?.at)
  })

  test('as a share beside what must hold', () => {
    expect(seen({ kwargs: { mostly: 0.95 }, counts: counts(10) })).toEqual({ kind: 'share', holds: 90, mustHold: 95 })
    expect(seen({ counts: counts(0.1) })).toEqual({ kind: 'share', holds: 99.9, mustHold: 100 })
  })

  test('as what is missing and what is not expected, counted where it was', () => {
    expect(
      seen({
        details: {
          unexpected_values: [
            { value: 'lost', count: 2 },
            { value: null, count: 1 },
          ],
          missing_values: ['paid', 7],
        },
      }),
    ).toEqual({
      kind: 'set',
      missing: [
        { value: 'paid', count: null },
        { value: '7', count: null },
      ],
      unexpected: [
        { value: 'lost', count: 2 },
        { value: 'NULL', count: 1 },
      ],
    })
    expect(seen({ details: { mismatched: { missing: ['email'] } } })).toMatchObject({
      kind: 'set',
      missing: [{ value: 'email' }],
      unexpected: [],
    })
  })

  test('as columns that stand at other places', () => {
    const mismatched = [{ 'Expected Column Position': 1, Expected: 'status', Found: null }]
    expect(seen({ details: { mismatched } })).toEqual({ kind: 'places', rows: [{ place: 2, expected: 'status', found: null }] })
  })

  test('as quantiles, each in a range of its own', () => {
    const picture = seen({
      kwargs: {
        quantile_ranges: {
          quantiles: [0.5, 0.9],
          value_ranges: [
            [null, 40],
            [1, 2],
          ],
        },
      },
      observedValue: { quantiles: [0.5, 0.9], values: [49, null] },
      details: { success_details: [false, false] },
    })
    expect(picture).toMatchObject({
      kind: 'quantiles',
      rows: [
        { quantile: 0.5, holds: false, observed: { at: 49 }, bounds: { lower: null, upper: { at: 40 } } },
        { quantile: 0.9, observed: null },
      ],
    })
  })

  test('as two distributions, of values or of bins with what lies outside of them', () => {
    const values = {
      observed_partition: { values: ['a', 'x'], weights: [0.5, 0.5] },
      expected_partition: { values: ['a', 'x'], weights: [1, 0] },
    }
    expect(seen({ details: values })).toEqual({
      kind: 'distributions',
      rows: [
        { label: 'a', expected: 1, observed: 0.5 },
        { label: 'x', expected: 0, observed: 0.5 },
      ],
    })
    const bins = {
      observed_partition: { bins: [0, 10], weights: [0.75], tail_weights: [0, 0.25] },
      expected_partition: { bins: [0, 10], weights: [1], tail_weights: [0, 0] },
    }
    expect(seen({ details: bins })).toMatchObject({ rows: [{ label: '0 to 10' }, { label: 'Above', observed: 0.25 }] })
  })

  test('not at all where there is nothing to draw', () => {
    expect(seen({ observedValue: 3 })).toBeNull()
    expect(seen({ kwargs: { min_value: 1 }, observedValue: 'NaN' })).toBeNull()
    expect(seen({ counts: counts(null) })).toBeNull()
  })
})

test('an observed number never reads like the bound that it does not keep', () => {
  const picture = seen({ kwargs: { max_value: 100_000 }, observedValue: 100_000.4 })
  if (picture?.kind !== 'range') throw new Error('It has a range.')
  expect([picture.observed.text, boundsText(picture.bounds)]).toEqual(['100,000.4', 'at most 100,000'])
})

test.each([
  [0.1, '0.1'],
  [12.333333333333334, '12.333333333333334'],
  [-1234567.25, '-1,234,567.25'],
  [0, '0'],
  [2e-7, '2e-7'],
  [1e300, '1e+300'],
])('%d is written with all its digits: %s', (value, text) => {
  expect(numberText(value)).toBe(text)
})

test('what must hold and what may fail are the percents that a person set', () => {
  for (const mostly of [0.95, 0.57, 0.29, 0.999, 0.9995]) {
    const picture = seen({ kwargs: { mostly }, counts: counts(10) })
    expect(picture).toMatchObject({ mustHold: Number((mostly * 100).toFixed(6)) })
    expect(mayFailOf({ mostly })).toBe(Number((100 - mostly * 100).toFixed(6)))
  }
  expect(mayFailOf({})).toBe(0)
})

test('what a picture shows is not told again beside it', () => {
  expect(drawnFacts(seen({ details: { missing_values: ['a'] } })).has('missing_values')).toBe(true)
  expect(drawnFacts(null).size).toBe(0)
})

test('a fixed value is both bounds; a bound that follows earlier runs is none yet', () => {
  expect(boundsOf({ value: 5 })).toMatchObject({ lower: { at: 5 }, upper: { at: 5 } })
  expect(boundsOf({ min_value: { $PARAMETER: 'p' } })).toBeNull()
})

describe('the scale of a range', () => {
  test('keeps a value in sight that is not too far out', () => {
    const scale = rangeScale(0, 100, [150])
    expect(scale.band.from).toBeGreaterThan(0)
    expect(scale.band.to).toBeLessThan(scale.place(150).at)
    expect(scale.place(150).beyond).toBeNull()
  })

  test.each([
    [500_000, 'right'],
    [-500_000, 'left'],
  ])('points to %d, which lies to the %s of all that can be drawn', (value, beyond) => {
    const scale = rangeScale(0, 100, [value])
    expect(scale.place(value).beyond).toBe(beyond)
    expect(scale.band.to - scale.band.from).toBeGreaterThan(0.1)
  })

  test('is open where there is no bound, and stands on a single value too', () => {
    expect(rangeScale(5, null, [7]).band.to).toBe(1)
    expect(rangeScale(null, 5, [7]).band).toMatchObject({ from: 0 })
    const exact = rangeScale(5, 5, [5])
    expect(exact.place(5).at).toBeCloseTo(0.5)
    expect(rangeScale(0, 0, [0]).place(0).at).toBeCloseTo(0.5)
  })
})
