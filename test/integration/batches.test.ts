import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Connection } from '#services/postgres/connection.ts'
import { listBatches, openBatch } from '#services/validation/batches.ts'
import { readTable } from '#services/validation/read-table.ts'
import type { BatchDefinition, TimeInterval } from '#shared/model/batch.ts'
import { compile, identifier, type Sql, sql } from '#shared/sql/sql.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { startApplication, type TestApplication } from './assets-support.ts'
import { expectation, openTestConnection, validate } from './validation-support.ts'

/** Batches by a date or a time, on a real server: which rows are in them, how they are found, and what they cost. */

let database: TestDatabase
let connection: Connection

const query = (statement: Sql) => connection.query(compile(statement))
const rowCount = (min_value: number) => expectation('expect_table_row_count_to_be_between', { min_value })

beforeAll(async () => {
  database = await createDatabase({
    sql: `
      CREATE TABLE days (id int PRIMARY KEY, day date);
      INSERT INTO days VALUES (1, '2024-02-28'), (2, '2024-02-29'), (3, '2024-03-01'), (4, '2025-02-28'), (5, NULL), (6, 'infinity'), (7, '-infinity'), (8, '0044-03-15 BC');
      CREATE INDEX ON days (day);
      CREATE TABLE unindexed AS SELECT * FROM days;
      CREATE TABLE moments (id int PRIMARY KEY, at timestamp(3));
      INSERT INTO moments VALUES (1, '2025-12-31 23:59:59.999'), (2, '2026-01-01 00:00'), (3, '2026-12-31 23:59:59.999'), (4, '2027-01-01');
      CREATE TABLE instants (id int PRIMARY KEY, at timestamptz);
      CREATE INDEX ON instants (at);
      CREATE TABLE empty (id int PRIMARY KEY, day date);
      CREATE TABLE sparse (id bigint PRIMARY KEY, day date NOT NULL, text text);
      INSERT INTO sparse SELECT n, date '1990-01-01' + (n / 10000 * 400)::int, 'x' FROM generate_series(1, 100000) n;
      CREATE INDEX ON sparse (day);
      CREATE FUNCTION helper(int) RETURNS int LANGUAGE sql STABLE AS 'SELECT $1';
      CREATE FUNCTION outer_one(int) RETURNS int LANGUAGE plpgsql STABLE AS 'BEGIN RETURN helper($1); END';
      CREATE VIEW seen AS SELECT day FROM days WHERE outer_one(id) = id;
      ANALYZE;`,
  })
  // In Berlin, the 29th of March 2026 has 23 hours and the 25th of October has 25.
  await database.run(`
    INSERT INTO instants SELECT n, timestamptz '2026-03-28 00:30+01' + n * interval '1 hour' FROM generate_series(0, 71) n;
    INSERT INTO instants SELECT 100 + n, timestamptz '2026-10-24 00:30+02' + n * interval '1 hour' FROM generate_series(0, 73) n`)
  connection = await openTestConnection(database)
  await connection.query({ text: `SET TimeZone = 'Europe/Berlin'`, values: [] })
})

afterAll(async () => {
  await connection.dispose()
  await database.dispose()
})

async function factsOf(table: string) {
  const facts = await readTable(query, 'public', table)
  if (facts === null) throw new Error(`There is no table ${table}.`)
  return facts
}

async function idsIn(table: string, definition: BatchDefinition, period: string | null): Promise<string> {
  const facts = await factsOf(table)
  const opened = await openBatch(query, facts, { definition, period })
  if (!opened.ok) return opened.sentence
  const { rows } = await query(
    sql`SELECT string_agg(b.id::text, ' ' ORDER BY b.id) FROM ${identifier(table)} AS b WHERE ${opened.rows ?? sql`true`}`,
  )
  return rows[0]?.[0] ?? ''
}

async function periodsOf(relation: string, interval: TimeInterval, column: string, limit = 100) {
  const found = await listBatches(query, await factsOf(relation), { definition: { interval, column }, limit })
  if (!found.ok) throw new Error(found.sentence)
  return found.batches
}

describe('which rows are in a batch', () => {
  const cases: readonly [table: string, interval: TimeInterval, column: string, period: string | null, ids: string][] = [
    ['days', 'yearly', 'day', '2024', '1 2 3'],
    ['days', 'monthly', 'day', '2024-02', '1 2'],
    ['days', 'daily', 'day', '2024-02-29', '2'],
    ['days', 'daily', 'day', '2024-02-28', '1'],
    ['days', 'monthly', 'day', '2025-02', '4'],
    ['days', 'yearly', 'day', '2026', ''],
    ['days', 'yearly', 'day', 'null', '5'],
    ['days', 'yearly', 'day', null, '4'],
    ['unindexed', 'monthly', 'day', null, '4'],
    ['moments', 'yearly', 'at', '2026', '2 3'],
    ['moments', 'daily', 'at', '2025-12-31', '1'],
    ['moments', 'daily', 'at', null, '4'],
  ]
  test.each(cases)('%s %s by %s, %s: rows %s', async (table, interval, column, period, ids) => {
    expect(await idsIn(table, { interval, column }, period)).toBe(ids)
  })

  test('a day of the time zone has 23 or 25 hours where its clock is changed', async () => {
    const found: number[] = []
    for (const period of ['2026-03-28', '2026-03-29', '2026-03-30', '2026-10-24', '2026-10-25']) {
      found.push((await idsIn('instants', { interval: 'daily', column: 'at' }, period)).split(' ').length)
    }
    expect(found).toEqual([24, 23, 24, 24, 25])
  })

  test('what cannot have batches is told', async () => {
    expect(await idsIn('days', { interval: 'daily', column: 'id' }, null)).toBe(
      'Batches need a column of type date or timestamp, and "id" is integer.',
    )
    expect(await idsIn('days', { interval: 'daily', column: 'gone' }, null)).toContain('There is no column "gone" any more.')
    expect(await idsIn('empty', { interval: 'daily', column: 'day' }, null)).toBe('There is no batch yet: no row has a date in "day".')
  })
})

describe('the list of batches', () => {
  test('newest first, nulls last, and infinity and years before the first told, with an index and without', async () => {
    const expected = { periods: ['2025-02', '2024-03', '2024-02', 'null'], more: false, outside: true, timeZone: null }
    expect(await periodsOf('days', 'monthly', 'day')).toEqual({ ...expected, indexed: true })
    expect(await periodsOf('unindexed', 'monthly', 'day')).toEqual({ ...expected, indexed: false })
    expect(await periodsOf('days', 'yearly', 'day', 1)).toMatchObject({ periods: ['2025', 'null'], more: true })
    expect(await periodsOf('instants', 'monthly', 'at')).toMatchObject({ periods: ['2026-10', '2026-03'], timeZone: 'Europe/Berlin' })
    expect(await periodsOf('empty', 'daily', 'day')).toMatchObject({ periods: [], outside: false })
  })

  test('an index is skipped through: a hundred thousand rows in eleven days cost pages by the day', async () => {
    const read = async () => {
      const [row] = await database.run(
        `SELECT idx_tup_read::int + (SELECT seq_tup_read::int FROM pg_stat_user_tables WHERE relname = 'sparse') AS n
         FROM pg_stat_user_indexes WHERE relname = 'sparse' AND indexrelname LIKE '%day%'`,
      )
      return Number(row?.n)
    }
    const before = await read()
    expect((await periodsOf('sparse', 'daily', 'day')).periods).toHaveLength(11)
    // Statistics of a session are written when it has been idle for a moment, or when it ends.
    await connection.query({ text: 'SELECT pg_stat_force_next_flush()', values: [] })
    await expect.poll(read).toBeGreaterThan(before)
    expect((await read()) - before).toBeLessThan(1_000)
  })
})

describe('a run over a batch', () => {
  test('counts, failing rows and custom SQL are about its rows alone, by a condition that the index answers', async () => {
    await database.run(`UPDATE sparse SET text = NULL WHERE id IN (5, 20005)`)
    const notNull = expectation('expect_column_values_to_not_be_null', { column: 'text' })
    const custom = (unexpected_rows_query: string) =>
      expectation('unexpected_rows_expectation', { unexpected_rows_query }, { description: 'Finds' })
    const { results, batch, ending } = await validate(
      connection,
      'sparse',
      [
        rowCount(1),
        notNull,
        custom('SELECT * FROM {batch} WHERE text IS NULL'),
        custom('SELECT s.* FROM {batch} AS s JOIN {batch} other ON other.id = s.id WHERE s.text IS NULL'),
        custom('SELECT id FROM {batch}\nEXCEPT SELECT id FROM {batch}'),
      ],
      { batches: { interval: 'daily', column: 'day' }, period: '1990-01-01' },
    )
    expect(ending).toBeNull()
    expect(batch).toEqual({ interval: 'daily', column: 'day', period: '1990-01-01' })
    expect(results.map(({ outcome, observedValue, counts }) => [outcome, counts?.unexpectedCount ?? observedValue])).toEqual([
      ['passed', 9_999],
      ['failed', 1],
      ['failed', 1],
      ['failed', 1],
      ['passed', 0],
    ])
    const shown = results[1]?.failingRowsSql ?? ''
    const plan = (await connection.query({ text: `EXPLAIN ${shown}`, values: [] })).rows.join('\n')
    expect(plan).toMatch(/Index Cond: .*day >= '1990-01-01'::date.* AND .*day < '1990-01-02'::date/u)
    expect((await connection.query({ text: shown, values: [] })).rows.map(([id]) => id)).toEqual(['5'])
  })
})

describe('batches of a data asset', () => {
  let application: TestApplication
  let assetId: string

  beforeAll(async () => {
    application = await startApplication()
    const source = await application.connect(database.connectionString)
    assetId = (await application.add(source, ['days'], true))[0] ?? ''
  })
  afterAll(() => application.dispose())

  test('of a view are found by whatever its functions find', async () => {
    const source = await application.connect(database.connectionString)
    const [id = ''] = await application.add(source, ['seen'], true)
    await application.client.assets.configureBatches({ id, batches: { interval: 'yearly', column: 'day' } })
    expect((await application.client.assets.batches({ id, limit: 1 })).periods).toContain('2025')
  })

  test('are chosen, listed, validated and kept with the run', async () => {
    const { client } = application
    expect((await client.assets.get({ id: assetId })).batches).toEqual({ interval: 'whole-table' })
    await expect(client.validations.start({ assetId, period: '2024' })).rejects.toMatchObject({ code: 'INVALID' })
    await expect(client.assets.configureBatches({ id: assetId, batches: { interval: 'daily', column: 'id' } })).rejects.toMatchObject({
      code: 'INVALID',
      data: { field: 'column' },
    })
    expect((await client.assets.configureBatches({ id: assetId, batches: { interval: 'monthly', column: 'day' } })).batches).toEqual({
      interval: 'monthly',
      column: 'day',
    })
    expect((await client.assets.batches({ id: assetId, limit: 2 })).periods).toEqual(['2025-02', '2024-03', 'null'])
    await expect(client.validations.start({ assetId, period: '2024' })).rejects.toMatchObject({ code: 'INVALID' })
    for (const [period, found] of [[undefined, '2025-02'] as const, ['2024-02', '2024-02'] as const]) {
      const { id } = await client.validations.start({ assetId, ...(period === undefined ? {} : { period }) })
      await expect.poll(async () => (await client.validations.get({ id })).summary.state).toBe('done')
      expect((await client.validations.get({ id })).summary.batch).toEqual({ interval: 'monthly', column: 'day', period: found })
    }
  })
})
