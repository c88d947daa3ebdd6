import { expect, test } from 'vitest'
import { failingRowCount, firstRowsSentence, nextLimit, nextOrder, orderedQuery } from '#features/validations/failing-rows-query.ts'
import { fileNameOf } from '#shared/model/file-name.ts'

test('an order is put around the query, whatever it ends with; without one the query is left alone', () => {
  expect(orderedQuery('SELECT 1 -- all', null)).toBe('SELECT 1 -- all')
  expect(orderedQuery('SELECT 1 -- all', { column: 0, descending: false })).toBe(
    'SELECT * FROM (\nSELECT 1 -- all\n) AS failing_rows\nORDER BY 1',
  )
  expect(orderedQuery('SELECT 1', { column: 2, descending: true })).toMatch(/ORDER BY 3 DESC NULLS LAST$/)
})

test('a column is ordered by rising, falling, and then not any more', () => {
  const rising = nextOrder(null, 1)
  const falling = nextOrder(rising, 1)
  expect([rising, falling, nextOrder(falling, 1), nextOrder(falling, 2)]).toEqual([
    { column: 1, descending: false },
    { column: 1, descending: true },
    null,
    { column: 2, descending: false },
  ])
})

test('more rows are read in steps, up to a million', () => {
  expect([nextLimit(10_000), nextLimit(100_000), nextLimit(1_000_000)]).toEqual([100_000, 1_000_000, null])
})

test('of more rows than are read, the number that the run counted is said where it counted those rows', () => {
  const counts = { elementCount: 50_000, missingCount: 0, unexpectedCount: 12_345, unexpectedPercent: 24.69, unexpectedPercentTotal: 24.69 }
  const ofQuery = { kwargs: { unexpected_rows_query: 'SELECT 1' }, counts: null, observedValue: 10_400 }
  expect(failingRowCount({ kwargs: { column: 'a' }, counts, observedValue: null })).toBe(12_345)
  expect(failingRowCount(ofQuery)).toBe(10_400)
  // A mean of 20,000 is no number of rows; and a row that differs stands in both queries.
  expect(failingRowCount({ kwargs: { column: 'a' }, counts: null, observedValue: 20_000 })).toBeNull()
  expect(failingRowCount({ kwargs: { comparison_query: 'SELECT 1' }, counts, observedValue: null })).toBeNull()
  expect(firstRowsSentence(10_000, 12_345)).toBe('The first 10,000 of 12,345 rows that the run counted')
  // There are more now than the run counted.
  expect([firstRowsSentence(10_000, 9_000), firstRowsSentence(10_000, null)]).toEqual(['The first 10,000 rows', 'The first 10,000 rows'])
})

test('a file is named after the asset, by characters that every system takes', () => {
  expect(fileNameOf('größe 1.csv')).toBe('größe 1.csv')
  expect(fileNameOf('../a/b:c\u0000\u202e.csv')).toBe('__a_b_c__.csv')
})
