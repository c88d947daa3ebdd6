import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Connection } from '#services/postgres/connection.ts'
import { priceAsset } from '#services/validation/price.ts'
import type { Kwargs } from '#shared/model/expectation.ts'
import { planText } from '#shared/model/run-plan.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { startApplication, type TestApplication } from './assets-support.ts'
import { expectation, openTestConnection, validate, watching } from './validation-support.ts'

/** The price of a run before it, consent for what is large, and samples that share a look at the table. */

let database: TestDatabase
let app: TestApplication
let source: string

beforeAll(async () => {
  database = await createDatabase({
    sql: `CREATE TABLE orders (id integer PRIMARY KEY, code text, amount numeric, status text);
      INSERT INTO orders SELECT i, 'code-' || i, i % 1000, CASE WHEN i % 50 = 0 THEN 'odd' ELSE 'ok' END FROM generate_series(1, 5000) i;
      CREATE TABLE keyless AS SELECT * FROM orders; ANALYZE`,
  })
  app = await startApplication()
  source = await app.connect(database.connectionString)
})

afterAll(async () => {
  await app.dispose()
  await database.dispose()
})

describe('the plan of a run', () => {
  let assetId = ''
  beforeAll(async () => {
    ;[assetId = ''] = await app.add(source, ['orders'])
    const wanted: readonly (readonly [string, Kwargs])[] = [
      ['expect_column_values_to_be_unique', { column: 'id' }],
      ['expect_column_values_to_be_unique', { column: 'code' }],
      ['expect_column_median_to_be_between', { column: 'amount', min_value: 0 }],
      ['expect_column_values_to_not_be_null', { column: 'code' }],
      ['expect_column_values_to_be_in_set', { column: 'status', value_set: ['ok'] }],
      ['expect_column_values_to_match_regex', { column: 'gone', regex: 'x' }],
      ['unexpected_rows_expectation', { unexpected_rows_query: 'SELECT * FROM {batch} WHERE amount < 0' }],
    ]
    for (const [type, kwargs] of wanted) {
      await app.client.expectations.create({
        assetId,
        input: { type, kwargs, severity: 'critical', description: null, notes: null },
      })
    }
  })

  test('names its passes, what they read, what is proved and what cannot be asked; and reads nothing', async () => {
    const reads = async () => {
      await database.run('SELECT pg_stat_force_next_flush()')
      const [row] = await database.run(`SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'orders'`)
      return Number(row?.seq_scan)
    }
    const before = await reads()
    const plan = await app.client.validations.plan({ assetId })
    expect(plan.steps.map(({ kind, expectations }) => [kind, expectations.length])).toEqual([
      ['scan', 5],
      ['sort', 1],
      ['query', 1],
      ['sort', 1],
    ])
    const [{ size } = { size: 0 }] = await database.run(`SELECT pg_relation_size('orders') AS size`)
    expect(plan.tableBytes).toBe(Number(size))
    expect(plan.bytesToRead).toBe(3 * plan.tableBytes)
    expect(plan.proved).toEqual([{ sentence: 'Values of id are unique', provedBy: 'orders_pkey' }])
    expect(plan.broken.map(({ why }) => why)).toEqual([expect.stringContaining('gone')])
    expect(plan.needsConsent).toBe(false)
    expect(planText(plan)).toMatch(/^1 scan, 2 sorts, 1 query of your own, \d+ (kB|MB) to read; 1 proved by constraints$/)
    expect(await reads()).toBe(before)
  })

  test('with everything measured has nothing proved', async () => {
    const plan = await app.client.validations.plan({ assetId, verify: true })
    expect(plan.proved).toEqual([])
    expect(plan.steps.filter(({ kind }) => kind === 'sort')).toHaveLength(3)
  })

  test('of a table that is gone is a sentence', async () => {
    await database.run('CREATE TABLE soon_gone (id integer)')
    const [gone = ''] = await app.add(source, ['soon_gone'])
    await database.run('DROP TABLE soon_gone')
    await expect(app.client.validations.plan({ assetId: gone })).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  })
})

describe('a sort that may be large', () => {
  const wanted = [expectation('expect_column_median_to_be_between', { column: 'amount', min_value: 0 })]

  test('waits for consent, before anything is read', async () => {
    const connection = await openTestConnection(database)
    try {
      const refused = await validate(connection, 'orders', wanted, { sortLimitBytes: 10_000 })
      expect(refused.ending).toMatchObject({ state: 'failed', sentence: expect.stringContaining('allow large sorts') })
      await connection.query({ text: 'ROLLBACK', values: [] })
      const allowed = await validate(connection, 'orders', wanted, { sortLimitBytes: 10_000, allowLargeSorts: true })
      expect(allowed.results.map(({ outcome }) => outcome)).toEqual(['passed'])
      const small = await validate(connection, 'orders', wanted, { sortLimitBytes: 10_000_000 })
      expect(small.results.map(({ outcome }) => outcome)).toEqual(['passed'])
    } finally {
      await connection.dispose()
    }
  })
})

describe('of rows that are not stored as they are read, the planner says how many there are', () => {
  const wanted = [
    expectation('expect_column_values_to_be_unique', { column: 'code' }),
    expectation('expect_column_median_to_be_between', { column: 'amount', min_value: 0 }),
  ]
  const unique = wanted.slice(0, 1)
  /** Far more than is stored, and less than rows of the view would take. */
  const sortLimitBytes = 20_000_000
  let connection: Connection

  beforeAll(async () => {
    const { host, port, user, password } = database
    await database.run(`
      CREATE VIEW multiplied AS SELECT o.id, o.code || s.id AS code, o.amount FROM orders o CROSS JOIN orders s WHERE s.id <= 400;
      CREATE VIEW counted AS SELECT status AS code, count(*) AS amount FROM multiplied m JOIN orders o ON o.id = m.id GROUP BY status;
      CREATE EXTENSION postgres_fdw; CREATE SCHEMA far;
      CREATE SERVER here FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '${host}', port '${port}', dbname '${database.database}', use_remote_estimate 'true');
      CREATE USER MAPPING FOR CURRENT_USER SERVER here OPTIONS (user '${user}', password '${password}');
      IMPORT FOREIGN SCHEMA public LIMIT TO (orders) FROM SERVER here INTO far; ANALYZE`)
    connection = await openTestConnection(database)
  })

  afterAll(async () => {
    await connection.dispose()
  })

  test.each([
    ['a view that multiplies rows', { schema: 'public', relation: 'multiplied', query: null }, sortLimitBytes],
    ['a query that does', { schema: '', relation: 'q', query: 'SELECT a.code, a.amount FROM orders a, orders b' }, sortLimitBytes],
    ['a foreign table', { schema: 'far', relation: 'orders', query: null }, 100_000],
  ])('%s waits for consent', async (_what, relation, limit) => {
    const refused = await validate(connection, '', unique, { source: relation, sortLimitBytes: limit })
    expect(refused.ending).toMatchObject({ state: 'failed', sentence: expect.stringMatching(/take about .* by the planner's estimate/) })
    await connection.query({ text: 'ROLLBACK', values: [] })
    const options = { runId: randomUUID(), budgetMs: 60_000, signal: new AbortController().signal, sortLimitBytes: limit }
    const plan = await priceAsset(connection, { ...options, source: relation, expectations: wanted })
    expect(plan).toMatchObject({ needsConsent: true })
    const sorts = plan.steps.filter(({ kind }) => kind === 'sort')
    expect(sorts.map(({ estimated, holdsBytes }) => [estimated, (holdsBytes ?? 0) > limit])).toEqual([
      [true, true],
      [true, true],
    ])
  })

  test('a view that gives few rows of many does not', async () => {
    const { ending } = await validate(connection, 'counted', unique, { sortLimitBytes })
    expect(ending).toBeNull()
  })

  test('nor does a foreign table of few', async () => {
    const { ending, results } = await validate(connection, ['far', 'orders'], wanted, { sortLimitBytes })
    expect([ending, results.map(({ outcome }) => outcome)]).toEqual([null, ['passed', 'passed']])
  })
})

describe('what an index answers', () => {
  test('is asked of it alone, and with everything else where each row is looked at anyway', async () => {
    const connection = await openTestConnection(database)
    const scans = async () => {
      await connection.query({ text: 'SELECT pg_stat_force_next_flush()', values: [] })
      const { rows } = await connection.query({ text: `SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'orders'`, values: [] })
      return Number(rows[0]?.[0])
    }
    const extremes = [
      expectation('expect_column_max_to_be_between', { column: 'id', min_value: 4_000, max_value: 5_000 }),
      expectation('expect_column_min_to_be_between', { column: 'id', min_value: 1, strict_min: true }),
    ]
    try {
      const before = await scans()
      const { results } = await validate(connection, 'orders', extremes)
      expect(results.map(({ outcome, observedValue }) => [outcome, observedValue])).toEqual([
        ['passed', 5_000],
        ['failed', 1],
      ])
      expect((await scans()) - before).toBe(0)
      await validate(connection, 'orders', [...extremes, expectation('expect_column_values_to_not_be_null', { column: 'code' })])
      expect((await scans()) - before).toBe(1)
    } finally {
      await connection.dispose()
    }
  })
})

describe('samples of several checks', () => {
  const checks = [
    expectation('expect_column_values_to_be_in_set', { column: 'status', value_set: ['ok'] }),
    expectation('expect_column_values_to_be_between', { column: 'amount', max_value: 990 }),
    expectation('expect_column_values_to_match_regex', { column: 'code', regex: '[^7]$', mostly: 0.1 }),
  ]

  test.each(['orders', 'keyless'])('are read in one look where that is less (%s), and are those of each by itself', async (table) => {
    const connection = await openTestConnection(database)
    const sent: string[] = []
    const watched = watching(connection, (text) => sent.push(text))
    try {
      const { results } = await validate(watched, table, checks)
      const looks = sent.filter((text) => /FROM "public"\./.test(text) && !/EXPLAIN/.test(text))
      // Without a key each is found within the first rows; with one, what fails often is.
      expect(looks).toHaveLength(table === 'orders' ? 3 : 4)
      for (const [index, check] of checks.entries()) {
        const alone = await validate(connection, table, [check])
        expect(results[index]?.failingColumns).toEqual(alone.results[0]?.failingColumns)
        expect(results[index]?.failingValues).toEqual(alone.results[0]?.failingValues)
        expect(results[index]?.failingValues.length).toBe(20)
      }
    } finally {
      await connection.dispose()
    }
  })
})

describe('the failing rows of what fails often', () => {
  const late = expectation('expect_column_values_to_be_between', { column: 'amount', max_value: 18_000 })
  const often = expectation('expect_column_values_to_be_in_set', { column: 'status', value_set: ['ok'] })
  const seldom = expectation('expect_column_values_to_be_between', { column: 'amount', min_value: 0 })

  beforeAll(async () => {
    await database.run(`
      CREATE TABLE long (id integer PRIMARY KEY, status text, amount integer);
      -- Not in the order of the key.
      INSERT INTO long SELECT i, CASE WHEN i % 20 = 0 THEN 'odd' ELSE 'ok' END, CASE WHEN i % 4000 = 0 THEN -1 ELSE i END
        FROM generate_series(1, 20000) i ORDER BY md5(i::text);
      ANALYZE long`)
  })

  test.each([
    ['are among the first by the key, which its index gives', often, { looks: 1, first: 20, last: 400 }],
    ['are looked for in the whole table where they are not', late, { looks: 2, first: 18_001, last: 18_020 }],
    ['and where few fail from the start', seldom, { looks: 2, first: 4_000, last: 20_000 }],
  ])('%s', async (_what, check, { looks, first, last }) => {
    const connection = await openTestConnection(database)
    const scans = async () => {
      await connection.query({ text: 'SELECT pg_stat_force_next_flush()', values: [] })
      const { rows } = await connection.query({ text: `SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'long'`, values: [] })
      return Number(rows[0]?.[0])
    }
    try {
      const before = await scans()
      const { results } = await validate(connection, 'long', [check])
      const ids = results[0]?.failingValues.map(([id]) => Number(id)) ?? []
      expect([ids[0], ids.at(-1), ids.length]).toEqual([first, last, Math.min(20, results[0]?.counts?.unexpectedCount ?? 0)])
      expect(ids).toEqual([...ids].sort((a, b) => a - b))
      expect((await scans()) - before).toBe(looks)
    } finally {
      await connection.dispose()
    }
  })
})
