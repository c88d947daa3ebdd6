import { expect, test } from 'vitest'
import { enclosingTicks, niceTicks } from '#ui/plots/nice-ticks.ts'

test.each([
  [0, 2_000, 5, [0, 500, 1_000, 1_500, 2_000]],
  [1, 2_000, 5, [500, 1_000, 1_500, 2_000]],
  [0, 0.93, 5, [0, 0.2, 0.4, 0.6, 0.8]],
  [-37, 41, 4, [-20, 0, 20, 40]],
  [0.1, 0.35, 3, [0.1, 0.2, 0.3]],
  [1e14, 1e14 + 4, 4, [1e14, 1e14 + 1, 1e14 + 2, 1e14 + 3, 1e14 + 4]],
])('from %d to %d, at most about %i figures, an axis says %o', (least, greatest, most, ticks) => {
  expect(niceTicks(least, greatest, most)).toEqual(ticks)
})

test('an axis of one value says that value, and one of none says nothing', () => {
  expect(niceTicks(7, 7, 5)).toEqual([7])
  expect(niceTicks(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5)).toEqual([])
})

test.each([
  [900, 1_007, [900, 950, 1_000, 1_050]],
  [0.1, 0.3, [0.1, 0.15, 0.2, 0.25, 0.3]],
  [-3, 12, [-5, 0, 5, 10, 15]],
  [0, 0, [0, 0.2]],
  [7, 7, [6, 8]],
])('an axis that encloses %d to %d says %o', (least, greatest, ticks) => {
  expect(enclosingTicks(least, greatest, 5)).toEqual(ticks)
})
