import { loadModule, parseSync } from 'libpg-query'
import { beforeAll, describe, expect, test } from 'vitest'
import { bindStatement, parameterPlaces, parametersOf, readable } from '#shared/sql/parameters.ts'
import { splitStatements } from '#shared/sql/split-statements.ts'

beforeAll(() => loadModule())

test.each([
  ['SELECT :id', ['id']],
  ['SELECT * FROM t WHERE a = :a AND b=:b OR a = :a', ['a', 'b']],
  ['SELECT $2, $1', ['2', '1']],
  ['SELECT :größe::int', ['größe']],
  ['SELECT f(:x), a[:i], (:y)', ['x', 'i', 'y']],
  ['LIMIT :n', ['n']],
  ["SELECT 'a' || :x || 'b'", ['x']],
  ['SELECT 1; SELECT :later', ['later']],
  ['EXPLAIN SELECT $1', ['1']],
])('%s asks for %j', (sql, names) => {
  expect(parametersOf(sql)).toEqual(names)
})

test.each([
  'SELECT a::text',
  "SELECT ':x'",
  'SELECT ":x"',
  "SELECT E'\\':x'",
  '-- :x',
  '/* :x $1 */ SELECT 1',
  'SELECT $$ :x $1 $$',
  'SELECT $f$ :x $f$',
  'SELECT a[1:2]',
  'SELECT a[lo:hi]',
  'SELECT a[1:n + 1]',
  'DO $$ BEGIN x := 1; END $$',
  'CALL p(x := 1)',
  "SELECT json_object('a':b)",
  "SELECT json_object('a' :b)",
  'SELECT json_object(a:b)',
  'SELECT a$1',
  'SELECT $0',
  'PREPARE p AS SELECT $1',
  'CREATE FUNCTION f(int) RETURNS int LANGUAGE sql RETURN $1',
  'SELECT :',
  "SELECT ::text, :'x'",
])('%s asks for nothing', (sql) => {
  expect(parametersOf(sql)).toEqual([])
})

/** What the editor colours. */
const coloured = (script: string) => parameterPlaces(script, splitStatements(script)).map(({ from, to }) => script.slice(from, to))

test.each([
  ['SELECT :id, $2', [':id', '$2']],
  ["SELECT ':no' || :yes || E'\\':no' || $$ $1 :no $$ || $f$ :no $f$, x::text, \":no\" -- :no", [':yes']],
  ['SELECT 1;\n/* :no */ SELECT :größe::int, a[1:2], a[:i];\nPREPARE p AS SELECT $1;\nSELECT $1', [':größe', ':i', '$1']],
  ["SELECT 'not closed :no", []],
])('in %j the places of parameters are %j', (script, places) => {
  expect(coloured(script)).toEqual(places)
})

describe('a bound statement', () => {
  test.each([
    ['SELECT :id, :name, :id', 'SELECT $1 , $2   , $1 ', ['id', 'name']],
    ['SELECT $7, $3', 'SELECT $1, $2', ['7', '3']],
    ['SELECT :long, :a', 'SELECT $2   , $1', ['a', 'long']],
    ['SELECT $10, :x', 'SELECT $2 , $1', ['x', '10']],
    ["SELECT '😀', :x", "SELECT '😀', $1", ['x']],
  ])('%s', (sql, text, names) => {
    expect(bindStatement(sql)).toEqual({ text, names })
    expect(text).toHaveLength(sql.length)
  })

  test('takes nine parameters of one letter, and more of longer names', () => {
    const named = (names: readonly string[]) => `SELECT ${names.map((name) => `:${name}`).join(', ')}`
    const letters = [...'abcdefghij']
    expect(bindStatement(named(letters))).toBeNull()
    expect(bindStatement(named([...letters.slice(0, 9), 'eleven', 'twelve']))?.names).toHaveLength(11)
  })

  test.each(['SELECT :a + :b', 'SELECT * FROM t WHERE x = :x LIMIT :n; UPDATE t SET a = :a', 'SELECT (:a)::int[]'])(
    'what PostgreSQL’s parser is given of %s is as long, and is read',
    (sql) => {
      expect(readable(sql)).toHaveLength(sql.length)
      expect(() => parseSync(readable(sql))).not.toThrow()
    },
  )
})
