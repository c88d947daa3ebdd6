import { describe, expect, test } from 'vitest'
import { type CompletionPlace, completionPlace } from '#shared/sql/completion-place.ts'
import type { Source } from '#shared/sql/completion-scope.ts'

/** `|` is the caret. What is in reach is written as `alias=schema.table` or `alias(columns)`. */

function placeIn(marked: string): CompletionPlace | null {
  const caret = marked.indexOf('|')
  return completionPlace(marked.slice(0, caret) + marked.slice(caret + 1), caret)
}

function sourceText(source: Source): string {
  if (source.kind === 'table') return `=${source.schema === null ? '' : `${source.schema}.`}${source.name}`
  return `(${source.columns.map((column) => (typeof column === 'string' ? column : `*${sourceText(column.allOf)}`)).join(' ')})`
}

function reach(marked: string): string {
  return (placeIn(marked)?.relations ?? []).map(({ alias, source }) => alias + sourceText(source)).join(', ')
}

describe('what is wanted', () => {
  test.each([
    ['|', 'key-words'],
    ['SEL|', 'key-words'],
    ['SELECT |', 'expression'],
    ['SELECT a, |', 'expression'],
    ['SELECT a |', 'key-words'],
    ['SELECT count(|', 'expression'],
    ['SELECT * FROM |', 'relations'],
    ['SELECT * FROM ord|', 'relations'],
    ['SELECT * FROM a, |', 'relations'],
    ['SELECT * FROM a JOIN |', 'relations'],
    ['SELECT * FROM a |', 'key-words'],
    ['SELECT * FROM (a JOIN |', 'relations'],
    ['SELECT * FROM a JOIN b ON |', 'join-condition'],
    ['SELECT * FROM a JOIN b ON a.x = |', 'expression'],
    ['SELECT * FROM a JOIN b USING (|', 'common-columns'],
    ['SELECT * FROM a WHERE |', 'expression'],
    ['SELECT * FROM a WHERE x |', 'key-words'],
    ['SELECT * FROM a WHERE x = |', 'expression'],
    ['SELECT * FROM a ORDER BY |', 'expression'],
    ['SELECT x IS DISTINCT FROM |', 'expression'],
    ['SELECT extract(year FROM |', 'expression'],
    ['SELECT a::|', 'types'],
    ['SELECT CAST(a AS |', 'types'],
    ['INSERT INTO |', 'relations'],
    ['INSERT INTO t (|', 'target-columns'],
    ['INSERT INTO s.t (a, |) VALUES (1)', 'target-columns'],
    ['INSERT INTO t (a) VALUES (|', 'expression'],
    ['INSERT INTO t (a) VALUES (1) ON CONFLICT (|', 'target-columns'],
    ['INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET |', 'target-columns'],
    ['UPDATE |', 'relations'],
    ['UPDATE t SET |', 'target-columns'],
    ['UPDATE t SET a = 1, |', 'target-columns'],
    ['UPDATE t SET a = |', 'expression'],
    ['UPDATE t SET (a, |', 'target-columns'],
    ['DELETE FROM |', 'relations'],
    ['TRUNCATE |', 'relations'],
    ['DROP TABLE IF EXISTS |', 'relations'],
    ['ALTER TABLE t DROP COLUMN |', 'target-columns'],
    ['CREATE INDEX i ON |', 'relations'],
    ['CREATE INDEX i ON t (|', 'target-columns'],
    ['CREATE TABLE t (id |', 'types'],
    ['CREATE TABLE t (id int REFERENCES |', 'relations'],
    ['CREATE TABLE t (id int REFERENCES u (|', 'target-columns'],
    ['CREATE VIEW v AS |', 'key-words'],
  ])('%s → %s', (marked, wanted) => {
    expect(placeIn(marked)?.wanted).toBe(wanted)
  })

  test.each([
    "SELECT 'abc|",
    "SELECT 'abc|'",
    'SELECT $$ select | $$',
    'SELECT $tag$ select |',
    '-- SELECT |',
    'SELECT 1 /* FROM | */',
    'SELECT /* a /* b */ | */ 1',
    "SELECT E'a\\'|'",
    'SELECT 12|',
    'SELECT a AS |',
    'WITH |',
    'SELECT (a).|',
  ])('nothing in %s', (marked) => {
    expect(placeIn(marked)).toBeNull()
  })

  test('what is typed, in quotes as well, and the names before its dot', () => {
    expect(placeIn('SELECT o.amo|unt FROM t')).toMatchObject({ from: 9, to: 12, typed: 'amo', quoted: false, qualifier: ['o'] })
    expect(placeIn('SELECT "My Table"."Col|')).toMatchObject({ typed: 'Col', quoted: true, qualifier: ['My Table'] })
    expect(placeIn('SELECT "Ord|"')).toMatchObject({ from: 8, typed: 'Ord', quoted: true })
    expect(placeIn('SELECT Shop.Orders.|')).toMatchObject({ typed: '', qualifier: ['shop', 'orders'] })
  })

  test('the columns that a list has already are not wanted again', () => {
    expect(placeIn('INSERT INTO t (a, "B", |, c)')?.taken).toEqual(['a', 'B', 'c'])
    expect(placeIn('UPDATE t SET a = 1, b = 2, |')?.taken).toEqual(['a', 'b'])
  })

  test('INSERT, UPDATE and their like name what they change', () => {
    const target = (marked: string) => sourceText(placeIn(marked)?.target ?? { kind: 'derived', columns: [] })
    expect(target('INSERT INTO "S"."T" (|')).toBe('=S.T')
    expect(target('UPDATE ONLY s.t x SET |')).toBe('=s.t')
    expect(target('ALTER TABLE IF EXISTS s.t DROP COLUMN |')).toBe('=s.t')
    expect(target('WITH x AS (SELECT 1) INSERT INTO t (|')).toBe('=t')
  })
})

describe('what is in reach', () => {
  test.each([
    ['SELECT | FROM t', 't=t'],
    ['SELECT o.| FROM sales.orders o', 'o=sales.orders'],
    ['SELECT | FROM sales.orders AS o JOIN customers c ON true', 'o=sales.orders, c=customers'],
    ['SELECT | FROM a, b x, ONLY c', 'a=a, x=b, c=c'],
    ['SELECT | FROM "Order" "O"', 'O=Order'],
    ['SELECT | FROM Orders', 'orders=orders'],
    ['SELECT | FROM db.s.t', 't=s.t'],
    ['SELECT * FROM t WHERE |', 't=t'],
    ['SELECT | FROM a LEFT JOIN b ON true CROSS JOIN c WHERE d', 'a=a, b=b, c=c'],
    ['SELECT | FROM (a JOIN b ON true) JOIN c ON true', 'a=a, b=b, c=c'],
    ['SELECT q.| FROM (SELECT id, upper(name), amount AS total FROM t) q', 'q(id upper total)'],
    ['SELECT q.| FROM (SELECT * FROM t) q', 'q(*=t)'],
    ['SELECT q.| FROM (SELECT a.*, b.x FROM a, b) AS q', 'q(*=a x)'],
    ['SELECT | FROM (VALUES (1, 2)) v', 'v(column1 column2)'],
    ['SELECT | FROM (VALUES (1, 2)) v (a, b)', 'v(a b)'],
    ['SELECT | FROM generate_series(1, 3) n', 'n(generate_series)'],
    ['SELECT | FROM unnest(a) WITH ORDINALITY AS u(v, i)', 'u(v i)'],
    ['SELECT | FROM t, LATERAL (SELECT x::int, 1 AS y) l', 't=t, l(x y)'],
    ['WITH c AS (SELECT id, n FROM t) SELECT | FROM c', 'c(id n)'],
    ['WITH c (a, b) AS (SELECT id, n FROM t) SELECT | FROM c x', 'x(a b)'],
    ['WITH c AS (SELECT id FROM t), d AS (SELECT | FROM c) SELECT 1', 'c(id)'],
    ['WITH c AS (SELECT id FROM t), d AS (SELECT * FROM c) SELECT | FROM d', 'd(*(id))'],
    ['WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT | FROM r) SELECT 1', 'r(n)'],
    ['WITH c AS MATERIALIZED (DELETE FROM t RETURNING id, x) SELECT | FROM c', 'c(id x)'],
    ['WITH t AS (SELECT 1 AS a) SELECT | FROM s.t', 't=s.t'],
    ['SELECT * FROM a WHERE EXISTS (SELECT | FROM b)', 'b=b, a=a'],
    ['SELECT (SELECT max(|) FROM b) FROM a', 'b=b, a=a'],
    ['SELECT a FROM x UNION SELECT | FROM y', 'y=y'],
    ['SELECT | FROM x UNION SELECT b FROM y', 'x=x'],
    ['UPDATE t SET a = | FROM u WHERE true', 't=t, u=u'],
    ['UPDATE s.t AS x SET a = |', 'x=s.t'],
    ['DELETE FROM t USING u WHERE |', 't=t, u=u'],
    ['MERGE INTO t USING s ON |', 't=t, s=s'],
    ['INSERT INTO t VALUES (1) RETURNING |', 't=t'],
    ['INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET a = |', 't=t, excluded=t'],
    ['INSERT INTO t (a, b) SELECT | FROM u', 't=t, u=u'],
    ['SELECT | FROM t FOR UPDATE', 't=t'],
    ['SELECT 1 FROM old; SELECT | FROM new_one; SELECT 1 FROM other', 'new_one=new_one'],
    ['SELECT (1; SELECT | FROM t', 't=t'],
    ["SELECT ';' || $$ FROM x; $$, | FROM t -- FROM z", 't=t'],
    ['SELECT f(| FROM t', ''],
    ['EXPLAIN (ANALYZE) SELECT | FROM t', 't=t'],
    ['CREATE VIEW v AS SELECT | FROM t', 't=t'],
    ['SELECT extract(year FROM d), | FROM t', 't=t'],
    ['SELECT a IS NOT DISTINCT FROM b, | FROM t', 't=t'],
    ['SELECT | FROM t WHERE x IN (SELECT y FROM u)', 't=t'],
    ['SELECT | FROM größe', 'größe=größe'],
  ])('of %s', (marked, expected) => {
    expect(reach(marked)).toBe(expected)
  })

  test('CTEs can be read from, but not before they are made', () => {
    const names = (marked: string) => [...(placeIn(marked)?.ctes.keys() ?? [])]
    expect(names('WITH a AS (SELECT 1), b AS (SELECT * FROM |) SELECT 1')).toEqual(['a'])
    expect(names('WITH a AS (SELECT 1), b AS (SELECT 2) SELECT * FROM |')).toEqual(['a', 'b'])
    expect(names('WITH a AS (SELECT 1) SELECT * FROM (SELECT * FROM |')).toEqual(['a'])
  })
})
