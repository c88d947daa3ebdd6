import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Connection } from '#services/postgres/connection.ts'
import type { Kwargs } from '#shared/model/expectation.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { expectation, openTestConnection, validate, validateOne } from './validation-support.ts'

/** Things that PostgreSQL can hold and that once made a check pass without having looked at a row. */

let database: TestDatabase
let connection: Connection
const clerk = { name: `reader_${randomUUID().slice(0, 8)}`, password: 'p-1' }
const fuzzy = { name: `fuzzy_${randomUUID().slice(0, 8)}`, password: 'p-2' }

beforeAll(async () => {
  database = await createDatabase({
    sql: `
      CREATE TYPE pair AS (a integer, b text);
      CREATE TABLE odd (id integer PRIMARY KEY, p pair, f double precision, d date, ts timestamptz, bound date);
      INSERT INTO odd VALUES (1, '(,x)', 1, now(), now(), '2020-01-01'), (2, '(,x)', 2, 'infinity', 'infinity', '2020-01-02'),
        (3, '(1,x)', 'NaN', NULL, NULL, NULL), (4, '(,)', 3, '2000-01-01', '2000-01-01', NULL), (5, NULL, NULL, NULL, NULL, NULL);
      CREATE TABLE many AS SELECT 'v' || lpad(i::text, 6, '0') AS v FROM generate_series(1, 10050) i;
      INSERT INTO many SELECT 'a' FROM generate_series(1, 100000);

      CREATE TABLE tagged (id integer, tags integer[], good boolean);
      INSERT INTO tagged SELECT i, ARRAY[1, 2], true FROM generate_series(1, 20000) i;
      CREATE INDEX ON tagged USING gin (tags); ANALYZE tagged;

      CREATE ROLE ${clerk.name} LOGIN PASSWORD '${clerk.password}';
      CREATE ROLE ${fuzzy.name} LOGIN PASSWORD '${fuzzy.password}';
      ALTER ROLE ${fuzzy.name} SET gin_fuzzy_search_limit = 5; ALTER ROLE ${fuzzy.name} SET enable_seqscan = off;
      CREATE TABLE secrets (id integer, owner text);
      INSERT INTO secrets SELECT i, CASE WHEN i % 2 = 0 THEN '${clerk.name}' END FROM generate_series(1, 10) i;
      ALTER TABLE secrets ENABLE ROW LEVEL SECURITY; CREATE POLICY mine ON secrets USING (owner = current_user);
      CREATE FUNCTION mine() RETURNS SETOF secrets LANGUAGE sql SET row_security = on AS 'SELECT * FROM public.secrets';
      CREATE VIEW by_function AS SELECT * FROM mine();
      CREATE VIEW by_invoker WITH (security_invoker = 1) AS SELECT * FROM secrets;
      CREATE VIEW not_by_it AS SELECT id AS mine_too FROM odd;
      GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${clerk.name}, ${fuzzy.name}`,
  })
  connection = await openTestConnection(database)
})

afterAll(async () => {
  await connection.dispose()
  await database.run(`DROP OWNED BY ${clerk.name}, ${fuzzy.name}; DROP ROLE ${clerk.name}, ${fuzzy.name}`)
  await database.dispose()
})

const judged = async (table: string, type: string, kwargs: Kwargs) => {
  const { outcome, counts, observedValue } = await validateOne(connection, table, type, kwargs)
  return { outcome, unexpected: counts?.unexpectedCount ?? null, observed: observedValue }
}

describe('a composite value of which some fields are null is a value', () => {
  test('that may repeat', async () => {
    expect(await judged('odd', 'expect_column_values_to_be_unique', { column: 'p' })).toMatchObject({ outcome: 'failed', unexpected: 2 })
  })

  test('that is counted', async () => {
    const count = await judged('odd', 'expect_column_unique_value_count_to_be_between', { column: 'p', max_value: 1 })
    expect(count).toMatchObject({ outcome: 'failed', observed: 2 })
    const share = await judged('odd', 'expect_column_proportion_of_non_null_values_to_be_between', { column: 'p', min_value: 0.6 })
    expect(share).toMatchObject({ outcome: 'passed', observed: 0.6 })
  })
})

test('a NaN among the values leaves no score that is less than another', async () => {
  const scores = await judged('odd', 'expect_column_value_z_scores_to_be_less_than', { column: 'f', threshold: 3, double_sided: true })
  expect(scores).toMatchObject({ outcome: 'failed', unexpected: 4 })
})

test.each(['d', 'ts'])('an infinite date does not make data fresh for ever (%s)', async (column) => {
  const fresh = await judged('odd', 'expect_column_newest_value_to_be_recent', { column, max_age: '1 day' })
  expect(fresh).toEqual({ outcome: 'failed', unexpected: null, observed: 'infinity' })
})

describe('a time in the future does not make data fresh until it has come', () => {
  const type = 'expect_column_newest_value_to_be_recent'

  beforeAll(async () => {
    await database.run(`CREATE DOMAIN moment AS timestamptz;
      CREATE TABLE ahead (id integer, tstz timestamptz, ts timestamp, d date, m moment, soon timestamptz);
      INSERT INTO ahead SELECT 1, now() + '2 days 3 hours', now() + '2 days 3 hours', current_date + 2, now() + '2 days 3 hours', now() + '2 minutes';
      INSERT INTO ahead SELECT 2, now(), now(), current_date, now(), now();
      CREATE VIEW over_ahead AS SELECT * FROM ahead`)
  })

  test.each([
    ['ahead', 'tstz', /^The newest value lies 2 days 0[23]:\d\d:\d\d in the future\.$/],
    ['over_ahead', 'tstz', /^The newest value lies 2 days 0[23]:\d\d:\d\d in the future\.$/],
    ['ahead', 'ts', /^The newest value lies 2 days/],
    ['ahead', 'm', /^The newest value lies 2 days/],
    ['ahead', 'd', /^The newest value lies (1 day )?\d\d:\d\d:\d\d in the future\.$/],
  ])('%s.%s: it fails, and says how far', async (table, column, reason) => {
    const result = await validateOne(connection, table, type, { column, max_age: '1 day' })
    expect(result).toMatchObject({ outcome: 'failed', details: { reason: expect.stringMatching(reason) } })
  })

  test('a little is what clocks differ by, and more is what is allowed', async () => {
    const outcome = async (kwargs: Kwargs) => (await validateOne(connection, 'ahead', type, { max_age: '1 day', ...kwargs })).outcome
    expect(await outcome({ column: 'soon' })).toBe('passed')
    expect(await outcome({ column: 'soon', max_ahead: '' })).toBe('passed')
    expect(await outcome({ column: 'tstz', max_ahead: '2 days 4 hours' })).toBe('passed')
    expect(await outcome({ column: 'tstz', max_ahead: '2 days 1 hour' })).toBe('failed')
  })

  test('only of the rows that are meant', async () => {
    const row_condition = { type: 'comparison', column: { name: 'id' }, operator: '>', parameter: 1 }
    const kwargs = { column: 'tstz', max_age: '1 day', row_condition, condition_parser: 'great_expectations' }
    expect(await validateOne(connection, 'ahead', type, kwargs)).toMatchObject({ outcome: 'passed', details: {} })
  })

  test('what is no interval is an error', async () => {
    const result = await validateOne(connection, 'ahead', type, { column: 'tstz', max_age: '1 day', max_ahead: 'a while' })
    expect(result).toMatchObject({ outcome: 'error', problem: { sqlstate: '22007', sentence: expect.stringContaining('a while') } })
  })
})

test('of more values than are read, the divergence is not said to be small', async () => {
  const partition_object = { values: ['a'], weights: [1] }
  const kwargs = { column: 'v', partition_object, threshold: 5, tail_weight_holdout: 0.5 }
  expect(await judged('many', 'expect_column_kl_divergence_to_be_less_than', kwargs)).toMatchObject({ outcome: 'failed', observed: null })
})

test('an index that a role lets give only some of what it finds gives all of it', async () => {
  const asFuzzy = await openTestConnection(database, fuzzy)
  try {
    const query = 'SELECT * FROM {batch} WHERE tags @> ARRAY[2]'
    const plain = await asFuzzy.query({ text: 'SELECT count(*) FROM tagged WHERE tags @> ARRAY[2]', values: [] })
    expect(Number(plain.rows[0]?.[0])).toBeLessThan(20_000)
    const result = await validateOne(asFuzzy, 'tagged', 'unexpected_rows_expectation', { unexpected_rows_query: query })
    expect(result.observedValue).toBe(20_000)
  } finally {
    await asFuzzy.dispose()
  }
})

describe('row-level security', () => {
  const ids = [expectation('expect_column_values_to_not_be_null', { column: 'id' })]

  test.each([
    ['of a function that turns it on for itself', { schema: 'public', relation: 'by_function', query: null }],
    ['of such a function in a query', { schema: '', relation: 'q', query: 'SELECT id FROM public."mine"()' }],
    ['of a view over such a one in a query', { schema: '', relation: 'q', query: 'SELECT id FROM by_function' }],
    ['of a view by its reader, however that is written', { schema: 'public', relation: 'by_invoker', query: null }],
  ])('%s gives no green', async (_what, source) => {
    const asClerk = await openTestConnection(database, clerk)
    try {
      const { results } = await validate(asClerk, '', ids, { source })
      expect(results.map(({ outcome, problem }) => [outcome, problem?.sqlstate])).toEqual([['error', '42501']])
      expect(results[0]?.problem?.sentence).toContain('Row-level security')
    } finally {
      await asClerk.dispose()
    }
  })

  test('of a function of which only the name is like another word is nobody’s concern', async () => {
    const { results } = await validate(connection, 'not_by_it', [
      expectation('expect_column_values_to_not_be_null', { column: 'mine_too' }),
    ])
    expect(results.map(({ outcome }) => outcome)).toEqual(['passed'])
  })
})

test('a row condition that holds for no row is told of', async () => {
  const row_condition = { type: 'comparison', column: { name: 'id' }, operator: '>', parameter: 1_000 }
  const none = expectation('expect_column_values_to_be_null', { column: 'id', row_condition, condition_parser: 'great_expectations' })
  const { results, circumstances } = await validate(connection, 'odd', [none])
  expect(results[0]).toMatchObject({ outcome: 'passed', counts: { elementCount: 0 } })
  expect(circumstances?.remarks).toEqual([expect.stringContaining('so none was looked at')])
})

describe('an answer without a row', () => {
  /** The same connection, which loses the rows of what is asked of the table. */
  const mute = () =>
    new Proxy(connection, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name)
        if (name !== 'query') return typeof value === 'function' ? value.bind(target) : value
        return async (...[statement, options]: Parameters<Connection['query']>) => {
          const answer = await target.query(statement, options)
          return /FROM "public"\."(odd|not_by_it)"/.test(statement.text) && !/EXPLAIN/.test(statement.text)
            ? { ...answer, rows: [] }
            : answer
        }
      },
    })

  test.each([
    ['odd', 'id'],
    ['not_by_it', 'mine_too'],
  ])('is no count of 0 (%s)', async (table, column) => {
    const { results } = await validate(
      mute(),
      table,
      [
        expectation('expect_column_values_to_be_between', { column, min_value: 1 }),
        expectation('expect_column_values_to_be_unique', { column }),
      ],
      { verify: true },
    )
    expect(results.map(({ outcome }) => outcome)).toEqual(['error', 'error'])
  })
})

test('the greatest of no values is no value, and no error, whether an aggregate or an order finds it', async () => {
  await database.run('CREATE TABLE nothing (span int4range, number integer)')
  const greatest = (column: string) => expectation('expect_column_max_to_be_between', { column })
  const { results } = await validate(connection, 'nothing', [
    greatest('span'),
    greatest('number'),
    expectation('expect_table_row_count_to_be_between', {}),
  ])
  expect(results.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'passed'])
})
