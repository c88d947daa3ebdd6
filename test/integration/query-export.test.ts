import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { formatsOf } from '#services/query/export-formats.ts'
import type { ExportFormat, QueryEvent } from '#shared/model/query.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { type Client, type OpenWire, wires } from '#test/support/wires.ts'
import { startApplication, type TestApplication } from './assets-support.ts'

/** Results as files, from a real server over the wire that the web host has. */

let database: TestDatabase
let app: TestApplication
let wire: OpenWire
let client: Client
let dataSourceId: string

beforeAll(async () => {
  database = await createDatabase()
  app = await startApplication()
  const socket = wires.at(-1)
  if (socket === undefined) throw new Error('There is no wire.')
  wire = await socket.open(app.application)
  client = wire.client
  dataSourceId = await app.connect(database.connectionString)
})
afterAll(async () => {
  await wire.dispose()
  await app.dispose()
  await database.dispose()
})

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

test('JSON Lines is an object a line, with all digits', async () => {
  const lines = (await exported(awkward, 'json-lines')).trimEnd().split('\n')
  expect(lines).toHaveLength(9)
  expect(lines[0]).toContain('"wide":12345678901234567890.10')
  expect(lines.map((line) => (JSON.parse(line) as { id: number }).id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  expect(await exported('SELECT E\'{"a":\\n 1}\'::json AS j', 'json-lines')).toBe('{"j":{"a":  1}}\n')
})

test('a long result comes in parts that are the whole, beyond what the grid is given at first', async () => {
  const parts: number[] = []
  const text = await exported("SELECT i, repeat('x', 60) AS filler FROM generate_series(1, 30000) i", 'csv-exact', parts)
  expect(parts.length).toBeGreaterThan(4)
  expect(Math.max(...parts)).toBeLessThan(400_000)
  const rows = text.trimEnd().split('\r\n').slice(1)
  expect(rows).toHaveLength(30_000)
  expect(rows.map((row) => Number(row.split(',')[0]))).toEqual(Array.from({ length: 30_000 }, (_none, index) => index + 1))
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

async function run(sql: string, more: { readonly statementTimeoutMs?: number } = {}) {
  const events: QueryEvent[] = []
  const tabId = randomUUID()
  const input = { runId: randomUUID(), tabId, sql, readOnly: true, keepInHistory: false, dataSourceId, rowLimit: 100_000_000, ...more }
  for await (const event of await client.query.run(input)) events.push(event)
  return { events, tabId }
}

async function exported(sql: string, format: ExportFormat, parts: number[] = []): Promise<string> {
  const { events, tabId } = await run(sql)
  const result = events.find((event) => event.type === 'result')
  if (result === undefined) throw new Error('There is no result.')
  let text = ''
  for (let from: number | null = 0; from !== null; ) {
    const part: { text: string; next: number | null } = await client.query.exportPart({ resultId: result.resultId, format, from })
    text += part.text
    parts.push(part.text.length)
    from = part.next
  }
  await client.query.close({ tabId })
  return text
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
