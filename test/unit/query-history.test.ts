import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { QueryHistory } from '#services/query/history.ts'
import { Store } from '#services/store/store.ts'

/** A history of some thousand statements, in a real store. */

const dataSourceId = crypto.randomUUID()
const all = { dataSourceId, search: '', limit: 1_000, before: null }
let folder: string
let store: Store
let history: QueryHistory

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-history-'))
  store = Store.open(folder, { migrate: true })
  // The data source itself is not what this is about.
  store.database.pragma('foreign_keys = OFF')
  history = new QueryHistory(store)
  store.database.transaction(() => {
    for (let number = 1; number <= 3_000; number += 1) add(number % 700 === 0 ? `SELECT 'Needle ${number}'` : `SELECT ${number}`)
  })()
})
afterAll(() => {
  store.dispose()
  rmSync(folder, { recursive: true, force: true })
})

function unexpected(error: unknown): never {
  throw error
}

/** In the data file and its log, in parts that are free too. */
function isOnDisk(text: string): boolean {
  return readdirSync(folder).some((name) => readFileSync(join(folder, name)).includes(text))
}

function add(sql: string): void {
  const startedAt = new Date().toISOString()
  history.add({ dataSourceId, sql, startedAt, durationMs: 1, outcome: 'complete', rowCount: 1, problem: null, source: 'execute' })
}

test('is read to its first statement in parts, none twice', async () => {
  const seen: string[] = []
  for (let before: string | null = null; ; ) {
    const part = await history.list({ ...all, before })
    seen.push(...part.map(({ sql }) => sql ?? ''))
    const last = part.at(-1)
    if (part.length < 1_000 || last === undefined) break
    before = last.id
  }
  expect([seen.length, new Set(seen).size, seen[0], seen.at(-1)]).toEqual([3_000, 3_000, 'SELECT 3000', 'SELECT 1'])
})

test('is searched to its first statement, whatever the case, and lets others have their turn meanwhile', async () => {
  let turns = 0
  let searching = true
  const takeTurns = () => {
    turns += 1
    if (searching) setImmediate(takeTurns)
  }
  setImmediate(takeTurns)
  const found = await history.list({ ...all, search: 'NEEDLE', limit: 3 })
  searching = false
  expect(found.map(({ sql }) => sql)).toEqual(['2800', '2100', '1400'].map((number) => `SELECT 'Needle ${number}'`))
  expect(turns).toBeGreaterThan(0)
  const rest = await history.list({ ...all, search: 'needle', limit: 3, before: found.at(-1)?.id ?? null })
  expect(rest.map(({ sql }) => sql)).toEqual(["SELECT 'Needle 700'"])
})

test('what was removed is gone from the file with the next start', async () => {
  const [entry] = await history.list({ ...all, limit: 1 })
  const ids = history.remove(dataSourceId, [entry?.id ?? ''])
  expect((await history.list({ ...all, limit: 1 }))[0]?.id).not.toBe(entry?.id)
  const next = new QueryHistory(store)
  next.start(unexpected)
  next.restore(ids)
  expect((await history.list({ ...all, limit: 1 }))[0]?.id).not.toBe(entry?.id)
})

describe('what was removed stands nowhere on the disk any more', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
    return () => vi.useRealTimers()
  })
  const remove = async (history: QueryHistory, text: string) => {
    add(`SELECT '${text}', '${'long enough for a page of its own '.repeat(200)}'`)
    const [entry] = await history.list({ ...all, limit: 1 })
    const ids = history.remove(dataSourceId, [entry?.id ?? ''])
    expect(isOnDisk(text)).toBe(true)
    return ids
  }

  test('a minute after its removal, when it cannot be brought back any more', async () => {
    await remove(history, 'removed-by-time')
    vi.advanceTimersByTime(50_000)
    expect(isOnDisk('removed-by-time')).toBe(true)
    vi.advanceTimersByTime(15_000)
    expect(isOnDisk('removed-by-time')).toBe(false)
  })

  test('with the end of the program', async () => {
    const other = new QueryHistory(store)
    await remove(other, 'removed-by-end')
    other.dispose()
    expect(isOnDisk('removed-by-end')).toBe(false)
  })

  test('unless it was brought back meanwhile', async () => {
    history.restore(await remove(history, 'brought-back'))
    vi.advanceTimersByTime(65_000)
    expect((await history.list({ ...all, limit: 1 }))[0]?.sql).toContain('brought-back')
  })
})
