import { expect, test } from 'vitest'
import { attentionOf } from '#features/home/attention.ts'
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

function asset(name: string, lastRun: RunSummary | null, expectationCount = 3): DataAsset {
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
  return { id, name, ...where, batches, expectationCount, lastRun, createdAt: at }
}

test('what needs attention stands worst first, and what passed, runs or was cancelled is left out', () => {
  const failed = { evaluated: 3, successful: 1, unsuccessful: 1, errored: 1 }
  const items = attentionOf([
    asset('fresh', null),
    asset('empty', null, 0),
    asset('cut', run({ state: 'interrupted', verdict: null })),
    asset('good', run({})),
    asset('running', run({ state: 'running', verdict: null })),
    asset('stopped', run({ state: 'cancelled', verdict: null })),
    asset('unreachable', run({ state: 'failed', verdict: null, sentence: 'The server could not be reached.' })),
    asset('mild', run({ verdict: 'failed', failedSeverity: 'info', statistics: failed })),
    asset('grave', run({ verdict: 'failed', failedSeverity: 'critical', statistics: failed })),
  ])
  expect(items.map((item) => [item.asset.name, item.next, item.sentence])).toEqual([
    ['grave', 'show-run', '1 of 3 failed, 1 of 3 could not be evaluated.'],
    ['mild', 'show-run', '1 of 3 failed, 1 of 3 could not be evaluated.'],
    ['unreachable', 'show-run', 'The server could not be reached.'],
    ['cut', 'validate', 'Plumbline ended before the run did.'],
    ['empty', 'add-expectation', 'Nothing is expected of it yet.'],
    ['fresh', 'validate', 'Never validated.'],
  ])
})
