import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Connection } from '#services/postgres/connection.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { expectation, openTestConnection, validate } from './validation-support.ts'

let database: TestDatabase
let connection: Connection

beforeAll(async () => {
  database = await createDatabase({
    sql: `
      CREATE SCHEMA "Odd Schema";
      CREATE TABLE "Odd Schema"."Order ""Items" ("Item Id" integer, "select" text, amount numeric, PRIMARY KEY ("Item Id"));
      INSERT INTO "Odd Schema"."Order ""Items" VALUES (3, NULL, 1), (1, NULL, 2), (2, 'x', 3);
      CREATE TABLE wide (id integer PRIMARY KEY, ${Array.from({ length: 100 }, (_, index) => `c${index} integer`).join(', ')});
      INSERT INTO wide (id) SELECT generate_series(1, 50);
      CREATE TABLE e_mails (id integer PRIMARY KEY, e text);
      INSERT INTO e_mails SELECT i, CASE WHEN i % 100 = 7 THEN 'bad' ELSE i || '@example.org' END FROM generate_series(1, 5000) i;
      CREATE TABLE big (f float8); INSERT INTO big VALUES (1e308), (1e308);`,
  })
  connection = await openTestConnection(database)
})

afterAll(async () => {
  await connection.dispose()
  await database.dispose()
})

describe('a broken expectation is alone', () => {
  const good = expectation('expect_column_values_to_not_be_null', { column: 'e' })
  test.each([
    ['an invalid pattern', 'expect_column_values_to_match_regex', { column: 'e', regex: '[' }, '2201B'],
    ['a missing column', 'expect_column_values_to_be_unique', { column: 'E' }, null],
    ['a set that does not fit the type', 'expect_column_values_to_be_in_set', { column: 'id', value_set: ['x'] }, '22P02'],
    ['a text column without a mean', 'expect_column_mean_to_be_between', { column: 'e', min_value: 1 }, null],
    ['a number compared with text', 'expect_column_values_to_be_between', { column: 'e', min_value: 1 }, '42883'],
    ['a query with a syntax error', 'unexpected_rows_expectation', { unexpected_rows_query: 'SELEC 1' }, '42601'],
    ['a query that closes our parentheses', 'unexpected_rows_expectation', { unexpected_rows_query: 'SELECT 1) x, (SELECT 2' }, '42601'],
    ['a query that is two', 'unexpected_rows_expectation', { unexpected_rows_query: 'SELECT 1; SELECT 2' }, '42601'],
    ['a query that would write', 'unexpected_rows_expectation', { unexpected_rows_query: 'DELETE FROM {batch} RETURNING id' }, '42601'],
    ['a query that would be run by EXPLAIN', 'unexpected_rows_expectation', { unexpected_rows_query: 'ANALYZE SELECT 1' }, '42601'],
    ['a parameter that is missing', 'expect_column_values_to_match_regex', { column: 'e' }, null],
    ['a type that nobody knows', 'expect_nothing', {}, null],
  ])('%s', async (_title, type, kwargs, sqlstate) => {
    const { results, ending } = await validate(connection, 'e_mails', [good, expectation(type, kwargs), good])
    expect(ending).toBeNull()
    expect(results.map((result) => result.outcome)).toEqual(['passed', 'error', 'passed'])
    expect(results[1]?.problem?.sqlstate).toBe(sqlstate)
    expect(results[1]?.problem?.sentence).toMatch(/\S+ .*[.!?]$/u)
  })

  test.each([
    ['a pattern', 'expect_column_values_to_match_regex', { column: 'e', regex: '[' }, '2201B'],
    ['a pattern of LIKE', 'expect_column_values_to_match_like_pattern', { column: 'e', like_pattern: '\\' }, '22025'],
    ['an interval', 'expect_column_newest_value_to_be_recent', { column: 'at', max_age: 'a while' }, '22007'],
  ])('%s that is not valid is none where no row would show it either', async (_what, type, kwargs, sqlstate) => {
    await database.run('CREATE TABLE IF NOT EXISTS without_rows (e text, at timestamptz)')
    const { results } = await validate(connection, 'without_rows', [good, expectation(type, kwargs)])
    expect(results.map(({ outcome, problem }) => [outcome, problem?.sqlstate ?? null])).toEqual([
      ['passed', null],
      ['error', sqlstate],
    ])
  })

  test('one that fails only when it runs', async () => {
    const { results } = await validate(connection, 'big', [
      expectation('expect_column_mean_to_be_between', { column: 'f', min_value: 0 }),
      expectation('expect_column_values_to_not_be_null', { column: 'f' }),
    ])
    expect(results.map((result) => result.outcome)).toEqual(['error', 'passed'])
    expect(results[0]?.problem?.sqlstate).toBe('22003')
  })

  test('a query cannot write by a function either: the transaction only reads', async () => {
    const query = `SELECT setval('s', 1)`
    await database.run('CREATE SEQUENCE s')
    const { results } = await validate(connection, 'e_mails', [
      expectation('unexpected_rows_expectation', { unexpected_rows_query: query }),
    ])
    expect(results[0]?.problem?.sqlstate).toBe('25006')
  })
})

/** How often the table has been read as a whole, by the server's own count. */
async function scansOf(table: string): Promise<number> {
  const [row] = await database.run(
    `SELECT pg_stat_force_next_flush(); SELECT seq_scan::int AS n FROM pg_stat_user_tables WHERE relname = '${table}'`,
  )
  return Number(row?.n)
}

describe('one scan', () => {
  test('500 expectations on one asset read it once', async () => {
    const columns = Array.from({ length: 100 }, (_, index) => `c${index}`)
    const expectations = columns.flatMap((column) => [
      expectation('expect_column_values_to_not_be_null', { column, mostly: 0.5 }),
      expectation('expect_column_values_to_be_between', { column, min_value: 0 }),
      expectation('expect_column_values_to_be_in_set', { column, value_set: [1, 2] }),
      expectation('expect_column_mean_to_be_between', { column, min_value: 0 }),
      expectation('expect_table_row_count_to_be_between', { min_value: 1 }),
    ])
    const before = await settledScans('wide')
    const { results, circumstances } = await validate(connection, 'wide', expectations, { keepFailingValues: false })
    expect(results).toHaveLength(500)
    // 100 columns × (nulls, outside, not in set, mean) + the number of rows: 401 fragments, in two statements of at most 400.
    expect((await settledScans('wide')) - before).toBe(2)
    // Those, and a few that ask the catalog, however many expectations there are.
    expect(circumstances?.statementCount).toBeLessThan(20)
    expect(results.filter((result) => result.outcome === 'error')).toEqual([])
  })
})

/** Counters of other sessions arrive when those are idle for a moment. */
async function settledScans(table: string): Promise<number> {
  await connection.query({ text: 'SELECT pg_catalog.pg_stat_force_next_flush()', values: [] })
  await connection.query({ text: 'SELECT 1', values: [] })
  return await scansOf(table)
}

describe('failing rows', () => {
  test('up to 20, key first and in its order, and the query that finds them all runs as it is', async () => {
    const { results } = await validate(connection, 'e_mails', [
      expectation('expect_column_values_to_match_regex', { column: 'e', regex: '@' }),
    ])
    const [result] = results
    expect(result?.failingColumns).toEqual(['id', 'e'])
    expect(result?.failingValues).toHaveLength(20)
    expect(result?.failingValues.slice(0, 2)).toEqual([
      ['7', 'bad'],
      ['107', 'bad'],
    ])
    expect(result?.counts?.unexpectedCount).toBe(50)
    const shown = await connection.query({ text: result?.failingRowsSql ?? '', values: [] })
    expect(shown.columns.map((column) => column.name)).toEqual(['id', 'e'])
    expect(shown.rows).toHaveLength(50)
  })

  test('of names that need quotes', async () => {
    const table = ['Odd Schema', 'Order "Items'] as const
    const { results } = await validate(connection, table, [expectation('expect_column_values_to_not_be_null', { column: 'select' })])
    expect(results[0]?.failingValues).toEqual([
      ['1', null],
      ['3', null],
    ])
    expect((await connection.query({ text: results[0]?.failingRowsSql ?? '', values: [] })).rows).toHaveLength(2)
  })

  test('none is kept where the data source keeps none, and no message quotes one', async () => {
    const { results } = await validate(
      connection,
      'e_mails',
      [
        expectation('expect_column_values_to_be_unique', { column: 'e' }),
        expectation('unexpected_rows_expectation', { unexpected_rows_query: 'SELECT e::integer FROM {batch} ORDER BY 1' }),
      ],
      { keepFailingValues: false },
    )
    expect(results[0]).toMatchObject({ outcome: 'failed', failingColumns: [], failingValues: [], counts: { unexpectedCount: 50 } })
    expect(results[1]?.problem?.sentence).not.toContain('example.org')
  })

  test('of a query: its own columns, even without usable names', async () => {
    const query = 'SELECT id, 1, id FROM {batch} AS x WHERE id < 3 -- the first two'
    const { results } = await validate(connection, 'e_mails', [
      expectation('unexpected_rows_expectation', { unexpected_rows_query: query }),
    ])
    expect(results[0]).toMatchObject({ outcome: 'failed', observedValue: 2, failingColumns: ['id', '?column?', 'id'] })
    expect(results[0]?.failingValues).toEqual([
      ['1', '1', '1'],
      ['2', '1', '2'],
    ])
  })
})
