import { randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openConnection } from '#services/postgres/connect.ts'
import type { Connection } from '#services/postgres/connection.ts'
import { Effects } from '#services/query/effects.ts'
import { defaultLimits, ResultRows } from '#services/query/result-rows.ts'
import { eachCommits, runScript, type ScriptOutcome, type Transactions } from '#services/query/run-script.ts'
import { statementsOf } from '#services/query/script.ts'
import { SqlParser } from '#services/query/sql-parser.ts'
import { TypeNames } from '#services/query/type-names.ts'
import type { QueryEvent } from '#shared/model/query.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'

/** Scripts of the query pane on a real server, by the real reader. */

let database: TestDatabase
let connection: Connection
let types: TypeNames
const parser = new SqlParser()
const folder = mkdtempSync(path.join(os.tmpdir(), 'plumbline-rows-'))

beforeAll(async () => {
  database = await createDatabase({
    sql: 'CREATE TABLE t (id int PRIMARY KEY, name text); INSERT INTO t SELECT i, i::text FROM generate_series(1, 50) i;',
  })
  connection = await connect()
  types = await TypeNames.read(connection, new AbortController().signal)
})
afterAll(async () => {
  await connection.dispose()
  await parser.dispose()
  await database.dispose()
  rmSync(folder, { recursive: true, force: true })
})

describe('a script', () => {
  test('runs statement by statement, each result with its own rows, types and tag', async () => {
    const { events, outcome, results } = await run(
      "SELECT 1 AS a, NULL AS b;\nSELECT 'x'::varchar(5) AS c, 1.50::numeric(10,2) AS d; INSERT INTO t VALUES (99, 'neu')",
    )
    expect(outcome).toMatchObject({ outcome: 'complete', problem: null })
    expect(events.filter((event) => event.type === 'complete').map((event) => event.commandTag)).toEqual([
      'SELECT 1',
      'SELECT 1',
      'INSERT 0 1',
    ])
    expect(results.map((result) => result.columns.map((column) => `${column.name} ${column.type}`))).toEqual([
      ['a integer', 'b text'],
      ['c character varying(5)', 'd numeric(10,2)'],
    ])
    expect(results.map((result) => result.rows.window(0, 10, 100).rows)).toEqual([[['1', null]], [['x', '1.50']]])
    await run('DELETE FROM t WHERE id = 99')
  })

  test('stops at the first error, which keeps what was committed before it', async () => {
    const { events, outcome } = await run("INSERT INTO t VALUES (100, 'kept'); SELECT 1/0; INSERT INTO t VALUES (101, 'never')")
    expect(outcome.outcome).toBe('failed')
    expect(events.filter((event) => event.type === 'statement')).toHaveLength(2)
    const rows = await connection.query({ text: 'SELECT id FROM t WHERE id >= 100', values: [] })
    expect(rows.rows).toEqual([['100']])
    await run('DELETE FROM t WHERE id = 100')
  })

  test('refuses what is one statement with standard_conforming_strings on and two with it off, and runs nothing of it', async () => {
    const { outcome, events } = await run("SET standard_conforming_strings = off; SELECT '\\' , '; DELETE FROM t; --'; RESET ALL")
    expect(outcome.outcome).toBe('failed')
    expect(events.find((event) => event.type === 'failed')?.problem.sqlstate).toBe('42601')
    await run('RESET standard_conforming_strings')
    expect((await connection.query({ text: 'SELECT count(*) > 0 FROM t', values: [] })).rows).toEqual([['t']])
  })

  test.each([
    ['SELECT 1;\nSELECT nope FROM t', 'nope'],
    ["SELECT '😀😀', nope FROM t", 'nope'],
    ["-- ä😀\nSELECT 1; /* 😀 */ SELECT '😀' , nope", 'nope'],
    ['SELEC 1', 'SELEC'],
    ['SELECT 1;\nSELECT FROM WHERE', 'WHERE'],
  ])('%j fails at the character where %j begins', async (sql, word) => {
    const { events } = await run(sql)
    const failed = events.find((event) => event.type === 'failed')
    if (failed?.type !== 'failed' || failed.problem.position === null) throw new Error('No position came.')
    expect(
      [...sql]
        .slice(failed.problem.position - 1)
        .join('')
        .startsWith(word),
    ).toBe(true)
  })

  test('shows values as the server writes them', async () => {
    const sql = `SELECT 9007199254740993::int8, 'NaN'::float8, 'infinity'::timestamptz, '[2:3]={1,2}'::int[], '{"a": 1e400, "b": 9007199254740993}'::jsonb,
      '\\x00ff'::bytea, 0.1::float8 + 0.2, ''::text, 1 AS x, 2 AS x`
    const { results } = await run(sql)
    expect(results[0]?.rows.window(0, 1, 1000).rows[0]).toEqual([
      '9007199254740993',
      'NaN',
      'infinity',
      '[2:3]={1,2}',
      expect.stringContaining('9007199254740993'),
      '\\x00ff',
      '0.30000000000000004',
      '',
      '1',
      '2',
    ])
  })

  test('hears notices between rows, and takes results without columns', async () => {
    const { events, results } = await run(
      "DO $$ BEGIN RAISE NOTICE 'hello %', 1; END $$; SELECT FROM t LIMIT 3; CREATE TEMP TABLE x (); DROP TABLE x",
    )
    const notice = events.find((event) => event.type === 'notice')
    expect(notice?.type === 'notice' && notice.problem.message).toBe('hello 1')
    expect(results[0]?.rows.rowCount).toBe(3)
  })

  test('keeps the first thousand of its notices, and says how many more there were', async () => {
    const { events, outcome } = await run("DO $$ BEGIN FOR i IN 1..5000 LOOP RAISE NOTICE 'round %', i; END LOOP; END $$")
    const notices = events.flatMap((event) => (event.type === 'notice' ? [event.problem.message] : []))
    expect(outcome.outcome).toBe('complete')
    expect(notices).toHaveLength(1_001)
    expect(notices.slice(-2)).toEqual(['round 1000', '4,000 more messages came from the server and are not shown.'])
  })

  test('of many rows keeps the first, says so, and leaves the connection usable', async () => {
    const { results, outcome, events } = await run('SELECT i, repeat(md5(i::text), 4) FROM generate_series(1, 3000000) i', {
      rowLimit: 1000,
    })
    expect(outcome).toMatchObject({ outcome: 'complete', rowCount: 1000 })
    expect(events.findLast((event) => event.type === 'rows')).toMatchObject({ rowCount: 1000, done: true, limited: true })
    expect(results[0]?.rows.window(998, 5, 10).rows).toHaveLength(2)
    expect((await run('SELECT 5')).outcome.outcome).toBe('complete')
  })

  test('what writes is read to its end, however many rows come back', async () => {
    const { outcome } = await run(
      'CREATE TEMP TABLE many AS SELECT 1 AS i WHERE false; INSERT INTO many SELECT generate_series(1, 20000) RETURNING i',
      { rowLimit: 10 },
    )
    expect(outcome.outcome).toBe('complete')
    expect((await connection.query({ text: 'SELECT count(*) FROM many', values: [] })).rows).toEqual([['20000']])
    await run('DROP TABLE many')
  })

  test('a SELECT whose function writes is read to its end too; in read-only mode it could not have written', async () => {
    await run(`CREATE TABLE log (i int);
      CREATE FUNCTION note(i int) RETURNS int LANGUAGE sql AS 'INSERT INTO log VALUES (i) RETURNING i';
      CREATE FUNCTION twice(i int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 2 * i'`)
    const { outcome, events } = await run("SELECT twice(note(i)), repeat('x', 1000) FROM generate_series(1, 20000) i", { rowLimit: 10 })
    expect(outcome).toMatchObject({ outcome: 'complete', rowCount: 10 })
    expect(events.findLast((event) => event.type === 'rows')).toMatchObject({ rowCount: 10, limited: true })
    expect((await connection.query({ text: 'SELECT count(*) FROM log', values: [] })).rows).toEqual([['20000']])
    expect((await run('SELECT note(1)', { readOnly: true })).outcome.outcome).toBe('failed')
    await run('DROP FUNCTION note; DROP FUNCTION twice; DROP TABLE log')
  })

  test('a SELECT of a function that the same script makes is read to its end', async () => {
    const { outcome } = await run(
      `CREATE TABLE log (i int);
       CREATE FUNCTION note(i int) RETURNS int LANGUAGE sql AS 'INSERT INTO log VALUES (i) RETURNING i';
       SELECT note(i), repeat('x', 1000) FROM generate_series(1, 20000) i`,
      { rowLimit: 10 },
    )
    expect(outcome).toMatchObject({ outcome: 'complete', rowCount: 10 })
    expect((await connection.query({ text: 'SELECT count(*) FROM log', values: [] })).rows).toEqual([['20000']])
    await run('DROP FUNCTION note; DROP TABLE log')
  })

  test('that fails or is cancelled between rows keeps those that had come, and does not call them all', async () => {
    const { events, results, outcome } = await run('SELECT 100 / (500 - i) AS x FROM generate_series(1, 1000) i')
    expect(outcome.outcome).toBe('failed')
    expect(results[0]?.rows.rowCount).toBe(499)
    expect(events.findLast((event) => event.type === 'rows')).toMatchObject({ rowCount: 499, done: false, limited: false })
  })

  test('is cancelled on the server, in the middle of rows and before the first', async () => {
    for (const sql of ['SELECT i, pg_sleep(0.01) FROM generate_series(1, 100000) i', 'SELECT pg_sleep(60)']) {
      const abort = new AbortController()
      const running = run(sql, { signal: abort.signal })
      await expect.poll(() => database.run(`SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE '${sql}'`)).toHaveLength(1)
      abort.abort()
      const { outcome } = await running
      expect(outcome).toMatchObject({ outcome: 'cancelled', cancelledBy: 'cancel' })
      expect((await run('SELECT 1')).outcome.outcome).toBe('complete')
    }
  })

  test('whose statement had ended before the cancel reached it says so, and the next one is not begun', async () => {
    const abort = new AbortController()
    const cancelLate = "INSERT INTO t SELECT 300, 'late' RETURNING id"
    const { events, outcome } = await run(`${cancelLate}; DELETE FROM t WHERE id = 300`, {
      signal: abort.signal,
      onResult: () => abort.abort(),
    })
    expect(events.filter((event) => event.type === 'complete').map(({ commandTag }) => commandTag)).toEqual(['INSERT 0 1'])
    expect(outcome.outcome).toBe('cancelled')
    expect((await connection.query({ text: 'SELECT count(*) FROM t WHERE id = 300', values: [] })).rows).toEqual([['1']])
    await run('DELETE FROM t WHERE id = 300')
  })

  test('loses no connection over COPY, which is not for here', async () => {
    expect((await run('COPY t FROM STDIN')).outcome.outcome).toBe('failed')
    expect((await run('COPY (SELECT 1) TO STDOUT')).outcome.outcome).toBe('complete')
    expect((await run('SELECT 1')).outcome.outcome).toBe('complete')
  })

  test('says that the connection is gone when the server ends it', async () => {
    const doomed = await connect()
    const { outcome } = await run(`SELECT pg_terminate_backend(pg_backend_pid()), i FROM generate_series(1, 10) i`, { on: doomed })
    expect(outcome.outcome).toBe('failed')
    await doomed.dispose()
  })
})

describe('read-only mode', () => {
  test.each([
    ["INSERT INTO t VALUES (200, 'x')", '25006'],
    ['WITH d AS (DELETE FROM t RETURNING *) SELECT * FROM d', '25006'],
    ["SELECT nextval('s')", '42P01'],
    ['CREATE TABLE y (i int)', '25006'],
    ['COMMIT', '25006'],
    ['SELECT 1; COMMIT; DELETE FROM t', '25006'],
    ['SET TRANSACTION READ WRITE', '25006'],
    ['set local transaction_read_only = off', '25006'],
    ['SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE', '25006'],
    ['RESET ALL', '25006'],
    ['DISCARD ALL', '25006'],
    ['EXPLAIN ANALYZE DELETE FROM t', '25006'],
    ['SELECT * FROM t FOR UPDATE', '25006'],
    ['DO $$ BEGIN SET TRANSACTION READ WRITE; DELETE FROM t; END $$', '25006'],
    ['DO $$ BEGIN COMMIT; DELETE FROM t; END $$', '25006'],
    ["SELECT set_config('transaction_read_only', 'off', false)", '25001'],
    ['PREPARE gone AS DELETE FROM t; EXECUTE gone', '25006'],
    ['SET ROLE NONE', '25006'],
    ["PREPARE TRANSACTION 'x'", '25006'],
    ["ROLLBACK PREPARED 'x'", '25006'],
  ])('refuses %s', async (sql, sqlstate) => {
    const { events, outcome } = await run(sql, { readOnly: true })
    expect(outcome.outcome).toBe('failed')
    const failed = events.find((event) => event.type === 'failed')
    expect(failed?.type === 'failed' && failed.problem.sqlstate).toBe(sqlstate)
    expect((await connection.query({ text: 'SELECT count(*) FROM t', values: [] })).rows).toEqual([['50']])
    expect(connection.transactionStatus()).toBe('idle')
  })

  test('a cancel while the transaction is being begun stops what would have followed', async () => {
    const abort = new AbortController()
    const { outcome } = await run('SELECT pg_sleep(60)', {
      readOnly: true,
      signal: abort.signal,
      // BEGIN has been sent when this turn ends, and its answer has not come.
      onStatement: () => queueMicrotask(() => abort.abort()),
    })
    expect(outcome.outcome).toBe('cancelled')
    expect(connection.transactionStatus()).toBe('idle')
  })

  test('lets reading through: SELECT, SHOW, EXPLAIN, VALUES, TABLE', async () => {
    const { outcome } = await run('SELECT 1; SHOW search_path; EXPLAIN SELECT * FROM t; VALUES (1); TABLE t', { readOnly: true })
    expect(outcome.outcome).toBe('complete')
  })
})

describe('the rows of a result', () => {
  test('go to a file past their bound in memory, are read back the same, and leave nothing', () => {
    const rows = new ResultRows(folder, { ...defaultLimits, memoryBytes: 300_000, totalBytes: 3_000_000 })
    let kept = 0
    while (rows.append(body([String(kept), 'ä😀'.repeat(100), null]))) kept += 1
    expect(kept).toBeGreaterThan(2_000)
    const [file] = readdirSync(folder)
    if (file === undefined) throw new Error('Nothing was spilled.')
    if (process.platform !== 'win32') expect(statSync(path.join(folder, file)).mode & 0o777).toBe(0o600)
    for (const index of [0, 1, Math.floor(kept / 2), kept - 1]) {
      expect(rows.window(index, 1, 1000).rows).toEqual([[String(index), 'ä😀'.repeat(100), null]])
    }
    expect(rows.window(0, 1, 3)).toEqual({ from: 0, rows: [['0', 'ä😀ä', null]], clipped: [[0, 1]] })
    rows.dispose()
    expect(readdirSync(folder)).toEqual([])
  })

  test('a cell of megabytes is shown in part and says so', () => {
    const rows = new ResultRows(folder)
    rows.append(body(['€'.repeat(1_000_000)]))
    const cell = rows.cell(0, 0)
    expect(cell).toMatchObject({ truncated: true, sizeBytes: 3_000_000 })
    expect(cell?.value?.endsWith('€')).toBe(true)
    rows.dispose()
  })

  test('of a row that is too long to keep, the beginning of each long value is kept with its size, and the rows around it are whole', () => {
    const rows = new ResultRows(folder, { ...defaultLimits, rowBytes: 2_000_000 })
    rows.append(body(['before', null]))
    rows.append(body(['x'.repeat(3_000_000), 'short']))
    rows.append(body(['after', 'y'.repeat(1_500_000)]))
    expect(rows.window(0, 3, 16)).toMatchObject({
      rows: [
        ['before', null],
        ['x'.repeat(16), 'short'],
        ['after', 'y'.repeat(16)],
      ],
      clipped: [
        [1, 0],
        [2, 1],
      ],
    })
    expect(rows.cell(1, 0)).toMatchObject({ truncated: true, sizeBytes: 3_000_000, value: 'x'.repeat(1024 * 1024) })
    expect([rows.cutValue(0), rows.cutValue(1), rows.cutValue(2)]).toEqual([null, { column: 0, sizeBytes: 3_000_000 }, null])
    rows.dispose()
  })
})

describe('read-only mode refuses what a read-only transaction does not stop:', () => {
  /** Would write, were it sent: with backslashes that escape, the server reads another statement than our parser. */
  const hidden = `COPY (SELECT '\\', ') TO PROGRAM $$true$$ --') TO STDOUT`
  const deep = (text: string) => `COPY (SELECT ${text}) TO PROGRAM 'true'`

  test.each([
    ['a program in a block', `DO $$ BEGIN COPY (SELECT 1) TO PROGRAM 'true'; END $$`],
    ['a program behind a setting', `SET standard_conforming_strings = off; ${hidden}`],
    ['a program behind a setting that a function makes', `SELECT set_config('standard_conforming_strings', 'off', false); ${hidden}`],
    ['a program behind a chain that is too deep for messages', deep(`${'1+'.repeat(2_000)}1`)],
    ['a program behind brackets that are too deep for the parser', `/* x */ ; ${deep(`${'('.repeat(20_000)}1${')'.repeat(20_000)}`)}`],
    ['a file by a function, whatever is around it', `EXPLAIN ANALYZE SELECT 1 WHERE "pg_catalog"."lo_export"(1, '/x') = 1`],
    ["the end of others' sessions", 'SELECT pg_terminate_backend(0)'],
    ["the end of others' statements", 'SELECT pg_cancel_backend(0)'],
    ...'lo_import lo_creat lo_create lo_from_bytea lo_put lo_truncate lo_truncate64 lo_unlink lowrite'
      .split(' ')
      .map((name) => [`a large object by ${name}`, `SELECT ${name}(1)`] as [string, string]),
    ['a file that replication keeps', `SELECT pg_create_physical_replication_slot('x')`],
  ])('%s', async (_what, sql) => {
    const { outcome } = await run(sql, { readOnly: true })
    // Our own words: the server was not asked.
    expect(outcome).toMatchObject({ outcome: 'failed', problem: expect.stringMatching(/read-only (transaction|mode)/) })
    await run('RESET standard_conforming_strings')
  })

  test("and what a function of somebody's own does with large objects is taken back, on servers that let it do so", async () => {
    await run(`SELECT lo_create(4711); CREATE FUNCTION tidy() RETURNS int LANGUAGE sql AS 'SELECT lo_unlink(4711)'`)
    await run('SELECT tidy()', { readOnly: true })
    const { rows } = await connection.query({ text: 'SELECT count(*) FROM pg_largeobject_metadata WHERE oid = 4711', values: [] })
    expect(rows).toEqual([['1']])
    await run('SELECT tidy(); DROP FUNCTION tidy()')
  })

  test('and what a SELECT sets for the session stays, as it does by SET', async () => {
    await run(`SELECT set_config('work_mem', '7MB', false)`, { readOnly: true })
    expect((await connection.query({ text: 'SHOW work_mem', values: [] })).rows).toEqual([['7MB']])
    await run('RESET work_mem')
  })

  test('and a text of any depth that only reads is left to the server', async () => {
    expect((await run(`SELECT ${'1+'.repeat(2_000)}1`, { readOnly: true })).outcome.outcome).toBe('complete')
    // Too deep for our parser, which is as good as new for the next one.
    expect((await run(`SELECT ${'('.repeat(20_000)}1${')'.repeat(20_000)}`, { readOnly: true })).outcome.problem).toMatch(
      /depth|memory exhausted/,
    )
    expect(statementsOf('SELECT 1', await parser.parse('SELECT 1'))).toMatchObject([{ kind: 'select' }])
  })
})

interface RunOptions {
  readonly readOnly?: boolean
  readonly rowLimit?: number
  readonly cancelAfterMs?: number
  readonly transactions?: Partial<Transactions>
  readonly signal?: AbortSignal
  readonly on?: Connection
  onStatement?(): void
  onResult?(): void
}

interface Ran {
  readonly events: readonly QueryEvent[]
  readonly outcome: ScriptOutcome
  readonly results: readonly { readonly columns: readonly { name: string; type: string }[]; readonly rows: ResultRows }[]
}

async function run(sql: string, options: RunOptions = {}): Promise<Ran> {
  const events: QueryEvent[] = []
  const rowsById = new Map<string, ResultRows>()
  const on = options.on ?? connection
  const statements = statementsOf(sql, await parser.parse(sql))
  const outcome = await runScript({
    connection: on,
    statements,
    effects: await Effects.read(on, statements, new AbortController().signal),
    readOnly: options.readOnly ?? false,
    rowLimit: options.rowLimit ?? 10_000,
    statementTimeoutMs: null,
    cancelAfterMs: options.cancelAfterMs ?? null,
    transactions: { ...eachCommits, ...options.transactions },
    signal: options.signal ?? new AbortController().signal,
    types,
    emit: (event) => {
      events.push(event)
      if (event.type === 'statement') options.onStatement?.()
      if (event.type === 'result') options.onResult?.()
    },
    openResult: (resultId) => {
      const rows = new ResultRows(folder)
      rowsById.set(resultId, rows)
      return rows
    },
  })
  const results = events.flatMap((event) => {
    const rows = event.type === 'result' ? rowsById.get(event.resultId) : undefined
    return event.type === 'result' && rows !== undefined ? [{ columns: event.columns, rows }] : []
  })
  return { events, outcome, results }
}

function connect(): Promise<Connection> {
  const { host, port, user, password, database: name } = database
  return openConnection({
    host,
    port,
    user,
    database: name,
    password: async () => password,
    sslmode: 'disable',
    rootCertificatePem: null,
    applicationName: `plumbline/test-${randomUUID().slice(0, 8)}`,
  })
}

/** As a DataRow has it. */
function body(cells: readonly (string | null)[]): Buffer {
  const parts: Buffer[] = [Buffer.from([0, cells.length])]
  for (const cell of cells) {
    const length = Buffer.alloc(4)
    const bytes = cell === null ? Buffer.alloc(0) : Buffer.from(cell)
    length.writeInt32BE(cell === null ? -1 : bytes.length)
    parts.push(length, bytes)
  }
  return Buffer.concat(parts)
}
