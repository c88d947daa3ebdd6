import { describe, expect, test } from 'vitest'
import { MOST_HEIGHT, offsetShowing, rowsInSight, scaledHeight, scrolled, settled } from '#ui/grid/row-scroll.ts'

const few = { rowCount: 1_000, rowHeight: 26, viewHeight: 520 }
const many = { rowCount: 5_000_000, rowHeight: 26, viewHeight: 520 }
const start = { scrollTop: 0, offset: 0 }

describe('rows in a box that scrolls', () => {
  test('stand where the bar says while they fit', () => {
    expect(scrolled(start, 5_000, few)).toEqual({ scrollTop: 5_000, offset: 5_000 })
    expect(scaledHeight(few)).toBe(26_000)
  })

  test('take no more height than a browser draws, and the end of the bar is the last row', () => {
    expect(scaledHeight(many)).toBe(MOST_HEIGHT)
    const { offset } = scrolled(start, MOST_HEIGHT - 520, many)
    expect(rowsInSight(offset, many, 0).to).toBe(5_000_000)
    expect(offset + 520).toBe(5_000_000 * 26)
  })

  test('move row by row under a wheel, and by their share under the thumb', () => {
    expect(scrolled({ scrollTop: 1_000, offset: 9_000 }, 1_078, many).offset).toBe(9_078)
    const half = scrolled(start, (MOST_HEIGHT - 520) / 2, many)
    expect(rowsInSight(half.offset, many, 0).from).toBeCloseTo(2_500_000, -2)
  })

  test('at rest, the bar goes to the share of the rows, which stay', () => {
    const rest = settled(65_000_000, many)
    expect(rest.offset).toBe(65_000_000)
    expect(rest.scrollTop).toBeCloseTo((MOST_HEIGHT - 520) / 2, -3)
  })

  test('are brought into sight by the least way', () => {
    expect(offsetShowing(10, 0, few)).toBeNull()
    expect(offsetShowing(20, 0, few)).toBe(26)
    expect(offsetShowing(3, 260, few)).toBe(78)
  })
})
