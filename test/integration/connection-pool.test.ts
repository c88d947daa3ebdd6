import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { boundedRead } from '#services/postgres/bounded-read.ts'
import { listRelationNames, listRelations } from '#services/postgres/catalog.ts'
import { ConnectError, openConnection } from '#services/postgres/connect.ts'
import type { ConnectionSettings } from '#services/postgres/connection-settings.ts'
import { ConnectionPool } from '#services/postgres/pool.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'

/** Few connections, lent in turn, given up when idle; work on them that can always be stopped, and never waits for ever. */

let database: TestDatabase
const role = `limited_${process.pid}`

beforeAll(async () => {
  database = await createDatabase({
    sql: `CREATE TABLE held (id integer PRIMARY KEY, note text); INSERT INTO held VALUES (1, repeat('x', 100000)); ANALYZE held; CREATE TABLE free (id integer);
      CREATE ROLE ${role} LOGIN PASSWORD 'x' CONNECTION LIMIT 1`,
  })
})
afterAll(async () => {
  await database.run(`DROP ROLE ${role}`)
  await database.dispose()
})

function settings(more: Partial<ConnectionSettings> = {}): ConnectionSettings {
  const { host, port, user, database: name } = database
  const password = async () => database.password
  return {
    host,
    port,
    user,
    database: name,
    password,
    sslmode: 'disable',
    rootCertificatePem: null,
    applicationName: 'plumbline/pool',
    ...more,
  }
}

function open(): Promise<number> {
  return database
    .run("SELECT FROM pg_stat_activity WHERE application_name = 'plumbline/pool' AND datname = current_database()")
    .then((rows) => rows.length)
}

const statement = (text: string) => ({ text, values: [] })

describe('a pool', () => {
  test('lends two connections to a purpose and two to the other; the next waits for one of its own', async () => {
    const pool = new ConnectionPool(async () => settings())
    const leases = await Promise.all(
      (['validation', 'validation', 'interactive', 'interactive'] as const).map((purpose) => pool.lease(purpose, undefined)),
    )
    expect(await open()).toBe(4)
    const order: string[] = []
    const third = pool.lease('interactive', undefined).then((lease) => {
      order.push('third')
      return lease
    })
    const fourth = pool.lease('interactive', undefined).then((lease) => {
      order.push('fourth')
      return lease
    })
    await leases[0]?.release()
    const afterOther = await Promise.race([third, new Promise((resolve) => setTimeout(() => resolve('waits'), 100))])
    expect(afterOther).toBe('waits')
    await leases[2]?.release()
    await (await third).release()
    await (await fourth).release()
    expect(order).toEqual(['third', 'fourth'])
    expect(await open()).toBeLessThanOrEqual(4)
    await pool.dispose()
    await expect.poll(open).toBe(0)
  })

  test('gives one back to use, and ends one that is left in a transaction', async () => {
    const pool = new ConnectionPool(async () => settings())
    const first = await pool.lease('validation', undefined)
    const { processId } = first.connection
    await first.release()
    await first.release()
    const second = await pool.lease('interactive', undefined)
    expect(second.connection.processId).toBe(processId)
    await second.connection.query(statement('BEGIN'))
    await second.release()
    const third = await pool.lease('interactive', undefined)
    expect(third.connection.processId).not.toBe(processId)
    await third.release()
    await pool.dispose()
  })

  test('ends a connection that nobody has used for a while', async () => {
    const pool = new ConnectionPool(async () => settings(), 50)
    await (await pool.lease('validation', undefined)).release()
    await expect.poll(open).toBe(0)
    await pool.dispose()
  })

  test('does not hand out one that the server has ended meanwhile', async () => {
    const pool = new ConnectionPool(async () => settings())
    const lease = await pool.lease('validation', undefined)
    const { processId, connection } = { processId: lease.connection.processId, connection: lease.connection }
    await lease.release()
    await database.run(`SELECT pg_terminate_backend(${processId})`)
    await expect.poll(() => connection.usable).toBe(false)
    const next = await pool.lease('validation', undefined)
    expect((await next.connection.query(statement('SELECT 1'))).rows).toEqual([['1']])
    await next.release()
    await pool.dispose()
  })

  test('lets one who waits go, and the place goes to the next', async () => {
    const pool = new ConnectionPool(async () => settings())
    const leases = await Promise.all([pool.lease('validation', undefined), pool.lease('validation', undefined)])
    const abort = new AbortController()
    const leaving = pool.lease('validation', abort.signal)
    const staying = pool.lease('validation', undefined)
    abort.abort()
    await expect(leaving).rejects.toMatchObject({ code: 'CANCELLED' })
    await leases[0].release()
    await (await staying).release()
    await expect(pool.lease('validation', AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' })
    await leases[1].release()
    await pool.dispose()
  })

  test('keeps no place for an attempt that failed', async () => {
    let database = 'none_of_this_name'
    const pool = new ConnectionPool(async () => settings(database === '' ? {} : { database }))
    for (let attempt = 0; attempt < 3; attempt++) await expect(pool.lease('validation', undefined)).rejects.toBeInstanceOf(ConnectError)
    database = ''
    await (await pool.lease('validation', undefined)).release()
    await pool.dispose()
  })

  test('that is closed stops what runs on the server, and tells those who wait', async () => {
    const pool = new ConnectionPool(async () => settings())
    const leases = await Promise.all([pool.lease('validation', undefined), pool.lease('validation', undefined)])
    const running = expect(leases[0].connection.query(statement('SELECT pg_sleep(600)'))).rejects.toMatchObject({ sqlstate: '57014' })
    const waiting = expect(pool.lease('validation', undefined)).rejects.toMatchObject({
      code: 'CONNECTION_FAILED',
      detail: { cause: 'closed' },
    })
    // A cancel that comes before the statement finds nothing, and the session is ended instead.
    await expect
      .poll(() => database.run(`SELECT state FROM pg_stat_activity WHERE pid = ${leases[0].connection.processId}`))
      .toEqual([{ state: 'active' }])
    await pool.dispose()
    await Promise.all([running, waiting])
    await expect.poll(open).toBe(0)
    await expect(pool.lease('validation', undefined)).rejects.toMatchObject({ code: 'CONNECTION_FAILED' })
  })
})

describe('stopping a statement', () => {
  const stubborn = `DO $$ BEGIN LOOP BEGIN PERFORM pg_sleep(600); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END $$`

  test('that does not let itself be cancelled ends its session', async () => {
    const connection = await openConnection(settings())
    const running = connection.query(statement(stubborn)).catch((error: unknown) => error)
    await expect
      .poll(() => database.run(`SELECT wait_event FROM pg_stat_activity WHERE pid = ${connection.processId}`))
      .toEqual([{ wait_event: 'PgSleep' }])
    const { processId } = connection
    expect(await connection.cancel()).toBe('terminate')
    await running
    expect(connection.usable).toBe(false)
    await expect.poll(() => database.run(`SELECT FROM pg_stat_activity WHERE pid = ${processId}`)).toEqual([])
  })

  test('needs no second session', async () => {
    const connection = await openConnection(settings({ user: role, password: async () => 'x' }))
    const running = connection.query(statement('SELECT pg_sleep(600)')).catch((error: unknown) => error)
    await expect
      .poll(() => database.run(`SELECT state FROM pg_stat_activity WHERE pid = ${connection.processId}`))
      .toEqual([{ state: 'active' }])
    expect(await connection.cancel()).toBe('cancel')
    expect(await running).toMatchObject({ sqlstate: '57014' })
    expect((await connection.query(statement('SELECT 1'))).rows).toEqual([['1']])
    await connection.dispose()
  })

  test('that does not stop, where the server gives no second connection, drops the first', async () => {
    const connection = await openConnection(settings({ user: role, password: async () => 'x' }))
    const { processId } = connection
    await connection.query(statement("SET client_connection_check_interval = '100ms'"))
    const running = connection.query(statement(stubborn)).catch((error: unknown) => error)
    // Before it sleeps, a cancel would end it as any other.
    await expect
      .poll(() => database.run(`SELECT wait_event FROM pg_stat_activity WHERE pid = ${processId}`))
      .toEqual([{ wait_event: 'PgSleep' }])
    expect(await connection.cancel()).toBe('disconnect')
    expect(await running).toMatchObject({ code: 'CONNECTION_FAILED' })
    await expect.poll(() => database.run(`SELECT FROM pg_stat_activity WHERE pid = ${processId}`)).toEqual([])
  })
})

describe('a question about the catalog', () => {
  test('ends by itself, and the connection goes on', async () => {
    const connection = await openConnection(settings())
    await expect(boundedRead(connection, statement('SELECT pg_sleep(600)'), { limitMs: 100 })).rejects.toMatchObject({
      code: 'DATABASE',
      message: expect.stringContaining('within 0.1 seconds'),
    })
    expect(connection.transactionStatus()).toBe('idle')
    expect((await boundedRead(connection, statement("SELECT current_setting('statement_timeout')"))).rows).toEqual([['15s']])
    expect((await connection.query(statement("SELECT current_setting('statement_timeout')"))).rows).toEqual([['0']])
    await expect(boundedRead(connection, statement('CREATE TABLE made (id int)'))).rejects.toMatchObject({ sqlstate: '25006' })
    const abort = new AbortController()
    const cancelled = boundedRead(connection, statement('SELECT pg_sleep(600)'), { signal: abort.signal })
    setTimeout(() => abort.abort(), 100)
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(connection.transactionStatus()).toBe('idle')
    await connection.dispose()
  })

  test('is answered while somebody changes one of the tables', async () => {
    const [changer, reader] = await Promise.all([openConnection(settings()), openConnection(settings())])
    const exact = (await listRelations(reader)).find(({ name }) => name === 'held')?.sizeBytes ?? 0
    await changer.query(statement('BEGIN'))
    await changer.query(statement('LOCK TABLE held IN ACCESS EXCLUSIVE MODE'))
    const listed = await listRelations(reader)
    expect(listed.map(({ name }) => name)).toEqual(['free', 'held'])
    expect((await listRelationNames(reader, 'public')).map(({ name }) => name)).toEqual(['free', 'held'])
    const estimated = listed.find(({ name }) => name === 'held')?.sizeBytes ?? 0
    expect(estimated).toBeGreaterThan(0)
    expect(estimated).toBeLessThanOrEqual(exact)
    await changer.query(statement('ROLLBACK'))
    await Promise.all([changer.dispose(), reader.dispose()])
  })
})

test('a server that takes the connection and says nothing is given up, and an abort does not wait for that', async () => {
  const silent = createServer((socket) => socket.on('error', () => {}))
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const address = silent.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  await expect(openConnection(settings({ port }), { timeoutMs: 100 })).rejects.toMatchObject({
    failure: { cause: 'silent', choices: ['retry'] },
  })
  const abort = new AbortController()
  const attempt = openConnection(settings({ port }), { signal: abort.signal })
  setTimeout(() => abort.abort(), 50)
  await expect(attempt).rejects.toMatchObject({ code: 'CANCELLED' })
  silent.close()
})
