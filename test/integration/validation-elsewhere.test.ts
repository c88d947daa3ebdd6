import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Kwargs } from '#shared/model/expectation.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { startApplication, type TestApplication } from './assets-support.ts'

/** A query of one data source beside a query of another: each in a snapshot of its own, compared by PostgreSQL. */

let here: TestDatabase
let there: TestDatabase
let app: TestApplication
let source = ''
let other = ''

beforeAll(async () => {
  here = await createDatabase({
    sql: `CREATE TYPE mood AS ENUM ('sad', 'ok');
      CREATE TABLE orders (id bigint, amount numeric, at timestamptz, tags text[], facts jsonb, m mood);
      INSERT INTO orders VALUES (1, 1.50, '2026-01-01 12:00+02', '{a,"b,c"}', '{"a": 1}', 'sad'), (2, 2, NULL, '{}', NULL, 'ok'), (2, 2, NULL, '{}', NULL, 'ok')`,
  })
  there = await createDatabase({
    sql: `CREATE SCHEMA far; SET search_path = far;
      CREATE TYPE sentiment AS ENUM ('sad');
      CREATE TABLE bookings (key integer, total numeric(10, 3), booked timestamptz, labels text[], about jsonb, s sentiment);
      INSERT INTO bookings VALUES (2, 2, NULL, '{}', NULL, NULL), (1, 1.5, '2026-01-01 10:00+00', '{a,"b,c"}', '{"a":1.0}', 'sad'), (2, 2.000, NULL, '{}', NULL, NULL);
      CREATE TABLE wide AS SELECT i, repeat('x', 1000) AS text FROM generate_series(1, 5000) i`,
  })
  app = await startApplication()
  source = await app.connect(here.connectionString)
  const named = (await app.client.dataSources.get({ id: await app.connect(there.connectionString) })) as { readonly name: string }
  other = named.name
})

afterAll(async () => {
  await app.dispose()
  await here.dispose()
  await there.dispose()
})

async function asset(kwargs: Kwargs): Promise<string> {
  const name = `one_${Math.random().toString(36).slice(2)}`
  await here.run(`CREATE VIEW ${name} AS SELECT * FROM orders`)
  const [assetId = ''] = await app.add(source, [name])
  const type = 'expect_query_results_to_match_comparison'
  const all = { comparison_data_source_name: other, ...kwargs }
  await app.client.expectations.create({ assetId, input: { type, kwargs: all, severity: 'critical', description: null, notes: null } })
  return assetId
}

async function run(assetId: string) {
  const { id } = await app.client.validations.start({ assetId })
  await expect.poll(async () => (await app.client.validations.get({ id })).summary.finishedAt).not.toBeNull()
  const { results, circumstances } = await app.client.validations.get({ id })
  return { result: results[0], remarks: circumstances?.remarks ?? [] }
}

const every = 'SELECT key, total, booked, labels, about FROM far.bookings'
const same = { base_query: 'SELECT id, amount, at, tags, facts FROM {batch}', comparison_query: every }

describe('two queries of two data sources', () => {
  test('give the same rows: by their values, not by how each server writes them', async () => {
    const { result, remarks } = await run(await asset(same))
    expect([result?.problem, result?.outcome, result?.counts?.elementCount]).toEqual([null, 'passed', 3])
    expect(remarks).toEqual([expect.stringContaining(`${other} were read in a snapshot of its own`)])
  })

  test('or do not: those of either side are named', async () => {
    const { result } = await run(
      await asset({ base_query: 'SELECT id FROM {batch}', comparison_query: 'SELECT key + 1 FROM far.bookings' }),
    )
    expect([result?.outcome, result?.counts?.unexpectedCount, result?.failingRowsSql]).toEqual(['failed', 2, null])
    expect(result?.details.unexpected_values).toEqual([
      { value: 'only in the query: (1)', count: 1 },
      // One of two.
      { value: 'only in the query: (2)', count: 1 },
      { value: 'only in the comparison: (3)', count: 2 },
    ])
  })

  test('of which one is empty have nothing in common', async () => {
    const none = await run(
      await asset({ base_query: 'SELECT id FROM {batch}', comparison_query: 'SELECT key FROM far.bookings WHERE false' }),
    )
    expect([none.result?.outcome, none.result?.counts?.unexpectedCount]).toEqual(['failed', 3])
  })

  test('keep no values where none are to be kept', async () => {
    await app.client.dataSources.configure({ id: source, keepFailingValues: false })
    const { result } = await run(await asset({ base_query: 'SELECT id FROM {batch}', comparison_query: 'SELECT 77' }))
    await app.client.dataSources.configure({ id: source, keepFailingValues: true })
    expect(JSON.stringify(result)).not.toContain('(77)')
    expect(result?.outcome).toBe('failed')
  })

  test('have a plan that reads no row of the other', async () => {
    const plan = await app.client.validations.plan({
      assetId: await asset({
        ...same,
        comparison_query: 'SELECT 1, 1.0, now(), ARRAY[$$a$$], to_jsonb(1 / (key - key)) FROM far.bookings',
      }),
    })
    expect([plan.broken, plan.steps.map(({ kind }) => kind).sort()]).toEqual([[], ['index', 'query']])
  })

  test.each<readonly [string, Kwargs, RegExp]>([
    ['a data source that is not there', { ...same, comparison_data_source_name: 'Nowhere' }, /no data source called Nowhere/],
    ['more rows than are compared', { ...same, comparison_query: 'SELECT generate_series(1, 10001)' }, /more than 10,000 rows/],
    ['more bytes', { ...same, comparison_query: 'SELECT i, text FROM far.wide' }, /more than 4 MB/],
    ['a table that is not there', { ...same, comparison_query: 'SELECT * FROM nowhere' }, /table is missing/],
    ['a write', { ...same, comparison_query: 'DELETE FROM far.bookings RETURNING 1' }, /./],
    ['a text that ends the statement', { ...same, comparison_query: 'SELECT 1) AS x; DROP TABLE far.bookings; SELECT (1' }, /./],
    ['a type that is not here', { base_query: 'SELECT m FROM {batch}', comparison_query: 'SELECT s FROM far.bookings' }, /far/],
    ['other columns', { ...same, comparison_query: 'SELECT key FROM far.bookings' }, /same number of columns/],
  ])('%s: an explained error', async (_what, kwargs, sentence) => {
    const { result } = await run(await asset(kwargs))
    expect(result?.outcome).toBe('error')
    expect(result?.problem?.sentence).toMatch(sentence)
    expect(await there.run('SELECT count(*)::int AS n FROM far.bookings')).toEqual([{ n: 3 }])
  })
})
