import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Connection } from '#services/postgres/connection.ts'
import { priceAsset } from '#services/validation/price.ts'
import { readRecord } from '#services/validation/record-text.ts'
import type { Kwargs } from '#shared/model/expectation.ts'
import { fc } from '#test/support/chance.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { expectation, openTestConnection, validate } from './validation-support.ts'

/** A view or a query of the user's is evaluated once a round, however many passes there are. */

let database: TestDatabase
let connection: Connection

beforeAll(async () => {
  database = await createDatabase({
    sql: `CREATE TABLE calls (id integer PRIMARY KEY, code text, amount numeric, status text);
      INSERT INTO calls SELECT i, 'code, "' || i || '"', i % 100, CASE WHEN i % 50 = 0 THEN 'odd' ELSE 'ok' END FROM generate_series(1, 1000) i;
      CREATE VIEW dear AS SELECT id, code, amount, status, amount - 50 AS "per cent" FROM calls;
      CREATE VIEW fragile AS SELECT id, code, 100 / (id % 500) AS share, 1 / amount AS inverse FROM calls`,
  })
  connection = await openTestConnection(database)
})

afterEach(async () => {
  await connection.query({ text: 'ROLLBACK', values: [] })
})

afterAll(async () => {
  await connection.dispose()
  await database.dispose()
})

async function scans(): Promise<number> {
  await connection.query({ text: 'SELECT pg_stat_force_next_flush()', values: [] })
  const { rows } = await connection.query({ text: `SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'calls'`, values: [] })
  return Number(rows[0]?.[0])
}

const even = { type: 'comparison', column: { name: 'amount' }, operator: '>', parameter: 10 }
const wanted: readonly (readonly [string, Kwargs])[] = [
  ['expect_column_values_to_not_be_null', { column: 'code' }],
  ['expect_column_values_to_be_unique', { column: 'id' }],
  ['expect_column_values_to_be_unique', { column: 'code' }],
  ['expect_column_mean_to_be_between', { column: 'per cent', min_value: -60 }],
  ['expect_column_most_common_value_to_be_in_set', { column: 'status', value_set: ['ok'] }],
  ['expect_column_max_to_be_between', { column: 'amount', max_value: 99, row_condition: even, condition_parser: 'great_expectations' }],
  ['expect_column_quantile_values_to_be_between', { column: 'amount', quantile_ranges: { quantiles: [0.5], value_ranges: [[0, 99]] } }],
  ['expect_column_distinct_values_to_equal_set', { column: 'status', value_set: ['ok', 'odd'] }],
]
const expectations = wanted.map(([type, kwargs]) => expectation(type, kwargs))

describe('a view with eight expectations, some of which sort', () => {
  test('is evaluated once, and answers as its table does', async () => {
    const before = await scans()
    const { results } = await validate(connection, 'dear', expectations)
    expect((await scans()) - before).toBe(1)
    expect(results.map(({ outcome }) => outcome)).toEqual(wanted.map(() => 'passed'))
    const query = { schema: '', relation: 'q', query: 'SELECT *, amount - 50 AS "per cent" FROM calls' }
    const ofQuery = await validate(connection, 'q', expectations, { source: query })
    expect((await scans()) - before).toBe(2)
    const answers = ({ outcome, observedValue, counts, details }: (typeof results)[number]) => ({ outcome, observedValue, counts, details })
    expect(ofQuery.results.map(answers)).toEqual(results.map(answers))
  })

  test('has the price of one look', async () => {
    const plan = await priceAsset(connection, {
      runId: randomUUID(),
      budgetMs: 60_000,
      signal: new AbortController().signal,
      source: { schema: 'public', relation: 'dear', query: null },
      expectations,
    })
    expect(plan.steps.length).toBeGreaterThan(2)
    expect(plan.bytesToRead).toBe(plan.tableBytes)
  })

  test('and once more for what needs numbers of the first round', async () => {
    const before = await scans()
    const median = expectation('expect_column_median_to_be_between', { column: 'per cent', min_value: -60 })
    const { results } = await validate(connection, 'dear', [...expectations, median])
    expect(results.at(-1)).toMatchObject({ outcome: 'passed', observedValue: -0.5 })
    expect((await scans()) - before).toBe(2)
  })

  test('only the rows of a batch are held', async () => {
    await database.run(`CREATE VIEW dated AS SELECT *, date '2024-01-01' + (id / 500) AS day FROM calls`)
    const before = await scans()
    const { results, batch } = await validate(connection, 'dated', expectations.slice(0, 3), {
      batches: { interval: 'daily', column: 'day' },
      period: '2024-01-02',
    })
    expect(batch?.period).toBe('2024-01-02')
    expect(results.map(({ counts }) => counts?.elementCount)).toEqual([500, 500, 500])
    expect((await scans()) - before).toBeLessThanOrEqual(2)
  })

  test('rows that would fill the disk are not held: then each pass evaluates the view', async () => {
    const before = await scans()
    // More than one statement may have columns: two scans.
    const value_set = Array.from({ length: 500 }, (_none, index) => `code ${index}`)
    const plain = [expectation('expect_column_distinct_values_to_contain_set', { column: 'code', value_set })]
    const { results } = await validate(connection, 'dear', plain, { sortLimitBytes: 10_000 })
    expect(results.map(({ outcome }) => outcome)).toEqual(['failed'])
    expect((await scans()) - before).toBe(2)
  })
})

test('one that fails is found among the others, which have their answers', async () => {
  const { results } = await validate(connection, 'fragile', [
    expectation('expect_column_values_to_be_unique', { column: 'code' }),
    expectation('expect_column_max_to_be_between', { column: 'share', max_value: 1 }),
    expectation('expect_column_median_to_be_between', { column: 'inverse', max_value: 1 }),
    expectation('expect_column_values_to_not_be_null', { column: 'id' }),
  ])
  expect(results.map(({ outcome, problem }) => [outcome, problem?.sqlstate ?? null])).toEqual([
    ['passed', null],
    ['error', '22012'],
    ['error', '22012'],
    ['passed', null],
  ])
})

test('the fields of a row are read as the server wrote them', async () => {
  const field = fc.option(fc.oneof(fc.string({ unit: fc.constantFrom('"', '\\', ',', '(', ')', ' ', 'a', '\n', 'é') }), fc.string()))
  await fc.assert(
    fc.asyncProperty(fc.array(field, { minLength: 1, maxLength: 6 }), async (given) => {
      const fields = given.map((text) => text?.replaceAll('\0', '') ?? null)
      const places = fields.map((_, index) => `$${index + 1}::text`).join(', ')
      const { rows } = await connection.query({ text: `SELECT r::text FROM (SELECT ${places}) AS r`, values: fields })
      expect(readRecord(rows[0]?.[0] ?? '')).toEqual(fields)
    }),
    { numRuns: 300 },
  )
})
