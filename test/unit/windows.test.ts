import { expect, test } from 'vitest'
import { proseText } from '#shared/expectations/prose.ts'
import { resolveWindows, windowsProse, withoutWindows } from '#shared/expectations/windows.ts'
import type { Window } from '#shared/model/expectation.ts'

function window(more: Partial<Window> = {}): Window {
  return { constraint_fn: 'mean', parameter_name: 'p', range: 3, offset: { positive: 0.1, negative: 0.2 }, strict: false, ...more }
}
const both = {
  kwargs: { column: 'c', min_value: { $PARAMETER: 'p' }, max_value: { $PARAMETER: 'q' } },
  windows: [window(), window({ parameter_name: 'q' })],
}

test('the mean of the last runs, moved by a share of it', () => {
  expect(resolveWindows(both, () => [100, 110, 120])).toEqual({ column: 'c', min_value: 88, max_value: 121 })
  expect(resolveWindows(both, () => [-100])).toMatchObject({ min_value: -120, max_value: -90 })
})

test('moved by so much', () => {
  const absolute = { ...both, windows: both.windows.map((one) => ({ ...one, offset_unit: 'absolute' as const })) }
  expect(resolveWindows(absolute, () => [0.5])).toMatchObject({ min_value: 0.3, max_value: 0.6 })
})

test('without an earlier run there is no bound; as many runs are asked for as the window has', () => {
  const asked: number[] = []
  const resolved = resolveWindows(both, (range) => {
    asked.push(range)
    return []
  })
  expect([resolved, asked]).toEqual([{ column: 'c', min_value: null, max_value: null }, [3, 3]])
})

test('a parameter without a window stays, and so do fixed bounds', () => {
  const other = { kwargs: { min_value: { $PARAMETER: 'unknown' }, max_value: 5 }, windows: [window()] }
  expect(resolveWindows(other, () => [1])).toEqual(other.kwargs)
  expect(withoutWindows(other)).toEqual(other.kwargs)
  expect(withoutWindows(both)).toEqual({ column: 'c' })
})

test.each([
  [both, ': within 20 % of the mean of the last 3 runs'],
  [
    { ...both, windows: both.windows.map((one) => ({ ...one, offset_unit: 'absolute' as const })) },
    ': within 0.2 of the mean of the last 3 runs',
  ],
  [
    { kwargs: { min_value: { $PARAMETER: 'p' } }, windows: [window({ range: 1, offset: { positive: 0, negative: 0 }, strict: true })] },
    ': more than in the run before',
  ],
  [
    { kwargs: { max_value: { $PARAMETER: 'p' } }, windows: [window({ range: 1, offset: { positive: 0, negative: 0 } })] },
    ': at most as in the run before',
  ],
  [{ kwargs: { min_value: 1 } }, ''],
])('in words', (expectation, words) => {
  expect(proseText(windowsProse(expectation))).toBe(words)
})
