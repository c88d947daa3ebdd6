import { describe, expect, test } from 'vitest'
import { pointsOf, shownSentence } from '#features/query/result/chart-points.ts'
import { moved, shapeOf } from '#features/query/result/column-order.ts'
import { conditionText } from '#features/query/result/condition-words.ts'
import { longValuesNote } from '#features/query/result/long-values.ts'
import { summaryLine } from '#features/query/result/summary-line.ts'
import { toggled } from '#features/query/result/wish.ts'
import { rangeAsText } from '#ui/grid/copy-range.ts'

const by = (...columns: number[]) => columns.map((column) => ({ column: Math.abs(column), descending: column < 0 }))

test('a column is sorted rising, falling, and not at all, alone or within the others', () => {
  expect(toggled([], 1, false)).toEqual(by(1))
  expect(toggled(by(1), 1, false)).toEqual(by(-1))
  expect(toggled(by(-1), 1, false)).toEqual([])
  expect(toggled(by(1), 2, false)).toEqual(by(2))
  expect(toggled(by(1), 2, true)).toEqual(by(1, 2))
  expect(toggled(by(1, 2), 1, true)).toEqual(by(-1, 2))
  expect(toggled(by(-1, 2), 1, true)).toEqual(by(2))
})

test('values that were looked at in part are named by their columns, while those are few', () => {
  const columns = ['a', 'b', 'c'].map((name) => ({ name, type: 'text', typeOid: 25 }))
  expect(longValuesNote([], columns)).toBeNull()
  expect(longValuesNote([1], columns)).toBe('Of values over 1 MB in b, only the first 1 MB is looked at.')
  expect(longValuesNote([0, 2], columns)).toBe('Of values over 1 MB in a and c, only the first 1 MB is looked at.')
  expect(longValuesNote([0, 1, 2], columns)).toBe('Of values over 1 MB in 3 columns, only the first 1 MB is looked at.')
})

describe('a column that is moved', () => {
  const layout = { order: [0, 1, 2, 3], pinned: 2, widths: {} }

  test.each([
    [0, 1, [1, 0, 2, 3], 2],
    [0, 3, [1, 2, 3, 0], 1],
    [3, 0, [3, 0, 1, 2], 3],
    [2, 3, [0, 1, 3, 2], 2],
  ])('from %i to %i takes that place, and what is pinned stays pinned', (from, to, order, pinned) => {
    expect(moved(layout, from, to)).toEqual({ order, pinned, widths: {} })
  })
})

test('results of one shape share how their columns stand, and others do not', () => {
  const id = { name: 'id', type: 'integer' }
  const name = { name: 'name', type: 'text' }
  expect(shapeOf([id, name])).toBe(shapeOf([{ ...id }, { ...name }]))
  expect(new Set([shapeOf([id, name]), shapeOf([name, id]), shapeOf([id]), shapeOf([{ ...id, type: 'bigint' }, name])]).size).toBe(4)
})

test('what is copied follows the columns as they stand', async () => {
  const columns = [2, 0].map((cell) => ({ name: `c${cell}`, type: 'text', cell }))
  const source = {
    loadWindow: async () => ({ rows: [['a', 'b', 'c']], clipped: [[0, 0] as const] }),
    loadCell: async (_row: number, cell: number) => `whole ${cell}`,
  }
  expect(await rangeAsText({ top: 0, left: 0, bottom: 0, right: 1 }, source, columns, 'tsv-heads')).toBe('c2\tc0\nc\twhole 0')
})

test('a selection is summed up in a line, a filter said in one', () => {
  const summary = { cells: 1_200, nulls: 1, numbers: 3, sum: '0.3', average: '0.1', least: '0', greatest: '0.2' }
  expect(summaryLine(summary)).toBe('1,200 cells, 1 null, 3 numbers, Sum 0.3, Average 0.1, Min 0, Max 0.2')
  const columns = [{ name: 'city', type: 'text', typeOid: 25 }]
  expect(conditionText({ column: 0, test: 'contains', value: 'x' }, columns)).toBe('city contains x')
  expect(conditionText({ column: 0, test: 'differs', value: null }, columns)).toBe('city is not null')
})

test('rows become points by their numbers and times, and stand side by side where there are none', () => {
  const rows = [
    { x: '2024-01-02', y: '2' },
    { x: '2024-01-01', y: '1.5' },
    { x: '2024-01-03', y: 'NaN' },
    { x: '2024-01-04', y: null },
  ]
  expect(pointsOf(rows, true).map(({ label, y }) => [label, y])).toEqual([
    ['2024-01-01', 1.5],
    ['2024-01-02', 2],
  ])
  expect(
    pointsOf(
      [
        { x: 'b', y: '1' },
        { x: null, y: '2' },
      ],
      true,
    ).map(({ label, x }) => [label, x]),
  ).toEqual([
    ['b', null],
    ['null', null],
  ])
})

test.each([
  ['drawn', 2_000, 2_000, 2_000, 'All 2,000 rows are drawn.'],
  ['drawn', 5_000, 2_000, 2_000, 'The first 2,000 of 5,000 rows are drawn.'],
  ['drawn', 2_000, 2_000, 1_997, '1,997 of 2,000 rows are drawn; 3 without a finite number are left out.'],
  ['drawn', 5_000, 2_000, 1_997, '1,997 of the first 2,000 of 5,000 rows are drawn; 3 without a finite number are left out.'],
  ['counted', 10, 10, 0, '0 of 10 rows are counted; 10 without a finite number are left out.'],
] as const)('a picture says what of the rows is %s: of %d, %d read, %d shown', (done, rowCount, read, shown, sentence) => {
  expect(shownSentence(done, rowCount, read, shown)).toBe(sentence)
})
