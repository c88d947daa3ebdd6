import { expect, test } from 'vitest'
import { attentionOf, quietSentence } from '#features/home/attention.ts'
import type { DataAsset } from '#shared/model/data-asset.ts'
import type { RunSummary } from '#shared/model/run.ts'

const id = '0b8f6a52-4a2f-4a53-9f0f-2f3f6f0f7a11'
const at = '2026-11-23T07:00:00.000Z'

function run(change: Partial<RunSummary>): RunSummary {
  const statistics = { evaluated: 3, successful: 3, unsuccessful: 0, errored: 0 }
  const names = { id, assetId: id, assetName: 'a', dataSourceName: 's', host: 'web' as const, batch: null }
  return {
    ...names,
    state: 'done',
    verdict: 'passed',
    failedSeverity: null,
    statistics,
    startedAt: at,
    finishedAt: at,
    sentence: null,
    ...change,
  }
}

const running = run({ state: 'running', verdict: null })
const stopped = run({ state: 'cancelled', verdict: null })

function asset(name: string, lastRun: RunSummary | null, expectationCount = 3, before: RunSummary | null = null): DataAsset {
  const where = {
    dataSourceId: id,
    dataSourceName: 's',
    schema: 'public',
    relation: name,
    kind: 'table' as const,
    query: null,
    comment: null,
  }
  const batches = { interval: 'whole-table' } as const
  const lastSettledRun = ['queued', 'running', 'cancelled'].includes(lastRun?.state ?? '') ? before : lastRun
  return { id, name, ...where, batches, expectationCount, lastRun, lastSettledRun, createdAt: at }
}

test('what needs attention stands worst first, and what passed or runs for the first time is left out', () => {
  const failed = { evaluated: 3, successful: 1, unsuccessful: 1, errored: 1 }
  const items = attentionOf([
    asset('fresh', null),
    asset('empty', null, 0),
    asset('cut', run({ state: 'interrupted', verdict: null })),
    asset('good', run({})),
    asset('running', running),
    asset('stopped', stopped),
    asset('running after it passed', running, 3, run({})),
    asset('running after it failed', running, 3, run({ verdict: 'failed', failedSeverity: 'info', statistics: failed })),
    asset('stopped after it failed', stopped, 3, run({ verdict: 'failed', failedSeverity: 'critical', statistics: failed })),
    asset('unreachable', run({ state: 'failed', verdict: null, sentence: 'The server could not be reached.' })),
    asset('mild', run({ verdict: 'failed', failedSeverity: 'info', statistics: failed })),
    asset('grave', run({ verdict: 'failed', failedSeverity: 'critical', statistics: failed })),
  ])
  expect(items.map((item) => [item.asset.name, item.next, item.sentence])).toEqual([
    ['grave', 'show-run', '1 of 3 failed, 1 of 3 could not be evaluated.'],
    ['stopped after it failed', 'show-run', '1 of 3 failed, 1 of 3 could not be evaluated.'],
    ['mild', 'show-run', '1 of 3 failed, 1 of 3 could not be evaluated.'],
    ['running after it failed', 'show-run', '1 of 3 failed, 1 of 3 could not be evaluated.'],
    ['unreachable', 'show-run', 'The server could not be reached.'],
    ['cut', 'validate', 'Plumbline ended before the run did.'],
    ['empty', 'add-expectation', 'Nothing is expected of it yet.'],
    ['fresh', 'validate', 'Never validated.'],
    ['stopped', 'validate', 'No validation came to its end yet.'],
  ])
})

test.each([
  ['passed', [run({}), run({})], 'Every data asset passed its last validation.'],
  ['runs', [run({}), running], '1 data asset is being validated now. What came to its end passed.'],
  ['waits', [run({ state: 'queued', verdict: null }), running], '2 data assets are being validated now. What came to its end passed.'],
  [
    'was cancelled',
    [running, stopped],
    '1 data asset is being validated now. The last validation of 1 data asset was cancelled. What came to its end passed.',
  ],
])('says that all passed only where they did: the last %s', (_, runs, sentence) => {
  expect(quietSentence(runs.map((last, index) => asset(`asset ${index}`, last, 3, run({}))))).toBe(sentence)
})

test('says nothing of verdicts where there are none yet', () => {
  expect(quietSentence([asset('first', running)])).toBe('1 data asset is being validated now.')
})
