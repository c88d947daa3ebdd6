import { randomUUID } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ExportSource } from '#shared/model/query.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { startApplication, type TestApplication } from './assets-support.ts'

/** Results as Parquet, from a real server, read back by another reader than what wrote them. */

let database: TestDatabase
let app: TestApplication
let dataSourceId: string

beforeAll(async () => {
  database = await createDatabase()
  app = await startApplication()
  dataSourceId = await app.connect(database.connectionString)
})
afterAll(async () => {
  await app.dispose()
  await database.dispose()
})

test('every kind of value comes back as it was, NULLs and the first and last of each type with it', async () => {
  const { rows } = await saved(`
    SELECT v.*, money::numeric(10,2) AS cents, money::numeric(38,10) AS precise FROM (VALUES
      (true, 32767::int2, 2147483647::int4, 9223372036854775807::int8, 3.4028235e38::float4, 'NaN'::float8, 99999999.75,
        12345678901234567890.10::numeric, date '5874897-12-31', E'ä☃😀\\n"', '\\x00ff5c'::bytea, '{"a": 1.0}'::jsonb, '{1,2}'::int[]),
      (false, -32768, -2147483648, -9223372036854775808, -1e-45, '-Infinity', -99999999.75, 'NaN', '4713-01-01 BC', '', '\\x', 'null', '{}'),
      (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)
    ) AS v(yes, small, whole, big, float, double, money, exact, day, text, bytes, json, list)`)
  expect(rows).toEqual([
    {
      yes: true,
      small: 32_767,
      whole: 2_147_483_647,
      big: 9_223_372_036_854_775_807n,
      float: 3.4028234663852886e38,
      double: Number.NaN,
      money: '99999999.75',
      cents: 99_999_999.75,
      precise: 99_999_999.75,
      exact: '12345678901234567890.10',
      day: await days('5874897-12-31'),
      text: 'ä☃😀\n"',
      bytes: new Uint8Array([0, 255, 92]),
      json: '{"a": 1.0}',
      list: '{1,2}',
    },
    {
      yes: false,
      small: -32_768,
      whole: -2_147_483_648,
      big: -9_223_372_036_854_775_808n,
      float: -1.401298464324817e-45,
      double: Number.NEGATIVE_INFINITY,
      money: '-99999999.75',
      cents: -99_999_999.75,
      precise: -99_999_999.75,
      exact: 'NaN',
      day: await days('4713-01-01 BC'),
      text: '',
      bytes: new Uint8Array(),
      json: 'null',
      list: '{}',
    },
    Object.fromEntries(Object.keys(rows[0] ?? {}).map((name) => [name, null])),
  ])
})

test('times are the microseconds that the server counts, in every zone, before the Gregorian calendar and near the end of time', async () => {
  const times = [
    '2025-03-30 02:30:00.123456',
    '0044-03-15 12:00:00 BC',
    '1582-10-04 23:59:59.999999',
    '293000-12-31 23:59:59',
    '1969-12-31 23:59:59',
  ]
  for (const zone of ['UTC', 'Asia/Kathmandu', 'America/St_Johns', 'Europe/Amsterdam']) {
    const values = times.map((time) => `('${time}'::timestamp, '${time}'::timestamptz)`).join(', ')
    const tabId = randomUUID()
    await run(`SET TimeZone = '${zone}'`, tabId)
    const { rows } = await saved(`SELECT at, at_zone FROM (VALUES ${values}) AS v(at, at_zone)`, { tabId, session })
    const expected = await database.run(
      `SET TimeZone = '${zone}'; SELECT (extract(epoch FROM at) * 1000000)::int8::text AS at, (extract(epoch FROM at_zone) * 1000000)::int8::text AS at_zone
       FROM (VALUES ${values}) AS v(at, at_zone)`,
    )
    expect(rows).toEqual(expected.map(({ at, at_zone }) => ({ at: BigInt(String(at)), at_zone: BigInt(String(at_zone)) })))
    await app.client.query.close({ tabId })
  }
})

test('a long result is written in row groups, each with its rows in order, and columns of one name stay apart', async () => {
  const { rows, groups } = await saved("SELECT i AS n, md5(i::text) AS n, repeat('x', i % 300) AS filler FROM generate_series(1, 250000) i")
  expect(groups.length).toBeGreaterThan(2)
  expect(groups.reduce((sum, count) => sum + count, 0)).toBe(250_000)
  expect(rows.findIndex(({ n }, index) => n !== index + 1)).toBe(-1)
  expect([rows[249_999]?.n_2, String(rows[298]?.filler).length]).toEqual([await md5('250000'), 299])
})

test('a result without rows is a file with its columns', async () => {
  expect(await saved('SELECT 1 AS id, now() AS at WHERE false')).toMatchObject({ rows: [], names: ['id', 'at'] })
})

test('what a type of Parquet cannot hold is refused with its place, and leaves no file', async () => {
  await expect(saved("SELECT i, CASE i WHEN 3 THEN date 'infinity' END AS until FROM generate_series(1, 5) i")).rejects.toMatchObject({
    code: 'INVALID',
    message: 'The value of "until" in row 3 is infinity, which Parquet has no date for. Cast the column to text, or save it as CSV.',
  })
  await expect(saved("SELECT repeat('x', 17000000) AS body")).rejects.toMatchObject({ code: 'INVALID' })
  await expect(saved("SELECT 'NaN'::numeric(5,2) AS n")).rejects.toMatchObject({ code: 'INVALID' })
  expect(readdirSync(app.dataFolder).filter((name) => name.endsWith('.part'))).toEqual([])
})

const session = {
  autocommit: true,
  rollbackOnError: false,
  oneTransaction: false,
  afterError: 'stop',
  isolation: 'default',
  idleLimitMs: null,
} as const

async function saved(sql: string, tab: Extract<ExportSource, { kind: 'again' }>['tab'] = null) {
  const name = `${randomUUID()}.parquet`
  const source = { kind: 'again', dataSourceId, sql, tab } as const
  for await (const _event of await app.client.query.export({ source, format: 'parquet', name })) {
    // Its progress is the concern of other tests.
  }
  const file = await asyncBufferFromFile(join(app.dataFolder, name))
  const metadata = await parquetMetadataAsync(file)
  const whole = { dateFromDays: Number, timestampFromMicroseconds: BigInt }
  return {
    rows: (await parquetReadObjects({ file, metadata, parsers: whole as never, utf8: false })) as Readonly<Record<string, unknown>>[],
    groups: metadata.row_groups.map(({ num_rows }) => Number(num_rows)),
    names: metadata.schema.slice(1).map(({ name: column }) => column),
  }
}

async function run(sql: string, tabId: string): Promise<void> {
  const input = { runId: randomUUID(), tabId, sql, readOnly: false, keepInHistory: false, dataSourceId, rowLimit: 10, session }
  for await (const _event of await app.client.query.run(input)) {
    // Only what it sets is wanted.
  }
}

async function days(day: string): Promise<number> {
  const [row] = await database.run(`SELECT '${day}'::date - date '1970-01-01' AS days`)
  return Number(row?.days)
}

async function md5(text: string): Promise<string> {
  const [row] = await database.run(`SELECT md5('${text}') AS hash`)
  return String(row?.hash)
}
