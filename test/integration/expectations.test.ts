import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ExpectationInput, Kwargs } from '#shared/model/expectation.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { startApplication, type TestApplication } from './assets-support.ts'

let database: TestDatabase
let app: TestApplication
let assetId: string

beforeAll(async () => {
  database = await createDatabase({ sql: 'CREATE TABLE t (id integer)' })
  app = await startApplication()
  const [id] = await app.add(await app.connect(database.connectionString), ['t'])
  assetId = id ?? ''
})

afterAll(async () => {
  await app.dispose()
  await database.dispose()
})

const input = (type: string, kwargs: Kwargs): ExpectationInput => ({ type, kwargs, severity: 'critical', description: null, notes: null })
const create = (type: string, kwargs: Kwargs) => app.client.expectations.create({ assetId, input: input(type, kwargs) })
const ids = async () => (await app.client.expectations.list({ assetId })).map(({ id }) => id)

test('kwargs are stored as GX writes them: without those at their default', async () => {
  const made = await create('expect_column_values_to_be_between', {
    column: 'id',
    min_value: 0,
    max_value: null,
    strict_min: false,
    mostly: 1,
  })
  expect(made.kwargs).toEqual({ column: 'id', min_value: 0 })
})

test.each([
  ['expect_column_values_to_be_between', { column: 'id' }, 'kwargs.min_value'],
  ['expect_column_values_to_be_between', { column: 'id', min_value: 2, max_value: 1 }, 'kwargs.max_value'],
  ['expect_column_values_to_be_between', { column: 'id', min_value: 2, mostly: 1.5 }, 'kwargs.mostly'],
  ['expect_column_values_to_match_regex', { column: 'id' }, 'kwargs.regex'],
  ['expect_column_values_to_be_unique', { column: '' }, 'kwargs.column'],
  ['expect_column_values_to_be_unique', { column: 'id', colour: 'red' }, 'kwargs.colour'],
  ['expect_column_pair_values_a_to_be_greater_than_b', { column_A: 'id', column_B: 'id', ignore_row_if: 'never' }, 'kwargs.ignore_row_if'],
  ['expect_nothing', {}, 'type'],
])('%s with %j is refused at %s', async (type, kwargs, field) => {
  await expect(create(type, kwargs)).rejects.toMatchObject({ code: 'INVALID', data: { field } })
})

test('edited, removed and restored with its id and its place', async () => {
  const first = await create('expect_column_to_exist', { column: 'id' })
  const second = await create('expect_column_to_exist', { column: 'v' })
  const changed = await app.client.expectations.update({
    id: first.id,
    input: input('expect_column_to_exist', { column: 'x', column_index: 2 }),
  })
  expect([changed.id, changed.kwargs]).toEqual([first.id, { column: 'x', column_index: 2 }])
  const before = await ids()
  await app.client.expectations.remove({ id: first.id })
  expect(await ids()).not.toContain(first.id)
  await expect(app.client.expectations.remove({ id: first.id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(await app.client.expectations.restore({ id: first.id })).toEqual(changed)
  expect(await ids()).toEqual(before)
  expect(before.slice(-2)).toEqual([first.id, second.id])
})
