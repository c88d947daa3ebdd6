import { randomUUID } from 'node:crypto'
import type { EventEmitter } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { formatsOf } from '#services/query/export-formats.ts'
import type { ExportEvent, ExportFormat, ExportSource, QueryEvent, SessionOptions } from '#shared/model/query.ts'
import { openQueryPane, type QueryPane } from './query-support.ts'

/** Results as files, from a real server over the wire that the web host has. */

let database: QueryPane['database']
let app: QueryPane['app']
let client: QueryPane['client']
let dataSourceId: string
let dispose: QueryPane['dispose']

beforeAll(async () => {
  ;({ database, app, client, dataSourceId, dispose } = await openQueryPane())
})
afterAll(() => dispose())

const awkward = `
  SELECT * FROM (VALUES
    (1, 'plain', -5::numeric, true, 12345678901234567890.10::numeric, '{"a": 1.0}'::json, 'NaN'::float8),
    (2, '=1+1', 5, false, 0.00, NULL, '-Infinity'),
    (3, E'two\\nlines, "quoted"', NULL, NULL, NULL, '[]', -0.5),
    (4, '', 1e10, true, -1, 'null', 1e300),
    (5, NULL, 0, true, 0, '"ä☃"', 0),
    (6, E'\\u2066＠x', 0, true, 0, '2', 0),
    (7, '＝1', 0, true, 0, '2', 0),
    (8, '-1', 0, true, 0, '2', 0),
    (9, ' spaced ', 0, true, 0, '2', 0)
  ) AS v("id", "=text", "number", "flag", "wide", "json", "double")`

test('exact CSV gives back every value as the server wrote it, NULL and the empty text apart', async () => {
  const text = await exported(awkward, 'csv-exact')
  const [head, ...rows] = parseCsv(text)
  expect(head).toEqual(['id', '=text', 'number', 'flag', 'wide', 'json', 'double'])
  expect(rows).toEqual(await onServer())
  expect(rows[3]?.[1]).toBe('')
  expect(rows[4]?.[1]).toBeNull()
})

test('in CSV for spreadsheets no text begins like a formula, and every number is as it was', async () => {
  const text = await exported(awkward, 'csv-spreadsheet')
  expect(text.startsWith('\uFEFF')).toBe(true)
  const [head, ...rows] = parseCsv(text.slice(1))
  expect(head?.[1]).toBe("'=text")
  expect(rows.map((row) => row[1])).toEqual(['plain', "'=1+1", 'two\nlines, "quoted"', '', null, '\u2066＠x', "'＝1", "'-1", ' spaced '])
  expect(rows.map((row) => row[2])).toEqual(['-5', '5', null, '10000000000', '0', '0', '0', '0', '0'])
  expect(rows[1]?.[6]).toBe('-Infinity')
})

test('JSON keeps all digits, embeds JSON, and loses no column to another of its name', async () => {
  const text = await exported(awkward, 'json')
  expect(text).toContain('"wide": 12345678901234567890.10')
  const rows = JSON.parse(text) as Readonly<Record<string, unknown>>[]
  expect(rows).toHaveLength(9)
  expect(rows[0]).toMatchObject({ id: 1, number: -5, flag: true, json: { a: 1 }, double: 'NaN' })
  expect(rows[1]).toMatchObject({ json: null, double: '-Infinity', flag: false })
  expect(JSON.parse(await exported('SELECT 1 AS a, 2 AS a, 3 AS a_2', 'json'))).toEqual([{ a: 1, a_2: 2, a_2_2: 3 }])
  expect(JSON.parse(await exported('SELECT 1 AS a WHERE false', 'json'))).toEqual([])
})

test('TSV is read back by COPY as it was', async () => {
  const text = await exported(
    `SELECT id, "=text" AS t, "double" FROM (${awkward}) q UNION ALL SELECT 10, E'tab\\t back\\\\slash', 1`,
    'tsv',
  )
  expect(text.split('\n')[0]).toBe('id\tt\tdouble')
  expect(text).toContain('4\t\t1e+300')
  expect(text).toContain('5\t\\N\t0')
  expect(text).toContain('10\ttab\\t back\\\\slash\t1')
})

test('TSV is, byte for byte, what COPY writes, whatever is in the values', async () => {
  const hostile = `SELECT i, chr(i) || 'a' || chr(i) AS "around\\it", nullif(repeat(chr(i), i % 3), '') AS some, decode(lpad(to_hex(i), 4, '0'), 'hex') AS bytes,
    ARRAY['\\', NULL, E'\\t', chr(i)] AS "tab\there", '\\N' AS n, '\\.' AS dot FROM generate_series(1, 700) i`
  const expected = await copied(`COPY (${hostile}) TO STDOUT (HEADER)`)
  expect((await saved(again(hostile), 'tsv')).equals(expected)).toBe(true)
  expect(await exported(hostile, 'tsv')).toBe(expected.toString())
})

test('JSON Lines is an object a line, with all digits', async () => {
  const lines = (await exported(awkward, 'json-lines')).trimEnd().split('\n')
  expect(lines).toHaveLength(9)
  expect(lines[0]).toContain('"wide":12345678901234567890.10')
  expect(lines.map((line) => (JSON.parse(line) as { id: number }).id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(await exported('SELECT E\'{"a":\\n 1}\'::json AS j', 'json-lines')).toBe('{"j":{"a":  1}}\n')
})

test('a long result is saved whole, beyond what the grid is given at first', async () => {
  const text = await exported("SELECT i, repeat('x', 60) AS filler FROM generate_series(1, 30000) i", 'csv-exact')
  const rows = text.trimEnd().split('\r\n').slice(1)
  expect(rows).toHaveLength(30_000)
  expect(rows.map((row) => Number(row.split(',')[0]))).toEqual(Array.from({ length: 30_000 }, (_none, index) => index + 1))
})

test('all rows are saved by running the query again, whichever limit the grid had, and progress is told', async () => {
  const told: ExportEvent[] = []
  const text = (await saved(again("SELECT i, repeat('x', 60) AS filler FROM generate_series(1, 200000) i"), 'csv-exact', told)).toString()
  expect(text.split('\r\n').slice(-3)).toEqual([`199999,${'x'.repeat(60)}`, `200000,${'x'.repeat(60)}`, ''])
  expect(text.split('\r\n')).toHaveLength(200_002)
  expect(told.at(-1)).toEqual({ type: 'saved', rowCount: 200_000 })
})

test('the file is the same from the rows that are kept and from the query run again, in every format of text', async () => {
  for (const format of ['csv-exact', 'csv-spreadsheet', 'tsv', 'json', 'json-lines'] as const)
    expect((await saved(again(awkward), format)).toString()).toBe(await exported(awkward, format))
})

test('only one SELECT that reads is run again: nothing that writes, and no COPY escapes from it', async () => {
  for (const sql of [
    'DELETE FROM sold',
    'SELECT 1; SELECT 2',
    'SELECT 1 INTO sold',
    'SELECT 1) TO STDOUT; CREATE TABLE pwned(); COPY (SELECT 1',
  ])
    await expect(saved(again(sql), 'csv-exact')).rejects.toMatchObject({ code: 'INVALID' })
  await database.run(
    'CREATE TABLE sold (i int); CREATE FUNCTION sell() RETURNS int LANGUAGE sql AS $$ INSERT INTO sold VALUES (1) RETURNING i $$',
  )
  await expect(saved(again('SELECT sell()'), 'csv-exact')).rejects.toMatchObject({ code: 'DATABASE', data: { sqlstate: '25006' } })
  expect(await database.run('SELECT * FROM sold')).toEqual([])
  expect(await leftOvers()).toEqual([])
})

test('it is run in the session of its tab, with its temporary tables, and leaves no transaction', async () => {
  const tabId = randomUUID()
  await run('CREATE TEMP TABLE mine AS SELECT 7 AS i', { tabId, session, readOnly: false })
  const source = { ...again('SELECT i FROM mine'), tab: { tabId, session: { ...session, autocommit: false } } } as const
  expect((await saved(source, 'csv-exact')).toString()).toBe('i\r\n7\r\n')
  expect((await client.query.session({ tabId, afterNotification: 0 })).status).toBe('idle')
  await client.query.close({ tabId })
})

test('while its rows are being saved, a tab runs nothing else; closing it ends the export, on the server too, and no file is left', async () => {
  const tabId = randomUUID()
  const source = { ...again('SELECT i, pg_sleep(0.05) FROM generate_series(1, 100000) i'), tab: { tabId, session } } as const
  const saving = saved(source, 'csv-exact').then(
    () => 'saved',
    (error: unknown) => (error as { code: string }).code,
  )
  await expect.poll(busy).toBe(1)
  await expect(run('SELECT 1', { tabId, session })).rejects.toMatchObject({ code: 'BUSY' })
  await client.query.close({ tabId })
  expect(await saving).toBe('CANCELLED')
  await expect.poll(async () => [await busy(), await leftOvers()]).toEqual([0, []])
})

test('a statement that fails after many rows leaves no file, and the error is the server’s', async () => {
  await expect(saved(again('SELECT 1 / (300000 - i) FROM generate_series(1, 400000) i'), 'csv-exact')).rejects.toMatchObject({
    code: 'DATABASE',
    message: 'division by zero',
    data: { sqlstate: '22012' },
  })
  expect(await leftOvers()).toEqual([])
})

test('a page that goes away in the middle ends the export, and no file is left', async () => {
  const leaving = new AbortController()
  const input = { source: again('SELECT generate_series(1, 100000000) AS i'), format: 'tsv', name: 'left.tsv' } as const
  await expect(
    (async () => {
      for await (const event of await client.query.export(input, { signal: leaving.signal })) if (event.type === 'rows') leaving.abort()
    })(),
  ).rejects.toThrow()
  await expect.poll(async () => [await busy(), await leftOvers()]).toEqual([0, []])
})

test('a value too long for a text is refused with its place, and says what to do', async () => {
  await expect(exported("SELECT 1 AS id, repeat('x', 17000000) AS body", 'csv-exact')).rejects.toMatchObject({
    code: 'INVALID',
    message: 'The value of "body" in row 1 has 16 MB, and an export takes up to 16 MB. Leave the column out.',
  })
})

test('a statement that takes longer than it may is ended by the server', async () => {
  const { events } = await run('SELECT pg_sleep(30)', { statementTimeoutMs: 200 })
  const failed = events.find((event) => event.type === 'failed')
  expect(failed?.problem.sqlstate).toBe('57014')
})

test('every format has as many cells in a row as there are columns', () => {
  const formats = formatsOf([{ name: 'a', type: 'text', typeOid: 25 }])
  expect(formats['csv-exact'].row([null], true)).toBe('\r\n')
  expect(formats.json.row(['"'], true)).toBe('\n  {"a": "\\""}')
})

const session = {
  autocommit: true,
  rollbackOnError: false,
  oneTransaction: false,
  afterError: 'stop',
  isolation: 'default',
  idleLimitMs: null,
} as const

interface More {
  readonly statementTimeoutMs?: number
  readonly tabId?: string
  readonly session?: SessionOptions
  readonly readOnly?: boolean
}

async function run(sql: string, { tabId = randomUUID(), readOnly = true, ...more }: More = {}) {
  const events: QueryEvent[] = []
  const input = { runId: randomUUID(), tabId, sql, readOnly, keepInHistory: false, dataSourceId, rowLimit: 100_000_000, ...more }
  for await (const event of await client.query.run(input)) events.push(event)
  return { events, tabId }
}

function again(sql: string) {
  return { kind: 'again', dataSourceId, sql, tab: null } as const
}

/** Statements of exports that the server is at work on. */
async function busy(): Promise<number> {
  const rows = await database.run(
    "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT %generate_series%' AND pid <> pg_backend_pid()",
  )
  return rows.length
}

/** Parts of files that were not finished. */
async function leftOvers(): Promise<readonly string[]> {
  return readdirSync(app.dataFolder).filter((name) => name.endsWith('.part') || name === 'left.tsv')
}

/** What a file has in it after it was saved from the rows that are kept. */
async function exported(sql: string, format: ExportFormat): Promise<string> {
  const { events, tabId } = await run(sql)
  const result = events.find((event) => event.type === 'result')
  if (result === undefined) throw new Error('There is no result.')
  try {
    return (await saved({ kind: 'kept', resultId: result.resultId }, format)).toString('utf8')
  } finally {
    await client.query.close({ tabId })
  }
}

async function saved(source: ExportSource, format: ExportFormat, told: ExportEvent[] = []): Promise<Buffer> {
  const name = `${randomUUID()}.file`
  for await (const event of await client.query.export({ source, format, name })) told.push(event)
  return readFileSync(join(app.dataFolder, name))
}

/** The bytes of COPY … TO STDOUT, taken from the driver as they come. */
async function copied(copy: string): Promise<Buffer> {
  const client = new pg.Client(database.connectionString)
  await client.connect()
  const rows: Buffer[] = []
  const { connection } = client as unknown as { connection: EventEmitter }
  connection.on('copyData', ({ chunk }: { readonly chunk: Buffer }) => rows.push(Buffer.from(chunk)))
  await client.query(copy)
  await client.end()
  return Buffer.concat(rows)
}

/** The server's own text of each value, without the reader of the query pane. */
async function onServer(): Promise<readonly unknown[]> {
  const texts = 'id::text, "=text", number::text, left(flag::text, 1), wide::text, json::text, double::text'
  return (await database.run(`SELECT to_jsonb(ARRAY[${texts}]) AS row FROM (${awkward}) AS rows`)).map(({ row }) => row)
}

/** RFC 4180, written for this test; a cell without quotes and without text is null. */
function parseCsv(text: string): (string | null)[][] {
  const rows: (string | null)[][] = []
  let row: (string | null)[] = []
  let at = 0
  while (at < text.length) {
    let cell: string | null = null
    if (text[at] === '"') {
      cell = ''
      at += 1
      for (; !(text[at] === '"' && text[at + 1] !== '"'); at += 1) {
        if (text[at] === '"') at += 1
        cell += text[at]
      }
      at += 1
    } else {
      const end = text.slice(at).search(/,|\r\n/)
      cell = end === 0 ? null : text.slice(at, at + end)
      at += end
    }
    row.push(cell)
    if (text[at] === ',') at += 1
    else {
      at += 2
      rows.push(row)
      row = []
    }
  }
  return rows
}
