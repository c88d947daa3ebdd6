import { describe, expect, test } from 'vitest'
import { Disconnected } from '#api/connection.ts'
import { firstRowsSql, formatClock, runSentence } from '#features/query/query-words.ts'
import { applyEvent, idleRun, isRunThrough, placeOf, type RunState } from '#features/query/run-state.ts'
import { foundNodes, objectsWanted, openAtFirst, partitionsWanted, type TreeLevels, treeNodes } from '#features/query/tree-nodes.ts'
import type { DatabaseProblem, QueryEvent } from '#shared/model/query.ts'

const LOST = 'Connection lost; whether it ran to its end is not known'
const resultId = '3f6c0d0e-4f0a-4a1f-9d53-2f1f6f3f0001'

function started(sql: string, offset: number): RunState {
  return { ...idleRun, phase: 'running', sent: { ...idleRun.sent, sql, offset } }
}

function problemAt(position: number | null): DatabaseProblem {
  return { sqlstate: '42703', severity: 'ERROR', message: 'no', detail: null, hint: null, where: null, position }
}

describe('a run', () => {
  test('grows by its events: progress, results with their rows, what was said, how it ended', () => {
    const events: readonly QueryEvent[] = [
      { type: 'statement', index: 0, count: 2, from: 0, to: 8 },
      { type: 'result', index: 0, resultId, columns: [{ name: 'one', type: 'integer', typeOid: 23 }] },
      { type: 'rows', resultId, rowCount: 5, done: false, limited: false, repeatable: true },
      { type: 'rows', resultId, rowCount: 9, done: true, limited: true, repeatable: true },
      { type: 'complete', index: 0, commandTag: 'SELECT 9', durationMs: 3 },
      { type: 'statement', index: 1, count: 2, from: 9, to: 20 },
      { type: 'notice', index: 1, problem: { ...problemAt(null), severity: 'NOTICE' } },
      { type: 'finished', outcome: 'cancelled', durationMs: 61_005, cancelledBy: 'cancel' },
    ]
    const run = events.reduce(applyEvent, started('SELECT 1; SELECT 2', 0))
    expect(run).toMatchObject({
      phase: 'finished',
      progress: { index: 1, count: 2 },
      results: [{ index: 0, resultId, rowCount: 9, done: true, limited: true }],
      messages: [{ kind: 'complete', commandTag: 'SELECT 9' }, { kind: 'notice' }],
      mark: null,
    })
    expect(runSentence(run, 0)).toBe('Query cancelled 00:01:01.005')
  })

  test.each([
    ['a single statement', 1, ['failed'], ''],
    ['the last of a script', 3, ['complete', 'complete', 'failed'], ': 2 statements ran, 1 failed'],
    ['one in the middle', 4, ['complete', 'failed'], ': 1 statement ran, 1 failed, 2 did not run'],
    ['a script that goes on', 3, ['failed', 'complete', 'failed'], ': 1 statement ran, 2 failed'],
    // Of a script that is one transaction, the COMMIT that is ours.
    ['the commit', 2, ['complete', 'complete', 'failed'], ': 2 statements ran, 1 failed'],
  ] as const)('that failed at %s says how far its statements came', (_, count, kinds, words) => {
    const events = kinds.map(
      (type, index): QueryEvent =>
        type === 'complete'
          ? { type, index, commandTag: 'SELECT 1', durationMs: 1 }
          : { type, index, problem: problemAt(null), durationMs: 1 },
    )
    const begun: QueryEvent = { type: 'statement', index: 0, count, from: 0, to: 8 }
    const run = [begun, ...events, { type: 'finished', outcome: 'failed', durationMs: 5, cancelledBy: null } as const].reduce(
      applyEvent,
      started('', 0),
    )
    expect(runSentence(run, 0)).toBe(`Query failed 00:00:00.005${words}`)
  })

  test.each([
    ['before it began', [], new Error('refused'), 'Not run'],
    ['by a connection that was lost before it was heard of', [], new Disconnected(), LOST],
    ['by a connection that was lost', [{ type: 'statement', index: 0, count: 1, from: 0, to: 8 }], new Disconnected(), LOST],
    [
      'by anything else',
      [{ type: 'statement', index: 0, count: 1, from: 0, to: 8 }],
      new Error('broken'),
      'Broken off; whether it ran to its end is not known',
    ],
  ] as const)('that was cut short %s says what is known of it', (_, events, error, sentence) => {
    const run = events.reduce<RunState>(applyEvent, started('COMMIT', 0))
    expect(runSentence({ ...run, phase: 'finished', error }, 0)).toBe(sentence)
  })

  test.each([
    ['in the whole text', "SELECT '🐘', nowhere", 0, 13],
    ['in what was selected of it', "SELECT '🐘', nowhere", 40, 13],
  ])('marks the word of an error %s, counted as the editor counts', (_, sql, offset, position) => {
    const run = applyEvent(started(sql, offset), { type: 'failed', index: 0, problem: problemAt(position), durationMs: 1 })
    expect(run.mark).toEqual({ from: offset + 13, to: offset + 20, message: 'no' })
  })

  test('marks nothing where the server names no place', () => {
    expect(applyEvent(started('COMMIT', 0), { type: 'failed', index: 0, problem: problemAt(null), durationMs: 1 }).mark).toBeNull()
  })

  test('is through when its last statement has its rows or its tag, or one has failed that stops it', () => {
    const under = (index: number) => applyEvent(started('SELECT 1; SELECT 2', 0), { type: 'statement', index, count: 2, from: 0, to: 8 })
    const complete = (index: number): QueryEvent => ({ type: 'complete', index, commandTag: 'SELECT 1', durationMs: 1 })
    const failed: QueryEvent = { type: 'failed', index: 0, problem: problemAt(null), durationMs: 1 }
    const result: QueryEvent = { type: 'result', index: 1, resultId: crypto.randomUUID(), columns: [] }
    const rows = (done: boolean): QueryEvent => ({
      type: 'rows',
      resultId: result.resultId,
      rowCount: 1,
      done,
      limited: false,
      repeatable: true,
    })
    expect(isRunThrough(started('SELECT 1', 0), true)).toBe(false)
    expect(isRunThrough(applyEvent(under(0), complete(0)), true)).toBe(false)
    expect(isRunThrough(applyEvent(under(1), complete(1)), true)).toBe(true)
    expect(isRunThrough(applyEvent(under(0), failed), true)).toBe(true)
    expect(isRunThrough(applyEvent(under(0), failed), false)).toBe(false)
    expect([false, true].map((done) => isRunThrough(applyEvent(applyEvent(under(1), result), rows(done)), true))).toEqual([false, true])
  })

  test('tells the line and the character of an error', () => {
    expect(placeOf(started("SELECT '🐘',\n  nowhere", 0), problemAt(15))).toEqual({ line: 2, column: 3 })
  })
})

describe('the object tree', () => {
  const levels: TreeLevels = {
    schemas: [
      { name: 'public', relationCount: 1 },
      { name: 'sales', relationCount: 2 },
    ],
    relations: new Map([
      [
        'sales',
        [
          { name: 'orders', kind: 'table', partitionCount: null },
          { name: 'returns', kind: 'view', partitionCount: null },
        ],
      ],
    ]),
    partitions: new Map(),
    columns: new Map([
      [
        '["sales","orders"]',
        [{ name: 'id', position: 1, type: 'integer', category: 'N', nullable: false, primaryKey: true, comment: null }],
      ],
    ]),
    objects: new Map([['sales', [{ kind: 'function', oid: 1, name: 'twice', detail: '()' }]]]),
  }
  const shown = (nodes: ReturnType<typeof treeNodes>) =>
    nodes.map((node) => {
      switch (node.kind) {
        case 'schema':
          return node.schema
        case 'relation':
          return node.relation
        case 'column':
          return node.column
        case 'folder':
          return `[${node.title}]`
        case 'object':
          return node.object.name
        default:
          return '…'
      }
    })
  const below = ['[Functions]', '[Sequences]', '[Types]']
  const ends = ['[Roles]', '[Extensions]']

  test.each([
    ['schemas only while nothing is open', [], ['public', 'sales', ...ends]],
    ['what is open, by level', ['["sales"]', '["sales","orders"]'], ['public', 'sales', 'orders', 'id', 'returns', ...below, ...ends]],
    ['that a level is being read', ['["public"]'], ['public', '…', ...below, 'sales', ...ends]],
    [
      'what a folder holds',
      ['["sales"]', '{"schema":"sales","title":"Functions"}', '{"schema":"sales","title":"Types"}'],
      ['public', 'sales', 'orders', 'returns', '[Functions]', 'twice', '[Sequences]', '[Types]', '…', ...ends],
    ],
  ])('shows %s', (_, open, expected) => {
    expect(shown(treeNodes(levels, new Set(open)))).toEqual(expected)
  })

  test('reads objects only of folders that are open', () => {
    const open = new Set(['["sales"]', '{"schema":"sales","title":"Types"}', '{"schema":"public","title":"Types"}'])
    expect(objectsWanted(['public', 'sales'], open)).toEqual(['sales'])
    expect(objectsWanted([], new Set(['{"schema":null,"title":"Roles"}']))).toEqual([''])
  })

  test('shows the partitions of a table in a folder, and those of a partition below it', () => {
    const partition = (name: string, partitionCount: number | null) =>
      ({
        schema: 'archive',
        name,
        kind: partitionCount === null ? 'table' : 'partitioned table',
        bound: 'DEFAULT',
        partitionCount,
      }) as const
    const days: TreeLevels = {
      ...levels,
      relations: new Map([['sales', [{ name: 'days', kind: 'partitioned table', partitionCount: 2 }]]]),
      partitions: new Map([['["sales","days"]', [partition('cold', 1), partition('warm', null)]]]),
      columns: new Map([
        ['["sales","days"]', []],
        ['["archive","cold"]', []],
      ]),
    }
    const table = ['["sales"]', '["sales","days"]']
    const places = (open: readonly string[]) =>
      treeNodes(days, new Set(open))
        .filter(({ key }) => /days|cold|warm/.test(key))
        .map((node) => ('level' in node ? [node.kind, node.level, 'count' in node ? node.count : null] : []))
    expect(places(table)).toEqual([
      ['relation', 2, null],
      ['folder', 3, 2],
    ])
    const opened = [...table, 'partitions ["sales","days"]', '["archive","cold"]', 'partitions ["archive","cold"]']
    expect(places(opened)).toEqual([
      ['relation', 2, null],
      ['folder', 3, 2],
      ['relation', 4, null],
      ['folder', 5, 1],
      ['waiting', 6, null],
      ['relation', 4, null],
    ])
    expect(partitionsWanted(new Set(opened))).toEqual([
      { schema: 'sales', relation: 'days' },
      { schema: 'archive', relation: 'cold' },
    ])
  })

  test.each([
    ['public where it has tables', { app: 3, public: 1 }, 'public'],
    ['the first that has some where public has none', { app: 0, billing: 2, public: 0, sales: 9 }, 'billing'],
    ['public where none has any', { app: 0, public: 0 }, 'public'],
  ])('begins with %s', (_, counts, first) => {
    const schemas = Object.entries(counts).map(([name, relationCount]) => ({ name, relationCount }))
    expect([...openAtFirst(schemas)]).toEqual([JSON.stringify([first])])
  })

  test('shows what a search found under its schema, each table once, its columns where they were found', () => {
    const name = (relation: string, column: string | null) => ({ schema: 'sales', relation, relationKind: 'table' as const, column })
    const found = [name('orders', null), name('orders', 'order_id'), name('returns', 'order_id')]
    expect(shown(foundNodes(found, levels.columns, new Set()))).toEqual(['sales', 'orders', 'order_id', 'returns', 'order_id'])
    expect(shown(foundNodes(found, levels.columns, new Set(['["sales","orders"]'])))).toEqual([
      'sales',
      'orders',
      'id',
      'returns',
      'order_id',
    ])
  })
})

test('names stand without quotes where PostgreSQL reads them so, and with quotes where it would not', () => {
  expect(firstRowsSql('sales', 'orders')).toBe('SELECT *\nFROM sales.orders\nLIMIT 100;\n')
  expect(firstRowsSql('Sales', 'or"der')).toBe('SELECT *\nFROM "Sales"."or""der"\nLIMIT 100;\n')
  expect(firstRowsSql('public', 'user')).toContain('FROM public."user"')
})

test('a clock has hours, minutes, seconds and milliseconds', () => {
  expect([0, 123.4, 61_005, 3_723_004].map(formatClock)).toEqual(['00:00:00.000', '00:00:00.123', '00:01:01.005', '01:02:03.004'])
})
