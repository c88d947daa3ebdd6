import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Budget, budgetText } from '#services/validation/budget.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('what waits for a connection has its whole time when it has one', () => {
  const budget = new Budget(15 * 60_000)
  vi.advanceTimersByTime(60 * 60_000)
  expect(budget.isOver).toBe(false)
  budget.begin()
  vi.advanceTimersByTime(10 * 60_000)
  budget.begin() // a second attempt
  expect(budget.signal.aborted).toBe(false)
  vi.advanceTimersByTime(5 * 60_000)
  expect([budget.isOver, budget.signal.aborted]).toEqual([true, true])
})

test('what is done in time is not over later', () => {
  const budget = new Budget(1_000)
  budget.begin()
  budget.end()
  vi.advanceTimersByTime(2_000)
  expect(budget.isOver).toBe(false)
})

test.each([
  [3_000, '3 seconds'],
  [900_000, '15 minutes'],
])('%i ms are %s', (ms, text) => expect(budgetText(ms)).toBe(text))
