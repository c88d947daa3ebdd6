import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Connection } from '#services/postgres/connection.ts'
import { costliest, heatOfEstimate, heatOfShare, parsePlan, planAsText, type QueryPlan } from '#shared/postgres/query-plan.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { openTestConnection } from './validation-support.ts'

/** Plans of a real server, of many kinds. */

let database: TestDatabase
let connection: Connection

beforeAll(async () => {
  database = await createDatabase({
    sql: `CREATE TABLE customers (id integer PRIMARY KEY, name text);
      CREATE TABLE orders (id integer PRIMARY KEY, customer_id integer REFERENCES customers, amount numeric);
      INSERT INTO customers SELECT i, 'name ' || i FROM generate_series(1, 1000) i;
      INSERT INTO orders SELECT i, 1 + i % 1000, i % 97 FROM generate_series(1, 60000) i;
      CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
      CREATE TRIGGER noted BEFORE UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION note();
      ANALYZE`,
  })
  connection = await openTestConnection(database)
})

afterAll(async () => {
  await connection.dispose()
  await database.dispose()
})

async function plan(sql: string, options = 'ANALYZE, BUFFERS, '): Promise<QueryPlan> {
  const { rows } = await connection.query({ text: `EXPLAIN (${options}FORMAT JSON) ${sql}`, values: [] })
  const parsed = parsePlan(rows[0]?.[0] ?? '')
  if (parsed === null) throw new Error('no plan')
  return parsed
}

const titles = ({ nodes }: QueryPlan) => nodes.map(({ depth, title }) => `${' '.repeat(depth)}${title}`)

test('a join is a tree, with titles as EXPLAIN writes them', async () => {
  await connection.query({ text: 'SET max_parallel_workers_per_gather = 0; ', values: [] })
  const found = await plan('SELECT * FROM orders o LEFT JOIN customers c ON c.id = o.customer_id WHERE o.amount > 5')
  expect(titles(found)).toEqual(['Hash Left Join', ' Seq Scan on orders o', ' Hash', '  Seq Scan on customers c'])
  const [join, scan] = found.nodes
  expect(join?.facts).toContainEqual({ name: 'Hash Cond', value: '(o.customer_id = c.id)' })
  expect(scan?.facts.map(({ name }) => name)).toEqual(expect.arrayContaining(['Filter', 'Rows Removed by Filter']))
  expect(scan?.actual?.loops).toBe(1)
  expect(scan?.buffers?.sharedHit).toBeGreaterThan(100)
  expect(found.executionMs).toBeGreaterThan(0)
})

test('what nodes take by themselves adds up to the whole', async () => {
  for (const sql of [
    'SELECT count(*) FROM orders o JOIN customers c ON c.id = o.customer_id',
    'SELECT * FROM customers c WHERE (SELECT sum(amount) FROM orders WHERE id = c.id) > 5',
    'WITH big AS MATERIALIZED (SELECT customer_id, sum(amount) s FROM orders GROUP BY 1) SELECT count(*) FROM big a JOIN big b ON a.s = b.s',
  ]) {
    const { root, nodes } = await plan(sql)
    const sum = nodes.reduce((total, { exclusive }) => total + (exclusive ?? 0), 0)
    // The server rounds each time to a microsecond, and a node may seem to take less than its children.
    expect(Math.abs(sum - (root.inclusive ?? 0)), sql).toBeLessThan(0.2 * (root.inclusive ?? 0) + 0.2)
  }
})

test('a common table expression counts as time of who reads it, and initial plans and subplans are named', async () => {
  const found = await plan(
    // Half a second of sleep, so that a busy machine does not make another node the costliest.
    'WITH t AS MATERIALIZED (SELECT customer_id FROM pg_sleep(0.5), orders) SELECT count(*), (SELECT max(id) FROM customers) FROM t',
  )
  expect(found.nodes.flatMap(({ role }) => (role === null ? [] : [role]))).toEqual(expect.arrayContaining(['CTE t', 'InitPlan 2']))
  const reader = found.nodes.find(({ type }) => type === 'CTE Scan')
  expect(reader?.exclusive).toBeLessThan((reader?.inclusive ?? 0) / 2)
  expect(costliest(found)?.node.type).toBe('Function Scan')
})

test('what never ran has no time, and what came is compared with what was expected', async () => {
  const found = await plan('SELECT * FROM (SELECT 1 WHERE false) x JOIN orders ON true')
  expect(found.root.inclusive).not.toBeNull()
  const nothing = await plan('SELECT * FROM orders a JOIN customers b ON a.amount = -1 AND b.id = a.id')
  const never = nothing.nodes.find(({ actual }) => actual?.loops === 0)
  expect([never?.inclusive, never?.exclusive, never?.misestimate]).toEqual([null, null, null])
  const wrong = await plan("SELECT * FROM customers WHERE name LIKE 'name%' AND length(name) > 2 AND id + 0 > 0")
  expect(wrong.root.misestimate).toMatchObject({ direction: 'more' })
  expect(wrong.root.misestimate?.factor).toBeGreaterThan(2)
})

test('side by side, times are of the clock and not of all processes together', async () => {
  await database.run(`ALTER DATABASE ${database.database} SET min_parallel_table_scan_size = 0`)
  const parallel = await openTestConnection(database)
  for (const set of [
    'parallel_setup_cost = 0',
    'parallel_tuple_cost = 0',
    'max_parallel_workers_per_gather = 2',
    'min_parallel_table_scan_size = 0',
  ])
    await parallel.query({ text: `SET ${set}`, values: [] })
  const { rows } = await parallel.query({ text: 'EXPLAIN (ANALYZE, FORMAT JSON) SELECT count(*) FROM orders WHERE amount > 3', values: [] })
  await parallel.dispose()
  const found = parsePlan(rows[0]?.[0] ?? '')
  const scan = found?.nodes.find(({ type }) => type === 'Seq Scan')
  expect(scan?.title).toBe('Parallel Seq Scan on orders')
  expect(scan?.inclusive).toBeLessThanOrEqual((found?.executionMs ?? 0) * 1.05)
})

test('triggers, changes and index scans are told; without ANALYZE the measure is the cost', async () => {
  await connection.query({ text: 'BEGIN', values: [] })
  const change = await plan('UPDATE customers SET name = name WHERE id < 50')
  await connection.query({ text: 'ROLLBACK', values: [] })
  expect(change.triggers).toMatchObject([{ name: 'noted', calls: 49 }])
  expect(titles(change)[0]).toBe('Update on customers')
  const cost = await plan('SELECT * FROM orders WHERE id = 5', '')
  expect([cost.measure, titles(cost), cost.executionMs]).toEqual(['cost', ['Index Scan using orders_pkey on orders'], null])
  expect(cost.root.inclusive).toBe(cost.root.cost.total)
  expect(planAsText(cost)).toMatch(
    /^Index Scan using orders_pkey on orders {2}\(cost=\d+\.\d+\.\.\d+\.\d+ rows=1 width=\d+\)\n {2}Index Cond: \(id = 5\)/,
  )
})

describe('what is no plan', () => {
  test.each(['', '{}', '[]', '[{"Plan":{}}]', 'Seq Scan on t', '[{"Plan": {"Node Type": 5}}]'])('%j', (text) => {
    expect(parsePlan(text)).toBeNull()
  })
})

test('heat begins at the usual limits', () => {
  expect([0.05, 0.1, 0.11, 0.51, 0.91].map(heatOfShare)).toEqual([0, 0, 1, 2, 3])
  expect([1, 10, 11, 101, 1_001].map(heatOfEstimate)).toEqual([0, 0, 1, 2, 3])
})
