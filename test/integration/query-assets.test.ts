import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { GeneratedKind } from '#shared/model/data-asset.ts'
import type { Kwargs } from '#shared/model/expectation.ts'
import type { Run } from '#shared/model/run.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { startApplication, type TestApplication } from './assets-support.ts'

/** A query of the user's own as a data asset: taken in, validated, profiled and cut into batches like a table, and held to reading. */

const role = `reader_${randomBytes(4).toString('hex')}`
let database: TestDatabase
let app: TestApplication
let source: string

beforeAll(async () => {
  database = await createDatabase({
    sql: `
      CREATE SCHEMA sales;
      CREATE TYPE sales.state AS ENUM ('new', 'paid');
      CREATE TABLE sales.orders (id int PRIMARY KEY, customer int, amount numeric(10,2), state sales.state, day date);
      CREATE TABLE sales.customers (id int PRIMARY KEY, name text);
      INSERT INTO sales.customers SELECT i, CASE WHEN i <> 3 THEN 'customer ' || i END FROM generate_series(1, 10) i;
      INSERT INTO sales.orders SELECT i, 1 + i % 10, i, (ARRAY['new', 'paid'])[1 + i % 2]::sales.state, date '2026-01-30' + i % 4 FROM generate_series(1, 100) i;
      CREATE TABLE secrets (id int, owner text); INSERT INTO secrets VALUES (1, '${role}'), (2, 'another');
      ALTER TABLE secrets ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON secrets USING (owner = current_user);
      CREATE TABLE written (id int); CREATE SEQUENCE numbers;
      CREATE ROLE ${role} LOGIN PASSWORD 'reads only'; GRANT USAGE ON SCHEMA sales TO ${role};
      GRANT SELECT ON ALL TABLES IN SCHEMA sales, public TO ${role};`,
  })
  await database.run(`ALTER ROLE ${role} IN DATABASE ${database.database} SET search_path = sales, public`)
  app = await startApplication()
  const { host, port, database: name } = database
  source = await app.connect(`postgresql://${role}:reads%20only@${host}:${port}/${name}`)
})

afterAll(async () => {
  await app?.dispose()
  await database?.run(`DROP OWNED BY ${role}; DROP ROLE ${role}`)
  await database?.dispose()
})

const add = (query: string, generate: GeneratedKind[] = [], name = `query ${randomUUID()}`) =>
  app.client.assets.addQuery({ dataSourceId: source, name, query, generate })

const expectThat = (assetId: string, type: string, kwargs: Kwargs) =>
  app.client.expectations.create({ assetId, input: { type, kwargs, severity: 'critical', description: null, notes: null } })

async function validate(assetId: string, period?: string): Promise<Run> {
  const { id } = await app.client.validations.start({ assetId, ...(period === undefined ? {} : { period }) })
  await expect.poll(async () => (await app.client.validations.get({ id })).summary.finishedAt).not.toBeNull()
  return app.client.validations.get({ id })
}

const joined = `-- Orders with their customers, by names that the role's own search_path finds
  SELECT o.id, o.amount, o.state, o.day, c.name, upper(c.name) AS "Loud ""name"""
  FROM orders o JOIN customers c ON c.id = o.customer -- all of them;`

describe('validated like a table', () => {
  test('columns, types and what was generated', async () => {
    const asset = await add(joined, ['column-changes', 'volume', 'completeness', 'column-types'], 'Orders with names')
    expect(asset).toMatchObject({ kind: 'query', schema: '', query: joined, expectationCount: 9, dataSourceId: source })
    const columns = await app.client.assets.columns({ id: asset.id })
    expect(columns.map(({ name, type }) => [name, type])).toEqual([
      ['id', 'integer'],
      ['amount', 'numeric(10,2)'],
      ['state', 'sales.state'],
      ['day', 'date'],
      ['name', 'text'],
      ['Loud "name"', 'text'],
    ])
    const made = await app.client.expectations.list({ assetId: asset.id })
    expect(made.map(({ kwargs }) => kwargs.min_value ?? null)).toContain(1)
    const run = await validate(asset.id)
    expect(run.summary, JSON.stringify(run.results.filter(({ outcome }) => outcome !== 'passed'))).toMatchObject({
      state: 'done',
      verdict: 'passed',
    })
  })

  test('what fails is found, and the failing rows are shown by a query that runs as it is', async () => {
    const { id } = await add(joined)
    await expectThat(id, 'expect_column_values_to_not_be_null', { column: 'name' })
    await expectThat(id, 'expect_column_values_to_be_between', { column: 'amount', min_value: 1, max_value: 99 })
    await expectThat(id, 'expect_column_values_to_be_unique', { column: 'id' })
    await expectThat(id, 'expect_column_values_to_be_in_set', { column: 'state', value_set: ['paid'] })
    await expectThat(id, 'expect_table_row_count_to_be_between', { min_value: 100, max_value: 100 })
    await expectThat(id, 'expect_column_to_exist', { column: 'nowhere' })
    await expectThat(id, 'unexpected_rows_expectation', { unexpected_rows_query: 'SELECT * FROM {batch} WHERE amount > 98' })
    const { results, summary } = await validate(id)
    expect(summary).toMatchObject({ state: 'done', verdict: 'failed' })
    expect(results.map(({ outcome, counts }) => [outcome, counts?.unexpectedCount ?? null])).toEqual([
      ['failed', 10],
      ['failed', 1],
      ['passed', 0],
      ['failed', 50],
      ['passed', null],
      ['failed', null],
      ['failed', null],
    ])
    const [, amounts] = results
    expect(amounts?.failingValues).toEqual([['100.00']])
    const shown = await database.run(`SET search_path = sales, public; ${amounts?.failingRowsSql ?? ''}`)
    expect(shown).toHaveLength(1)
  })

  test('a row condition of batches: by day, with the newest one first', async () => {
    const { id } = await add(joined)
    await expectThat(id, 'expect_table_row_count_to_be_between', { min_value: 1 })
    await app.client.assets.configureBatches({ id, batches: { interval: 'monthly', column: 'day' } })
    expect(await app.client.assets.batches({ id, limit: 10 })).toMatchObject({ periods: ['2026-02', '2026-01'], indexed: false })
    const seen = []
    for (const period of ['2026-01', '2026-02']) seen.push((await validate(id, period)).results[0]?.observedValue)
    expect(seen).toEqual([50, 50])
  })

  test('its profile', async () => {
    const { id } = await add('SELECT * FROM customers')
    const profile = await app.client.assets.measureProfile({ id, taskId: randomUUID() })
    expect([profile.rowCount, profile.columns.map(({ nullCount, max }) => [nullCount, max]), profile.problems]).toEqual([
      10,
      [
        [0, '10'],
        [1, 'customer 9'],
      ],
      [],
    ])
  })

  test('over a view whose tables are in a schema that the role may not enter', async () => {
    await database.run(`
      CREATE SCHEMA hidden; CREATE TABLE hidden.numbers AS SELECT generate_series(1, 5) AS n;
      CREATE VIEW public.seen AS SELECT n FROM hidden.numbers; GRANT SELECT ON public.seen TO ${role}`)
    const { id } = await add('SELECT n FROM seen WHERE n > 1', ['volume', 'completeness'])
    expect((await validate(id)).summary).toMatchObject({ state: 'done', verdict: 'passed' })
  })

  test('the tables under it are held, so that none can be emptied meanwhile', async () => {
    const { id } = await add('SELECT pg_sleep(3)::text AS slept, count(*) AS orders FROM orders')
    await expectThat(id, 'expect_column_values_to_be_between', { column: 'orders', min_value: 100 })
    const run = validate(id)
    const locks = `SELECT count(*)::int AS n FROM pg_locks l JOIN pg_class c ON c.oid = l.relation WHERE c.relname = 'orders' AND l.mode = 'AccessShareLock' AND l.granted`
    await expect.poll(async () => (await database.run(locks))[0]?.n).toBe(1)
    expect((await run).summary.verdict).toBe('passed')
  })
})

describe('what goes wrong is said', () => {
  test.each<[string, string, RegExp]>([
    ['a syntax error', 'SELEC 1', /syntax error/],
    ['a missing table', 'SELECT * FROM nowhere', /"nowhere" does not exist/],
    ['a missing column', 'SELECT nothing FROM orders', /"nothing" does not exist/],
    ['columns of one name', 'SELECT o.id, c.id FROM orders o, customers c', /Two columns are called "id"/],
    ['no column', 'SELECT FROM orders', /no columns/],
    ['a parameter', 'SELECT $1::int AS x', /parameter/],
    ['nothing', ' ; ', /syntax error|no query|empty/i],
    ['what only makes sense inside parentheses', 'SELECT 1) AS a, (SELECT 2', /syntax error/],
    ['two statements', 'SELECT 1; DELETE FROM written', /multiple commands|syntax error/],
    ['a write', 'DELETE FROM written RETURNING *', /./],
    ['a hidden write', 'WITH gone AS (DELETE FROM written RETURNING *) SELECT * FROM gone', /./],
    ['an EXPLAIN that runs', 'ANALYZE SELECT 1', /syntax error/],
    ['rows that the role may not see', 'SELECT * FROM secrets', /row-level security/],
  ])('%s', async (_, query, sentence) => {
    await expect(add(query)).rejects.toMatchObject({ code: 'INVALID', data: { field: 'query' }, message: expect.stringMatching(sentence) })
  })

  test('a name that is taken, or none', async () => {
    const { name } = await add('SELECT 1 AS one')
    const refused = { code: 'INVALID', data: { field: 'name' } }
    await expect(add('SELECT 1 AS one', [], name)).rejects.toMatchObject(refused)
    await expect(add('SELECT 1 AS one', [], '  ')).rejects.toMatchObject(refused)
  })

  test('a function that writes is stopped by the server in every run', async () => {
    await expect(add(`SELECT nextval('numbers') AS n`)).resolves.toBeDefined()
    const { id } = await add(`SELECT nextval('numbers') AS n`)
    await expectThat(id, 'expect_column_values_to_not_be_null', { column: 'n' })
    const { summary, results } = await validate(id)
    expect([summary.verdict, results[0]?.outcome]).toEqual(['error', 'error'])
    expect(results[0]?.problem?.sentence).toMatch(/read-only|permission denied/)
  })

  test('a table that goes away fails the run, and never passes it', async () => {
    await database.run(`CREATE TABLE public.passing AS SELECT 1 AS id; GRANT SELECT ON public.passing TO ${role}`)
    const { id } = await add('SELECT * FROM passing', ['column-changes'])
    expect((await validate(id)).summary.verdict).toBe('passed')
    await database.run('DROP TABLE public.passing')
    const { summary } = await validate(id)
    expect([summary.state, summary.verdict, summary.sentence]).toEqual([
      'failed',
      null,
      expect.stringContaining('"passing" does not exist'),
    ])
  })
})

test('its query and its name change; what is expected of it stays', async () => {
  const asset = await add('SELECT id FROM orders WHERE id <= 10', ['column-changes'])
  await expect(app.client.assets.changeQuery({ id: asset.id, name: asset.name, query: 'SELECT oops' })).rejects.toMatchObject({
    data: { field: 'query' },
  })
  const query = 'SELECT id, amount FROM orders'
  const changed = await app.client.assets.changeQuery({ id: asset.id, name: 'Other name', query })
  expect(changed).toMatchObject({ id: asset.id, name: 'Other name', query, expectationCount: 1 })
  expect((await validate(asset.id)).results[0]).toMatchObject({ outcome: 'failed', details: { mismatched: { unexpected: ['amount'] } } })
  const [table] = await app.add(source, ['sales.customers'])
  await expect(app.client.assets.changeQuery({ id: table ?? '', name: 'x', query })).rejects.toMatchObject({ code: 'INVALID' })
})
