import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Changes } from '#services/changes.ts'
import { Store } from '#services/store/store.ts'
import { RunRecords } from '#services/validation/records.ts'
import { Retention, RUNS_KEPT } from '#services/validation/retention.ts'
import { defaultPreferences } from '#shared/model/app.ts'

const DAY_MS = 86_400_000
const now = Date.parse('2026-06-01T12:00:00Z')

let folder: string
let store: Store
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-retention-'))
  store = Store.open(folder, { migrate: true })
  store.database.exec(`
    INSERT INTO data_sources (id, name, kind, host, port, database_name, user_name, sslmode, environment, created_at, updated_at)
      VALUES ('d', 'Shop', 'postgres', '', 1, '', '', 'disable', 'none', '', '');
    INSERT INTO data_assets (id, data_source_id, name, kind, schema_name, relation_name, created_at)
      VALUES ('busy', 'd', 'busy', 'table', '', 'busy', ''), ('quiet', 'd', 'quiet', 'table', '', 'quiet', '')`)
})
afterEach(() => {
  store.dispose()
  rmSync(folder, { recursive: true, force: true })
})

function run(asset: string, id: string, daysAgo: number, state = 'done'): void {
  const at = new Date(now - daysAgo * DAY_MS).toISOString()
  store.database
    .prepare(
      `INSERT INTO runs (id, asset_id, state, statistics, host, started_at, finished_at, owner_pid, owner_start, heartbeat_at) VALUES (?, ?, ?, '{}', 'web', ?, ?, 1, '', '')`,
    )
    .run(id, asset, state, at, at)
  store.database
    .prepare(
      `INSERT INTO expectation_results (run_id, position, expectation_id, type, kwargs, severity, sentence, outcome) VALUES (?, 0, 'e', 't', '{}', 'info', '', 'passed')`,
    )
    .run(id)
}

const ids = (asset: string): unknown[] =>
  store.database.prepare('SELECT id FROM runs WHERE asset_id = ? ORDER BY sequence').pluck().all(asset)
const results = (): unknown => store.database.prepare('SELECT count(*) FROM expectation_results').pluck().get()

function retention(keepResultsDays: number | null, at = now): Retention {
  const preferences = { ...defaultPreferences, keepResultsDays }
  return new Retention({
    records: new RunRecords(store),
    preferences: { read: async () => preferences, write: async () => preferences },
    changes: new Changes(),
    now: () => at,
  })
}

test('unless a person says so, nothing goes', async () => {
  run('busy', 'old', 3_000)
  expect(await retention(null).prune()).toBe(0)
  expect(ids('busy')).toEqual(['old'])
})

test('what is older goes with its results, but the last ten runs of each data asset stay, and so does what still runs', async () => {
  store.transaction(() => {
    for (let index = 0; index < 500; index += 1) run('busy', `b${index}`, 500 - index)
  })
  for (let index = 0; index < 12; index += 1) run('quiet', `q${index}`, 2_000 - index)
  run('busy', 'open', 999, 'running')
  expect(await retention(30).prune()).toBe(472)
  // What is 30 days old is not older than 30 days.
  expect(ids('busy')).toEqual([...Array.from({ length: 30 }, (_, index) => `b${470 + index}`), 'open'])
  expect(ids('quiet')).toEqual(Array.from({ length: RUNS_KEPT }, (_, index) => `q${index + 2}`))
  expect(results()).toBe(30 + 1 + RUNS_KEPT)
  expect(await retention(30).prune()).toBe(0)
})

test('a clock that jumps years ahead leaves the last ten, and the order is that of the runs', async () => {
  for (let index = 0; index < 15; index += 1) run('busy', `b${index}`, index % 2 === 0 ? index : -index)
  await retention(30, now + 5_000 * DAY_MS).prune()
  expect(ids('busy')).toEqual(Array.from({ length: RUNS_KEPT }, (_, index) => `b${index + 5}`))
})
