import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Connection } from '#services/postgres/connection.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { expectation, interrupting, openTestConnection, validate } from './validation-support.ts'

const rows = (min_value: number) => expectation('expect_table_row_count_to_be_between', { min_value })
const notNull = (column: string) => expectation('expect_column_values_to_not_be_null', { column })

let database: TestDatabase
const reader = { name: `reader_${randomUUID().slice(0, 8)}`, password: 'reader-1' }

beforeAll(async () => {
  database = await createDatabase({
    sql: `
      CREATE TABLE orders (id integer PRIMARY KEY, status text, amount numeric);
      INSERT INTO orders SELECT i, CASE WHEN i % 10 = 0 THEN NULL ELSE 'open' END, i FROM generate_series(1, 1000) i;
      CREATE MATERIALIZED VIEW orders_copy AS SELECT * FROM orders;
      CREATE TABLE secrets (id integer PRIMARY KEY, owner text);
      INSERT INTO secrets VALUES (1, 'a'), (2, 'b');
      ALTER TABLE secrets ENABLE ROW LEVEL SECURITY;
      CREATE POLICY own ON secrets USING (owner = 'a');
      CREATE VIEW secrets_of_all AS SELECT * FROM secrets;
      CREATE VIEW mine AS SELECT * FROM orders WHERE current_user = 'nobody';
      CREATE TABLE was_full (id integer); INSERT INTO was_full SELECT generate_series(1, 500); ANALYZE was_full; DELETE FROM was_full;
      CREATE ROLE ${reader.name} LOGIN PASSWORD '${reader.password}';
      GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${reader.name};`,
  })
})

afterAll(async () => {
  await database.run(`DROP OWNED BY ${reader.name}; DROP ROLE ${reader.name}`)
  await database.dispose()
})

async function withConnection<Result>(work: (connection: Connection) => Promise<Result>, user?: typeof reader): Promise<Result> {
  const connection = await openTestConnection(database, user)
  try {
    return await work(connection)
  } finally {
    await connection.dispose()
  }
}

async function backendsOf(runId: string): Promise<number> {
  const [row] = await database.run(`SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'plumbline/${runId}'`)
  return Number(row?.n)
}

describe('one snapshot', () => {
  test('what others commit while a run goes on is not in its numbers', () =>
    withConnection(async (connection) => {
      const before = /EXPLAIN/u
      const { results } = await validate(
        interrupting(connection, before, () => database.run(`INSERT INTO orders VALUES (-1, NULL, 0)`)),
        'orders',
        [rows(1001), notNull('status')],
      )
      await database.run('DELETE FROM orders WHERE id = -1')
      expect(results.map((result) => result.observedValue ?? result.counts?.elementCount)).toEqual([1000, 1000])
    }))

  test('a TRUNCATE after BEGIN waits for the run, so the table is not seen empty', () =>
    withConnection(async (connection) => {
      let truncated: Promise<unknown> = Promise.resolve()
      const racing = interrupting(connection, /current_setting\('search_path'\)/u, async () => {
        truncated = database
          .run(`BEGIN; SET LOCAL lock_timeout = '200ms'; TRUNCATE orders; ROLLBACK`)
          .catch((error: { code: string }) => error.code)
        await truncated
      })
      const { results } = await validate(racing, 'orders', [rows(1)])
      expect(await truncated).toBe('55P03')
      expect(results[0]).toMatchObject({ outcome: 'passed', observedValue: 1000 })
    }))

  test('a materialized view that is rewritten meanwhile makes the run incomplete: it cannot be locked', () =>
    withConnection(async (connection) => {
      const racing = interrupting(connection, /count\(\*\)/u, () => database.run('REFRESH MATERIALIZED VIEW orders_copy'))
      const { results, ending } = await validate(racing, 'orders_copy', [rows(0)])
      expect(ending).toMatchObject({ state: 'incomplete', retry: true })
      expect(results.map((result) => result.outcome)).toEqual(['incomplete'])
    }))

  test('nothing of ours stays on the connection', () =>
    withConnection(async (connection) => {
      const show = async () =>
        (
          await connection.query({
            text: `SELECT current_setting('search_path'), current_setting('row_security'), current_setting('statement_timeout'), current_setting('application_name'), current_setting('work_mem')`,
            values: [],
          })
        ).rows
      const before = await show()
      await validate(connection, 'orders', [rows(1)])
      expect(connection.transactionStatus()).toBe('idle')
      expect(await show()).toEqual(before)
    }))

  test('an empty table that was known to have rows is remarked on', () =>
    withConnection(async (connection) => {
      const { circumstances } = await validate(connection, 'was_full', [notNull('id')])
      expect(circumstances?.remarks.join()).toContain('about 500 were known of before')
    }))
})

describe('rows that are hidden', () => {
  test('a policy that applies to the role gives errors, never a smaller table', () =>
    withConnection(async (connection) => {
      const columns = expectation('expect_table_columns_to_match_set', { column_set: ['id', 'owner'] })
      const { results } = await validate(connection, 'secrets', [rows(0), notNull('owner'), columns])
      expect(results.map((result) => [result.outcome, result.problem?.sqlstate])).toEqual([
        ['error', '42501'],
        ['error', '42501'],
        ['passed', undefined],
      ])
    }, reader))

  test('a role that sees all says so', () =>
    withConnection(async (connection) => {
      const { results, circumstances } = await validate(connection, 'secrets', [rows(2)])
      expect(results[0]?.outcome).toBe('passed')
      expect(circumstances?.remarks.join()).toContain('Rows of public.secrets were seen as the role')
    }))

  test('a view names its owner, as whom its rows are seen', () =>
    withConnection(async (connection) => {
      const { results, circumstances } = await validate(connection, 'secrets_of_all', [rows(2)])
      expect(results[0]?.outcome).toBe('passed')
      expect(circumstances?.remarks.join()).toContain('the owner of a view over it')
    }, reader))

  test('a view that asks who reads it is named', () =>
    withConnection(async (connection) => {
      const { circumstances } = await validate(connection, 'mine', [rows(0)])
      expect(circumstances?.remarks.join()).toContain('it asks who reads it')
    }))
})

describe('what ends a run is never a pass', () => {
  const slow = expectation('unexpected_rows_expectation', { unexpected_rows_query: 'SELECT 1 FROM {batch}, pg_sleep(60) LIMIT 1' })

  test('a cancel reaches the server and leaves no backend at work', () =>
    withConnection(async (connection) => {
      const [runId, abort] = [randomUUID(), new AbortController()]
      const racing = interrupting(connection, /SELECT count\(\*\) FROM \(SELECT 1/u, async () => void setTimeout(() => abort.abort(), 100))
      const { ending, results } = await validate(racing, 'orders', [slow], { runId, signal: abort.signal })
      expect(ending?.state).toBe('cancelled')
      expect(results.map((result) => result.outcome)).toEqual(['incomplete'])
      await connection.dispose()
      await expect.poll(() => backendsOf(runId)).toBe(0)
    }))

  test('a connection that the server ends gives incomplete, and keeps what was measured', () =>
    withConnection(async (connection) => {
      const racing = interrupting(connection, /SELECT count\(\*\) FROM \(SELECT 1/u, async () => {
        void database.run(`SELECT pg_terminate_backend(${connection.processId}) FROM pg_sleep(0.2)`)
      })
      const { ending, results } = await validate(racing, 'orders', [notNull('id'), slow])
      expect(ending?.state).toBe('incomplete')
      expect(results.map((result) => result.outcome)).toEqual(['passed', 'incomplete'])
    }))

  test('the time that a run has is up', () =>
    withConnection(async (connection) => {
      const { ending, results } = await validate(connection, 'orders', [slow], { budgetMs: 3_000 })
      expect(ending?.state).toBe('incomplete')
      expect(results.map((result) => result.outcome)).toEqual(['incomplete'])
    }))

  test('a table that is locked by others is not waited for without end', () =>
    withConnection(async (holder) => {
      await holder.query({ text: 'BEGIN', values: [] })
      await holder.query({ text: 'LOCK TABLE orders IN ACCESS EXCLUSIVE MODE', values: [] })
      const { ending, results } = await withConnection((connection) =>
        validate(
          interrupting(connection, /LOCK TABLE/u, () => connection.query({ text: `SET LOCAL lock_timeout = '100ms'`, values: [] })),
          'orders',
          [rows(0)],
        ),
      )
      await holder.query({ text: 'ROLLBACK', values: [] })
      expect([ending?.state, ending?.sqlstate, results.length]).toEqual(['incomplete', '55P03', 0])
    }))

  test('a table that is gone', () =>
    withConnection(async (connection) => {
      const { ending } = await validate(connection, 'nowhere', [rows(0)])
      expect(ending).toMatchObject({ state: 'failed', sqlstate: '42P01' })
    }))
})
