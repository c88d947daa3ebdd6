import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { QueryEvent } from '#shared/model/query.ts'
import type { Run } from '#shared/model/run.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { startApplication, type TestApplication } from './assets-support.ts'

/** What whoever owns a database can do to whoever looks into it: by functions in views, by comments in SQL, and by mistake. */

let database: TestDatabase
let app: TestApplication
let dataSourceId: string

beforeAll(async () => {
  database = await createDatabase({
    sql: `
      CREATE TABLE orders (id int PRIMARY KEY, v text); INSERT INTO orders SELECT i, 'a' FROM generate_series(1, 100) i;
      CREATE FUNCTION sneak() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
        PERFORM set_config('search_path', 'evil', false); PERFORM pg_advisory_lock(99); RETURN 1; END $$;
      CREATE VIEW sneaky AS SELECT 1 AS id, sneak() AS s;`,
  })
  app = await startApplication()
  dataSourceId = await app.connect(database.connectionString)
})
afterAll(async () => {
  await app?.dispose()
  await database?.dispose()
})

describe('the query pane', () => {
  test('a view that sets a search_path and takes a lock leaves neither to the next user of the session', async () => {
    expect(await texts('SELECT * FROM sneaky')).toEqual([['1', '1']])
    expect(await texts(`SELECT pg_catalog.current_setting('search_path')`)).toEqual([['"$user", public']])
    expect(await advisoryLocks()).toBe(0)
  })

  test.each([
    [`COPY (SELECT 1) TO PROGRAM 'cat > /dev/null'`],
    [`COPY orders TO '/tmp/plumbline-never-written'`],
    [`COPY orders FROM PROGRAM 'echo 1'`],
    [`LOAD 'auto_explain'`],
  ])('%s is not sent in read-only mode, and says why', async (sql) => {
    const failed = (await run(sql)).find((event) => event.type === 'failed')
    expect(failed?.problem).toMatchObject({ sqlstate: '25006', message: expect.stringContaining('on the server') })
  })

  test('COPY to the person who asks is sent', async () => {
    expect((await run('COPY orders TO STDOUT')).at(-1)).toMatchObject({ outcome: 'complete' })
  })
})

describe('a validation', () => {
  test('leaves no lock that a view or a query took', async () => {
    const [view = '', orders = ''] = await app.add(dataSourceId, ['sneaky', 'orders'])
    await expectation(view, 'expect_column_values_to_not_be_null', { column: 's', mostly: 1 })
    await expectation(orders, 'unexpected_rows_expectation', { unexpected_rows_query: 'SELECT pg_advisory_lock(5)' })
    expect((await validate(view)).summary.verdict).toBe('passed')
    expect((await validate(orders)).summary.state).toBe('done')
    expect(await advisoryLocks()).toBe(0)
  })

  test.each([['SELECT $1'], ['SELECT 1 \0']])(
    'a query (%j) that cannot be sent fails alone, and not the run',
    async (unexpected_rows_query) => {
      const other = await app.connect(database.connectionString)
      const [orders = ''] = await app.add(other, ['orders'])
      await expectation(orders, 'expect_column_values_to_not_be_null', { column: 'v', mostly: 1 })
      await expectation(orders, 'unexpected_rows_expectation', { unexpected_rows_query })
      const { summary, results } = await validate(orders)
      expect(summary.state).toBe('done')
      expect(results.map(({ outcome }) => outcome).toSorted()).toEqual(['error', 'passed'])
    },
  )
})

test('a connection string in the field for the name is refused, and not repeated', async () => {
  const input = {
    name: 'postgresql://u:CANARY-name@h/d',
    connectionString: database.connectionString,
    sslmode: 'disable',
    plaintextConsent: true,
    savePassword: false,
    environment: 'none',
  } as const
  const error: unknown = await app.client.dataSources.create(input).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'INVALID', data: { field: 'name' } })
  expect(String(error)).not.toContain('CANARY')
})

async function run(sql: string): Promise<QueryEvent[]> {
  const request = { runId: randomUUID(), tabId: randomUUID(), dataSourceId, sql, readOnly: true, keepInHistory: false, rowLimit: 100 }
  const events: QueryEvent[] = []
  for await (const event of await app.client.query.run(request)) events.push(event)
  return events
}

async function texts(sql: string): Promise<(string | null)[][]> {
  const result = (await run(sql)).find((event) => event.type === 'result')
  if (result === undefined) throw new Error('No result.')
  return (await app.client.query.window({ resultId: result.resultId, from: 0, count: 10, clipLength: 100 })).rows
}

async function advisoryLocks(): Promise<number> {
  const [row] = await database.run(
    `SELECT count(*)::int AS count FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  )
  return Number(row?.count)
}

async function expectation(assetId: string, type: string, kwargs: Record<string, string | number>): Promise<void> {
  await app.client.expectations.create({ assetId, input: { type, kwargs, severity: 'critical', description: null, notes: null } })
}

async function validate(assetId: string): Promise<Run> {
  const { id } = await app.client.validations.start({ assetId })
  await expect.poll(async () => (await app.client.validations.get({ id })).summary.state).not.toMatch(/queued|running/)
  return app.client.validations.get({ id })
}
