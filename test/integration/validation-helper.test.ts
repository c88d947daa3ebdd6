import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Connection } from '#services/postgres/connection.ts'
import type { ValidationRequest } from '#services/validation/validate-asset.ts'
import { sql } from '#shared/sql/sql.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { expectation, openTestConnection, validate, watching } from './validation-support.ts'

let database: TestDatabase
let connection: Connection

beforeAll(async () => {
  // About 20 MB: less is read by one connection.
  database = await createDatabase({
    sql: `CREATE TABLE orders (id integer, code text, amount numeric, note text);
      INSERT INTO orders SELECT i, 'code-' || i, i % 1000, repeat('x', 100) FROM generate_series(1, 130000) i; ANALYZE orders;
      CREATE TABLE few (id integer, code text); INSERT INTO few SELECT i, i::text FROM generate_series(1, 10) i;`,
  })
  connection = await openTestConnection(database)
})

afterAll(async () => {
  await connection.dispose()
  await database.dispose()
})

const suite = () => [
  expectation('expect_column_values_to_be_unique', { column: 'id' }),
  expectation('expect_column_values_to_be_unique', { column: 'code' }),
  expectation('expect_column_median_to_be_between', { column: 'amount', min_value: 1, max_value: 999 }),
  expectation('expect_column_distinct_values_to_be_in_set', { column: 'note', value_set: ['x'.repeat(100)] }),
  expectation('expect_table_row_count_to_equal', { value: 130_000 }),
]

/** A run with a second connection, and what it did there. `spoil`: before a statement of the second connection. */
async function withSecond(spoil: (text: string, second: Connection) => Promise<void> = async () => undefined, relation = 'orders') {
  const sent: string[] = []
  let released = 0
  let leased = 0
  const more: Partial<ValidationRequest> = {
    second: async () => {
      leased += 1
      const second = await openTestConnection(database)
      const watched = watching(second, async (text) => {
        sent.push(text)
        await spoil(text, second)
      })
      return {
        connection: watched,
        release: async () => {
          released += 1
          await second.dispose()
        },
      }
    },
  }
  const outcome = await validate(connection, relation, suite(), more)
  return { ...outcome, sent, leased, released, outcomes: outcome.results.map((result) => result.outcome) }
}

const allPassed = ['passed', 'passed', 'passed', 'passed', 'passed']

describe('a second connection', () => {
  test('sees the snapshot of the first, takes its share of the passes, and is given back', async () => {
    const { outcomes, sent, released, circumstances } = await withSecond()
    expect(outcomes).toEqual(allPassed)
    expect(sent.some((text) => text.includes('SET TRANSACTION SNAPSHOT'))).toBe(true)
    expect(sent.some((text) => text.includes('LOCK TABLE "public"."orders" IN ACCESS SHARE MODE'))).toBe(true)
    expect(sent.filter((text) => /FROM "public"\."orders"/.test(text)).length).toBeGreaterThan(0)
    expect(released).toBe(1)
    expect(circumstances?.remarks).toEqual([])
    expect(connection.transactionStatus()).toBe('idle')
  })

  test('counts the rows that were there when the run began, whatever is written between the two', async () => {
    let written = false
    const { outcomes } = await withSecond(async (text) => {
      if (written || !text.includes('SET TRANSACTION SNAPSHOT')) return
      written = true
      await database.run("INSERT INTO orders SELECT 1, 'code-1', 5000, 'y'")
    })
    await database.run("DELETE FROM orders WHERE note = 'y'")
    expect(written).toBe(true)
    expect(outcomes).toEqual(allPassed)
  })

  test('that is lost in the middle leaves its work to the first', async () => {
    const { outcomes, released, circumstances, ending } = await withSecond(async (text, second) => {
      if (/FROM "public"\."orders"/.test(text)) await database.run(`SELECT pg_terminate_backend(${second.processId})`)
    })
    expect(ending).toBeNull()
    expect(outcomes).toEqual(allPassed)
    expect(released).toBe(1)
    expect(circumstances?.remarks).toEqual(['The second connection ended before its work was done; one connection did the rest.'])
  })

  test('that takes long keeps the first awake, which the server would else end for idling', { timeout: 120_000 }, async () => {
    let held = false
    const { outcomes, ending } = await withSecond(async (text) => {
      if (held || !/FROM "public"\."orders"/.test(text)) return
      held = true
      // What the first sends when there is nothing left for it to read.
      const asked = async () => (await database.run(`SELECT query FROM pg_stat_activity WHERE pid = ${connection.processId}`))[0]?.query
      await expect.poll(asked, { timeout: 100_000 }).toMatch(/^\/\*\S+\*\/ SELECT$/)
    })
    expect(held).toBe(true)
    expect(ending).toBeNull()
    expect(outcomes).toEqual(allPassed)
  })

  test('that may not see the snapshot is done without, and the run says so', async () => {
    const { outcomes, released, circumstances } = await withSecond(async (text, second) => {
      // As a balancer would: the transaction is on another server, where no such snapshot is known.
      if (text.includes('SET TRANSACTION SNAPSHOT'))
        await second.query({ text: "SET TRANSACTION SNAPSHOT '00000000-00000000-1'", values: [] })
    })
    expect(outcomes).toEqual(allPassed)
    expect(released).toBe(1)
    expect(circumstances?.remarks).toEqual([expect.stringMatching(/^One connection did all the reading: .* was not to be had/)])
  })

  test('is not asked for where the table is small', async () => {
    const { leased } = await withSecond(undefined, 'few')
    expect(leased).toBe(0)
  })

  test('is not asked for where some rows lie on another server, which shows each connection a moment of its own', async () => {
    const { host, port, user, password } = database
    await database.run(`
      CREATE EXTENSION postgres_fdw; CREATE TABLE "far away" (LIKE orders); CREATE TABLE everywhere (LIKE orders); ALTER TABLE orders INHERIT everywhere;
      CREATE SERVER here FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '${host}', port '${port}', dbname '${database.database}');
      CREATE USER MAPPING FOR CURRENT_USER SERVER here OPTIONS (user '${user}', password '${password}');
      CREATE FOREIGN TABLE elsewhere () INHERITS (everywhere) SERVER here OPTIONS (schema_name 'public', table_name 'far away')`)
    const { outcomes, leased } = await withSecond(undefined, 'everywhere')
    await database.run('DROP FOREIGN TABLE elsewhere')
    expect(leased).toBe(0)
    expect(outcomes).toEqual(allPassed)
    expect((await withSecond(undefined, 'everywhere')).leased).toBe(1)
  })

  test('ends with the first when that is cancelled, and leaves nothing on the server', async () => {
    const cancel = new AbortController()
    const second = await openTestConnection(database)
    let released = 0
    const outcome = await validate(
      connection,
      'orders',
      [...suite(), expectation('unexpected_rows_expectation', { unexpected_rows_query: 'SELECT pg_sleep(60)' })],
      {
        signal: cancel.signal,
        second: async () => ({
          connection: second,
          release: async () => {
            released += 1
          },
        }),
        progress: (done) => {
          if (done === 3) cancel.abort()
        },
      },
    )
    expect(outcome.ending?.state).toBe('cancelled')
    expect(released).toBe(1)
    await second.dispose()
    await connection.dispose()
    const open = () =>
      database.run(
        "SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'plumbline/%' AND state <> 'idle' AND datname = current_database()",
      )
    await expect.poll(open).toEqual([])
    connection = await openTestConnection(database)
  })
})

test('another data source that takes long keeps the run awake as well', { timeout: 120_000 }, async () => {
  const awake = async () => {
    const asked = async () => (await database.run(`SELECT query FROM pg_stat_activity WHERE pid = ${connection.processId}`))[0]?.query
    await expect.poll(asked, { timeout: 100_000 }).toMatch(/^\/\*\S+\*\/ SELECT$/)
    return sql`SELECT 1 AS id`
  }
  const kwargs = { base_query: 'SELECT 1', comparison_data_source_name: 'Other', comparison_query: 'SELECT 1' }
  const compared = expectation('expect_query_results_to_match_comparison', kwargs)
  const { results, ending } = await validate(connection, 'few', [compared], { elsewhere: () => awake })
  expect([ending, results.map(({ outcome }) => outcome)]).toEqual([null, ['passed']])
})
