import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { QueryEvent } from '#shared/model/query.ts'
import type { ColumnFacts, ConditionTest, ResultCondition, ResultSort, SelectedCells } from '#shared/model/query-result.ts'
import { openQueryPane, type QueryPane } from './query-support.ts'

/** Rows that were read are sorted, filtered, searched and summed up as PostgreSQL itself would have done it. */

let database: QueryPane['database']
let app: QueryPane['app']
let client: QueryPane['client']
let dataSourceId: string
let dispose: QueryPane['dispose']

/** Of each type, values in an order of no meaning, among them what a double or a plain text would get wrong. */
const samples: readonly { readonly type: string; readonly values: readonly string[]; readonly orderBy?: string }[] = [
  { type: 'int4', values: ['5', '-2147483648', '0', '2147483647', '10', '9'] },
  { type: 'int8', values: ['9007199254740993', '9007199254740992', '-9223372036854775808', '9223372036854775807', '9007199254740994'] },
  {
    type: 'numeric',
    values: [
      ...['NaN', 'Infinity', '-Infinity', '1e400', '-1e400', '1e-400', '0', '1.00', '1.0', '123456789012345678.1'],
      ...['123456789012345678.2', '0.1', '-0.1', '1e15', '2e-30'],
    ],
  },
  { type: 'float8', values: ['NaN', 'Infinity', '-Infinity', '0.1', '1e300', '-1e-300', '0', '16777217', '0.30000000000000004', '0.3'] },
  { type: 'float4', values: ['NaN', '3.4e38', '1e-45', '-0', '7'] },
  { type: 'money', values: ['-1.50', '92233720368547758.07', '92233720368547758.06', '0', '1000'] },
  { type: 'bool', values: ['true', 'false'] },
  { type: 'date', values: ['infinity', '-infinity', '4713-01-01 BC', '0001-12-31 BC', '0001-01-01', '2024-02-29', '5874897-12-31'] },
  {
    type: 'timestamp',
    values: ['294276-12-31 23:59:59.999999', '294276-12-31 23:59:59.999998', 'infinity', '2024-01-01 00:00:00.1', '4713-01-01 00:00 BC'],
  },
  { type: 'timestamptz', values: ['2024-03-31 01:59:59+01', '2024-03-31 00:30:00+00', '1883-11-18 12:00:00+00', '-infinity'] },
  { type: 'time', values: ['24:00:00', '00:00', '10:00:00.5', '10:00:00'] },
  { type: 'timetz', values: ['10:00:00+02', '09:00:00+00', '08:00:00+00', '10:00:00+01', '10:00:00+15:59:59'] },
  {
    type: 'interval',
    values: ['1 mon', '29 days', '31 days', '-1 mons +2 days -03:04:05.000006', '720:00:00', '1 year 2 mons', '00:00:01'],
  },
  { type: 'uuid', values: ['ffffffff-0000-0000-0000-000000000000', '00000000-0000-0000-0000-00000000000a'] },
  { type: 'bytea', values: ['\\x00', '\\x', '\\xff', '\\x0001'] },
  {
    type: 'text',
    values: ['b', 'a', '', 'ä', 'B', '🐘', '\uffee', 'aaaaaaaab', 'aaaaaaaaa', 'aaaaaaa'],
    orderBy: 'v COLLATE "C"',
  },
  // Its order is not known here, so the text decides, which is said.
  { type: 'int4[]', values: ['{10}', '{9}', '{}'], orderBy: 'v::text COLLATE "C"' },
]

beforeAll(async () => {
  ;({ database, app, client, dataSourceId, dispose } = await openQueryPane({
    sql: samples
      .map(({ type, values }, index) => {
        const rows = [...values, values[0], 'NULL'].map((value, id) => `(${id}, ${value === 'NULL' ? 'NULL' : `'${value}'`})`)
        return `CREATE TABLE s${index} (id int, v ${type}); INSERT INTO s${index} VALUES ${rows.join(', ')}`
      })
      .join(';'),
  }))
})
afterAll(() => dispose())

describe.each(samples.map((sample, index) => ({ ...sample, table: `s${index}` })))('$type', ({ table, type, orderBy = 'v' }) => {
  test.each([false, true])('stands in the order of the server, descending %s, and what is equal as it came', async (descending) => {
    const resultId = await read(`SELECT id, v FROM ${table} ORDER BY id`)
    const arranged = await arrange(resultId, [{ column: 1, descending }])
    const expected = await read(`SELECT id FROM ${table} ORDER BY ${orderBy}${descending ? ' DESC' : ''}, id`)
    expect(await column(resultId, 0, arranged.arrangementId)).toEqual(await column(expected, 0))
    expect(arranged.orderedAsText).toEqual(type.endsWith('[]') ? [1] : [])
  })

  test('is chosen as the server would, by each comparison with each of its values', async () => {
    const resultId = await read(`SELECT id, v FROM ${table} ORDER BY id`)
    const values = (await column(resultId, 1)).slice(0, -1)
    const [row, value] = ['s', 't'].map((alias) => orderBy.replace('v', `${alias}.v`))
    for (const [condition, operator] of comparisons) {
      const pairs = await read(`SELECT t.id AS value, s.id FROM ${table} s, ${table} t WHERE ${row} ${operator} ${value} ORDER BY s.id`)
      const [by, ids] = [await column(pairs, 0), await column(pairs, 1)]
      for (const [index, text] of values.entries()) {
        const { arrangementId } = await arrange(resultId, [], [{ column: 1, test: condition, value: text }])
        const expected = ids.filter((_, pair) => by[pair] === String(index))
        expect(await column(resultId, 0, arrangementId), `${operator} ${text}`).toEqual(expected)
      }
    }
  })
})

const comparisons: readonly (readonly [ConditionTest, string])[] = [
  ['equals', '='],
  ['differs', 'IS DISTINCT FROM'],
  ['less', '<'],
  ['at-most', '<='],
  ['greater', '>'],
  ['at-least', '>='],
]

test('columns are sorted one within the other, and filters are met together', async () => {
  const sql = "SELECT n % 7 AS a, n % 5 AS b, 'Row ' || n AS c, n FROM generate_series(1, 300) n"
  const resultId = await read(`${sql} ORDER BY n`)
  const { arrangementId } = await arrange(
    resultId,
    [
      { column: 0, descending: true },
      { column: 1, descending: false },
    ],
    [
      { column: 2, test: 'contains', value: 'rOW 1' },
      { column: 1, test: 'differs', value: '3' },
    ],
  )
  const expected = await read(`SELECT n FROM (${sql}) q WHERE c ILIKE '%row 1%' AND b IS DISTINCT FROM 3 ORDER BY a DESC, b, n`)
  expect(await column(resultId, 3, arrangementId)).toEqual(await column(expected, 0))
  // What is copied and saved follows.
  const name = `${randomUUID()}.csv`
  for await (const _event of await client.query.export({ source: { kind: 'kept', resultId, arrangementId }, format: 'csv-exact', name })) {
    // Until the file is whole.
  }
  expect(
    readFileSync(join(app.dataFolder, name), 'utf8')
      .split('\r\n')
      .slice(1, -1)
      .map((line) => line.split(',')[3]),
  ).toEqual(await column(expected, 0))
  const third = (await column(expected, 0))[2]
  expect(await client.query.cell({ resultId, arrangementId, row: 2, column: 3 })).toMatchObject({ value: third })
})

test('a value that no value of the column can be is refused with a sentence, and NULL is chosen by itself', async () => {
  const resultId = await read('SELECT n, nullif(n % 3, 0) AS m FROM generate_series(1, 9) n')
  await expect(arrange(resultId, [], [{ column: 0, test: 'greater', value: 'ten' }])).rejects.toMatchObject({
    code: 'INVALID',
    message: '"ten" is no value of type integer.',
  })
  const nulls = await arrange(resultId, [], [{ column: 1, test: 'equals', value: null }])
  expect(await column(resultId, 0, nulls.arrangementId)).toEqual(['3', '6', '9'])
  const others = await arrange(resultId, [], [{ column: 1, test: 'differs', value: null }])
  expect(others.rowCount).toBe(6)
})

test('a time without a zone means the time as it is shown', async () => {
  const resultId = await read("SET timezone = 'Europe/Berlin'; SELECT timestamptz '2024-07-01 12:00:00+02' AS t")
  expect((await arrange(resultId, [], [{ column: 0, test: 'equals', value: '2024-07-01 12:00' }])).rowCount).toBe(1)
  expect((await arrange(resultId, [], [{ column: 0, test: 'equals', value: '2024-07-01 10:00+00' }])).rowCount).toBe(1)
})

test('rows that were spilled to the file are sorted, found and read where they stand now', async () => {
  const resultId = await read('SELECT n, repeat(md5(n::text), 20) AS text FROM generate_series(1, 100000) n')
  const { arrangementId } = await arrange(resultId, [{ column: 1, descending: false }])
  const expected = await read('SELECT n FROM generate_series(1, 100000) n ORDER BY md5(n::text) LIMIT 200')
  expect((await column(resultId, 0, arrangementId)).slice(0, 200)).toEqual(await column(expected, 0))
  const needle = (await client.query.cell({ resultId, row: 98_765, column: 1 })).value?.slice(0, 32) ?? ''
  const found = await find(resultId, needle, arrangementId)
  expect(found.count).toBe(1)
  const hit = await client.query.hit({ findId: found.findId, from: { row: 0, column: 0 }, step: 'next' })
  expect(await client.query.cell({ resultId, arrangementId, row: hit?.place.row ?? 0, column: 0 })).toMatchObject({ value: '98766' })
})

describe('of a value over 1 MiB only the beginning is looked at, which is said', () => {
  const rows = `SELECT n, CASE n WHEN 2 THEN repeat('x', 1048576) || 'tail' ELSE 'short' END AS body, repeat('y', 1048576) AS whole, NULL::text AS nothing
    FROM generate_series(1, 3) n`

  test.each<[string, ResultSort[], ResultCondition[], number[]]>([
    ['sorted by it', [{ column: 1, descending: true }], [], [1]],
    [
      'sorted by it among others',
      [
        { column: 2, descending: false },
        { column: 1, descending: false },
      ],
      [],
      [1],
    ],
    ['searched by a filter', [], [{ column: 1, test: 'lacks', value: 'tail' }], [1]],
    // What it is compared with is shorter, so its end does not matter.
    ['compared with a short value', [], [{ column: 1, test: 'greater', value: 'short' }], []],
    ['sorted by other columns, of which one has exactly 1 MiB', [2, 3, 0].map((column) => ({ column, descending: false })), [], []],
  ])('where rows are %s', async (_, sort, conditions, longColumns) => {
    expect((await arrange(await read(rows), sort, conditions)).longColumns).toEqual(longColumns)
  })

  test('where they are searched, and in the figures of the column', async () => {
    const resultId = await read(rows)
    expect(await find(resultId, 'tail')).toMatchObject({ count: 0, longColumns: [1] })
    expect(await find(resultId, 'short')).toMatchObject({ count: 2, longColumns: [1] })
    expect([(await facts(resultId, 1)).hasLong, (await facts(resultId, 2)).hasLong]).toEqual([true, false])
  })

  test('and of rows that were spilled to the file', async () => {
    const resultId = await read("SELECT n, repeat('x', 3000000) AS body FROM generate_series(1, 15) n")
    expect((await arrange(resultId, [{ column: 1, descending: false }])).longColumns).toEqual([1])
    expect((await arrange(resultId, [{ column: 0, descending: false }])).longColumns).toEqual([])
  })
})

describe('a search', () => {
  test('counts every cell, and leads from hit to hit around the ends, as the rows stand', async () => {
    const resultId = await read("SELECT n, CASE WHEN n % 2 = 0 THEN 'Even' END AS text, 'even ' || n AS other FROM generate_series(1, 4) n")
    const found = await find(resultId, 'eVEN')
    expect(found.count).toBe(6)
    const walk = async (findId: string, steps: number, step: 'next' | 'previous') => {
      const places: string[] = []
      let from = { row: 0, column: 0 }
      for (let index = 0; index < steps; index += 1) {
        const hit = await client.query.hit({ findId, from, step })
        if (hit === null) break
        from = hit.place
        places.push(`${hit.index}: ${from.row} ${from.column}`)
      }
      return places
    }
    expect(await walk(found.findId, 7, 'next')).toEqual(['0: 0 2', '1: 1 1', '2: 1 2', '3: 2 2', '4: 3 1', '5: 3 2', '0: 0 2'])
    expect(await walk(found.findId, 2, 'previous')).toEqual(['5: 3 2', '4: 3 1'])
    const { arrangementId } = await arrange(resultId, [{ column: 0, descending: true }], [{ column: 0, test: 'at-least', value: '3' }])
    const arranged = await find(resultId, 'even', arrangementId)
    expect(await walk(arranged.findId, 9, 'next')).toEqual([
      '0: 0 1',
      '1: 0 2',
      '2: 1 2',
      '0: 0 1',
      '1: 0 2',
      '2: 1 2',
      '0: 0 1',
      '1: 0 2',
      '2: 1 2',
    ])
  })

  test('may heed the case, and may find nothing', async () => {
    const resultId = await read("SELECT 'Äpfel' AS text")
    expect((await find(resultId, 'äPFEL')).count).toBe(1)
    const none = await find(resultId, 'äpfel', undefined, true)
    expect(none.count).toBe(0)
    expect(await client.query.hit({ findId: none.findId, from: { row: 0, column: 0 }, step: 'next' })).toBeNull()
  })
})

describe('the sum of a selection', () => {
  test.each([
    ['0.1::numeric, 0.2', { sum: '0.3', average: '0.15', least: '0.1', greatest: '0.2', numbers: 2 }],
    ['0.1::float8, 0.2', { sum: '0.3', average: '0.15', least: '0.1', greatest: '0.2' }],
    ['9007199254740993::int8, 1, NULL', { sum: '9007199254740994', cells: 3, nulls: 1, numbers: 2, average: '4503599627370497' }],
    ['1::numeric, 1, 0', { sum: '2', average: '0.6666666666666667' }],
    ["'NaN'::numeric, 1", { sum: 'NaN', average: 'NaN', least: '1', greatest: 'NaN' }],
    ["'Infinity'::float8, '-Infinity'", { sum: 'NaN' }],
    ["'Infinity'::float8, '1'", { sum: 'Infinity', greatest: 'Infinity', least: '1' }],
    ['1e300::float8, 1', { sum: `1${'0'.repeat(299)}1` }],
    ["'a'::text, 'b'", { sum: null, average: null, least: null, numbers: 0, cells: 2 }],
    ["'2024-05-01'::date, 'infinity', '0001-01-01 BC'", { least: '0001-01-01 BC', greatest: 'infinity', sum: null }],
  ])('of %s is exact', async (values, expected) => {
    const resultId = await read(`SELECT v FROM unnest(ARRAY[${values}]) v`)
    const rows = await column(resultId, 0)
    expect(await summarise(resultId, { top: 0, bottom: rows.length - 1, columns: [0] })).toMatchObject(expected)
  })

  test('takes in what is selected and nothing else, as the rows stand', async () => {
    const resultId = await read('SELECT n AS a, n * 1.5 AS b, n::text AS c FROM generate_series(1, 100) n')
    const { arrangementId } = await arrange(resultId, [{ column: 0, descending: true }])
    const range = { top: 1, bottom: 2, columns: [2, 0, 1] }
    expect(await summarise(resultId, range, arrangementId)).toMatchObject({
      cells: 6,
      numbers: 4,
      sum: '492.5',
      least: '98',
      greatest: '148.5',
    })
  })
})

test('the figures of a column are those of the server', async () => {
  const sql = 'SELECT CASE WHEN n % 10 <> 0 THEN (n % 4) * 1.50 END AS v FROM generate_series(1, 1000) n'
  const resultId = await read(sql)
  const figures = await facts(resultId, 0)
  const [expected] = await database.run(
    `SELECT count(*) AS rows, count(*) - count(v) AS nulls, count(DISTINCT v) AS distinct, min(v), max(v), sum(v), trim_scale(avg(v)) AS avg,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY v) AS median FROM (${sql}) q`,
  )
  expect([figures.rows, figures.nulls, figures.distinct].map(String)).toEqual(
    [expected?.rows, expected?.nulls, expected?.distinct].map(String),
  )
  expect([figures.least, figures.greatest, figures.median]).toEqual([expected?.min, expected?.max, expected?.median])
  expect(Number(figures.sum)).toBe(Number(expected?.sum))
  expect(figures.mean?.slice(0, 12)).toBe(String(expected?.avg).slice(0, 12))
  expect(figures.top.map(({ count }) => count)).toEqual([250, 250, 200, 200])
  expect(figures.histogram.reduce((sum, { count }) => sum + count, 0)).toBe(900)
  expect(figures.histogram).toHaveLength(20)
})

test('work that nobody waits for stops, and the thread is free for the next', async () => {
  const resultId = await read('SELECT md5(n::text) AS text FROM generate_series(1, 300000) n')
  const leave = new AbortController()
  const input = { resultId, sort: [{ column: 0, descending: false }], conditions: [] }
  const stream = await client.query.arrange(input, { signal: leave.signal })
  leave.abort()
  const readOn = async () => {
    for await (const event of stream) if (event.type === 'arranged') return
  }
  await expect(readOn()).rejects.toThrow()
  expect((await find(resultId, 'ffff')).count).toBeGreaterThan(0)
})

test('with the result, what was made of it goes as well', async () => {
  const tabId = randomUUID()
  const resultId = await read('SELECT 1 AS one', tabId)
  const { arrangementId } = await arrange(resultId, [{ column: 0, descending: false }])
  await client.query.close({ tabId })
  await expect(client.query.window({ resultId, arrangementId, from: 0, count: 1, clipLength: 16 })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  })
  await expect(arrange(resultId, [])).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('a long value comes in parts that never cut a character', async () => {
  const resultId = await read("SELECT repeat('ä🐘', 500000) AS long, NULL AS nothing")
  let text = ''
  for (let from: number | null = 0; from !== null; ) {
    const part: { text: string | null; next: number | null; sizeBytes: number } = await client.query.cellPart({
      resultId,
      row: 0,
      column: 0,
      from,
      length: 100_001,
    })
    expect(part.sizeBytes).toBe(3_000_000)
    text += part.text ?? ''
    from = part.next
  }
  expect(text).toBe('ä🐘'.repeat(500_000))
  expect(await client.query.cellPart({ resultId, row: 0, column: 1, from: 0, length: 16 })).toEqual({
    text: null,
    next: null,
    keptBytes: 0,
    sizeBytes: 0,
  })
})

async function read(sql: string, tabId: string = randomUUID()): Promise<string> {
  const input = { runId: randomUUID(), tabId, dataSourceId, sql, readOnly: false, rowLimit: 1_000_000, keepInHistory: false }
  let resultId = ''
  for await (const event of (await client.query.run(input)) as AsyncIterable<QueryEvent>) {
    if (event.type === 'failed') throw new Error(`${event.problem.message}: ${sql}`)
    if (event.type === 'result') resultId = event.resultId
  }
  return resultId
}

async function column(resultId: string, column: number, arrangementId?: string): Promise<(string | null)[]> {
  const { rows } = await client.query.window({
    resultId,
    ...(arrangementId === undefined ? {} : { arrangementId }),
    from: 0,
    count: 500,
    clipLength: 1_000,
  })
  return rows.map((row) => row[column] ?? null)
}

async function arrange(resultId: string, sort: ResultSort[], conditions: ResultCondition[] = []) {
  for await (const event of await client.query.arrange({ resultId, sort, conditions })) if (event.type === 'arranged') return event
  throw new Error('Nothing came of it.')
}

async function find(resultId: string, text: string, arrangementId?: string, matchCase = false) {
  const input = { resultId, ...(arrangementId === undefined ? {} : { arrangementId }), text, matchCase }
  for await (const event of await client.query.findInRows(input)) if (event.type === 'found') return event
  throw new Error('Nothing came of it.')
}

async function summarise(resultId: string, cells: SelectedCells, arrangementId?: string) {
  const input = { resultId, ...(arrangementId === undefined ? {} : { arrangementId }), cells }
  for await (const event of await client.query.summarise(input)) if (event.type === 'summary') return event.summary
  throw new Error('Nothing came of it.')
}

async function facts(resultId: string, column: number): Promise<ColumnFacts> {
  for await (const event of await client.query.facts({ resultId, column })) if (event.type === 'facts') return event.facts
  throw new Error('Nothing came of it.')
}
