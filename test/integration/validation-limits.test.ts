import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Connection } from '#services/postgres/connection.ts'
import { applicationName } from '#shared/model/names.ts'
import { fc } from '#test/support/chance.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { validateNaively } from '#test/support/naive-validation.ts'
import { expectation, openTestConnection, validate } from './validation-support.ts'

/** The widest and the narrowest table, many that fail beside many that do not, cancels at any moment, and tables that change meanwhile. */

let database: TestDatabase
let connection: Connection

beforeAll(async () => {
  const columns = Array.from({ length: 1_600 }, (_, index) => `c${index} smallint`)
  database = await createDatabase({
    sql: `CREATE TABLE widest (${columns.join(', ')});
      INSERT INTO widest (c0, c1, c800, c1599) SELECT i, i % 7, NULLIF(i % 3, 0), i % 2 FROM generate_series(1, 60) i;
      CREATE TABLE narrowest (); INSERT INTO narrowest DEFAULT VALUES; INSERT INTO narrowest DEFAULT VALUES;
      CREATE FUNCTION refuse() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused by us' USING ERRCODE = 'P0001'; END $$;
      CREATE SEQUENCE numbers;
      CREATE TABLE orders (id integer, code text, amount numeric, huge double precision, place point);
      INSERT INTO orders SELECT i, 'c' || i, i, 1e308, '(1,1)' FROM generate_series(1, 300) i;
      CREATE TABLE large AS SELECT i AS id, md5(i::text) AS code FROM generate_series(1, 60000) i; ANALYZE;`,
  })
  connection = await openTestConnection(database)
})

afterAll(async () => {
  await connection.dispose()
  await database.dispose()
})

/** The same from the planner and from one statement a metric; what the planner said. */
async function agreed(table: string, wanted: readonly ReturnType<typeof expectation>[]) {
  const naive = await validateNaively(connection, table, wanted)
  const { results, ending } = await validate(connection, table, wanted)
  expect(ending).toBeNull()
  expect(results.map(({ outcome, counts }) => [outcome, counts])).toEqual(
    naive.map((one) => (one === 'error' ? ['error', null] : [one.success ? 'passed' : 'failed', one.counts])),
  )
  return results
}

describe('a table', () => {
  test('of 1,600 columns: all of them at once, and some of them held against statements of their own', async () => {
    const names = Array.from({ length: 1_600 }, (_, index) => `c${index}`)
    const { results, ending } = await validate(
      connection,
      'widest',
      names.flatMap((column) => [
        expectation('expect_column_values_to_not_be_null', { column }),
        expectation('expect_column_values_to_be_between', { column, min_value: 0, max_value: 1 }),
        expectation('expect_column_max_to_be_between', { column, max_value: 60 }),
      ]),
      { keepFailingValues: false },
    )
    expect(ending).toBeNull()
    expect(results).toHaveLength(4_800)
    expect(results.filter(({ outcome }) => outcome === 'error')).toEqual([])
    // 1,596 columns hold nothing; of four something is known.
    expect(results.slice(0, 3).map(({ outcome, counts }) => [outcome, counts?.unexpectedCount])).toEqual([
      ['passed', 0],
      ['failed', 59],
      ['passed', undefined],
    ])
    expect(results.filter(({ type, outcome }) => type.endsWith('not_be_null') && outcome === 'passed')).toHaveLength(3)
    const some = fc.sample(fc.constantFrom(...names), { numRuns: 40, seed: 1_600 })
    await agreed('widest', [
      ...[...some, 'c800', 'c1599'].flatMap((column) => [
        expectation('expect_column_values_to_be_unique', { column }),
        expectation('expect_column_values_to_be_in_set', { column, value_set: [1, 2] }),
        expectation('expect_column_median_to_be_between', { column, min_value: 1 }),
      ]),
      expectation('expect_table_column_count_to_equal', { value: 1_600 }),
    ])
  })

  test('without any column', async () => {
    const results = await agreed('narrowest', [
      expectation('expect_table_row_count_to_equal', { value: 2 }),
      expectation('expect_table_column_count_to_equal', { value: 0 }),
      expectation('expect_column_to_exist', { column: 'c' }),
      expectation('expect_column_values_to_be_unique', { column: 'c' }),
      expectation('unexpected_rows_expectation', { unexpected_rows_query: 'SELECT * FROM {batch}' }),
    ])
    expect(results.map(({ outcome }) => outcome)).toEqual(['passed', 'passed', 'failed', 'error', 'failed'])
  })
})

test('of 30 expectations 10 are broken, some only when they run: 20 right answers and 10 explained errors', async () => {
  const query = (text: string) => expectation('unexpected_rows_expectation', { unexpected_rows_query: text })
  const broken = [
    expectation('expect_column_values_to_be_unique', { column: 'gone' }),
    expectation('expect_column_values_to_match_regex', { column: 'code', regex: '[' }),
    expectation('expect_column_mean_to_be_between', { column: 'code', min_value: 1 }),
    expectation('expect_column_values_to_be_between', { column: 'id', min_value: 'abc' }),
    expectation('expect_column_values_to_be_unique', { column: 'place' }),
    // These pass every look at them beforehand.
    expectation('expect_column_sum_to_be_between', { column: 'huge', min_value: 0 }),
    query('SELECT * FROM {batch} WHERE 10 / (id - 250) > 100'),
    query('SELECT code::integer FROM {batch} ORDER BY 1'),
    query('SELECT * FROM {batch} WHERE public.refuse()'),
    query(`SELECT * FROM {batch} WHERE nextval('public.numbers') < 0`),
  ]
  const sound = Array.from({ length: 10 }, (_, index) => [
    expectation('expect_column_values_to_be_between', { column: 'id', min_value: 1, max_value: 300 - index }),
    expectation('expect_column_values_to_match_regex', { column: 'code', regex: `^c[0-9]{1,${index + 1}}$` }),
  ]).flat()
  const mixed = sound.flatMap((one, index) => (index % 2 === 0 ? [one, broken[index / 2] ?? one] : [one]))
  const results = await agreed('orders', mixed)
  expect(results).toHaveLength(30)
  const errors = results.filter(({ outcome }) => outcome === 'error')
  expect(errors).toHaveLength(10)
  for (const { problem } of errors) expect(problem?.sentence).toMatch(/\w{3,}.*[.!?]$/su)
  expect(new Set(errors.map(({ problem }) => problem?.sentence)).size).toBe(10)
  expect(results.filter(({ outcome }) => outcome === 'passed')).toHaveLength(1 + 8)
})

test('a cancel at any moment leaves no statement, no lock and no transaction of ours', async () => {
  const wanted = [
    expectation('expect_column_values_to_be_unique', { column: 'code' }),
    expectation('expect_column_values_to_be_unique', { column: 'id' }),
    expectation('expect_column_median_to_be_between', { column: 'id', min_value: 1 }),
    expectation('expect_column_values_to_match_regex', { column: 'code', regex: '^[a-e]' }),
  ]
  const moments = fc.sample(fc.integer({ min: 0, max: 250 }), { numRuns: 15, seed: 4_711 })
  let cancelled = 0
  for (const moment of moments) {
    const own = await openTestConnection(database)
    const stop = new AbortController()
    const runId = randomUUID()
    const run = validate(own, 'large', wanted, { runId, signal: stop.signal })
    await pause(moment)
    stop.abort()
    const { ending } = await run
    if (ending?.state === 'cancelled') cancelled += 1
    // As a lease is given back: what is still in a transaction is ended.
    await own.dispose()
    const left = async () =>
      await database.run(
        `SELECT a.state FROM pg_stat_activity a WHERE a.application_name = '${applicationName(runId)}' OR a.query LIKE '%${runId}%' AND a.pid <> pg_backend_pid()`,
      )
    await expect.poll(left).toEqual([])
  }
  expect(cancelled).toBeGreaterThan(5)
})

describe('a table that is emptied and filled again all the while', () => {
  const wanted = [
    expectation('expect_table_row_count_to_equal', { value: 1_000 }),
    expectation('expect_column_values_to_be_unique', { column: 'id' }),
    expectation('expect_column_values_to_be_between', { column: 'id', min_value: 1, max_value: 1_000 }),
  ]
  /** Changes the table until told to stop. */
  async function while_(change: string, work: () => Promise<void>): Promise<void> {
    let on = true
    const changing = (async () => {
      while (on) await database.run(change)
    })()
    try {
      await work()
    } finally {
      on = false
      await changing
    }
  }

  test.each([
    ['in one transaction', 'BEGIN; TRUNCATE busy; INSERT INTO busy SELECT generate_series(1, 1000); COMMIT'],
    ['with a rewrite', `BEGIN; ALTER TABLE busy ALTER id TYPE bigint; ALTER TABLE busy ALTER id TYPE integer; COMMIT`],
    ['dropped and made anew', 'BEGIN; DROP TABLE busy; CREATE TABLE busy AS SELECT generate_series(1, 1000) AS id; COMMIT'],
  ])('%s is seen whole, or not at all', async (_how, change) => {
    await database.run('DROP TABLE IF EXISTS busy; CREATE TABLE busy AS SELECT generate_series(1, 1000) AS id')
    let whole = 0
    await while_(change, async () => {
      for (let run = 0; run < 25; run += 1) {
        const own = await openTestConnection(database)
        const { results, ending } = await validate(own, 'busy', wanted)
        await own.dispose()
        if (ending !== null) continue
        expect(results.map(({ outcome }) => outcome)).toEqual(['passed', 'passed', 'passed'])
        whole += 1
      }
    })
    expect(whole).toBeGreaterThan(0)
  })

  test('by one who cannot lock it: what is not whole is never green', async () => {
    const name = `column_reader_${database.database}`
    await database.run(`DROP TABLE IF EXISTS busy; CREATE TABLE busy AS SELECT generate_series(1, 1000) AS id;
      CREATE ROLE ${name} LOGIN PASSWORD 'p'; GRANT SELECT (id) ON busy TO ${name}`)
    try {
      await while_('BEGIN; TRUNCATE busy; INSERT INTO busy SELECT generate_series(1, 1000); COMMIT', async () => {
        for (let run = 0; run < 25; run += 1) {
          const own = await openTestConnection(database, { name, password: 'p' })
          const { results, ending } = await validate(own, 'busy', wanted)
          await own.dispose()
          if (ending === null) expect(results.map(({ outcome }) => outcome)).toEqual(['passed', 'passed', 'passed'])
          else expect(results.filter(({ outcome }) => outcome === 'passed')).toEqual([])
        }
      })
    } finally {
      await database.run(`DROP OWNED BY ${name}; DROP ROLE ${name}`)
    }
  })
})
