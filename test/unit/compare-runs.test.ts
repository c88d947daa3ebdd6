import { expect, test } from 'vitest'
import { compareRuns } from '#features/validations/compare-runs.ts'
import type { ExpectationResult } from '#shared/model/run.ts'
import { exampleResult } from '#test/support/examples.ts'

/** One run beside another, expectation by expectation. */

const result = (id: number, more: Partial<ExpectationResult>) =>
  exampleResult({ expectationId: `00000000-0000-4000-8000-00000000000${id}`, sentence: `number ${id}`, ...more })

test('what fails now comes first, what is the same is left out, what is gone comes last', () => {
  const then = [
    result(1, { observedValue: 1 }),
    result(2, { outcome: 'failed' }),
    result(3, { observedValue: 3 }),
    result(4, { observedValue: 4 }),
    result(5, {}),
    result(6, { outcome: 'failed' }),
  ]
  const now = [
    result(3, { observedValue: 30 }),
    result(2, {}),
    result(4, { observedValue: 4 }),
    result(1, { outcome: 'failed', observedValue: 11 }),
    result(7, {}),
    result(6, { outcome: 'error', problem: { sentence: 'No.', sqlstate: null } }),
  ]
  const found = compareRuns(now, then).map(({ kind, sentence, before, now: seen }) => [kind, sentence, before?.observed, seen?.observed])
  expect(found).toEqual([
    ['failing', 'number 1', '1', '11'],
    ['mended', 'number 2', '', ''],
    ['other-outcome', 'number 6', '', 'No.'],
    ['other-value', 'number 3', '3', '30'],
    ['added', 'number 7', undefined, ''],
    ['gone', 'number 5', '', undefined],
  ])
})
