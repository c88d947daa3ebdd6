import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Changes } from '#services/changes.ts'
import { DataSources } from '#services/data-sources/data-sources.ts'
import { TabSessions } from '#services/query/tab-sessions.ts'
import { Store } from '#services/store/store.ts'
import { Tasks } from '#services/tasks/tasks.ts'
import { Vault } from '#services/vault/vault.ts'
import type { QueryEvent, SessionOptions } from '#shared/model/query.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { type FaultProxy, startFaultProxy } from '#test/support/fault-proxy.ts'
import { memoryLog } from '#test/support/host.ts'
import { heldSettings } from '#test/support/secret-settings.ts'
import { startTlsServer, type TlsServer } from '#test/support/tls-server.ts'
import { startApplication, type TestApplication } from './assets-support.ts'

/**
 * The query pane over a network and a server that fail: each fault is told in its own words, ends what it struck and nothing else, leaves
 * no statement behind on the server, and one click has a new session.
 */

let database: TestDatabase
let proxy: FaultProxy
let app: TestApplication
let dataSourceId: string

beforeAll(async () => {
  database = await createDatabase({ sql: 'CREATE TABLE locked (i int); INSERT INTO locked VALUES (1)' })
  proxy = await startFaultProxy(database)
  app = await startApplication()
  dataSourceId = await app.connect(through(proxy))
})
afterEach(() => {
  proxy.mode = 'pass'
})
afterAll(async () => {
  await app.dispose()
  await proxy.dispose()
  await database.dispose()
})

const longRows = "SELECT i, repeat('x', 1000) AS filler FROM generate_series(1, 100000) i"

describe('a connection', () => {
  test('that is reset in the middle of a result keeps the rows that came, says that it was lost, and one click has a new one', async () => {
    const tab = newTab()
    await tab.run('SET work_mem = 777')
    proxy.resetAfter(400_000)
    const ran = await tab.run(longRows)
    expect(ran.problem).toMatchObject({ sqlstate: '08006', message: expect.stringContaining('connection to the server was lost') })
    expect(ran.rows).toMatchObject({ done: false })
    expect(ran.rows?.rowCount).toBeGreaterThan(10)
    expect((await tab.state()).status).toBe('lost')
    await expect.poll(busy).toBe(0)
    expect((await app.client.query.connect({ tabId: tab.id, dataSourceId })).status).toBe('idle')
    expect((await tab.run('SELECT 1')).outcome).toBe('complete')
    await tab.close()
  })

  test('that is reset while a transaction is open says so, and what was open was rolled back', async () => {
    const tab = newTab({ autocommit: false })
    await tab.run('INSERT INTO locked VALUES (2)')
    proxy.reset()
    await expect.poll(async () => (await tab.state()).status).toBe('lost')
    await app.client.query.connect({ tabId: tab.id, dataSourceId })
    await expect
      .poll(() => database.run('SELECT 1 FROM pg_locks l JOIN pg_class c ON c.oid = relation WHERE relname = $$locked$$'))
      .toEqual([])
    expect((await tab.run('SELECT * FROM locked WHERE i = 2')).rows?.rowCount).toBe(0)
    await tab.close()
  })

  test('that goes silent in the middle of a result is given up at a cancel, which says how it ended', async () => {
    const tab = newTab()
    const running = tab.run('SELECT i, pg_sleep(0.01) FROM generate_series(1, 100000) i')
    await expect.poll(busy).toBe(1)
    proxy.mode = 'silent'
    await tab.cancel()
    const ran = await running
    expect([ran.outcome, ran.cancelledBy]).toEqual(['cancelled', 'disconnect'])
    proxy.mode = 'pass'
    expect((await tab.run('SELECT 1')).outcome).toBe('complete')
    await tab.close()
    proxy.reset()
    await expect.poll(busy).toBe(0)
  })

  test('that went silent while its tab waited is asked first: there is a new one, and the person hears what was lost', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plumbline-faults-'))
    const store = Store.open(folder, { migrate: true })
    const secrets = new Vault({ modulesFolder: join(folder, 'nothing'), probe: 'child', folder, settings: heldSettings() })
    const sample = { endpoint: () => Promise.reject(new Error('There is no sample here.')) }
    const sources = new DataSources({ store, secrets, changes: new Changes(), tasks: new Tasks(), sample, log: memoryLog().log })
    const sessions = new TabSessions(sources, { askAfterIdleMs: 0, patienceMs: 3_000 })
    const common = { sslmode: null, plaintextConsent: false, savePassword: false, environment: 'none' } as const
    const { id } = await sources.create({ name: 'shop', connectionString: through(proxy), ...common })
    const tabId = randomUUID()
    const first = await sessions.use(tabId, id, undefined)
    expect(await sessions.use(tabId, id, undefined), 'one that answers is kept').toBe(first)
    proxy.silence()
    const second = await sessions.use(tabId, id, undefined)
    expect(second).not.toBe(first)
    expect(second.state(0)).toMatchObject({ status: 'idle', note: expect.stringContaining('did not answer any more') })
    await second.lease.connection.query({ text: 'BEGIN', values: [] })
    proxy.silence()
    await expect(sessions.use(tabId, id, undefined)).rejects.toMatchObject({ code: 'CONNECTION_FAILED', detail: { cause: 'silent' } })
    expect(sessions.state(tabId, 0).status).toBe('lost')
    await sessions.dispose()
    await sources.dispose()
    store.dispose()
    rmSync(folder, { recursive: true, force: true })
  })

  test('that a silent server never gives is not waited for once the person cancels', async () => {
    const tab = newTab()
    proxy.mode = 'silent'
    const running = tab.run('SELECT 1')
    const impatient = setInterval(() => void tab.cancel(), 50)
    expect((await running).outcome).toBe('cancelled')
    clearInterval(impatient)
    await tab.close()
  })

  test('that is slow shows its rows as they come, and is cancelled', async () => {
    const tab = newTab()
    await tab.run('SELECT 1')
    proxy.mode = 'slow'
    const seen: number[] = []
    const running = tab.run("SELECT i, repeat('x', 1000), pg_sleep(0.005) FROM generate_series(1, 100000) i", (event) => {
      if (event.type === 'rows') seen.push(event.rowCount)
      if (event.type === 'rows' && seen.length === 3) void tab.cancel()
    })
    const ran = await running
    expect(ran.outcome).toBe('cancelled')
    expect(seen.length).toBeGreaterThan(2)
    await expect.poll(busy).toBe(0)
    await tab.close()
  })
})

describe('a cancel', () => {
  test.each([
    ['of a sleep', 'SELECT pg_sleep(600)', ''],
    ['of a huge sort', 'SELECT i FROM generate_series(1, 30000000) i ORDER BY md5(i::text)', ''],
    ['of a wait for a lock', 'UPDATE locked SET i = 1', 'BEGIN; LOCK TABLE locked'],
    ['of a COPY', 'COPY (SELECT pg_sleep(0.1) FROM generate_series(1, 100000)) TO STDOUT', ''],
    ['of an INSERT, which is taken back', 'INSERT INTO locked SELECT i FROM generate_series(1, 100000) i, pg_sleep(600)', ''],
  ])('%s reaches the server, and the session goes on', async (_what, sql, before) => {
    const holder = newTab({ autocommit: false })
    if (before !== '') await holder.run(before)
    const tab = newTab()
    const session = (await tab.run('SELECT 1')).session?.processId
    const running = tab.run(sql)
    await expect.poll(busy).toBe(1)
    await tab.cancel()
    const ran = await running
    expect([ran.outcome, ran.cancelledBy]).toEqual(['cancelled', 'cancel'])
    await expect.poll(busy).toBe(0)
    const next = await tab.run('SELECT count(*) FROM pg_class')
    expect([next.outcome, next.session?.processId]).toEqual(['complete', session])
    await holder.close()
    await tab.close()
  })
})

describe('the server', () => {
  test('ends the session in the middle of a statement: its words are told, and the tab goes on with a new one', async () => {
    const tab = newTab()
    const session = (await tab.run('SELECT 1')).session?.processId
    const running = tab.run('SELECT pg_sleep(600)')
    await expect.poll(busy).toBe(1)
    await database.run(`SELECT pg_terminate_backend(${session})`)
    const ran = await running
    expect(ran.outcome).toBe('failed')
    expect(ran.problem?.sqlstate).toMatch(/57P01|08006/)
    const next = await tab.run('SELECT 1')
    expect(next.outcome).toBe('complete')
    expect(next.session?.processId).not.toBe(session)
    await tab.close()
  })

  test('takes no more of this role, has another password, or has no such database: each is told apart, and nothing is run', async () => {
    const role = `faults_${process.pid}`
    await database.run(`CREATE ROLE ${role} LOGIN PASSWORD 'old' CONNECTION LIMIT 0`)
    const place = `127.0.0.1:${proxy.port}`
    const source = await app.connect(`postgresql://${role}:old@${place}/${database.database}`)
    const causes: string[] = []
    const attempt = async (id: string) =>
      void (await newTab({}, id)
        .run('SELECT 1')
        .catch(({ data, message }: { data: { sqlstate: string | null }; message: string }) => {
          expect(message).not.toContain('old')
          causes.push(String(data.sqlstate))
        }))
    await attempt(source)
    await database.run(`ALTER ROLE ${role} CONNECTION LIMIT 10 PASSWORD 'new'`)
    await attempt(source)
    await attempt(await app.connect(`postgresql://${database.user}:${database.password}@${place}/nowhere`))
    expect(causes).toEqual(['53300', 'undefined', '3D000'])
    await database.run(`DROP ROLE ${role}`)
  })
})

describe('a server that restarts', () => {
  let server: TlsServer
  beforeAll(async () => {
    server = await startTlsServer()
    await server.run("CREATE ROLE reader LOGIN PASSWORD 'right'")
    await server.allow(['host all reader 127.0.0.1/32 scram-sha-256'])
  })
  afterAll(() => server.dispose())

  test.each(['SIGINT', 'SIGQUIT'] as const)(
    'by %s in the middle of a statement ends it, and is gone on with once it is back',
    async (signal) => {
      proxy.to = { host: '127.0.0.1', port: server.endpoint.port }
      const source = await app.connect(`postgresql://reader:right@127.0.0.1:${proxy.port}/postgres`)
      const tab = newTab({}, source)
      const running = tab.run('SELECT i, pg_sleep(0.01) FROM generate_series(1, 100000) i')
      await expect
        .poll(() => server.run("SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT i, pg_sleep%' AND state = 'active'"))
        .toHaveLength(1)
      await server.signal(signal)
      const ran = await running
      expect(ran.outcome).toBe('failed')
      expect(ran.problem?.sqlstate).toMatch(/57P0[12]|08006/)
      await expect(tab.run('SELECT 1')).rejects.toMatchObject({ code: 'CONNECTION_FAILED' })
      await server.restart()
      proxy.to = { host: '127.0.0.1', port: server.endpoint.port }
      expect((await tab.run('SELECT 1')).outcome).toBe('complete')
      await tab.close()
      proxy.to = database
    },
  )

  test('and is not ready yet says so', async () => {
    await server.restart({ waitFor: 'nothing', files: { 'recovery.signal': '' }, settings: { restore_command: 'sleep 60' } })
    proxy.to = { host: '127.0.0.1', port: server.endpoint.port }
    const source = await app.connect(`postgresql://reader:right@127.0.0.1:${proxy.port}/postgres`)
    const tab = newTab({}, source)
    // Until it says so it refuses, in words of the network.
    const answer = () => tab.run('SELECT 1').catch((error: unknown) => error)
    await expect.poll(answer).toMatchObject({ code: 'CONNECTION_FAILED', data: { sqlstate: '57P03' } })
    await server.restart()
    proxy.to = { host: '127.0.0.1', port: server.endpoint.port }
    expect((await tab.run('SELECT 1')).outcome).toBe('complete')
    await tab.close()
    proxy.to = database
  })
})

function through({ port }: FaultProxy): string {
  return `postgresql://${database.user}:${database.password}@127.0.0.1:${port}/${database.database}`
}

/** Statements of the pane that the server is at work on. */
async function busy(): Promise<number> {
  const rows = await database.run(
    "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend' AND query !~ '^/\\* plumbline'",
  )
  return rows.length
}

function newTab(options: Partial<SessionOptions> = {}, source = dataSourceId) {
  const id = randomUUID()
  let runId = ''
  const session: SessionOptions = {
    autocommit: true,
    rollbackOnError: false,
    oneTransaction: false,
    afterError: 'stop',
    isolation: 'default',
    idleLimitMs: null,
    ...options,
  }
  return {
    id,
    run: async (sql: string, hear: (event: QueryEvent) => void = () => {}) => {
      runId = randomUUID()
      const input = { runId, tabId: id, dataSourceId: source, sql, readOnly: false, rowLimit: 100_000, keepInHistory: false, session }
      const events: QueryEvent[] = []
      for await (const event of await app.client.query.run(input)) {
        events.push(event)
        hear(event)
      }
      const finished = events.find((event) => event.type === 'finished')
      return {
        outcome: finished?.outcome ?? 'none',
        cancelledBy: finished?.cancelledBy ?? null,
        problem: events.find((event) => event.type === 'failed')?.problem,
        rows: events.findLast((event) => event.type === 'rows'),
        session: events.find((event) => event.type === 'session')?.state,
      }
    },
    cancel: () => app.client.query.cancel({ runId }),
    state: () => app.client.query.session({ tabId: id, afterNotification: 0 }),
    close: () => app.client.query.close({ tabId: id }),
  }
}
