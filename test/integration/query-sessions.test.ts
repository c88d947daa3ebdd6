import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket, connect as socketTo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { QueryEvent, SessionOptions, SessionState } from '#shared/model/query.ts'
import { openQueryPane, type QueryPane } from './query-support.ts'

/** The session that a tab of the query pane holds on to: transactions, settings, notifications, and what ends it. */

let database: QueryPane['database']
let app: QueryPane['app']
let client: QueryPane['client']
let dataSourceId: string
let dispose: QueryPane['dispose']

beforeAll(async () => {
  ;({ database, app, client, dataSourceId, dispose } = await openQueryPane({
    sql: 'CREATE TABLE orders (id int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED, note text)',
  }))
})
afterAll(() => dispose())

test('a session stays with its tab: settings and temporary tables are there in the next run, and in no other tab', async () => {
  const tab = newTab()
  await tab.run("CREATE TEMP TABLE mine (i int); SET work_mem = '7MB'")
  expect(await tab.values('SHOW work_mem')).toEqual([['7MB']])
  expect((await tab.run('SELECT * FROM mine')).outcome).toBe('complete')
  const other = newTab()
  expect((await other.run('SELECT * FROM mine')).outcome).toBe('failed')
  expect(await other.values('SHOW work_mem')).toEqual([['4MB']])
  await tab.close()
  await other.close()
})

describe('with autocommit off', () => {
  const manual = { autocommit: false } as const

  test('the first statement begins a transaction, which waits for Commit', async () => {
    const tab = newTab(manual)
    expect((await tab.run("INSERT INTO orders VALUES (1, 'waits')")).session).toMatchObject({ status: 'transaction', readOnly: false })
    expect(await count('id = 1'), 'nobody else sees it').toBe(0)
    expect(await client.query.endTransaction({ tabId: tab.id, how: 'commit' })).toMatchObject({
      commandTag: 'COMMIT',
      state: { status: 'idle' },
    })
    expect(await count('id = 1')).toBe(1)
    await tab.close()
  })

  test('Rollback takes it back, and closing the tab does too', async () => {
    for (const end of [(tab: Tab) => client.query.endTransaction({ tabId: tab.id, how: 'rollback' }), (tab: Tab) => tab.close()]) {
      const tab = newTab(manual)
      await tab.run("INSERT INTO orders VALUES (2, 'gone')")
      await end(tab)
      expect(await count('id = 2')).toBe(0)
      expect(await openTransactions()).toBe(0)
      await tab.close()
    }
  })

  test('a failed statement leaves a failed transaction, which Commit cannot save', async () => {
    const tab = newTab(manual)
    await tab.run("INSERT INTO orders VALUES (3, 'lost')")
    expect((await tab.run('SELECT 1/0')).session?.status).toBe('failed')
    expect((await tab.run('SELECT 1')).problem?.sqlstate).toBe('25P02')
    expect((await client.query.endTransaction({ tabId: tab.id, how: 'commit' })).commandTag).toBe('ROLLBACK')
    await tab.close()
  })

  test('a failed statement rolls back by itself where that is wished', async () => {
    const tab = newTab({ ...manual, rollbackOnError: true })
    await tab.run("INSERT INTO orders VALUES (4, 'gone')")
    const ran = await tab.run('SELECT 1/0')
    expect(ran.session?.status).toBe('idle')
    expect(ran.notices).toContain('The transaction was rolled back.')
    await tab.close()
  })

  test('a statement that runs in no transaction is let through, as in psql', async () => {
    const tab = newTab(manual)
    expect((await tab.run('VACUUM orders')).outcome).toBe('complete')
    await tab.close()
  })

  test('the isolation level is the one that was chosen', async () => {
    const tab = newTab({ ...manual, isolation: 'serializable' })
    expect(await tab.values('SHOW transaction_isolation')).toEqual([['serializable']])
    await tab.close()
  })

  test('read-only mode begins a transaction that only reads; one that may write is not gone on with', async () => {
    const tab = newTab(manual, true)
    expect((await tab.run('SELECT 1')).session).toMatchObject({ status: 'transaction', readOnly: true })
    expect((await tab.run("INSERT INTO orders VALUES (5, 'never')")).problem?.sqlstate).toBe('25006')
    await client.query.endTransaction({ tabId: tab.id, how: 'rollback' })
    const writing = { ...tab, readOnly: false }
    await runIn(writing, "INSERT INTO orders VALUES (6, 'open')")
    await expect(runIn(tab, 'DELETE FROM orders')).rejects.toMatchObject({ code: 'INVALID' })
    await tab.close()
    expect(await count('id IN (5, 6)')).toBe(0)
  })

  test('a deferred constraint that fails at Commit is said with its SQLSTATE', async () => {
    const tab = newTab(manual)
    await tab.run("INSERT INTO orders VALUES (7, 'one'), (7, 'two')")
    await expect(client.query.endTransaction({ tabId: tab.id, how: 'commit' })).rejects.toMatchObject({
      code: 'DATABASE',
      data: { sqlstate: '23505' },
    })
    await tab.close()
  })

  test('a transaction in which nothing runs is rolled back after its time, and the tab hears why; keeping it starts the clock anew', async () => {
    // Long enough that it is still open when it is asked to stay so.
    const tab = newTab({ ...manual, idleLimitMs: 3_000 })
    const ran = await tab.run("INSERT INTO orders VALUES (8, 'idle')")
    expect(ran.session?.rollbackInMs).toBeGreaterThan(0)
    expect((await client.query.keepTransaction({ tabId: tab.id })).rollbackInMs).toBeGreaterThan(0)
    await until(async () => (await tab.state()).status === 'idle')
    expect((await tab.state()).note).toContain('rolled back')
    expect(await count('id = 8')).toBe(0)
    await tab.close()
  })
})

describe('a script', () => {
  test('goes on after an error where that is wished, and every error is told', async () => {
    const tab = newTab({ afterError: 'go-on' })
    const ran = await tab.run("INSERT INTO orders VALUES (20, 'a'); SELECT nope; INSERT INTO orders VALUES (21, 'b'); SELECT 1/0")
    expect(ran.events.filter(({ type }) => type === 'failed')).toHaveLength(2)
    expect(ran.outcome).toBe('failed')
    expect(await count('id IN (20, 21)')).toBe(2)
    await tab.close()
  })

  test('that runs as one transaction is kept whole or not at all', async () => {
    const tab = newTab({ oneTransaction: true })
    const failed = await tab.run("INSERT INTO orders VALUES (30, 'a'); SELECT 1/0")
    expect(failed.notices.join()).toContain('nothing of it was kept')
    expect(await count('id = 30')).toBe(0)
    expect((await tab.run("INSERT INTO orders VALUES (31, 'a'); INSERT INTO orders VALUES (32, 'b')")).outcome).toBe('complete')
    expect(await count('id IN (31, 32)')).toBe(2)
    const deferred = await tab.run("INSERT INTO orders VALUES (33, 'a'); INSERT INTO orders VALUES (33, 'b')")
    expect(deferred).toMatchObject({ outcome: 'failed', problem: { sqlstate: '23505' } })
    expect((await tab.run('SELECT 1; COMMIT')).outcome, 'it may not end its own transaction').toBe('failed')
    expect((await tab.state()).status).toBe('idle')
    await tab.close()
  })

  test('that leaves its own BEGIN open keeps the transaction, as pgAdmin does', async () => {
    const tab = newTab()
    expect((await tab.run("BEGIN; INSERT INTO orders VALUES (40, 'mine')")).session?.status).toBe('transaction')
    expect((await tab.run('ROLLBACK')).session?.status).toBe('idle')
    await tab.close()
  })

  test.each([
    ['SELECT * FROM ordrs', 'orders'],
    ['SELECT * FROM publc.orders', 'public.orders'],
    ['SELECT lowr(note) FROM orders', 'lower'],
    ['SELECT o.nte FROM orders o', 'note'],
  ])('%s is told that %s was perhaps meant', async (sql, name) => {
    const tab = newTab()
    const ran = await tab.run(sql)
    const names = ran.events.find((event) => event.type === 'suggestion')?.names ?? []
    const hint = ran.problem?.hint ?? ''
    expect(names.includes(name) || hint.includes(name)).toBe(true)
    await tab.close()
  })

  test('is cancelled at the limit of its data source, which is said', async () => {
    const source = await app.connect(database.connectionString)
    await client.dataSources.configure({ id: source, statementTimeoutMs: 200 })
    const tab = newTab({}, false, source)
    const ran = await tab.run('SELECT pg_sleep(60)')
    expect(ran.problem).toMatchObject({ sqlstate: '57014', message: expect.stringContaining('0.2 seconds') })
    expect((await client.dataSources.configure({ id: source, statementTimeoutMs: null })).statementTimeoutMs).toBeNull()
    expect((await tab.run('SELECT pg_sleep(0.3)')).outcome).toBe('complete')
    await tab.close()
  })
})

test('a data source that is marked read only while a session is open is held to it at the next run', async () => {
  const source = await app.connect(database.connectionString)
  const tab = newTab({}, false, source)
  expect((await tab.run("INSERT INTO orders VALUES (50, 'before')")).outcome).toBe('complete')
  await client.dataSources.configure({ id: source, readOnly: true })
  expect((await tab.run("INSERT INTO orders VALUES (51, 'after')")).problem?.sqlstate).toBe('25006')
  await tab.close()
})

test('what others notify is heard while nothing runs', async () => {
  const tab = newTab()
  await tab.run('LISTEN shop')
  await database.run("NOTIFY shop, 'opened'")
  await until(async () => (await tab.state()).notifications.length > 0)
  const { notifications } = await tab.state()
  expect(notifications).toMatchObject([{ number: 1, channel: 'shop', payload: 'opened' }])
  expect((await client.query.session({ tabId: tab.id, afterNotification: 1 })).notifications).toEqual([])
  await tab.close()
})

test('a session that the server ended is told, and the next run or a click has a new one', async () => {
  const tab = newTab({ autocommit: false })
  const ran = await tab.run("INSERT INTO orders VALUES (60, 'lost')")
  await database.run(`SELECT pg_terminate_backend(${ran.session?.processId ?? 0})`)
  await until(async () => (await tab.state()).status === 'lost')
  expect((await client.query.connect({ tabId: tab.id, dataSourceId })).status).toBe('idle')
  expect(await count('id = 60')).toBe(0)
  expect((await tab.run('SELECT 1')).outcome).toBe('complete')
  await tab.close()
})

test('to reconnect and to run at once is one session, and none is left when its tab is closed meanwhile', async () => {
  const source = await app.connect(database.connectionString)
  const hold = newTab({ autocommit: false }, false, source)
  await hold.run('SELECT 1')
  for (let turn = 0; turn < 4; turn += 1) {
    const tab = newTab({}, false, source)
    const [connected, ran] = await Promise.all([client.query.connect({ tabId: tab.id, dataSourceId: source }), tab.run('SELECT 1')])
    expect(ran).toMatchObject({ outcome: 'complete', session: { processId: connected.processId } })
    await Promise.all([client.query.connect({ tabId: tab.id, dataSourceId: source }), tab.close()])
    const late = newTab({}, false, source)
    await Promise.all([client.query.connect({ tabId: late.id, dataSourceId: source }), late.close()])
    expect((await late.state()).status).toBe('none')
  }
  await hold.close()
})

test('a session that is lost while it is opened takes no place from the next one', async () => {
  const between = await startCutter()
  const source = await app.connect(database.connectionString.replace(`:${database.port}/`, `:${between.port}/`))
  const tab = newTab({}, false, source)
  // More often than a data source has sessions for tabs.
  for (let turn = 0; turn < 5; turn += 1)
    await expect(tab.run('SELECT 1')).rejects.toMatchObject({ code: expect.not.stringMatching('BUSY') })
  between.cuts = false
  expect((await tab.run('SELECT 1')).outcome).toBe('complete')
  await tab.close()
  between.dispose()
})

test('SET TRANSACTION comes first in a transaction that was begun by a run before it: no question of ours is in between', async () => {
  const tab = newTab()
  await tab.run('BEGIN')
  const ran = await tab.run(`SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; SELECT upper(current_setting('transaction_isolation'))`)
  expect(ran).toMatchObject({ outcome: 'complete', problem: undefined })
  await tab.run('ROLLBACK')
  await tab.close()
})

test('in an open transaction a SELECT of a function that was made in it is read to its end', async () => {
  const tab = newTab()
  await tab.run(`BEGIN; CREATE FUNCTION note(i int) RETURNS int LANGUAGE sql AS 'INSERT INTO orders VALUES (i, ''noted'') RETURNING i'`)
  expect(
    (await tab.run('SELECT note(i), repeat(note::text, 100) FROM generate_series(1000, 9000) i, (SELECT 1 AS note) n')).session,
  ).toMatchObject({
    status: 'transaction',
  })
  await tab.run('COMMIT; DROP FUNCTION note')
  expect(await count(`note = 'noted'`)).toBe(8_001)
  await database.run(`DELETE FROM orders WHERE note = 'noted'`)
  await tab.close()
})

test('a tab too many takes the session of the one that waited longest, never of one in a transaction', async () => {
  const source = await app.connect(database.connectionString)
  const waiting = newTab({}, false, source)
  await waiting.run('SELECT 1')
  const working = [1, 2, 3].map(() => newTab({ autocommit: false }, false, source))
  for (const tab of working) await tab.run('SELECT 1')
  const fifth = newTab({ autocommit: false }, false, source)
  expect((await fifth.run('SELECT 1')).outcome).toBe('complete')
  expect(await waiting.state()).toMatchObject({ status: 'none', note: expect.stringContaining('make room') })
  await expect(waiting.run('SELECT 1')).rejects.toMatchObject({ code: 'BUSY' })
  for (const tab of [...working, fifth, waiting]) await tab.close()
})

interface Tab {
  readonly id: string
  readonly readOnly: boolean
  readonly options: Partial<SessionOptions>
  readonly source: string
  run(sql: string): Promise<Ran>
  values(sql: string): Promise<unknown>
  state(): Promise<SessionState>
  close(): Promise<unknown>
}

interface Ran {
  readonly events: readonly QueryEvent[]
  readonly outcome: string
  readonly session: SessionState | undefined
  readonly problem: Extract<QueryEvent, { type: 'failed' }>['problem'] | undefined
  readonly notices: readonly string[]
}

function newTab(options: Partial<SessionOptions> = {}, readOnly = false, source = dataSourceId): Tab {
  const tab: Tab = {
    id: randomUUID(),
    readOnly,
    options,
    source,
    run: (sql) => runIn(tab, sql),
    values: async (sql) => {
      const result = (await runIn(tab, sql)).events.find((event) => event.type === 'result')
      return (await client.query.window({ resultId: result?.resultId ?? '', from: 0, count: 10, clipLength: 100 })).rows
    },
    state: () => client.query.session({ tabId: tab.id, afterNotification: 0 }),
    close: () => client.query.close({ tabId: tab.id }),
  }
  return tab
}

async function runIn({ id, readOnly, options, source }: Tab, sql: string): Promise<Ran> {
  const session: SessionOptions = {
    autocommit: true,
    rollbackOnError: false,
    oneTransaction: false,
    afterError: 'stop',
    isolation: 'default',
    idleLimitMs: null,
    ...options,
  }
  const request = { runId: randomUUID(), tabId: id, dataSourceId: source, sql, readOnly, rowLimit: 100, keepInHistory: false, session }
  const events: QueryEvent[] = []
  for await (const event of await client.query.run(request)) events.push(event)
  return {
    events,
    outcome: events.find((event) => event.type === 'finished')?.outcome ?? 'none',
    session: events.find((event) => event.type === 'session')?.state,
    problem: events.find((event) => event.type === 'failed')?.problem,
    notices: events.flatMap((event) => (event.type === 'notice' ? [event.problem.message] : [])),
  }
}

interface Cutter {
  readonly port: number
  cuts: boolean
  dispose(): void
}

/** Between the program and the server: cuts a connection at the first statement about how a tab's session reads. */
async function startCutter(): Promise<Cutter> {
  const sockets = new Set<Socket>()
  const server = createServer((ours) => {
    const theirs = socketTo(database.port, database.host)
    const cut = () => {
      ours.destroy()
      theirs.destroy()
    }
    for (const socket of [ours, theirs]) {
      sockets.add(socket)
      socket.on('error', cut).on('close', cut)
    }
    ours.on('data', (bytes) => (cutter.cuts && bytes.includes('SQL_ASCII') ? cut() : theirs.write(bytes)))
    theirs.on('data', (bytes) => ours.write(bytes))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cutter: Cutter = {
    port: (server.address() as AddressInfo).port,
    cuts: true,
    dispose: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
  return cutter
}

async function count(condition: string): Promise<number> {
  const [row] = await database.run(`SELECT count(*)::int AS found FROM orders WHERE ${condition}`)
  return Number(Object.values(row ?? {})[0])
}

async function openTransactions(): Promise<number> {
  return (await database.run("SELECT 1 FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' AND datname = current_database()"))
    .length
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20))
}
