import { describe, expect, test } from 'vitest'
import { columnsInSight, layoutOf, leftShowing, totalWidth, widthOf } from '#ui/grid/column-layout.ts'
import { withPlace } from '#ui/grid/grid-rows.ts'

/** 1,600 columns of 100 pixels beside 50 of row numbers, in a box of 1,000. */
const wide = layoutOf(Array(1_600).fill(100), 50, 0)
const pinned = layoutOf(Array(1_600).fill(100), 50, 2)

describe('of 1,600 columns', () => {
  test('those are drawn that touch what is in sight, and none of the others', () => {
    expect(columnsInSight(wide, 0, 1_000)).toEqual({ from: 0, to: 10 })
    expect(columnsInSight(wide, 100, 1_000)).toEqual({ from: 1, to: 11 })
    expect(columnsInSight(wide, 150, 1_000)).toEqual({ from: 1, to: 11 })
    expect(columnsInSight(wide, totalWidth(wide) - 1_000, 1_000)).toEqual({ from: 1_590, to: 1_600 })
  })

  test('those that stay at the left cover the ones that go under them', () => {
    expect(columnsInSight(pinned, 0, 1_000)).toEqual({ from: 2, to: 10 })
    expect(columnsInSight(pinned, 1_000, 1_000)).toEqual({ from: 12, to: 20 })
  })

  test('a box that is not measured yet shows none', () => {
    const { from, to } = columnsInSight(wide, 0, 0)
    expect(to).toBe(from)
    expect(columnsInSight(layoutOf([], 50, 0), 0, 1_000)).toEqual({ from: 0, to: 0 })
  })

  test('one is brought into sight by as little as is needed', () => {
    expect(leftShowing(wide, 3, 0, 1_000)).toBeNull()
    expect(leftShowing(wide, 9, 0, 1_000)).toBe(50)
    expect(leftShowing(wide, 3, 2_000, 1_000)).toBe(300)
    expect(leftShowing(pinned, 3, 2_000, 1_000)).toBe(100)
    expect(leftShowing(pinned, 1, 2_000, 1_000)).toBeNull()
  })

  test('one that is wider than the box shows its beginning', () => {
    const layout = layoutOf([100, 3_000, 100], 50, 0)
    expect(widthOf(layout, 1)).toBe(3_000)
    expect(leftShowing(layout, 1, 0, 1_000)).toBe(100)
  })
})

test('the place with the focus is drawn wherever it is, in its order, and once', () => {
  expect(withPlace(5, 8, 6, 0, 100)).toEqual([5, 6, 7])
  expect(withPlace(5, 8, 2, 0, 100)).toEqual([2, 5, 6, 7])
  expect(withPlace(5, 8, 50, 0, 100)).toEqual([5, 6, 7, 50])
  expect(withPlace(5, 8, -1, 0, 100)).toEqual([5, 6, 7])
  expect(withPlace(5, 8, 1, 2, 100)).toEqual([5, 6, 7])
})
