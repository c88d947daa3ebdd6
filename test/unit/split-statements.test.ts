import fc from 'fast-check'
import { loadModule, parseSync } from 'libpg-query'
import { beforeAll, describe, expect, test } from 'vitest'
import { factsOf, type ParsedScript, statementsOf } from '#services/query/script.ts'
import { splitStatements, statementAt } from '#shared/sql/split-statements.ts'

/** The editor's own lexer beside PostgreSQL's parser: on everything that parses, both cut at the same places. */

beforeAll(() => loadModule())

/** Each a whole statement; what is awkward in one is meant to hide a semicolon or to pretend one. */
const statements = [
  'SELECT 1',
  "SELECT 'a;b'",
  "SELECT 'it''s; fine'",
  "SELECT E'a\\';b'",
  "SELECT e'\\\\'",
  "SELECT '\\'",
  'SELECT "odd;name" FROM (SELECT 1 AS "odd;name") q',
  'SELECT "two""quotes;" FROM (SELECT 1 AS "two""quotes;") q',
  "SELECT U&'\\0041;'",
  "SELECT B'101', X'1F', N'n;'",
  'SELECT $$a;b$$',
  'SELECT $tag$a;$$;b$tag$',
  'SELECT $täg$;$täg$',
  'SELECT $a$ $b$ ; $b$ ; $a$',
  'SELECT 1 -- not; here',
  'SELECT 1 /* not; here */ + 2',
  'SELECT /* a /* nested; */ one; */ 1',
  "SELECT 1 /* ' */ , 2 /* ' */",
  "SELECT 'one'\n'two;'",
  'SELECT a$b FROM (SELECT 1 AS a$b) q',
  'SELECT 1 AS a$1$',
  'SELECT 5 - -3, 5 - - 3',
  'SELECT 1/2, 2*3, (4)',
  "SELECT '🐘;', 'ä;'",
  'SELECT 1 AS "🐘;"',
  'SELECT (1), ((2))',
  'CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO u VALUES (1); INSERT INTO u VALUES (2))',
  "DO $$ BEGIN RAISE NOTICE 'x;'; END $$",
  'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $f$ SELECT 1; SELECT 2; $f$',
  'CREATE FUNCTION f(a int) RETURNS int BEGIN ATOMIC SELECT 1; SELECT a; END',
  'CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN a > 1 THEN 2 ELSE 3 END; SELECT CASE a WHEN 1 THEN CASE WHEN true THEN 1 END END; END',
  'CREATE PROCEDURE p() BEGIN ATOMIC INSERT INTO t VALUES (1); INSERT INTO t VALUES (2); END',
  'CREATE FUNCTION f() RETURNS int RETURN 1',
  'BEGIN',
  'COMMIT',
  'BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY',
  'SELECT CASE WHEN true THEN 1 END',
  "INSERT INTO t VALUES (1, 'a;'), (2, $$b;$$)",
  'WITH a AS (SELECT 1), b AS (SELECT 2) SELECT * FROM a, b',
  "COMMENT ON TABLE t IS 'a; comment'",
  'SELECT 1 WHERE 1 <> 2 AND 3 >= 2 AND 4 != 5',
  "SELECT '{1,2}'::int[] @> ARRAY[1], '{\"a;\": 1}'::jsonb -> 'a;'",
  'SELECT 1e10, .5, 1., 0x1F, 1_000',
  'TABLE t',
  'VALUES (1), (2)',
  'EXPLAIN (FORMAT JSON) SELECT 1',
  'PREPARE p AS SELECT $1::int',
  'SELECT $1, $2',
  "COPY t FROM '/tmp/x;y' WITH (FORMAT csv, DELIMITER ';')",
  'SET search_path = a, "b;c"',
  'LISTEN "a;b"',
  'GRANT SELECT ON t TO PUBLIC',
  'CREATE TABLE begin_atomic (atomic int, "end" int)',
  'SELECT atomic FROM begin_atomic',
  'DELETE FROM t RETURNING *',
  "SELECT E'\\x41;\\''''",
  "SELECT $$'$$, '$$'",
  'SELECT -1',
  'SELECT 1 --\n, 2',
]

const between = ['', ' ', '\n', '\n\n', ' -- a; comment\n', ' /* ; */ ', '\t', ';', ' ; ;', '\r\n']

describe('on what PostgreSQL parses, it is cut where PostgreSQL cuts', () => {
  test.each(statements)('%j alone, with a semicolon, and between two others', (statement) => {
    for (const script of [statement, `${statement};`, `SELECT 0;${statement}\n;\nSELECT 9`]) expect(ours(script)).toEqual(theirs(script))
  })

  test('every pair of them', () => {
    let compared = 0
    for (const [index, one] of statements.entries()) {
      for (const other of statements) {
        const gap = between[(index + compared) % between.length] ?? ''
        const script = `${one}\n;${gap}${other}`
        expect(ours(script), script).toEqual(theirs(script))
        compared += 1
      }
    }
    expect(compared).toBeGreaterThan(3_000)
  })

  test('any of them in any order with anything between', () => {
    const part = fc.tuple(fc.constantFrom(...statements), fc.constantFrom(...between), fc.constantFrom(...between))
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 8 }), fc.constantFrom(...between), (parts, tail) => {
        const script = `${parts.map(([statement, before, after]) => `${before}${statement}\n${after}`).join(';')}${tail}`
        expect(ours(script)).toEqual(theirs(script))
      }),
      { numRuns: 500 },
    )
  })

  test('characters at random, wherever they parse', () => {
    const bits = [
      'SELECT ',
      '1',
      ',',
      "'",
      '"',
      '$$',
      '$a$',
      '$',
      ';',
      '--',
      '\n',
      '/*',
      '*/',
      '(',
      ')',
      'E',
      '\\',
      'a',
      ' ',
      'BEGIN ATOMIC ',
      'END',
      '🐘',
    ]
    let parsed = 0
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...bits), { maxLength: 12 }), (pieces) => {
        const script = `SELECT ${pieces.join('')}`
        const expected = theirs(script)
        if (expected === null) return
        parsed += 1
        expect(ours(script), JSON.stringify(script)).toEqual(expected)
      }),
      { numRuns: 20_000 },
    )
    expect(parsed).toBeGreaterThan(300)
  })
})

describe('the statement at the caret', () => {
  const script = "SELECT 'a;b';\n\n-- two\nSELECT 2;  "

  test.each([
    [0, "SELECT 'a;b'"],
    [9, "SELECT 'a;b'"],
    [13, "SELECT 'a;b'"],
    [30, 'SELECT 2'],
    [script.length, 'SELECT 2'],
  ])('at %i is %j', (caret, text) => {
    const range = statementAt(script, caret)
    expect(range === null ? null : script.slice(range.from, range.to)).toBe(text)
  })

  test('is there while a quote is still open, and none in an empty text', () => {
    expect(statementAt("SELECT 1; SELECT 'half", 15)).toEqual({ from: 10, to: 22 })
    expect(statementAt(' -- nothing', 3)).toBeNull()
  })
})

function ours(script: string): readonly string[] {
  return splitStatements(script).map(({ from, to }) => script.slice(from, to))
}

/** null: it does not parse. */
function theirs(script: string): readonly string[] | null {
  try {
    return statementsOf(script, factsOf(parseSync(script) as ParsedScript)).map(({ text }) => text)
  } catch {
    return null
  }
}
