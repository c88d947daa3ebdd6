import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { QueryEvent } from '#shared/model/query.ts'
import { openQueryPane, openWire, type QueryPane } from './query-support.ts'
import { openTestConnection } from './validation-support.ts'

/** The query pane's part of the contract, with the whole application behind it, over the wire that the web host has. */

let database: QueryPane['database']
let app: QueryPane['app']
let client: QueryPane['client']
let dataSourceId: string
let dispose: QueryPane['dispose']

beforeAll(async () => {
  ;({ database, app, client, dataSourceId, dispose } = await openQueryPane({
    sql: `CREATE TABLE t (id int PRIMARY KEY, name text); COMMENT ON TABLE t IS 'things'; INSERT INTO t SELECT i, i::text FROM generate_series(1, 30) i;
      CREATE VIEW v AS SELECT * FROM t`,
  }))
})
afterAll(() => dispose())

test('the tree is read a level at a time', async () => {
  expect(await client.query.schemas({ dataSourceId })).toContainEqual({ name: 'public', relationCount: 2 })
  expect(await client.query.relations({ dataSourceId, schema: 'public' })).toEqual([
    { name: 't', kind: 'table', comment: 'things', partitionCount: null },
    { name: 'v', kind: 'view', comment: null, partitionCount: null },
  ])
  const columns = await client.query.columns({ dataSourceId, schema: 'public', relation: 't' })
  expect(columns.map(({ name }) => name)).toEqual(['id', 'name'])
})

test('a data source that is marked read only is held to it, whatever the caller asks for', async () => {
  const marked = await client.dataSources.duplicate({ id: dataSourceId })
  expect((await client.dataSources.configure({ id: marked.id, readOnly: true })).readOnly).toBe(true)
  const attempt = async () => {
    const events = await run({ dataSourceId: marked.id, readOnly: false, sql: 'INSERT INTO t VALUES (99)' })
    return events.find((event) => event.type === 'failed')?.problem.sqlstate ?? 'done'
  }
  expect(await attempt()).toBe('25006')
  await client.dataSources.configure({ id: marked.id, readOnly: false })
  expect(await attempt()).toBe('done')
  await database.run('DELETE FROM t WHERE id = 99')
})

describe('a run', () => {
  test.each([
    ['SELECT 1; SELECT 2; SELECT 1/0', 'failed', '2 statements ran, 1 failed'],
    ['SELECT 1; SELECT 1/0; SELECT 2', 'failed', '1 statement ran, 1 failed, 1 did not run'],
    ['SELECT 1/0', 'failed', null],
    ['SELECT 1; SELECT 2', 'done', null],
  ])('of %s ends in the status bar as %s', async (sql, state, detail) => {
    const runId = randomUUID()
    const { tasks } = app.application
    const ends: unknown[] = []
    const stop = tasks.listen(() => {
      const task = tasks.list().find(({ id }) => id === runId)
      if (task !== undefined && task.state !== 'running') ends.push([task.state, task.detail])
    })
    await run({ runId, sql })
    stop()
    expect(ends[0]).toEqual([state, detail])
  })

  test('is told in order, its rows are pulled, and they go with the next run and with the tab', async () => {
    const tabId = randomUUID()
    const events = await run({ tabId, sql: 'SELECT id, name FROM t ORDER BY id; SELECT t FROM t LIMIT 1' })
    // How often rows are counted in between is a matter of time.
    const types = events.map(({ type }) => type).filter((type, index, all) => type !== 'rows' || all[index - 1] !== 'rows')
    expect(types).toEqual(['statement', 'result', 'rows', 'complete', 'statement', 'result', 'rows', 'complete', 'finished'])
    const [first, second] = resultsOf(events)
    expect(first?.columns).toEqual([
      { name: 'id', type: 'integer', typeOid: 23 },
      { name: 'name', type: 'text', typeOid: 25 },
    ])
    expect(second?.columns).toMatchObject([{ name: 't', type: 't' }])
    const resultId = first?.resultId ?? ''
    expect(await client.query.window({ resultId, from: 28, count: 10, clipLength: 100 })).toEqual({
      from: 28,
      rows: [
        ['29', '29'],
        ['30', '30'],
      ],
      clipped: [],
    })
    expect(await client.query.cell({ resultId, row: 0, column: 1 })).toEqual({ value: '1', truncated: false, sizeBytes: 1 })
    const again = resultsOf(await run({ tabId, sql: 'SELECT 1' }))[0]?.resultId ?? ''
    await expect(client.query.window({ resultId, from: 0, count: 1, clipLength: 100 })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await client.query.close({ tabId })
    await expect(client.query.cell({ resultId: again, row: 0, column: 0 })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('spills to a file that is gone when the tab is closed', async () => {
    const tabId = randomUUID()
    const spilled = () => (existsSync(join(app.dataFolder, 'rows')) ? readdirSync(join(app.dataFolder, 'rows')) : [])
    const events = await run({ tabId, sql: "SELECT repeat('x', 8000) FROM generate_series(1, 6000)" })
    expect(spilled()).toHaveLength(1)
    const resultId = resultsOf(events)[0]?.resultId ?? ''
    const { rows } = await client.query.window({ resultId, from: 5_999, count: 1, clipLength: 16 })
    expect(rows).toEqual([['x'.repeat(16)]])
    await client.query.close({ tabId })
    expect(spilled()).toEqual([])
  })

  test.each<[string, (started: { runId: string; tabId: string; leave: AbortController }) => unknown]>([
    ['by its name', ({ runId }) => client.query.cancel({ runId })],
    ['by leaving the stream', ({ leave }) => leave.abort()],
    ['by closing its tab', ({ tabId }) => client.query.close({ tabId })],
    ['by running the tab again', ({ tabId }) => run({ tabId, sql: 'SELECT 1' })],
  ])('is cancelled on the server %s', async (_how, cancel) => {
    const started = { runId: randomUUID(), tabId: randomUUID(), leave: new AbortController() }
    const mark = `slept ${started.runId}`
    const ended = run({ ...started, sql: `SELECT pg_sleep(300) AS "${mark}"` }, started.leave.signal).catch(() => 'left')
    await until(async () => (await working(mark)) === 1)
    await cancel(started)
    await until(async () => (await working(mark)) === 0)
    await ended
  })

  test('is cancelled on the server when the window goes', async () => {
    const leaving = await openWire(app)
    const mark = `slept ${randomUUID()}`
    run({ sql: `SELECT pg_sleep(300) AS "${mark}"` }, undefined, leaving.client).catch(() => {})
    await until(async () => (await working(mark)) === 1)
    leaving.leave()
    await until(async () => (await working(mark)) === 0)
    await leaving.dispose()
  })

  test('that leaves a transaction open hears that it was rolled back', async () => {
    const events = await run({ sql: 'BEGIN; DELETE FROM t', readOnly: false })
    const notice = events.find((event) => event.type === 'notice')
    expect(notice?.type === 'notice' && notice.problem.message).toContain('rolled back')
    const left = resultsOf(await run({ sql: 'SELECT count(*) FROM t' }))[0]?.resultId ?? ''
    expect((await client.query.window({ resultId: left, from: 0, count: 1, clipLength: 16 })).rows).toEqual([['30']])
  })

  test('leaves nothing of its session to the next', async () => {
    await run({
      sql: "SET search_path = pg_catalog; CREATE TEMP TABLE t (id int); PREPARE p AS SELECT 1; SELECT set_config('work_mem', '1MB', false)",
      readOnly: false,
    })
    const events = await run({ sql: 'SELECT count(*) FROM t; SHOW work_mem; SELECT count(*) FROM pg_prepared_statements' })
    const shown = await Promise.all(
      resultsOf(events).map(({ resultId }) => client.query.window({ resultId, from: 0, count: 1, clipLength: 16 })),
    )
    expect(shown.map(({ rows }) => rows[0]?.[0])).toEqual(['30', '4MB', '0'])
  })
})

describe('the history', () => {
  test('holds what a person ran, newest first, and nothing that may hold a password', async () => {
    const source = await app.connect(database.connectionString)
    await run({ dataSourceId: source, sql: 'SELECT 1 AS kept' })
    await run({ dataSourceId: source, sql: "ALTER ROLE nobody_here PASSWORD 'CANARY-history'" })
    await run({ dataSourceId: source, sql: 'SELECT 2 AS hidden', keepInHistory: false })
    const entries = await client.query.history.list({ dataSourceId: source, search: '', limit: 10 })
    expect(entries.map(({ sql, outcome, problem }) => ({ sql, outcome, problem }))).toEqual([
      { sql: null, outcome: 'failed', problem: null },
      { sql: 'SELECT 1 AS kept', outcome: 'complete', problem: null },
    ])
    expect(await client.query.history.list({ dataSourceId: source, search: 'KEPT', limit: 10 })).toHaveLength(1)
    await client.query.history.remove({ dataSourceId: source, ids: [entries[0]?.id ?? ''] })
    expect(await client.query.history.list({ dataSourceId: source, search: '', limit: 10 })).toHaveLength(1)
  })

  test('comes in parts, says what each came from, and what was removed can be brought back', async () => {
    const source = await app.connect(database.connectionString)
    for (const number of [1, 2, 3]) await run({ dataSourceId: source, sql: `SELECT ${number}`, source: 'explain' })
    const list = async (before: string | null = null, limit = 2) =>
      (await client.query.history.list({ dataSourceId: source, search: '', limit, before })).map(({ id, sql }) => ({ id, sql }))
    const first = await list()
    const second = await list(first.at(-1)?.id)
    expect([...first, ...second].map(({ sql }) => sql)).toEqual(['SELECT 3', 'SELECT 2', 'SELECT 1'])
    expect((await client.query.history.list({ dataSourceId: source, search: '', limit: 1 }))[0]?.source).toBe('explain')
    const { ids } = await client.query.history.remove({ dataSourceId: source, ids: null })
    expect(ids).toHaveLength(3)
    expect(await list()).toEqual([])
    await client.query.history.restore({ ids })
    expect(await list(null, 10)).toHaveLength(3)
  })
})

describe('parameters', () => {
  test('are sent as values of their own, NULL among them, and each statement gets those that it names', async () => {
    const values = { name: "it's; DROP TABLE t", id: '7', none: null, '1': '{1,2}' }
    const sql = 'SELECT :name AS a, :id::int + 1 AS b;\nSELECT $1::int[] AS c, :none::text IS NULL AS d; SELECT id FROM t WHERE id = :id'
    const events = await run({ sql, parameters: values })
    const rows = await Promise.all(
      resultsOf(events).map(async ({ resultId }) => (await client.query.window({ resultId, from: 0, count: 5, clipLength: 100 })).rows),
    )
    expect(rows).toEqual([[["it's; DROP TABLE t", '8']], [['{1,2}', 't']], [['7']]])
  })

  test.each([
    ["SELECT '😀', :name, nope", 'nope', '42703'],
    ['SELECT 1;\nSELECT :a || :b, x$y FROM t', 'x$y', '42703'],
    ["SELECT :name::int, '😀' + 1", "'😀'", '22P02'],
  ])('an error of %s stands where the person wrote it', async (sql, word, sqlstate) => {
    const events = await run({ sql, parameters: { name: '1', a: 'x', b: 'y' } })
    const failed = events.find((event) => event.type === 'failed')
    expect(failed?.problem.sqlstate).toBe(sqlstate)
    const at = (failed?.problem.position ?? 0) - 1
    expect([...sql].slice(at, at + [...word].length).join('')).toBe(word)
  })

  test('without a value is refused by its name; a type that is not known is spoken of in the names of the text', async () => {
    await expect(run({ sql: 'SELECT :here', parameters: {} })).rejects.toThrow(':here has no value.')
    const events = await run({ sql: 'SELECT pg_typeof(:what)', parameters: { what: 'x' } })
    expect(events.find((event) => event.type === 'failed')?.problem.hint).toContain('$1 is :what')
  })

  test('of a generic plan may have any value, and left out, the text goes as it is', async () => {
    const plan = await run({ sql: 'EXPLAIN (GENERIC_PLAN) SELECT * FROM t WHERE id = :id', parameters: { id: null } })
    expect(resultsOf(plan)).toHaveLength(1)
    const asIs = await run({ sql: 'SELECT :id' })
    expect(asIs.find((event) => event.type === 'failed')?.problem.sqlstate).toBe('42601')
  })

  test('leave no value in the history', async () => {
    const source = await app.connect(database.connectionString)
    await run({ dataSourceId: source, sql: 'SELECT :name', parameters: { name: 'CANARY-parameter' } })
    expect((await client.query.history.list({ dataSourceId: source, search: '', limit: 5 })).map(({ sql }) => sql)).toEqual([
      'SELECT :name',
    ])
  })
})

test('macros are kept, each key for one of them, and none that may hold a password', async () => {
  const macro = { id: randomUUID(), name: 'Count', sql: 'SELECT count(*) FROM $SELECTION$', shortcut: 'Ctrl+1' }
  await client.query.macros.save(macro)
  await client.query.macros.save({ ...macro, name: 'Rows' })
  expect(await client.query.macros.list({})).toEqual([{ ...macro, name: 'Rows' }])
  await expect(client.query.macros.save({ ...macro, id: randomUUID() })).rejects.toThrow('Ctrl+1 belongs to the macro "Rows".')
  await expect(
    client.query.macros.save({ ...macro, id: randomUUID(), shortcut: null, sql: "ALTER ROLE x PASSWORD 'CANARY'" }),
  ).rejects.toThrow('may hold a password')
  await client.query.macros.remove({ id: macro.id })
  expect(await client.query.macros.list({})).toEqual([])
})

test('a draft is kept until its tab is closed; one with a password keeps its last version without', async () => {
  const draft = { tabId: randomUUID(), dataSourceId, title: 'Query 1', sql: 'SELECT 1' }
  await client.query.drafts.save(draft)
  await client.query.drafts.save({ ...draft, sql: "CREATE ROLE x PASSWORD 'CANARY-draft'" })
  expect(await client.query.drafts.list({})).toEqual([draft])
  await client.query.drafts.remove({ tabId: draft.tabId })
  expect(await client.query.drafts.list({})).toEqual([])
})

interface RunInput {
  readonly sql: string
  readonly runId?: string
  readonly tabId?: string
  readonly dataSourceId?: string
  readonly readOnly?: boolean
  readonly keepInHistory?: boolean
  readonly source?: 'explain'
  readonly parameters?: Record<string, string | null>
}

async function run(input: RunInput, signal?: AbortSignal, over = client): Promise<QueryEvent[]> {
  const { sql, runId = randomUUID(), tabId = randomUUID(), readOnly = true, keepInHistory = true } = input
  const { source, parameters } = input
  const request = {
    runId,
    tabId,
    sql,
    readOnly,
    keepInHistory,
    source,
    parameters,
    dataSourceId: input.dataSourceId ?? dataSourceId,
    rowLimit: 10_000,
  }
  const events: QueryEvent[] = []
  for await (const event of await over.query.run(request, signal === undefined ? {} : { signal })) events.push(event)
  return events
}

function resultsOf(events: readonly QueryEvent[]) {
  return events.filter((event) => event.type === 'result')
}

/** How many statements with this text the server works on, asked by a session of the test's own. */
async function working(mark: string): Promise<number> {
  const connection = await openTestConnection(database)
  try {
    const text = `SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid() AND query LIKE $1`
    const { rows } = await connection.query({ text, values: [`%${mark}%`] })
    return Number(rows[0]?.[0])
  } finally {
    await connection.dispose()
  }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20))
}
