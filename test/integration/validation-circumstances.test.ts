import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Connection } from '#services/postgres/connection.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { startApplication, type TestApplication } from './assets-support.ts'
import { expectation, openTestConnection, validate, validateOne, watching } from './validation-support.ts'

/** Nothing around a run changes its answers: settings of the role or database, who may see which rows, conflicts, the order in which conditions are looked at. */

let database: TestDatabase
let connection: Connection
let app: TestApplication
const suffix = randomUUID().slice(0, 8)
const odd = { name: `odd_${suffix}`, password: 'p-1' }
const clerk = { name: `clerk_${suffix}`, password: 'p-2' }

beforeAll(async () => {
  database = await createDatabase({
    sql: `
      CREATE TABLE kinds (d date, ts timestamp, tz timestamptz, i interval, f double precision, b bytea, t text, n integer);
      INSERT INTO kinds VALUES ('2024-03-04', '2024-03-04 05:06:07', '2024-03-04 05:06:07+00', '1 day 02:03:04', 0.12345678901234568, '\\xdeadbeef', 'a\\b', 1),
        (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL), ('2024-04-03', '2024-04-03 00:00', '2024-04-03 00:00+00', '-1 mon', 1e-300, '\\x00', 'it''s', NULL);
      CREATE ROLE ${odd.name} LOGIN PASSWORD '${odd.password}'; GRANT SELECT ON kinds TO ${odd.name};
      ALTER ROLE ${odd.name} SET DateStyle = 'German, DMY'; ALTER ROLE ${odd.name} SET IntervalStyle = 'iso_8601';
      ALTER ROLE ${odd.name} SET extra_float_digits = '-15'; ALTER ROLE ${odd.name} SET bytea_output = 'escape';
      ALTER ROLE ${odd.name} SET standard_conforming_strings = 'off'; ALTER ROLE ${odd.name} SET transform_null_equals = 'on';
      ALTER ROLE ${odd.name} SET search_path = 'nowhere'; ALTER ROLE ${odd.name} SET statement_timeout = '1ms';
      ALTER ROLE ${odd.name} SET work_mem = '64kB'; ALTER ROLE ${odd.name} SET client_encoding = 'LATIN1';
      ALTER ROLE ${odd.name} SET default_transaction_isolation = 'serializable'; ALTER ROLE ${odd.name} SET TimeZone = 'UTC';

      CREATE ROLE ${clerk.name} LOGIN PASSWORD '${clerk.password}'; GRANT CREATE ON SCHEMA public TO ${clerk.name};
      CREATE TABLE rows_of_all (id integer, owner text, good boolean);
      INSERT INTO rows_of_all VALUES (1, '${clerk.name}', true), (2, 'other', false);
      ALTER TABLE rows_of_all ENABLE ROW LEVEL SECURITY; CREATE POLICY mine ON rows_of_all USING (owner = current_user);
      CREATE VIEW by_invoker WITH (security_invoker) AS SELECT * FROM rows_of_all;
      CREATE VIEW by_invoker_twice AS SELECT * FROM by_invoker; ALTER VIEW by_invoker_twice SET (security_invoker = on);
      CREATE TABLE parts (id integer, owner text, good boolean) PARTITION BY LIST (id);
      CREATE TABLE parts_1 PARTITION OF parts DEFAULT; INSERT INTO parts TABLE rows_of_all;
      ALTER TABLE parts ENABLE ROW LEVEL SECURITY; CREATE POLICY mine ON parts USING (owner = current_user);
      CREATE FUNCTION rows_by_function() RETURNS SETOF rows_of_all LANGUAGE sql AS 'SELECT * FROM public.rows_of_all';
      CREATE VIEW over_function WITH (security_invoker) AS SELECT * FROM rows_by_function();
      GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${clerk.name};
      SET ROLE ${clerk.name};
      CREATE VIEW owned_by_clerk AS SELECT * FROM rows_of_all;
      CREATE TABLE forced (id integer, owner text, good boolean);
      INSERT INTO forced SELECT 1, '${clerk.name}', true UNION ALL SELECT 2, 'other', false;
      CREATE POLICY mine ON forced USING (owner = current_user);
      ALTER TABLE forced ENABLE ROW LEVEL SECURITY; ALTER TABLE forced FORCE ROW LEVEL SECURITY;
      RESET ROLE;

      CREATE TABLE sums (id integer PRIMARY KEY, n integer, a integer, b integer);
      INSERT INTO sums SELECT i, i, CASE WHEN i > 10 THEN 2147483647 ELSE i END, 1 FROM generate_series(1, 50000) i; ANALYZE sums;
      -- What is known of its values is out of date: nearly all seem to be 7.
      CREATE TABLE fenced (id integer PRIMARY KEY, a integer) WITH (autovacuum_enabled = false);
      INSERT INTO fenced SELECT i, 7 FROM generate_series(1, 50000) i; ANALYZE fenced; UPDATE fenced SET a = 1 WHERE id < 50000;
      CREATE TABLE numbers (r real, i integer, big bigint, t text); INSERT INTO numbers VALUES (0.1, 1, 9007199254740993, '1'), (1.5, NULL, 2, 'x');
      CREATE TABLE conflicts (n integer); INSERT INTO conflicts VALUES (1);
      CREATE TABLE disputed AS SELECT 1 AS id;
      CREATE FUNCTION disputed() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
        IF EXISTS (SELECT FROM public.conflicts) THEN PERFORM pg_sleep(1); RAISE EXCEPTION 'conflict with recovery' USING ERRCODE = '40001'; END IF;
        RETURN false; END $$;`,
  })
  connection = await openTestConnection(database)
  app = await startApplication()
})

afterAll(async () => {
  await app.dispose()
  await connection.dispose()
  for (const { name } of [odd, clerk]) await database.run(`DROP OWNED BY ${name} CASCADE; DROP ROLE ${name}`)
  await database.dispose()
})

async function as<Result>(user: typeof odd, work: (connection: Connection) => Promise<Result>): Promise<Result> {
  const own = await openTestConnection(database, user)
  try {
    return await work(own)
  } finally {
    await own.dispose()
  }
}

test('settings that the role or the database carries change no answer and no value that is shown', async () => {
  const columns = ['d', 'ts', 'tz', 'i', 'f', 'b', 't', 'n']
  const wanted = [
    ...columns.map((column) => expectation('expect_column_values_to_be_null', { column })),
    expectation('expect_column_values_to_be_between', { column: 'd', min_value: '2024-03-05' }),
    expectation('expect_column_max_to_be_between', { column: 'tz', max_value: '2020-01-01' }),
    expectation('expect_column_values_to_be_in_set', { column: 't', value_set: ['a\\b'] }),
    expectation('expect_column_values_to_be_in_set', { column: 'b', value_set: ['\\xdeadbeef'] }),
    expectation('expect_column_mean_to_be_between', { column: 'f', max_value: 0 }),
    expectation('unexpected_rows_expectation', { unexpected_rows_query: 'SELECT d FROM {batch} WHERE n = NULL' }),
    expectation('expect_column_distinct_values_to_be_in_set', { column: 'i', value_set: ['1 day'] }),
  ]
  await connection.query({ text: `SET TimeZone = 'UTC'`, values: [] })
  const usual = await validate(connection, 'kinds', wanted)
  const other = await as(odd, (own) => validate(own, 'kinds', wanted))
  const told = ({ results, ending }: typeof usual) => [
    ending,
    results.map(({ outcome, counts, observedValue, failingValues, details, problem }) => [
      outcome,
      counts,
      observedValue,
      failingValues,
      details,
      problem,
    ]),
  ]
  expect(told(other)).toEqual(told(usual))
  expect(usual.results.slice(0, 8).map(({ failingValues }) => failingValues.length)).toEqual([2, 2, 2, 2, 2, 2, 2, 1])
  expect(other.circumstances?.searchPath).toBe('nowhere')
})

describe('row-level security is never green', () => {
  const wanted = [
    expectation('expect_column_values_to_be_in_set', { column: 'good', value_set: [true] }),
    expectation('expect_column_values_to_not_be_null', { column: 'id' }),
    expectation('expect_column_values_to_be_unique', { column: 'id' }),
    expectation('expect_table_row_count_to_equal', { value: 1 }),
    expectation('unexpected_rows_expectation', { unexpected_rows_query: 'SELECT * FROM {batch} WHERE NOT good' }),
  ]
  test.each([
    ['of the table', 'rows_of_all'],
    ['below a view that reads as its user', 'by_invoker'],
    ['below two of them', 'by_invoker_twice'],
    ['of a partitioned table', 'parts'],
    ['below a view whose owner it applies to', 'owned_by_clerk'],
    ['forced upon the owner', 'forced'],
    ['below a function', 'over_function'],
  ])('%s', async (_where, relation) => {
    const { results } = await as(clerk, (own) => validate(own, relation, wanted))
    expect(results.map(({ outcome }) => outcome)).toEqual(wanted.map(() => 'error'))
  })

  test('nor in a query, nor beside the asset', async () => {
    const query = 'SELECT id FROM public.rows_of_all WHERE NOT good'
    const { results } = await as(clerk, (own) =>
      validate(own, 'kinds', [expectation('unexpected_rows_expectation', { unexpected_rows_query: query })]),
    )
    expect(results.map(({ outcome, problem }) => [outcome, problem?.sqlstate])).toEqual([['error', '42501']])
    const asset = await as(clerk, (own) =>
      validate(own, 'q', wanted.slice(1, 4), { source: { schema: '', relation: 'q', query: 'SELECT * FROM public.rows_of_all' } }),
    )
    expect(asset.results.filter(({ outcome }) => outcome === 'passed')).toEqual([])
    expect(asset.ending !== null || asset.results.length === 3).toBe(true)
  })
})

describe('a conflict with recovery on a standby', () => {
  async function run() {
    const source = await app.connect(database.connectionString)
    const [assetId = ''] = await app.add(source, ['disputed'])
    const query = 'SELECT * FROM {batch} WHERE public.disputed()'
    await app.client.expectations.create({
      assetId,
      input: {
        type: 'unexpected_rows_expectation',
        kwargs: { unexpected_rows_query: query },
        severity: 'critical',
        description: null,
        notes: null,
      },
    })
    return (await app.client.validations.start({ assetId })).id
  }
  const state = async (id: string) => (await app.client.validations.get({ id })).summary.state

  test('is tried once more, on a new snapshot', async () => {
    const id = await run()
    const reading = `SELECT FROM pg_stat_activity WHERE query LIKE '/*plumbline:${id}%disputed()%' AND state = 'active' AND query NOT LIKE '%EXPLAIN%'`
    await expect.poll(async () => (await database.run(reading)).length).toBe(1)
    await database.run('DELETE FROM conflicts')
    await expect.poll(() => state(id)).toBe('done')
    expect((await app.client.validations.get({ id })).summary.verdict).toBe('passed')
  })

  test('and then is incomplete, and says where to go', async () => {
    await database.run('INSERT INTO conflicts VALUES (1)')
    const id = await run()
    await expect.poll(() => state(id)).toBe('incomplete')
    const { summary } = await app.client.validations.get({ id })
    expect([summary.verdict, summary.sentence]).toEqual([null, expect.stringContaining('validate on the primary')])
  })
})

describe('what a row condition leaves out is not computed: it may fail', () => {
  const kwargs = { column_list: ['a', 'b'], sum_total: 5 }
  const at = (operator: string, parameter: number) => ({ type: 'comparison', column: { name: 'n' }, operator, parameter })

  test('and fails without the condition', async () => {
    expect((await validateOne(connection, 'sums', 'expect_multicolumn_sum_to_equal', kwargs)).problem?.sqlstate).toBe('22003')
  })

  // PostgreSQL looks at the cheaper of two conditions first, so the second one stands for all that cost more than the check.
  test.each([
    ['one comparison', at('<=', 10)],
    [
      'several',
      { type: 'or', conditions: [at('<', 4), at('==', 4), at('==', 5), { type: 'and', conditions: [at('>', 5), at('<=', 10)] }] },
    ],
  ])('%s', async (_what, row_condition) => {
    const result = await validateOne(connection, 'sums', 'expect_multicolumn_sum_to_equal', { ...kwargs, row_condition })
    expect([result.outcome, result.counts?.elementCount, result.counts?.unexpectedCount]).toEqual(['failed', 10, 9])
    expect(result.failingValues).toHaveLength(9)
    expect((await connection.query({ text: result.failingRowsSql ?? '', values: [] })).rows).toHaveLength(9)
  })
})

test('a rare failure is not looked for along the primary key', async () => {
  const walks = async () => {
    await connection.query({ text: 'SELECT pg_catalog.pg_stat_force_next_flush()', values: [] })
    await connection.query({ text: 'SELECT 1', values: [] })
    const [row] = await database.run(
      `SELECT pg_stat_force_next_flush(); SELECT idx_scan::int AS n FROM pg_stat_user_indexes WHERE indexrelname = 'fenced_pkey'`,
    )
    return Number(row?.n)
  }
  const before = await walks()
  const result = await validateOne(connection, 'fenced', 'expect_column_values_to_not_be_in_set', { column: 'a', value_set: [7] })
  expect(result.failingValues).toEqual([['50000', '7']])
  expect(await walks()).toBe(before)
})

test('each statement of a run begins with its tag, so that it can be found and cancelled', async () => {
  const runId = randomUUID()
  const sent: string[] = []
  const watched = watching(connection, (text) => sent.push(text))
  await validate(watched, 'sums', [expectation('expect_column_values_to_be_unique', { column: 'a' })], { runId })
  expect(sent.length).toBeGreaterThan(8)
  expect(sent.filter((text) => !text.startsWith(`/*plumbline:${runId}*/ `))).toEqual([])
  // No setting outlives the transaction, and nothing but these opens or ends it.
  expect(sent.filter((text) => /\bSET (?!LOCAL|TRANSACTION)/.test(text))).toEqual([])
  expect(sent.findIndex((text) => text.includes('LOCK TABLE'))).toBeLessThan(sent.findIndex((text) => /\*\/ SELECT/.test(text)))
})

test.each([
  ['a real against 0.1, as PostgreSQL compares it in IN', { column: 'r', value_set: [0.1, 1.5] }, 0],
  ['a number that no integer holds', { column: 'i', value_set: [1, 1e20] }, 0],
  ['a bigint beyond what a double holds', { column: 'big', value_set: ['9007199254740993', 2] }, 0],
  ['a missing value in the set', { column: 'i', value_set: [2, null] }, 1],
  ['text and what looks like a number', { column: 't', value_set: ['1'] }, 1],
])('a set: %s', async (_what, kwargs, unexpected) => {
  const result = await validateOne(connection, 'numbers', 'expect_column_values_to_be_in_set', kwargs)
  expect([result.problem, result.counts?.unexpectedCount]).toEqual([null, unexpected])
})
