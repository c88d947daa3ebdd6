import { randomUUID } from 'node:crypto'
import { env } from 'node:process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { QueryEvent } from '#shared/model/query.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { startApplication, type TestApplication } from './assets-support.ts'

/** Values of half a gigabyte, which end a program that makes a string of them. The largest only at night: they take gigabytes. */

let database: TestDatabase
let app: TestApplication
let dataSourceId: string

beforeAll(async () => {
  database = await createDatabase()
  app = await startApplication()
  dataSourceId = await app.connect(database.connectionString)
})
afterAll(async () => {
  await app.dispose()
  await database.dispose()
})

const night = env.PLUMBLINE_NIGHTLY === '1'

test.each<[string, number]>([
  ["SELECT 1 AS id, repeat('x', 70000000) AS body, 'after' AS note UNION ALL SELECT 2, 'short', NULL", 70_000_000],
  ...(night
    ? ([
        ["SELECT 1 AS id, repeat('x', 540000000) AS body, 'after' AS note UNION ALL SELECT 2, 'short', NULL", 540_000_000],
        ["SELECT 1 AS id, convert_to(repeat('x', 300000000), 'UTF8') AS body, 'after' AS note UNION ALL SELECT 2, NULL, NULL", 600_000_002],
      ] as [string, number][])
    : []),
])(
  '%s is shown in part with its size, the rows around it are whole, and a file of it is refused',
  { timeout: 120_000 },
  async (sql, sizeBytes) => {
    const tabId = randomUUID()
    const events: QueryEvent[] = []
    const input = { runId: randomUUID(), tabId, dataSourceId, sql, readOnly: true, rowLimit: 100, keepInHistory: false }
    for await (const event of await app.client.query.run(input)) events.push(event)
    const resultId = events.find((event) => event.type === 'result')?.resultId ?? ''
    expect(events.findLast((event) => event.type === 'rows')).toMatchObject({ rowCount: 2, limited: false, done: true })
    const { rows, clipped } = await app.client.query.window({ resultId, from: 0, count: 2, clipLength: 20 })
    expect(rows.map((row) => [row[0], row[1]?.length ?? 0, row[2]])).toMatchObject([
      ['1', 20, 'after'],
      ['2', expect.any(Number), null],
    ])
    expect(clipped).toEqual([[0, 1]])
    expect(await app.client.query.cell({ resultId, row: 0, column: 1 })).toMatchObject({ truncated: true, sizeBytes })
    // Of it no more is kept than what is looked at, and still it is longer.
    const sort = [{ column: 1, descending: false }]
    for await (const event of await app.client.query.arrange({ resultId, sort, conditions: [] }))
      if (event.type === 'arranged') expect(event.longColumns).toEqual([1])
    for (const source of [
      { kind: 'kept', resultId },
      { kind: 'again', dataSourceId, sql, tab: null },
    ] as const) {
      const saving = async () => {
        for await (const event of await app.client.query.export({ source, format: 'csv-exact', name: 'giant.csv' }))
          expect(event.type).not.toBe('saved')
      }
      await expect(saving()).rejects.toMatchObject({ code: 'INVALID', message: expect.stringContaining('an export takes up to 16 MB') })
    }
    await app.client.query.close({ tabId })
  },
)
