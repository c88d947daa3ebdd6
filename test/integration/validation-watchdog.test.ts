import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { startApplication, type TestApplication } from './assets-support.ts'

/** A run makes way for who waits to change its table, and begins anew on a new snapshot, once. */

let database: TestDatabase
let app: TestApplication
let source: string

beforeAll(async () => {
  // Each row is looked at for a moment, so that a run lasts.
  database = await createDatabase({
    sql: `CREATE FUNCTION slowly(seconds float8) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(seconds); RETURN true; END';
      CREATE TABLE watched (id integer); INSERT INTO watched SELECT generate_series(1, 20);
      CREATE TABLE endless (id integer); INSERT INTO endless SELECT generate_series(1, 20)`,
  })
  app = await startApplication()
  source = await app.connect(database.connectionString)
})

afterAll(async () => {
  await app.dispose()
  await database.dispose()
})

async function startSlowRun(table: string, seconds: number): Promise<string> {
  const [assetId = ''] = await app.add(source, [table])
  const query = `SELECT * FROM {batch} WHERE NOT public.slowly(${seconds})`
  for (const [type, kwargs] of [
    ['expect_table_row_count_to_equal', { value: 20 }],
    ['unexpected_rows_expectation', { unexpected_rows_query: query }],
  ] as const)
    await app.client.expectations.create({
      assetId,
      input: { type, kwargs: { ...kwargs }, severity: 'critical', description: null, notes: null },
    })
  return (await app.client.validations.start({ assetId })).id
}

async function ended(id: string) {
  const over = async () => !['queued', 'running'].includes((await app.client.validations.get({ id })).summary.state)
  await expect.poll(over).toBe(true)
  return await app.client.validations.get({ id })
}

/** Resolves when the table is locked, and holds it as long as asked. */
async function change(table: string, holdMs: number): Promise<void> {
  const { host, port, user, password } = database
  const client = new pg.Client({ host, port, user, password, database: database.database, ssl: false })
  await client.connect()
  await client.query(`BEGIN; ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS more integer; INSERT INTO ${table} VALUES (21)`)
  if (holdMs > 0) await new Promise((resolve) => setTimeout(resolve, holdMs))
  await client.query('COMMIT')
  await client.end()
}

const reading = async (table: string) => {
  const [row] = await database.run(
    `SELECT count(*) AS n FROM pg_stat_activity WHERE query LIKE '%slowly(%' AND query LIKE '%"${table}"%' AND state = 'active' AND pid <> pg_backend_pid() AND query NOT LIKE '%EXPLAIN%'`,
  )
  return Number(row?.n)
}

test('the change is made while the run lasts, and the numbers are those after it', async () => {
  const id = await startSlowRun('watched', 0.4)
  await expect.poll(() => reading('watched')).toBeGreaterThan(0)
  await change('watched', 0)
  expect((await app.client.validations.get({ id })).summary.state).toBe('running')
  const { summary, results } = await ended(id)
  expect(summary.state).toBe('done')
  // All of one snapshot: the one after the change.
  expect(results.map(({ outcome, observedValue }) => [outcome, observedValue])[0]).toEqual(['failed', 21])
})

test('a run that meets a second one is incomplete, with the reason, and leaves no session behind', async () => {
  const id = await startSlowRun('endless', 1)
  await expect.poll(() => reading('endless')).toBeGreaterThan(0)
  await change('endless', 0)
  await expect.poll(() => reading('endless')).toBeGreaterThan(0)
  await change('endless', 0)
  const { summary, results } = await ended(id)
  expect([summary.state, summary.verdict]).toEqual(['incomplete', null])
  expect(summary.sentence).toContain('made way')
  expect(results.map(({ outcome }) => outcome)).toEqual(['incomplete', 'incomplete'])
  await expect.poll(() => database.run(`SELECT pid FROM pg_stat_activity WHERE application_name LIKE '%${id}%'`)).toEqual([])
})

test('a run that may last does not begin without a connection that looks out; a short one does', async () => {
  const role = `narrow_${randomUUID().replaceAll('-', '')}`
  await database.run(`CREATE ROLE ${role} LOGIN PASSWORD 'narrow' CONNECTION LIMIT 1;
    CREATE TABLE brief (id integer); INSERT INTO brief VALUES (1); GRANT SELECT ON brief TO ${role}`)
  const address = new URL(database.connectionString)
  address.username = role
  address.password = 'narrow'
  const narrow = await app.connect(address.href)
  const [assetId = ''] = await app.add(narrow, ['brief'])
  const add = async (type: string, kwargs: Record<string, number | string>) =>
    await app.client.expectations.create({ assetId, input: { type, kwargs, severity: 'critical', description: null, notes: null } })
  await add('expect_table_row_count_to_equal', { value: 1 })
  expect((await ended((await app.client.validations.start({ assetId })).id)).summary).toMatchObject({ state: 'done', verdict: 'passed' })
  await add('unexpected_rows_expectation', { unexpected_rows_query: 'SELECT * FROM {batch} WHERE id < 0' })
  const { summary, results } = await ended((await app.client.validations.start({ assetId })).id)
  expect(summary).toMatchObject({
    state: 'failed',
    sentence: expect.stringMatching(/did not begin: .* looks out .*allow the role one more/),
  })
  expect(results.every(({ outcome }) => outcome === 'incomplete')).toBe(true)
})
