import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Connection } from '#services/postgres/connection.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { type Pooler, pgbouncerProgram, startPooler } from '#test/support/pgbouncer.ts'
import { expectation, openTestConnection, validate } from './validation-support.ts'

/** Behind a pooler in transaction mode the connection to the server belongs to somebody else a moment later: nothing of a run may stay on it. */

const program = pgbouncerProgram()
let database: TestDatabase

beforeAll(async () => {
  database = await createDatabase({
    sql: `CREATE TABLE orders (id integer PRIMARY KEY, code text, amount numeric, note text);
      INSERT INTO orders SELECT i, 'code-' || i, i % 1000, repeat('x', 100) FROM generate_series(1, 130000) i; ANALYZE orders;`,
  })
})

afterAll(async () => database.dispose())

const suite = [
  expectation('expect_column_values_to_be_unique', { column: 'id' }),
  expectation('expect_column_values_to_be_unique', { column: 'code' }),
  expectation('expect_column_values_to_be_between', { column: 'amount', max_value: 990 }),
  expectation('expect_column_median_to_be_between', { column: 'amount', min_value: 1 }),
  expectation('expect_column_values_to_match_regex', { column: 'code', regex: '[' }),
  expectation('unexpected_rows_expectation', { unexpected_rows_query: 'SELECT id FROM {batch} WHERE 1 / (id - 5000) > 1' }),
]
const slow = expectation('unexpected_rows_expectation', { unexpected_rows_query: 'SELECT pg_sleep(600) FROM {batch}' })

/** A pooler with so many connections to the server, for the length of `work`. */
async function behind(size: number, work: (pooler: Pooler) => Promise<void>): Promise<void> {
  const pooler = await startPooler(program ?? '', database, size)
  try {
    await work(pooler)
  } finally {
    await pooler.dispose()
  }
}

async function through<Result>(pooler: Pooler, work: (connection: Connection) => Promise<Result>): Promise<Result> {
  const connection = await openTestConnection({ ...database, port: pooler.port })
  try {
    return await work(connection)
  } finally {
    await connection.dispose()
  }
}

/** What whoever gets the connection to the server next finds on it. */
async function found(connection: Connection) {
  const read = async (text: string) => (await connection.query({ text, values: [] })).rows
  return {
    backend: (await read('SELECT pg_backend_pid()'))[0]?.[0],
    settings: await read(`SELECT name, setting FROM pg_settings WHERE name <> 'application_name' ORDER BY name`),
    application: (await read(`SELECT setting LIKE 'plumbline/%-%-%' FROM pg_settings WHERE name = 'application_name'`))[0]?.[0],
    locks: await read(
      `SELECT relation::regclass FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation' AND relation > 16383`,
    ),
    advisory: await read(`SELECT objid FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory'`),
    prepared: await read('SELECT name FROM pg_prepared_statements'),
    portals: await read(`SELECT name FROM pg_cursors WHERE name <> ''`),
  }
}

describe.skipIf(program === null)('behind PgBouncer in transaction mode', () => {
  const answers = ({ results }: Awaited<ReturnType<typeof validate>>) =>
    results.map(({ outcome, counts, observedValue, failingValues }) => ({ outcome, counts, observedValue, failingValues }))

  test('a run answers as without it, and the next on the same connection finds nothing of ours', () =>
    behind(1, async (pooler) => {
      const before = await through(pooler, found)
      const outcome = await through(pooler, (connection) => validate(connection, 'orders', suite))
      expect(outcome.results.map((result) => result.outcome)).toEqual(['passed', 'passed', 'failed', 'passed', 'error', 'error'])
      expect(await through(pooler, found)).toEqual(before)
      expect(before.locks).toEqual([])
      const direct = await openTestConnection(database)
      expect(answers(outcome)).toEqual(answers(await validate(direct, 'orders', suite)))
      await direct.dispose()
    }))

  test('nor after one whose time was up', () =>
    behind(1, async (pooler) => {
      const before = await through(pooler, found)
      await through(pooler, async (connection) => {
        const { ending } = await validate(connection, 'orders', [slow], { budgetMs: 500 })
        expect(ending?.state).toBe('incomplete')
      })
      const after = await through(pooler, found)
      expect({ ...after, backend: null }).toEqual({ ...before, backend: null })
    }))

  test('two connections see one snapshot', () =>
    behind(4, async (pooler) => {
      const released: number[] = []
      const outcome = await through(pooler, (connection) =>
        validate(connection, 'orders', suite, {
          second: async () => {
            const second = await openTestConnection({ ...database, port: pooler.port })
            return { connection: second, release: async () => void released.push(await second.dispose().then(() => 1)) }
          },
        }),
      )
      expect(outcome.results.map((result) => result.outcome)).toEqual(['passed', 'passed', 'failed', 'passed', 'error', 'error'])
      expect([outcome.circumstances?.remarks, released]).toEqual([[], [1]])
    }))

  test('a cancel stops the statement on the server, and nobody else’s', () =>
    behind(3, async (pooler) => {
      const bystander = await openTestConnection({ ...database, port: pooler.port })
      const other = bystander.query({ text: `SELECT pg_sleep(2), 'bystander'`, values: [] })
      const [runId, abort] = [randomUUID(), new AbortController()]
      const active = async () =>
        (
          await database.run(
            `SELECT pid FROM pg_stat_activity WHERE query LIKE '/*plumbline:${runId}%pg_sleep(600)%' AND state = 'active' AND backend_type = 'client backend' AND query NOT LIKE '%EXPLAIN%'`,
          )
        ).length
      await through(pooler, async (connection) => {
        const run = validate(connection, 'orders', [slow], { runId, signal: abort.signal })
        await expect.poll(active).toBe(1)
        abort.abort()
        expect((await run).ending?.state).toBe('cancelled')
        // The server tells of the error a moment before it says of itself that it is idle.
        await expect.poll(active).toBe(0)
        // The session is still ours to end: it was cancelled, and not dropped in the hope that the server notices.
        expect(connection.usable).toBe(true)
      })
      expect((await other).rows[0]?.[1]).toBe('bystander')
      await bystander.dispose()
    }))

  test('what runs outside of a transaction is stopped as well, and nobody else’s', () =>
    behind(3, async (pooler) => {
      const bystander = await openTestConnection({ ...database, port: pooler.port })
      const other = bystander.query({ text: `SELECT pg_sleep(2), 'bystander'`, values: [] })
      await through(pooler, async (connection) => {
        const running = connection.query({ text: `SELECT pg_sleep(600), 'autocommit'`, values: [] }).catch((error: unknown) => error)
        const active = async () =>
          (await database.run(`SELECT FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(600), ''auto%' AND state = 'active'`)).length
        await expect.poll(active).toBe(1)
        expect(await connection.cancel()).toBe('cancel')
        expect(await running).toMatchObject({ sqlstate: '57014' })
        await expect.poll(active).toBe(0)
        expect(connection.usable).toBe(true)
      })
      expect((await other).rows[0]?.[1]).toBe('bystander')
      await bystander.dispose()
    }))
})
