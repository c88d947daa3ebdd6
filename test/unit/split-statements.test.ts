import { loadModule, parseSync } from 'libpg-query'
import { beforeAll, describe, expect, test } from 'vitest'
import { factsOf, type ParsedScript, statementsOf } from '#services/query/script.ts'
import { splitStatements, statementAt } from '#shared/sql/split-statements.ts'
import { fc } from '#test/support/chance.ts'

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
  // Tags and names of any letters, digits behind the first, and what only looks like a tag.
  'SELECT $тег$a;$ тег$;$тег$',
  'SELECT $_$;$_$ || $é1$;$é$;$é1$',
  'SELECT $日本$;$日$;$日本$',
  'SELECT $a$;$A$;$a$',
  'SELECT $1, $2 WHERE $1 = $$;$$',
  'SELECT имя FROM (SELECT 1 AS имя) q',
  'SELECT a$a$ FROM (SELECT 1 AS a$a$) q',
  'SELECT $$;$a$;$$',
  'SELECT $$ $1; $$',
  'SELECT $a$;$$;$b$;$a$',
  'SELECT $q$it\'s; "fine" -- /* $q$',
  'SELECT $$\\$$, 1',
  // Backslashes: an escape in E'', a character elsewhere.
  "SELECT E'\\\\', ';'",
  "SELECT E'\\'', '; 1'",
  "SELECT E'\\\\'';'",
  "SELECT E'\\u00e4;\\U0001F418;\\101;'",
  "SELECT E'a\\\n;b'",
  "SELECT e'it\\'s;' || 'plain\\'",
  "SELECT E'one\\';'\n'two\\';'",
  "SELECT E'a' \t\n\n 'b\\';'\r'\\';', 1",
  "SELECT 'one\\'\n'two;'",
  "SELECT U&'d\\0061t\\+000061;'",
  "SELECT U&'d!0061;' UESCAPE '!'",
  'SELECT U&"d\\0061;" FROM (SELECT 1 AS "da;") q',
  'SELECT u&"d!0061t;" UESCAPE \'!\' FROM t',
  "SELECT n';', b'1', x'f;'",
  "SELECT E';'::text, B'0'::bit, 'a'\n'b;' FROM t",
  // Comments, one in the other, and beginnings of them in quotes.
  'SELECT 1 /* /* /* ; */ ; */ ; */ + 1',
  'SELECT 1 /*/* ; */*/ + 1',
  'SELECT 1 /* -- ; */ + 1',
  'SELECT 1 /* $$ ; \' " */, 2',
  'SELECT 1 -- /* ;\n, 2',
  "SELECT '/*', ';', '*/'",
  "SELECT '--', ';'",
  'SELECT "/*;" FROM (SELECT 1 AS "/*;") q',
  'SELECT 2*/* ; */3',
  'SELECT 4 /-- ;\n 2',
  'SELECT 1\r-- ;\r, 2',
  // Bodies of SQL routines.
  'CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END',
  'CREATE FUNCTION f() RETURNS int begin /* ; */ atomic SELECT 1; SELECT 2; end',
  'CREATE FUNCTION f() RETURNS int BEGIN -- ;\n ATOMIC SELECT 1; END',
  'CREATE OR REPLACE PROCEDURE p(INOUT a int) BEGIN ATOMIC SELECT a; END',
  'CREATE PROCEDURE p() BEGIN ATOMIC END',
  'CREATE FUNCTION f() RETURNS text BEGIN ATOMIC SELECT \'end;\'; SELECT $$END;$$; SELECT 1 AS "end"; END',
  'CREATE FUNCTION f(a int) RETURNS int BEGIN ATOMIC SELECT (CASE WHEN a > (SELECT 1) THEN 1 END); SELECT 2; END',
  'CREATE FUNCTION f(a int) RETURNS int BEGIN ATOMIC RETURN CASE WHEN a > 1 THEN 1 ELSE CASE a WHEN 2 THEN 3 END END; END',
  'CREATE FUNCTION s.f() RETURNS TABLE (a int, b text) STABLE BEGIN ATOMIC SELECT 1, NULL; END',
  'CREATE FUNCTION "begin atomic"() RETURNS int RETURN 1',
  'CREATE FUNCTION f(atomic int) RETURNS int RETURN atomic',
  'CREATE FUNCTION f(a int) RETURNS int RETURN CASE WHEN a > 1 THEN 2 END',
  // What has more than one statement in it, and words that are names elsewhere.
  'CREATE OR REPLACE RULE r AS ON DELETE TO t DO INSTEAD (UPDATE u SET a = 1; NOTIFY n)',
  'CREATE RULE r AS ON UPDATE TO t DO INSTEAD NOTHING',
  'CREATE SCHEMA s CREATE TABLE t (a int) CREATE VIEW v AS SELECT 1',
  'CREATE TRIGGER t BEFORE UPDATE ON u FOR EACH ROW EXECUTE FUNCTION f()',
  "CREATE PROCEDURE p() LANGUAGE plpgsql AS 'BEGIN COMMIT; END'",
  'DO LANGUAGE plpgsql $body$ BEGIN EXECUTE $x$ SELECT 1; $x$; END; $body$',
  "PREPARE TRANSACTION 'a;b'",
  'END',
  'ROLLBACK TO SAVEPOINT "a;b"',
  'START TRANSACTION READ ONLY',
  'DECLARE c CURSOR FOR SELECT 1',
  'MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN DO NOTHING',
  'INSERT INTO t DEFAULT VALUES ON CONFLICT DO NOTHING',
  "CREATE TYPE e AS ENUM ('a;', 'b')",
  "CREATE TABLE t (a int DEFAULT 1, b text CHECK (b <> ';'))",
  'CREATE OPERATOR @#@ (LEFTARG = int, FUNCTION = f)',
  'SELECT 1 @-- ;\n 2',
  'SELECT 1 ~/* ; */ 2',
  "SELECT '[1;2]'::text ~ E'^\\\\[;', (ARRAY[1, 2])[1:2], (ARRAY[1])[1]",
  'SELECT a::text FROM t',
  "SELECT interval '1 day;' HOUR, date ';'",
  "SELECT * FROM json_table('[]', '$[*];' COLUMNS (a int PATH '$.a;'))",
  'SET standard_conforming_strings = off',
  'SHOW search_path',
  'VACUUM (ANALYZE) t',
  'CALL p(1, $$;$$)',
  "SECURITY LABEL ON TABLE t IS ';'",
  "CREATE USER MAPPING FOR u SERVER s OPTIONS (password 'a;b')",
]

const between = ['', ' ', '\n', '\n\n', ' -- a; comment\n', ' /* ; */ ', '\t', ';', ' ; ;', '\r\n']

describe('on what PostgreSQL parses, it is cut where PostgreSQL cuts', () => {
  test('all of them are statements to PostgreSQL, and they make three hundred scripts and more', () => {
    expect(statements.filter((statement) => theirs(statement)?.length !== 1)).toEqual([])
    expect(new Set(statements).size * 3).toBeGreaterThanOrEqual(300)
  })

  test.each(statements)('%j alone, with a semicolon, and between two others', (statement) => {
    for (const script of [statement, `${statement};`, `SELECT 0;${statement}\n;\nSELECT 9`]) expect(ours(script)).toEqual(theirs(script))
  })

  test('a quarter of all pairs of them, each with every kind of neighbour', () => {
    let compared = 0
    for (const [index, one] of statements.entries()) {
      for (const [place, other] of statements.entries()) {
        if ((index + place) % 4 !== 0) continue
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
