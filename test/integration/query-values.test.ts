import { execFileSync, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openQueryPane, type QueryPane } from './query-support.ts'

/** Every type and its extremes: the pane shows the text that psql shows, to the last character (security.md R30). */

let database: QueryPane['database']
let app: QueryPane['app']
let client: QueryPane['client']
let dataSourceId: string
let dispose: QueryPane['dispose']

beforeAll(async () => {
  ;({ database, app, client, dataSourceId, dispose } = await openQueryPane({
    sql: `CREATE TYPE mood AS ENUM ('sad', 'ok; "fine"', 'happy''s');
      CREATE TYPE pair AS (a int, b text);
      CREATE DOMAIN positive AS int CHECK (value > 0);
      CREATE TYPE span AS RANGE (subtype = float8)`,
  }))
})
afterAll(() => dispose())

const values: readonly string[] = [
  ...['-32768', '32767'].map((value) => `(${value})::int2`),
  ...['-2147483648', '2147483647'].map((value) => `(${value})::int4`),
  ...['-9223372036854775808', '9223372036854775807', '9007199254740993'].map((value) => `(${value})::int8`),
  '4294967295::oid',
  ...["'NaN'", "'Infinity'", "'-Infinity'", "'-0'", "'0.1'", "'3.4028235e38'", "'1e-45'", "'16777217'"].map((value) => `${value}::float4`),
  ...["'NaN'", "'Infinity'", "'-Infinity'", "'-0'", "'0.1'", "'1.7976931348623157e308'", "'5e-324'", '0.1 + 0.2', "'1e15'", "'1e16'"].map(
    (value) => `(${value})::float8`,
  ),
  ...["'NaN'", "'0.00'", "'-0.10'", "'1e1000'", "'123456789012345678901234567890.123456789012345678901234567890'", "'1e-1000'"].map(
    (value) => `${value}::numeric`,
  ),
  "'1.50'::numeric(10,2)",
  "repeat('9', 1000)::numeric(1000)",
  "('-' || repeat('9', 500) || '.' || repeat('7', 500))::numeric(1000,500)",
  "'-92233720368547758.08'::money",
  ...["''", "' spaced '", "E'tab\\t line\\n return\\r'", "'ä ☃ 🐘 \u202e'", "E'\\x01\\x7f'", "'<b>&amp;</b>'", "'\\N'"].map(
    (value) => `${value}::text`,
  ),
  "'ab'::char(5)",
  "'ab'::varchar(5)",
  `'a'::"char"`,
  "'name'::name",
  "'\\x'::bytea",
  "'\\x00ff5c27'::bytea",
  'true',
  'false',
  ...["'4713-01-01 BC'", "'infinity'", "'-infinity'", "'5874897-12-31'", "'2024-02-29'"].map((value) => `${value}::date`),
  ...["'00:00'", "'24:00:00'", "'23:59:59.999999'"].map((value) => `${value}::time`),
  "'10:00:00+15:59:59'::timetz",
  ...["'infinity'", "'4713-01-01 00:00 BC'", "'294276-12-31 23:59:59.999999'", "'2024-01-01 00:00:00.1'"].map(
    (value) => `${value}::timestamp`,
  ),
  ...["'-infinity'", "'2024-06-30 23:59:59.999999+00'", "'1883-11-18 12:00:00+00'"].map((value) => `${value}::timestamptz`),
  "'178000000 years'::interval",
  "'-1 mons +2 days -03:04:05.000006'::interval",
  "'P0Y'::interval",
  "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid",
  `'{"a": 1.0, "a": 2, "b": 9007199254740993, "c": 1e400}'::json`,
  `'{"b": 9007199254740993, "a": 1.10, "c": [null, "\\u00e4"]}'::jsonb`,
  "'null'::jsonb",
  "'<a>b</a>'::xml",
  "'{1,NULL,3}'::int[]",
  "'[2:3][-1:0]={{1,2},{3,4}}'::int[]",
  `'{"a,b","c\\"d",NULL,"NULL",""}'::text[]`,
  "'{}'::text[]",
  "ARRAY['infinity'::timestamptz]",
  "ARRAY['\\x00'::bytea]",
  `'ok; "fine"'::mood`,
  `ARRAY['happy''s']::mood[]`,
  `ROW(1, 'a,"b')::pair`,
  "ROW(NULL, '')::pair",
  '5::positive',
  "'[1,10)'::int4range",
  "'empty'::int4range",
  "'(,5]'::numrange",
  "'{[1,2),[5,9)}'::int4multirange",
  "'[0.5,1.5)'::span",
  "'[2024-01-01,infinity)'::tstzrange",
  "'(1.5,-2)'::point",
  "'{1,-1,0}'::line",
  "'[(0,0),(1,1)]'::lseg",
  "'(1,1),(0,0)'::box",
  "'((0,0),(1,1),(2,0))'::path",
  "'((0,0),(1,1),(2,0))'::polygon",
  "'<(0,0),5>'::circle",
  "'192.168.0.1/24'::inet",
  "'::ffff:1.2.3.0/120'::cidr",
  "'08:00:2b:01:02:03'::macaddr",
  "'08:00:2b:01:02:03:04:05'::macaddr8",
  "B'10101'::bit(5)",
  "B''::varbit",
  "'a fat cat'::tsvector",
  "'fat & (rat | !cat:AB)'::tsquery",
  "'16/B374D848'::pg_lsn",
  "'10:20:10,14,15'::pg_snapshot",
  "'pg_class'::regclass",
  "'int4'::regtype",
  "'(0,1)'::tid",
  "'1'::xid",
  "'18446744073709551615'::xid8",
  'NULL::text',
  "''::text",
  'NULL::int[]',
  "repeat('€', 5000)",
]

const hasPsql = spawnSync('psql', ['--version']).status === 0

describe.skipIf(!hasPsql)('the pane shows what psql shows', () => {
  test('for every type and its extremes', async () => {
    const rows = await shown(`SELECT ${values.map((value, index) => `${value} AS v${index}`).join(', ')}`)
    const expected = psql(values)
    const mismatches = values.flatMap((value, index) => {
      const [ours, theirs] = [rows[0]?.[index] ?? '[null]', expected[index] ?? '']
      return ours === theirs ? [] : [{ value, ours, theirs }]
    })
    expect(mismatches).toEqual([])
    expect(rows[0]).toHaveLength(values.length)
  })

  test('under the settings of the session, as psql does', async () => {
    const sql =
      "SET datestyle = 'SQL, DMY'; SET intervalstyle = 'iso_8601'; SET bytea_output = 'escape'; SELECT '2024-02-29'::date, '1 mon -2 days'::interval, '\\x00ff'::bytea"
    expect(await shown(sql)).toEqual([['29/02/2024', 'P1M-2D', '\\000\\377']])
  })
})

describe('a database in another encoding', () => {
  test.each([
    ['LATIN1', 'né'],
    ['SQL_ASCII', '\\x6ee9'],
  ])('%s: one value that is no UTF-8 hides neither its row nor the others', async (encoding, expected) => {
    const name = `encoded_${encoding.toLowerCase()}_${process.pid}`
    await database.run(`CREATE DATABASE ${name} ENCODING '${encoding}' LOCALE 'C' TEMPLATE template0`)
    try {
      const source = await app.connect(database.connectionString.replace(`/${database.database}`, `/${name}`))
      const made =
        "SELECT 1 AS id, convert_from('\\x6ee9', current_setting('server_encoding')) AS name UNION ALL SELECT 2, 'plain' ORDER BY id"
      expect(await shown(made, source)).toEqual([
        ['1', expected],
        ['2', 'plain'],
      ])
      await client.dataSources.remove({ id: source })
    } finally {
      await database.run(`DROP DATABASE ${name} WITH (FORCE)`)
    }
  })
})

async function shown(sql: string, source = dataSourceId): Promise<readonly (readonly (string | null)[])[]> {
  const session = {
    autocommit: true,
    rollbackOnError: false,
    oneTransaction: false,
    afterError: 'stop',
    isolation: 'default',
    idleLimitMs: null,
  } as const
  const tabId = randomUUID()
  const input = { runId: randomUUID(), tabId, dataSourceId: source, sql, readOnly: false, rowLimit: 10, keepInHistory: false, session }
  let resultId = ''
  for await (const event of await client.query.run(input)) {
    if (event.type === 'failed') throw new Error(event.problem.message)
    if (event.type === 'result') resultId = event.resultId
  }
  return (await client.query.window({ resultId, from: 0, count: 10, clipLength: 10_000 })).rows
}

/** One value a line ending in a byte that none of them has. */
function psql(expressions: readonly string[]): readonly string[] {
  const end = '\u0002'
  const select = `SELECT ${expressions.join(', ')}`
  const args = ['--no-psqlrc', '-At', '-F', end, '-R', end, '--pset', 'null=[null]', '-c', select, database.connectionString]
  const text = execFileSync('psql', args, { encoding: 'utf8', env: { ...process.env, PGCLIENTENCODING: 'UTF8' } })
  return text.replace(/\n$/, '').split(end)
}
