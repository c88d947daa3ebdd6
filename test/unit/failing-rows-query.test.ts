import { expect, test } from 'vitest'
import { nextLimit, nextOrder, orderedQuery } from '#features/validations/failing-rows-query.ts'
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

test('a file is named after the asset, by characters that every system takes', () => {
  expect(fileNameOf('größe 1.csv')).toBe('größe 1.csv')
  expect(fileNameOf('../a/b:c\u0000\u202e.csv')).toBe('__a_b_c__.csv')
})
