import { describe, expect, test } from 'vitest'
import {
  detailFacts,
  matchesFilter,
  noteOf,
  observedText,
  percentText,
  type RunFilter,
  runDurationMs,
  runsByAsset,
  sharesOf,
  statisticsSentence,
  tallyValues,
  timelineSentence,
  unexpectedSentence,
} from '#parts/run-view.ts'
import { RunState, type RunSummary } from '#shared/model/run.ts'

const run = (change: Partial<RunSummary>): RunSummary => ({
  id: crypto.randomUUID(),
  assetId: 'a',
  assetName: 'orders',
  dataSourceName: 'shop',
  batch: null,
  state: 'done',
  verdict: 'passed',
  failedSeverity: null,
  statistics: { evaluated: 0, successful: 0, unsuccessful: 0, errored: 0 },
  startedAt: '2026-11-23T07:00:00Z',
  finishedAt: null,
  host: 'web',
  sentence: null,
  ...change,
})

describe('a run', () => {
  test.each(RunState.options)('that is %s explains itself and names a next step, unless its results do', (state) => {
    const note = noteOf(run({ state }))
    const silent = ['queued', 'running', 'done'].includes(state)
    expect(note === null).toBe(silent)
    if (note !== null) expect(note.nextStep).toMatch(/[Vv]alidate again/)
  })

  test('says in its own words why it stopped', () => {
    expect(noteOf(run({ state: 'failed', sentence: 'The server refused the password.' }))?.sentence).toBe(
      'The server refused the password.',
    )
  })

  test.each([
    [{ evaluated: 0, successful: 0, unsuccessful: 0, errored: 0 }, 'No expectation was evaluated'],
    [{ evaluated: 1, successful: 1, unsuccessful: 0, errored: 0 }, 'The expectation passed'],
    [{ evaluated: 11, successful: 11, unsuccessful: 0, errored: 0 }, 'All 11 expectations passed'],
    [{ evaluated: 11, successful: 8, unsuccessful: 3, errored: 0 }, 'Of 11 expectations, 3 failed'],
    [{ evaluated: 5, successful: 2, unsuccessful: 2, errored: 1 }, 'Of 5 expectations, 2 failed and 1 could not be evaluated'],
  ])('with %j reads: %s', (statistics, sentence) => {
    expect(statisticsSentence(statistics)).toBe(sentence)
  })

  test('has a bar whose parts make up the whole', () => {
    expect(sharesOf({ evaluated: 4, successful: 1, unsuccessful: 2, errored: 1 })).toEqual({ passed: 0.25, failed: 0.5, errored: 0.25 })
    expect(sharesOf({ evaluated: 0, successful: 0, unsuccessful: 0, errored: 0 })).toEqual({ passed: 0, failed: 0, errored: 0 })
  })

  test.each([
    [1, '1 run.'],
    [40, '40 runs.'],
    [41, 'The newest 40 of 41 runs.'],
    [200, 'The newest 40 of 200 runs or more.'],
  ])('is drawn among %d: %s', (count, sentence) => {
    expect(timelineSentence(count, 200)).toBe(sentence)
  })

  test('took from its start to its end, or is not over', () => {
    expect(runDurationMs({ startedAt: '2026-11-23T07:00:00Z', finishedAt: '2026-11-23T07:00:01.500Z' })).toBe(1_500)
    expect(runDurationMs({ startedAt: '2026-11-23T07:00:00Z', finishedAt: null })).toBeNull()
  })

  test('is found under exactly one filter', () => {
    const runs = [
      ...RunState.options.map((state) => run({ state, verdict: null })),
      run({ verdict: 'passed' }),
      run({ verdict: 'failed' }),
      run({ verdict: 'error' }),
    ]
    const filters: readonly RunFilter[] = ['passed', 'failed', 'unfinished', 'running']
    expect(runs.map((each) => filters.filter((filter) => matchesFilter(each, filter)).length)).toEqual(runs.map(() => 1))
  })

  test('is listed under its asset, the asset validated last first', () => {
    const runs = [run({ assetId: 'b' }), run({ assetId: 'a' }), run({ assetId: 'b' })]
    expect(runsByAsset(runs)).toEqual([
      { assetId: 'b', runs: [runs[0], runs[2]] },
      { assetId: 'a', runs: [runs[1]] },
    ])
  })
})

describe('a result', () => {
  test.each([
    [0, '0 %'],
    [100, '100 %'],
    [0.0001, '< 0.01 %'],
    [99.9999, '> 99.99 %'],
    [0.35, '0.35 %'],
    [33.333, '33.3 %'],
    [99.5, '99.50 %'],
  ])('%d percent reads %s, so that little is never nothing', (percent, text) => {
    expect(percentText(percent)).toBe(text)
  })

  test.each([
    [94.96, 95, '94.96 %'],
    [94.99996, 95, '94.99996 %'],
    [94.4, 95, '94.4 %'],
    [94.56, 94.58, '94.56 %'],
    [95, 95, '95.0 %'],
    [57, 57.00000000000001, '57.0 %'],
    [5.004, 5, '5.004 %'],
    [0.004, 0.001, '0.004 %'],
    [0.004, 5, '< 0.01 %'],
    [99.9951, 99.9955, '99.995 %'],
    [99.9999, 100, '> 99.99 %'],
    [100, 95, '100 %'],
  ])('%d percent beside %d reads %s, so that both sides never read the same unless they are', (percent, beside, text) => {
    expect(percentText(percent, beside)).toBe(text)
  })

  test('counts its unexpected rows', () => {
    const counts = { elementCount: 3_400, missingCount: 4, unexpectedCount: 12, unexpectedPercent: 0.3533, unexpectedPercentTotal: 0.3529 }
    expect(unexpectedSentence(counts)).toBe('12 of 3,400 rows (0.35 %)')
    expect(unexpectedSentence({ ...counts, unexpectedPercent: 5.004 }, 5)).toBe('12 of 3,400 rows (5.004 %)')
    expect(unexpectedSentence(null)).toBeNull()
  })

  test('shows values as PostgreSQL wrote them', () => {
    expect([observedText('10.50'), observedText(3), observedText(['a', 'b']), observedText({ a: 1 }), observedText(null)]).toEqual([
      '10.50',
      '3',
      'a, b',
      '{"a":1}',
      null,
    ])
  })

  test('lists equal failing values once', () => {
    expect(tallyValues([null, 'a', null, '', 'a'])).toEqual([
      { value: null, count: 2 },
      { value: 'a', count: 2 },
      { value: '', count: 1 },
    ])
  })

  test('names its further facts', () => {
    expect(detailFacts({ mismatched: { missing: ['email'], unexpected: ['e_mail', 'x'] }, sample_size: 3, nothing: null })).toEqual([
      { term: 'Missing', value: 'email' },
      { term: 'Unexpected', value: 'e_mail, x' },
      { term: 'Sample size', value: '3' },
    ])
  })
})
