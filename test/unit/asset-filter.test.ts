import { expect, test } from 'vitest'
import { allAssets, between, filterAssets, withAssets } from '#features/assets/asset-filter.ts'
import type { DataAsset } from '#shared/model/data-asset.ts'

function asset(id: string, change: Partial<DataAsset> = {}): DataAsset {
  return {
    id,
    name: id,
    dataSourceId: 'one',
    dataSourceName: 'One',
    kind: 'table',
    schema: 'public',
    relation: id,
    query: null,
    comment: null,
    batches: { interval: 'whole-table' },
    expectationCount: 0,
    lastRun: null,
    lastSettledRun: null,
    createdAt: '2026-01-01T00:00:00.000Z',
    ...change,
  }
}

const all = [asset('a'), asset('b', { schema: 'sales' }), asset('c', { kind: 'view' }), asset('d', { dataSourceId: 'two' })]
const ids = (assets: readonly DataAsset[]) => assets.map(({ id }) => id).join('')

test('a list is cut by data source, schema and kind, each with the others', () => {
  expect(ids(filterAssets(all, allAssets))).toBe('abcd')
  expect(ids(filterAssets(all, { ...allAssets, schema: 'public' }))).toBe('acd')
  expect(ids(filterAssets(all, { dataSourceId: 'one', schema: 'public', kind: 'table' }))).toBe('a')
})

test('a range goes either way, and is one when its beginning is not shown any more', () => {
  expect([ids(between(all, 'b', 'd')), ids(between(all, 'd', 'b')), ids(between(all, 'gone', 'c')), ids(between(all, null, 'a'))]).toEqual([
    'bcd',
    'bcd',
    'c',
    'a',
  ])
})

test('what is not meant stays picked or not, as it was', () => {
  const picked = withAssets(new Set(['x']), all.slice(0, 2), true)
  expect([...picked].sort()).toEqual(['a', 'b', 'x'])
  expect([...withAssets(picked, all, false)]).toEqual(['x'])
})
