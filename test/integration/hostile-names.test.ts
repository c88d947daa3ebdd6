import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { QueryEvent } from '#shared/model/query.ts'
import type { Run } from '#shared/model/run.ts'
import { quoteName } from '#shared/sql/quote-name.ts'
import { attacks, createHostileDatabase, type HostileDatabase, hostile } from '#test/support/hostile-names.ts'
import { startApplication, type TestApplication } from './assets-support.ts'

/** Whatever something is called, it can be looked at, validated and queried: each name is quoted where it has to be, and is shown as it is. */

let database: HostileDatabase
let app: TestApplication
let dataSourceId: string

beforeAll(async () => {
  database = await createHostileDatabase()
  app = await startApplication()
  dataSourceId = await app.connect(database.connectionString)
})
afterAll(async () => {
  await app?.dispose()
  await database?.dispose()
})

test('every table is found by its name, taken in, profiled and validated with a generated suite', async () => {
  const relations = await app.client.dataSources.relations({ id: dataSourceId })
  const names = relations.map(({ name }) => name)
  expect(names.toSorted()).toEqual([...Object.values(attacks)].toSorted())
  const { added, failed } = await app.client.assets.add({
    taskId: randomUUID(),
    dataSourceId,
    relations: relations.map(({ schema, name }) => ({ schema, name })),
    generate: ['column-changes'],
  })
  expect(failed).toEqual([])
  for (const { assetId } of added) {
    expect((await app.client.assets.measureProfile({ id: assetId, taskId: randomUUID() })).columns.length).toBeGreaterThan(0)
    expect((await validate(assetId)).summary.verdict).toBe('passed')
  }
})

test('every column is judged, and its failing row is read by the query that is shown', async () => {
  const asset = (await app.client.assets.list({})).find(({ name }) => name === hostile.table)
  for (const column of Object.values(attacks)) {
    const kwargs = { column }
    const input = { type: 'expect_column_values_to_not_be_null', kwargs, severity: 'critical', description: column, notes: column } as const
    await app.client.expectations.create({ assetId: asset?.id ?? '', input })
  }
  const { results } = await validate(asset?.id ?? '')
  const judged = results.filter(({ type }) => type === 'expect_column_values_to_not_be_null')
  expect(judged.map(({ outcome, counts, problem }) => [outcome, counts?.unexpectedCount, problem])).toEqual(
    Object.values(attacks).map(() => ['failed', 1, null]),
  )
  for (const { failingRowsSql } of judged) expect(await texts(failingRowsSql ?? '')).toHaveLength(1)
})

test('a query of every column gives every value as it was put in', async () => {
  const list = Object.values(attacks).map(quoteName).join(', ')
  const [row] = await texts(
    `SELECT ${list} FROM ${quoteName(hostile.schema)}.${quoteName(hostile.table)} WHERE ${quoteName(attacks.image)} = ${quoteName(attacks.vector)} IS FALSE LIMIT 1`,
  )
  expect(row).toEqual(Object.values(attacks))
})

async function run(sql: string): Promise<QueryEvent[]> {
  const request = { runId: randomUUID(), tabId: randomUUID(), dataSourceId, sql, readOnly: true, keepInHistory: false, rowLimit: 100 }
  const events: QueryEvent[] = []
  for await (const event of await app.client.query.run(request)) events.push(event)
  return events
}

async function texts(sql: string): Promise<(string | null)[][]> {
  const events = await run(sql)
  const result = events.find((event) => event.type === 'result')
  if (result === undefined) throw new Error(`No result: ${JSON.stringify(events)}`)
  return (await app.client.query.window({ resultId: result.resultId, from: 0, count: 10, clipLength: 100 })).rows
}

async function validate(assetId: string): Promise<Run> {
  const { id } = await app.client.validations.start({ assetId })
  await expect.poll(async () => (await app.client.validations.get({ id })).summary.state).not.toMatch(/queued|running/)
  return app.client.validations.get({ id })
}
