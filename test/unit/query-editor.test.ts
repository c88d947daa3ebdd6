import { describe, expect, test } from 'vitest'
import { explainPrefix } from '#features/query/explain-options.ts'
import { byDay } from '#features/query/history-days.ts'
import { macroKeyOf } from '#features/query/query-keys.ts'
import { placeOfTab, type TabPanes, withActive, withoutTab, withSplitToggled } from '#features/query/tab-panes.ts'
import { pairToKeep, sessionOfPair } from '#features/query/tabs-session.ts'
import { defaultPreferences } from '#shared/model/app.ts'
import type { HistoryEntry } from '#shared/model/query.ts'
import { macroKeys, macroText, QueryMacro } from '#shared/model/query-macro.ts'
import { formatSql, saysTheSame } from '#ui/sql-editor/format-sql.ts'
import { placeOf } from '#ui/sql-editor/go-to-line.ts'

/** What the editor of the query pane decides without a screen. */

const { explain } = defaultPreferences.queryEditor
const noneOn = { ...explain, buffers: false, costs: false, summary: false, timing: false }
const allOn = { ...explain, genericPlan: true, memory: true, serialize: 'text', settings: true, verbose: true, wal: true } as const

test.each([
  ['as it comes', explain, false, 'EXPLAIN (SUMMARY, FORMAT JSON) '],
  ['as it comes, run', explain, true, 'EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) '],
  ['with all', allOn, false, 'EXPLAIN (GENERIC_PLAN, MEMORY, SETTINGS, SUMMARY, VERBOSE, FORMAT JSON) '],
  ['with all, run', allOn, true, 'EXPLAIN (ANALYZE, BUFFERS, MEMORY, SERIALIZE TEXT, SETTINGS, VERBOSE, WAL, FORMAT JSON) '],
  ['with none', noneOn, false, 'EXPLAIN (COSTS false, FORMAT JSON) '],
  ['with none, run', noneOn, true, 'EXPLAIN (ANALYZE, BUFFERS false, COSTS false, SUMMARY false, TIMING false, FORMAT JSON) '],
])('EXPLAIN %s', (_, options, analyze, prefix) => {
  expect(explainPrefix(options, analyze)).toBe(prefix)
})

describe('the formatter', () => {
  test.each([
    ['select a,b from t where x=1', 'SELECT\n  a,\n  b\nFROM\n  t\nWHERE\n  x = 1'],
    ['select :id, $1::int', 'SELECT\n  :id,\n  $1::int'],
    ["select 'a  b', $$x;  y$$", "SELECT\n  'a  b',\n  $$x;  y$$"],
    ['select 1;select 2\n', 'SELECT\n  1;\n\nSELECT\n  2\n'],
  ])('lays out %j', async (text, expected) => {
    expect(await formatSql(text)).toBe(expected)
  })

  // Its own judge is not asked here: the layouts were read by a person.
  test.each([
    [
      "SELECT a->>'b', c @> '{}', d #>> '{a}', e::int[][], f[1:2], \"Odd \"\"name\"\"\" FROM t -- why\n/* a /* b */ c */ WHERE x !~~* '%'",
      "SELECT\n  a ->> 'b',\n  c @> '{}',\n  d #>> '{a}',\n  e::INT[] [],\n  f[1:2],\n  \"Odd \"\"name\"\"\"\nFROM\n  t -- why\n  /* a /* b */ c */\nWHERE\n  x !~~* '%'",
    ],
    [
      'INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET a = excluded.a RETURNING *',
      'INSERT INTO\n  t (a)\nVALUES\n  (1)\nON CONFLICT (a) DO UPDATE\nSET\n  a = excluded.a\nRETURNING\n  *',
    ],
    [
      'CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END',
      'CREATE FUNCTION f () RETURNS int LANGUAGE sql\nBEGIN ATOMIC\nSELECT\n  1;\n\nEND',
    ],
    [
      "SELECT E'a\\'b', U&'\\0041', B'101', 1e5, .5, 1_000 FROM t WHERE a = ANY ($1)",
      "SELECT\n  E'a\\'b',\n  U&'\\0041',\n  B'101',\n  1e5,\n  .5,\n  1_000\nFROM\n  t\nWHERE\n  a = ANY ($1)",
    ],
    [
      'SELECT DISTINCT ON (a) a, count(*) FILTER (WHERE b) OVER (PARTITION BY c ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t',
      'SELECT DISTINCT\n  ON (a) a,\n  count(*) FILTER (\n    WHERE\n      b\n  ) OVER (\n    PARTITION BY\n      c ROWS BETWEEN 1 PRECEDING\n      AND CURRENT ROW\n  )\nFROM\n  t',
    ],
  ])('never changes what is said: %j', async (text, expected) => {
    expect(await formatSql(text)).toBe(expected)
  })

  test('a text is not the same when an operator is torn apart, a string is touched or a comment goes', () => {
    expect(saysTheSame('a ->> b', 'a - >> b')).toBe(false)
    expect(saysTheSame("'a  b'", "'a b'")).toBe(false)
    expect(saysTheSame('a -- b', 'a')).toBe(false)
    expect(saysTheSame('SELECT  a', 'select\na')).toBe(true)
  })
})

describe('two tabs side by side', () => {
  const alone: TabPanes = { activeId: 'a', besideId: null, activeSide: 'left' }
  const pair = withSplitToggled(alone, ['a', 'b', 'c'], () => 'new')

  test('the next one comes beside, or a new one where there is none', () => {
    expect(pair).toEqual({ activeId: 'a', besideId: 'b', activeSide: 'left' })
    expect(withSplitToggled(alone, ['a'], () => 'new').besideId).toBe('new')
    expect(withSplitToggled({ ...alone, activeId: 'c' }, ['a', 'b', 'c'], () => 'new').besideId).toBe('b')
    expect(withSplitToggled(pair, ['a', 'b'], () => 'new')).toEqual(alone)
  })

  test('each keeps its place when the other one becomes active, and a third comes where the active one was', () => {
    const right = withActive(pair, 'b')
    expect([placeOfTab(right, 'a'), placeOfTab(right, 'b'), placeOfTab(right, 'c')]).toEqual(['left', 'right', null])
    const third = withActive(right, 'c')
    expect([placeOfTab(third, 'a'), placeOfTab(third, 'c'), placeOfTab(third, 'b')]).toEqual(['left', 'right', null])
  })

  test('closing one leaves the other alone', () => {
    expect(withoutTab(pair, 'a', 'c')).toEqual({ activeId: 'b', besideId: null, activeSide: 'left' })
    expect(withoutTab(pair, 'b', 'c')).toEqual(alone)
    expect(withoutTab(pair, 'c', 'a')).toEqual(pair)
    expect(withoutTab(alone, 'a', 'c').activeId).toBe('c')
  })
})

describe('what a new window finds of two tabs side by side', () => {
  const kept = pairToKeep({ activeId: 'b', besideId: 'a', activeSide: 'right' }, ['a', 'b', 'c'])

  test('is both at their sides, whichever had the keys', () => {
    expect(kept).toEqual({ left: 'a', right: 'b', tabs: ['a', 'b', 'c'] })
    expect(pairToKeep({ activeId: 'a', besideId: 'b', activeSide: 'left' }, ['a', 'b', 'c'])).toEqual(kept)
  })

  test.each([
    ['both where both are there', ['c', 'b', 'a'], 'a', 'b'],
    ['the other where one is gone', ['b', 'c'], 'b', null],
    ['neither where both are gone', ['c'], null, null],
  ])('is %s', (_, ids, activeId, besideId) => {
    const found = kept === null ? null : sessionOfPair(kept, ids)
    expect(found).toEqual({ activeId, besideId, activeSide: 'left', seen: ['a', 'b', 'c'], locked: [] })
  })

  test('is nothing of one that stands alone', () => {
    expect(pairToKeep({ activeId: 'a', besideId: null, activeSide: 'left' }, ['a'])).toBeNull()
  })
})

describe('macros', () => {
  test('take the selected text, whatever it holds, and want one where they have a place for it', () => {
    expect(macroText({ sql: 'SELECT * FROM $SELECTION$ a, $SELECTION$ b' }, 'x$&y')).toBe('SELECT * FROM x$&y a, x$&y b')
    expect(macroText({ sql: 'SELECT $SELECTION$' }, ' \n')).toBeNull()
    expect(macroText({ sql: 'SELECT 1' }, '')).toBe('SELECT 1')
  })

  test('have pgAdmin’s keys, without the two that mean something else', () => {
    expect(macroKeys).toHaveLength(20)
    expect(macroKeys).toEqual(expect.arrayContaining(['Ctrl+0', 'Ctrl+9', 'Alt+F1', 'Alt+F12']))
    const macro = { id: crypto.randomUUID(), name: 'm', sql: 'SELECT 1' }
    expect(['Ctrl+1', 'Alt+F5', 'Alt+F4', 'Ctrl+A'].map((key) => QueryMacro.safeParse({ ...macro, shortcut: key }).success)).toEqual([
      true,
      false,
      false,
      false,
    ])
  })

  test.each([
    [{ code: 'Digit1', key: '1', ctrlKey: true }, 'Ctrl+1'],
    [{ code: 'Digit1', key: '&', ctrlKey: true }, 'Ctrl+1'],
    [{ code: 'F12', key: 'F12', altKey: true }, 'Alt+F12'],
    [{ code: 'Digit1', key: '!', ctrlKey: true, shiftKey: true }, null],
    [{ code: 'F1', key: 'F1' }, null],
    [{ code: 'KeyF', key: 'F', altKey: true }, null],
  ])('%j is %s', (pressed, key) => {
    expect(macroKeyOf({ ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...pressed })).toBe(key)
  })
})

test('the history is told by days of this clock', () => {
  const now = new Date(2026, 2, 3, 9)
  const entry = (date: Date) => ({ startedAt: date.toISOString() }) as HistoryEntry
  const days = byDay([entry(new Date(2026, 2, 3, 0, 1)), entry(new Date(2026, 2, 2, 23, 59)), entry(new Date(2026, 1, 28, 12))], now)
  expect(days.map(({ day }) => day)).toEqual(['Today', 'Yesterday', 'Saturday, 28 February 2026'])
})

test.each([
  ['12', { line: 12, column: 1 }],
  [' 3:7 ', { line: 3, column: 7 }],
  ['3,7', { line: 3, column: 7 }],
  ['', null],
  ['x', null],
  ['1:', null],
])('to go to %j', (text, place) => {
  expect(placeOf(text)).toEqual(place)
})
