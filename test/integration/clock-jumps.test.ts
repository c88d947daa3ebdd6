import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { startApplication, type TestApplication } from './assets-support.ts'

/** R25: the clock of this computer goes a day back or a year ahead. What happened first stays first, and nothing took less than no time. */

let database: TestDatabase
let app: TestApplication
let assetId = ''
beforeAll(async () => {
  database = await createDatabase({ sql: 'CREATE TABLE people (id integer PRIMARY KEY); INSERT INTO people VALUES (1)' })
  app = await startApplication()
  ;[assetId = ''] = await app.add(await app.connect(database.connectionString), ['people'], true)
})
afterEach(() => {
  vi.useRealTimers()
})
afterAll(async () => {
  await app.dispose()
  await database.dispose()
})

const HOUR_MS = 3_600_000
const jumps = [0, 24 * HOUR_MS, -365 * 24 * HOUR_MS, -HOUR_MS, 365 * 24 * HOUR_MS]

test('runs are told in the order in which they were made, whatever the clock said', async () => {
  const made: string[] = []
  for (const jump of jumps) {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + jump })
    const { id } = await app.client.validations.start({ assetId })
    made.push(id)
    // Back again in the middle of the run.
    vi.setSystemTime(Date.now() - 2 * HOUR_MS)
    await expect.poll(async () => (await app.client.validations.get({ id })).summary.state).toBe('done')
    vi.useRealTimers()
  }
  const runs = await app.client.validations.list({ assetId, limit: 100 })
  expect(runs.map(({ id }) => id)).toEqual(made.toReversed())
  for (const { id } of runs) {
    const { summary, circumstances } = await app.client.validations.get({ id })
    expect(circumstances?.durationMs).toBeGreaterThan(0)
    expect(Date.parse(summary.finishedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(summary.startedAt))
  }
})
