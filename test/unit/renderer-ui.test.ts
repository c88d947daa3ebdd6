import { describe, expect, test } from 'vitest'
import { arrange } from '#ui/data-table.tsx'
import { countOf, formatAgo, formatBytes, formatCount, formatDuration } from '#ui/format.ts'
import { withoutMarkup } from '#ui/trusted-types.ts'

describe('a small table', () => {
  const columns = [{ key: 'name', value: (row: Row) => row.name }, { key: 'rows', value: (row: Row) => row.rows }, { key: 'actions' }]
  interface Row {
    readonly name: string
    readonly rows: number | null
  }
  const rows: readonly Row[] = [
    { name: 'Orders 10', rows: 5 },
    { name: 'orders 9', rows: null },
    { name: 'customers', rows: 40 },
  ]
  const names = (search: string, order: { key: string; descending: boolean } | null) =>
    arrange(rows, columns, search, order).map(({ name }) => name)

  test('keeps its order until it is asked for another', () => {
    expect(names('', null)).toEqual(['Orders 10', 'orders 9', 'customers'])
    expect(names('', { key: 'actions', descending: false })).toEqual(['Orders 10', 'orders 9', 'customers'])
  })

  test('sorts numbers within names as numbers', () => {
    expect(names('', { key: 'name', descending: false })).toEqual(['customers', 'orders 9', 'Orders 10'])
  })

  test('puts what has no value last, either way', () => {
    expect(names('', { key: 'rows', descending: false })).toEqual(['Orders 10', 'customers', 'orders 9'])
    expect(names('', { key: 'rows', descending: true })).toEqual(['customers', 'Orders 10', 'orders 9'])
  })

  test('finds rows that hold every word, in any case and any column', () => {
    expect(names('ORDERS 5', null)).toEqual(['Orders 10'])
    expect(names('orders absent', null)).toEqual([])
  })
})

describe('figures', () => {
  test('carry their units', () => {
    expect([0.42, 85, 1_240, 59_960, 125_000, 7_380_000].map(formatDuration)).toEqual([
      '0.4 ms',
      '85 ms',
      '1.2 s',
      '1 min 0 s',
      '2 min 5 s',
      '2 h 3 min',
    ])
    expect([0, 8_192, 1_572_864, 150_000_000, null].map(formatBytes)).toEqual(['0 B', '8 kB', '1.5 MB', '143 MB', '–'])
    expect([countOf(1, 'row'), countOf(0, 'row'), countOf(2, 'entry', 'entries')]).toEqual(['1 row', '0 rows', '2 entries'])
    expect(formatCount(null)).toBe('–')
  })

  test('say how long ago something was', () => {
    const now = Date.parse('2026-11-23T12:00:00Z')
    expect(formatAgo('2026-11-23T11:59:40Z', now)).toBe('just now')
    expect(formatAgo('2026-11-23T11:55:00Z', now)).toBe('5 minutes ago')
    expect(formatAgo('2026-11-23T09:00:00Z', now)).toBe('3 hours ago')
  })
})

test('a string with markup never reaches an HTML sink; a style sheet does', () => {
  expect(() => withoutMarkup('<img src=x onerror=alert(1)>')).toThrow(TypeError)
  expect(withoutMarkup(':root{--a:1px}')).toBe(':root{--a:1px}')
})
