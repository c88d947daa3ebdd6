import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Connection } from '#services/postgres/connection.ts'
import { regexOfFormat } from '#shared/expectations/strftime.ts'
import type { Kwargs } from '#shared/model/expectation.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { openTestConnection, validateOne } from './validation-support.ts'

/** What GX has for other engines only, or not at all: each held against plain SQL of its own, on rows drawn at random. */

let database: TestDatabase
let connection: Connection

beforeAll(async () => {
  database = await createDatabase({
    sql: `
      CREATE SCHEMA ext; CREATE EXTENSION citext SCHEMA ext;
      SELECT setseed(0.4);
      CREATE TABLE steps (id integer PRIMARY KEY, at timestamp, n numeric, "previous value" text, word ext.citext);
      INSERT INTO steps SELECT i, timestamp '2026-01-01' + (i / 2) * interval '1 hour', CASE WHEN random() < 0.1 THEN NULL ELSE i + round(random() * 3) END, 'p', 'w'
        FROM generate_series(1, 400) i;
      UPDATE steps SET at = NULL WHERE id % 50 = 0;
      CREATE TABLE rising (at date, n integer); INSERT INTO rising VALUES ('2026-01-03', 3), ('2026-01-01', 1), ('2026-01-02', 1), (NULL, 9), ('2026-01-09', NULL);
      CREATE TABLE stays (id integer PRIMARY KEY, room integer, "from" date, "to" date);
      INSERT INTO stays SELECT i, 1 + i % 7, b.begins, CASE WHEN random() < 0.05 THEN NULL ELSE b.begins + (random() * 4)::integer - 1 END
        FROM generate_series(1, 300) i CROSS JOIN LATERAL (SELECT CASE WHEN random() < 0.03 THEN NULL ELSE date '2026-01-01' + (random() * 400 + i * 0)::integer END AS begins) b;
      CREATE TABLE documents (id integer PRIMARY KEY, t text, b jsonb);
      INSERT INTO documents SELECT i, t, CASE WHEN pg_input_is_valid(t, 'jsonb') THEN t::jsonb END FROM unnest(ARRAY[
        '{"name": "a", "size": 3, "tags": ["x", "y"]}', '{"name": "b", "size": 2.5, "tags": []}', '{"name": "", "size": -1}', '{"size": 3}',
        '{"name": 5, "size": 3}', '{"name": "c", "size": 3.0, "more": {"deep": [1, 2, {"z": null}]}}', '[1, 2, 2]', '"text"', 'null', '{broken', '',
        '{"name": "\\u0000"}', NULL]) WITH ORDINALITY u(t, i);
      CREATE TABLE words (w ext.citext, u uuid, flag boolean, arr integer[], vc varchar(8), ip inet);
      INSERT INTO words VALUES ('apple', '00000000-0000-0000-0000-000000000002', true, '{1,2}', 'b', '10.0.0.2'), ('Banana', '00000000-0000-0000-0000-000000000001', false, '{3}', 'Z', '10.0.0.10'), ('CHERRY', NULL, NULL, NULL, NULL, NULL);
      CREATE TABLE one (id integer, x numeric); INSERT INTO one VALUES (1, 1.0), (2, 2.0), (2, 2.0), (3, NULL);
      CREATE TABLE other (key bigint, y integer); INSERT INTO other VALUES (3, NULL), (2, 2), (1, 1), (9, 9);
      CREATE TABLE many (id integer); INSERT INTO many SELECT generate_series(1, 1000);`,
  })
  connection = await openTestConnection(database)
})

afterAll(async () => {
  await connection.dispose()
  await database.dispose()
})

async function ask(text: string): Promise<readonly (string | null)[]> {
  return (await connection.query({ text, values: [] })).rows[0] ?? []
}

/** How many rows fail; what is shown must find as many. */
async function failing(relation: string, type: string, kwargs: Kwargs): Promise<number | string> {
  const result = await validateOne(connection, relation, type, kwargs)
  if (result.problem !== null) return result.problem.sentence
  const shown = (await connection.query({ text: result.failingRowsSql ?? '', values: [] })).rows
  expect([shown.length, result.failingValues.length]).toEqual([
    result.counts?.unexpectedCount,
    Math.min(20, result.counts?.unexpectedCount ?? 0),
  ])
  return result.counts?.unexpectedCount ?? 0
}

describe('values that go up or down', () => {
  test.each([
    ['expect_column_values_to_be_increasing', false, '<', ''],
    ['expect_column_values_to_be_increasing', true, '<=', ''],
    ['expect_column_values_to_be_decreasing', false, '>', 'DESC'],
    ['expect_column_values_to_be_decreasing', true, '>=', 'DESC'],
  ])('%s, strictly: %s', async (type, strictly, operator, direction) => {
    // Each row beside the one with the next lesser place, by a join instead of a window.
    const [expected] = await ask(`
      WITH placed AS (SELECT n, row_number() OVER (ORDER BY at, n ${direction}) AS place FROM steps WHERE n IS NOT NULL AND at IS NOT NULL)
      SELECT count(*) FROM placed AS later JOIN placed AS earlier ON later.place = earlier.place + 1 WHERE later.n ${operator} earlier.n`)
    expect(Number(expected)).toBeGreaterThan(0)
    expect(await failing('steps', type, { column: 'n', order_by: 'at', strictly })).toBe(Number(expected))
  })

  test('rows without a value or a place are left out', async () => {
    const { outcome, counts } = await validateOne(connection, 'rising', 'expect_column_values_to_be_increasing', {
      column: 'n',
      order_by: 'at',
    })
    expect([outcome, counts?.elementCount, counts?.missingCount]).toEqual(['passed', 5, 2])
    expect(await failing('rising', 'expect_column_values_to_be_increasing', { column: 'n', order_by: 'at', strictly: true })).toBe(1)
  })

  test('a column without an order is named', async () => {
    const { problem } = await validateOne(connection, 'documents', 'expect_column_values_to_be_increasing', {
      column: 'id',
      order_by: 'none',
    })
    expect(problem?.sentence).toContain('There is no column "none"')
  })
})

describe('ranges that overlap', () => {
  test.each([
    ['excluded', 'open', '[)'],
    ['included', 'open', '[]'],
    ['excluded', 'ignored', '[)'],
    ['included', 'ignored', '[]'],
  ])('the end %s, a missing bound %s', async (ends, missing_bound, bounds) => {
    const judged = missing_bound === 'open' ? 'true' : '"from" IS NOT NULL AND "to" IS NOT NULL'
    // PostgreSQL's own ranges, every row beside every other.
    const [expected] = await ask(`
      WITH stays AS (SELECT *, "from" > "to" AS backwards FROM stays WHERE ${judged})
      SELECT count(*) FROM stays AS s WHERE s.backwards OR EXISTS (
        SELECT 1 FROM stays AS o WHERE o.id <> s.id AND o.room = s.room AND o.backwards IS NOT TRUE AND s.backwards IS NOT TRUE
          AND CASE WHEN s.backwards IS NOT TRUE AND o.backwards IS NOT TRUE THEN
            daterange(s."from", s."to", '${bounds}') && daterange(o."from", o."to", '${bounds}') END)`)
    expect(Number(expected)).toBeGreaterThan(0)
    const kwargs = { column_A: 'from', column_B: 'to', group_by: ['room'], ends, missing_bound }
    expect(await failing('stays', 'expect_column_pair_ranges_to_not_overlap', kwargs)).toBe(Number(expected))
  })

  test('a text is no bound', async () => {
    const kwargs = { column_A: 'w', column_B: 'vc' }
    expect(await failing('words', 'expect_column_pair_ranges_to_not_overlap', kwargs)).toContain('Pick a date, a time or a number.')
  })
})

describe('JSON of a given shape', () => {
  const thing = {
    type: 'object',
    required: ['name', 'size'],
    properties: {
      name: { type: 'string', minLength: 1 },
      size: { type: 'number', exclusiveMinimum: 0 },
      tags: { type: 'array', items: { pattern: '^[xy]$' } },
    },
  }
  test.each<readonly [title: string, schema: Kwargs[string], matching: readonly number[]]>([
    ['anything that is JSON', true, [1, 2, 3, 4, 5, 6, 7, 8, 9]],
    ['nothing', false, []],
    ['objects with a name and a size', thing, [1, 2, 6]],
    ['a whole number, 3.0 too', { properties: { size: { type: 'integer' } } }, [1, 3, 4, 5, 6, 7, 8, 9]],
    [
      'no more properties',
      { type: 'object', properties: { name: true, size: true, tags: true }, additionalProperties: false },
      [1, 2, 3, 4, 5],
    ],
    [
      'of what is more, arrays within',
      {
        type: 'object',
        additionalProperties: { not: { type: 'object', properties: { deep: { items: { type: 'number' } } }, required: ['deep'] } },
      },
      [1, 2, 3, 4, 5, 6],
    ],
    ['not three items', { not: { minItems: 3, type: 'array' } }, [1, 2, 3, 4, 5, 6, 8, 9]],
    ['different items', { type: 'array', uniqueItems: true }, []],
    ['one of some', { enum: ['text', null, [1, 2, 2]] }, [7, 8, 9]],
    ['either', { anyOf: [{ type: 'string' }, { type: 'null' }] }, [8, 9]],
    ['exactly one', { oneOf: [{ required: ['name'] }, { type: ['object', 'string'] }] }, [4, 7, 9]],
    ['two properties at most', { type: 'object', maxProperties: 2 }, [3, 4, 5]],
  ])('%s', async (_title, json_schema, matching) => {
    const all = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    const kwargs = { column: 't', json_schema }
    const { failingRowsSql, counts, problem } = await validateOne(
      connection,
      'documents',
      'expect_column_values_to_match_json_schema',
      kwargs,
    )
    expect(problem).toBeNull()
    const shown = (await connection.query({ text: failingRowsSql ?? '', values: [] })).rows.map(([id]) => Number(id))
    expect(shown).toEqual(all.filter((id) => !matching.includes(id)))
    expect([counts?.unexpectedCount, counts?.missingCount]).toEqual([shown.length, 1])
    // The same documents as jsonb; three of them are none.
    const typed = await validateOne(connection, 'documents', 'expect_column_values_to_match_json_schema', { ...kwargs, column: 'b' })
    expect([typed.counts?.unexpectedCount, typed.counts?.missingCount]).toEqual([shown.length - 3, 4])
  })

  test('a pattern that is broken is told before anything is read', async () => {
    const kwargs = { column: 't', json_schema: { items: { pattern: '[' } } }
    const { problem } = await validateOne(connection, 'documents', 'expect_column_values_to_match_json_schema', kwargs)
    expect(problem?.sqlstate).toBe('2201B')
  })
})

/**
 * Python's own answers: texts drawn at random around 19 formats. Where digits follow digits, Python guesses where one part ends
 * ('2022112' may be two days), and refuses a guess that comes to no day; here each part must have all of its digits then.
 */
test('formats of dates match what Python reads by them', async () => {
  const path = new URL('../conformance/data/strptime.json', import.meta.url)
  const samples = JSON.parse(readFileSync(path, 'utf8')) as readonly (readonly [format: string, text: string, valid: boolean])[]
  const wrong: string[] = []
  for (const [format, rows] of Map.groupBy(samples, ([each]) => each)) {
    const read = regexOfFormat(format)
    if (!read.ok) throw new Error(read.sentence)
    const found = await connection.query({
      text: 'SELECT u.t ~ $1 FROM unnest($2::text[]) WITH ORDINALITY u(t, i) ORDER BY u.i',
      values: [read.regex, `{${rows.map(([, text]) => JSON.stringify(text)).join(',')}}`],
    })
    rows.forEach(([, text, valid], index) => {
      const rest = text.slice(format.startsWith('%Y') ? 4 : 2)
      const guessed = /^%[Yy]%m%d$/.test(format) && !/^(0[1-9]|1[0-2])(3[01]|[12]\d|0[1-9]|[ ]?[1-9])$/.test(rest)
      const expected = valid && !guessed
      if (found.rows[index]?.[0] !== (expected ? 't' : 'f')) wrong.push(`${format}: ${text} is ${valid ? '' : 'not '}valid`)
    })
  }
  expect(wrong).toEqual([])
  expect(samples.filter(([, , valid]) => valid).length).toBeGreaterThan(100)
})

test('texts of a column by a format, and what is missing', async () => {
  const kwargs = { column: 'vc', strftime_format: '%H' }
  expect(await failing('words', 'expect_column_values_to_match_strftime_format', kwargs)).toBe(2)
})

/** Under a search_path of pg_catalog a bare max() of citext is that of text, by which "apple" comes after "CHERRY". */
describe('the greatest and the least by the type’s own order', () => {
  test.each([
    ['max', 'w', 'CHERRY'],
    ['min', 'w', 'apple'],
    ['max', 'u', '00000000-0000-0000-0000-000000000002'],
    ['min', 'u', '00000000-0000-0000-0000-000000000001'],
    ['max', 'flag', 'true'],
    ['min', 'flag', 'false'],
    ['max', 'arr', '{3}'],
    ['max', 'ip', '10.0.0.10/32'],
  ])('%s of %s is %s', async (which, column, expected) => {
    const { observedValue, problem } = await validateOne(connection, 'words', `expect_column_${which}_to_be_between`, { column })
    expect([observedValue, problem]).toEqual([expected, null])
    const [first] = await ask(
      `SELECT ${column}::text FROM words WHERE ${column} IS NOT NULL ORDER BY words.${column} ${which === 'max' ? 'DESC' : ''} LIMIT 1`,
    )
    expect(observedValue).toBe(first)
  })

  test('the value that is shown is the one that is compared', async () => {
    const within = await validateOne(connection, 'words', 'expect_column_max_to_be_between', {
      column: 'w',
      min_value: 'cherry',
      max_value: 'cherry',
    })
    expect(within.outcome).toBe('passed')
  })
})

describe('two queries', () => {
  const type = 'expect_query_results_to_match_comparison'
  const rows = (base_query: string, comparison_query: string, more: Kwargs = {}) => ({ base_query, comparison_query, ...more })
  test.each<readonly [title: string, kwargs: Kwargs, unexpected: number, of: number, passes: boolean]>([
    ['in any order, numbers by their value', rows('SELECT id, x FROM {batch}', 'SELECT key, y FROM other;'), 1, 4, false],
    ['enough of them', rows('SELECT id, x FROM {batch}', 'SELECT key, y FROM other', { mostly: 0.75 }), 1, 4, true],
    ['each as often', rows('SELECT id FROM {batch}', 'SELECT DISTINCT id FROM one -- a comment'), 1, 4, false],
    ['none and none', rows('SELECT id FROM {batch} WHERE false', 'SELECT 1 WHERE false'), 0, 0, true],
    ['none and some', rows('SELECT id FROM {batch} WHERE false', 'SELECT 1'), 1, 1, false],
    ['more than a few hundred', rows('SELECT id FROM many', 'SELECT id + 1 FROM many'), 1, 1000, false],
  ])('%s', async (_title, kwargs, unexpected, of, passes) => {
    const { counts, outcome, problem } = await validateOne(connection, 'one', type, kwargs)
    expect(problem).toBeNull()
    expect([counts?.unexpectedCount, counts?.elementCount, outcome]).toEqual([unexpected, of, passes ? 'passed' : 'failed'])
  })

  test('rows of either side are shown with where they were found', async () => {
    const { failingRowsSql, failingColumns, failingValues } = await validateOne(
      connection,
      'one',
      type,
      rows('SELECT id FROM {batch}', 'SELECT key FROM other'),
    )
    const shown = (await connection.query({ text: failingRowsSql ?? '', values: [] })).rows
    expect(shown.toSorted()).toEqual([
      ['only in the comparison', '9'],
      ['only in the query', '2'],
    ])
    expect([failingColumns, failingValues.length]).toEqual([['found', 'id'], 2])
  })

  test.each([
    ['columns that are fewer', rows('SELECT 1', 'SELECT 1, 2')],
    ['types that do not compare', rows('SELECT 1', "SELECT 'a'::text")],
    ['a text that ends the statement', rows('SELECT 1', 'SELECT 1) AS x; DROP TABLE one; SELECT (1')],
    ['a text that only makes sense inside parentheses', rows('SELECT 1', 'SELECT 1) UNION (SELECT 2')],
    ['a write', rows('SELECT 1', 'DELETE FROM one RETURNING 1')],
  ])('%s: an explained error', async (_title, kwargs) => {
    const { outcome, problem } = await validateOne(connection, 'one', type, kwargs)
    expect([outcome, problem?.sentence.length]).toEqual(['error', expect.any(Number)])
  })
})

test('the largest of whole numbers beyond 2^53 is shown with its last digit', async () => {
  await database.run(`CREATE TABLE beyond (big bigint, wide numeric, half double precision);
    INSERT INTO beyond VALUES (9007199254740993, 1.00000000000000000001, 0.1), (9007199254740992, 1.50, 0.25)`)
  const largest = async (column: string) =>
    (await validateOne(connection, 'beyond', 'expect_column_max_to_be_between', { column, min_value: 0 })).observedValue
  expect([await largest('big'), await largest('wide'), await largest('half')]).toEqual(['9007199254740993', 1.5, 0.25])
  expect((await validateOne(connection, 'beyond', 'expect_column_min_to_be_between', { column: 'wide', min_value: 0 })).observedValue).toBe(
    '1.00000000000000000001',
  )
})

test('a query of the user’s asks rows of the batch only, however cheap its question is', async () => {
  await database.run('CREATE TABLE divided (n integer); INSERT INTO divided VALUES (0), (1), (2), (4)')
  const some = (column: string, operator: string, parameter: number) => ({
    type: 'comparison',
    column: { name: column },
    operator,
    parameter,
  })
  const result = await validateOne(connection, 'divided', 'unexpected_rows_expectation', {
    unexpected_rows_query: 'SELECT * FROM {batch} WHERE 4 / n > 3',
    row_condition: { type: 'or', conditions: [some('n', '==', 1), some('n', '==', 2), some('n', '>', 3)] },
  })
  expect([result.problem, result.observedValue]).toEqual([null, 1])
})
