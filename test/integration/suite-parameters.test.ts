import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Kwargs } from '#shared/model/expectation.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { startApplication, type TestApplication } from './assets-support.ts'

/** Suite parameters of an asset: stored once, named by its expectations, used by each run and shown with it. */

let database: TestDatabase
let app: TestApplication
let assetId = ''

beforeAll(async () => {
  database = await createDatabase({
    sql: 'CREATE TABLE orders (id integer); INSERT INTO orders SELECT generate_series(1, 100); CREATE TABLE followed AS SELECT generate_series(1, 11) AS id',
  })
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
  await expect.poll(async () => (await app.client.validations.get({ id })).summary.state).toBe('done')
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

test('bounds that a person lets follow earlier runs: set, changed, and typed in again', async () => {
  const [own = ''] = await app.add((await app.client.assets.get({ id: assetId })).dataSourceId, ['followed'])
  const window = (name: string, share: number) => ({
    constraint_fn: 'mean' as const,
    parameter_name: name,
    range: 3,
    offset: { positive: share, negative: share },
    strict: false,
  })
  const kwargs = { min_value: { $PARAMETER: 'f_min_value' }, max_value: { $PARAMETER: 'f_max_value' } }
  const following = {
    ...input('expect_table_row_count_to_be_between', kwargs),
    windows: [window('f_min_value', 0.15), window('f_max_value', 0.15)],
  }
  const stored = await app.client.expectations.create({ assetId: own, input: following })
  const outcome = async () => {
    const { id } = await app.client.validations.start({ assetId: own })
    await expect.poll(async () => (await app.client.validations.get({ id })).summary.state).toBe('done')
    return (await app.client.validations.get({ id })).results.map((result) => [result.outcome, result.kwargs])
  }
  // 11 rows; nothing to compare with. Then a bound of 9.35 to 12.65 is one of 10 to 12 rows.
  expect((await outcome())[0]?.[0]).toBe('passed')
  expect(await outcome()).toEqual([['passed', { min_value: 10, max_value: 12 }]])
  await database.run('INSERT INTO followed VALUES (12), (13)')
  expect(await outcome()).toEqual([['failed', { min_value: 10, max_value: 12 }]])
  const wider = await app.client.expectations.update({
    id: stored.id,
    input: { ...following, windows: [window('f_min_value', 0.5), window('f_max_value', 0.5)] },
  })
  expect(wider.windows?.map(({ offset }) => offset.positive)).toEqual([0.5, 0.5])
  expect((await outcome())[0]?.[0]).toBe('passed')
  await app.client.expectations.update({
    id: stored.id,
    input: { ...input('expect_table_row_count_to_be_between', { max_value: 12 }), windows: [] },
  })
  expect((await app.client.expectations.list({ assetId: own }))[0]).not.toHaveProperty('windows')
  expect(await outcome()).toEqual([['failed', { max_value: 12 }]])
})
