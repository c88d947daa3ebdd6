import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Kwargs } from '#shared/model/expectation.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { startApplication, type TestApplication } from './assets-support.ts'

/** Suite parameters of an asset: stored once, named by its expectations, used by each run and shown with it. */

let database: TestDatabase
let app: TestApplication
let assetId = ''

beforeAll(async () => {
  database = await createDatabase({ sql: 'CREATE TABLE orders (id integer); INSERT INTO orders SELECT generate_series(1, 100)' })
  app = await startApplication()
  ;[assetId = ''] = await app.add(await app.connect(database.connectionString), ['orders'])
})

afterAll(async () => {
  await app.dispose()
  await database.dispose()
})

const input = (type: string, kwargs: Kwargs) => ({ type, kwargs, severity: 'critical' as const, description: null, notes: null })

async function run() {
  const { id } = await app.client.validations.start({ assetId })
  await expect.poll(async () => (await app.client.validations.get({ id })).summary.state, { timeout: 20_000 }).toBe('done')
  return await app.client.validations.get({ id })
}

test('an expectation names them, a run takes their values, and a change of them changes the next run', async () => {
  const rows = input('expect_table_row_count_to_equal', { value: { $PARAMETER: 'rows * 2' } })
  await expect(app.client.expectations.create({ assetId, input: rows })).rejects.toMatchObject({
    code: 'INVALID',
    data: { field: 'kwargs.value' },
  })
  await app.client.expectations.setParameters({ assetId, parameters: { rows: 50, statuses: ['a', 'b'] } })
  const stored = await app.client.expectations.create({ assetId, input: rows })
  expect(stored.kwargs).toEqual({ value: { $PARAMETER: 'rows * 2' } })
  const first = await run()
  expect(first.results.map(({ outcome, sentence }) => [outcome, sentence])).toEqual([['passed', expect.stringContaining('100')]])
  expect(first.circumstances?.parameters).toEqual({ rows: 50, statuses: ['a', 'b'] })
  await app.client.expectations.setParameters({ assetId, parameters: { rows: 40 } })
  expect((await run()).results.map(({ outcome }) => outcome)).toEqual(['failed'])
  // One that is gone is said where it is named.
  await app.client.expectations.setParameters({ assetId, parameters: {} })
  expect(await app.client.expectations.parameters({ assetId })).toEqual({})
  expect((await run()).results.map(({ outcome, problem }) => [outcome, problem?.sentence])).toEqual([
    ['error', expect.stringContaining('"rows"')],
  ])
})

test('a name that is none, and a value of another kind, are refused', async () => {
  await expect(app.client.expectations.setParameters({ assetId, parameters: { 'no name': 1 } })).rejects.toMatchObject({
    code: 'INVALID',
  })
})
