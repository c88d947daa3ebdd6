import { describe, expect, test } from 'vitest'
import type { QueryTab } from '#features/query/query-tabs.ts'
import { clockOf } from '#features/query/query-words.ts'
import { idleRun, placeOf } from '#features/query/run-state.ts'
import { readOnlyOf, UNLOCK_MS, withReadOnly } from '#features/query/write-lock.ts'
import type { DataSource, Environment } from '#shared/model/data-source.ts'
import { nearest } from '#shared/postgres/nearest-names.ts'

const tab: QueryTab = { id: 'one', title: 'Query 1', sql: '', dataSourceId: 'shop', readOnly: null, unlockedUntil: null, autocommit: true }
const source = (environment: Environment, readOnly = false) => ({ environment, readOnly }) as DataSource

describe('a tab', () => {
  test('may write where nothing says that it is production', () => {
    expect(readOnlyOf(tab, source('development'))).toBe(false)
    expect(readOnlyOf({ ...tab, readOnly: true }, source('none'))).toBe(true)
  })

  test('only reads on production, until it is unlocked, and again when that time is over', () => {
    expect(readOnlyOf(tab, source('production'), 1_000)).toBe(true)
    const unlocked = { ...tab, ...withReadOnly(false, source('production'), 1_000) }
    expect(readOnlyOf(unlocked, source('production'), 1_000 + UNLOCK_MS - 1)).toBe(false)
    expect(readOnlyOf(unlocked, source('production'), 1_000 + UNLOCK_MS)).toBe(true)
  })

  test('takes no leave to write from one data source to production', () => {
    expect(readOnlyOf({ ...tab, ...withReadOnly(false, source('none')) }, source('production'))).toBe(true)
  })

  test('never writes where its data source says so, nor without one', () => {
    expect(readOnlyOf({ ...tab, readOnly: false, unlockedUntil: Number.MAX_SAFE_INTEGER }, source('production', true))).toBe(true)
    expect(readOnlyOf(tab, null)).toBe(true)
  })
})

test('what was put before the text does not move the place of an error', () => {
  const sent = { ...idleRun.sent, sql: 'EXPLAIN SELECT nope', prefixLength: 8 }
  const problem = { sqlstate: '42703', severity: 'ERROR', message: '', detail: null, hint: null, where: null, position: 16 }
  expect(placeOf({ ...idleRun, sent }, problem)).toEqual({ line: 1, column: 8 })
})

test.each([
  [0, '0:00'],
  [64_400, '1:04'],
  [3_661_000, '1:01:01'],
])('%i ms read %s on the clock of a transaction', (ms, text) => expect(clockOf(ms)).toBe(text))

describe('a name that was perhaps meant', () => {
  test.each([
    ['ordrs', ['orders', 'customers'], ['orders']],
    ['oredrs', ['orders'], ['orders']],
    ['publc.orders', ['public.orders', 'private.orders'], ['public.orders']],
    ['Orders', ['orders', '"Orders2"'], ['orders', '"Orders2"']],
    ['xyzzy', ['orders'], []],
    ['id', ['is', 'orders'], ['is']],
  ])('for %s of %j is %j', (typed, names, meant) => expect(nearest(typed, names)).toEqual(meant))
})
