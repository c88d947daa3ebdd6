import { createServer, connect as dial, type Server, type Socket } from 'node:net'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tryConnection } from '#services/data-sources/attempt.ts'
import type { ConnectionSettings } from '#services/postgres/connection-settings.ts'
import type { ConnectReport, ConnectTrace } from '#shared/model/connect.ts'
import { pgbouncerProgram, startPooler } from '#test/support/pgbouncer.ts'
import { startTlsServer, type TlsServer } from '#test/support/tls-server.ts'

/** Why there is no connection: each cause made for real, on one server that is set up anew in between, and named apart from its neighbours. */

let server: TlsServer
const others: Server[] = []
const sockets = new Set<Socket>()

beforeAll(async () => {
  server = await startTlsServer()
  await server.run(`
    CREATE ROLE reader LOGIN PASSWORD 'right';
    CREATE ROLE sleeper NOLOGIN PASSWORD 'right';
    CREATE ROLE late LOGIN PASSWORD 'right' VALID UNTIL '2001-01-01';
    CREATE ROLE single LOGIN PASSWORD 'right' CONNECTION LIMIT 0;
  `)
  await server.run('CREATE DATABASE walled')
  await server.run('REVOKE CONNECT ON DATABASE walled FROM PUBLIC')
  await server.run('CREATE DATABASE narrow CONNECTION LIMIT 0')
  await server.run('CREATE DATABASE closed ALLOW_CONNECTIONS false')
  await server.allow(usual)
})
afterAll(async () => {
  for (const socket of sockets) socket.destroy()
  await Promise.all(others.map((one) => new Promise((resolve) => one.close(resolve))))
  await server?.dispose()
})

const usual = ['host all all 127.0.0.1/32 scram-sha-256']

function settings(more: Partial<ConnectionSettings> = {}): ConnectionSettings {
  return {
    host: '127.0.0.1',
    port: server.endpoint.port,
    database: 'postgres',
    user: 'reader',
    password: async () => 'right',
    sslmode: 'disable',
    rootCertificatePem: null,
    applicationName: 'plumbline/test',
    ...more,
  }
}

type Failure = Extract<ConnectReport, { ok: false }>

async function attempt(more: Partial<ConnectionSettings>, limitMs = 3_000): Promise<ConnectReport> {
  const given = settings(more)
  return (await tryConnection(given, given.sslmode, { limitMs })).report
}

async function failing(more: Partial<ConnectionSettings>, limitMs?: number): Promise<Failure> {
  const report = await attempt(more, limitMs)
  if (report.ok) throw new Error('It was expected to fail.')
  // The last step told of is the one that failed, and everything before it is behind us.
  expect(report.trace?.steps.at(-1)).toMatchObject({ step: report.step, state: 'failed' })
  expect(report.trace?.steps.slice(0, -1).every(({ state }) => state === 'done' || state === 'skipped')).toBe(true)
  expect(report.sentence).not.toBe('')
  expect(report.remedy).not.toBe('')
  return report
}

async function outcome(more: Partial<ConnectionSettings>, limitMs?: number): Promise<string> {
  const { step, cause } = await failing(more, limitMs)
  return `${step}: ${cause}`
}

/** A program of our own on a port of loopback. */
async function listening(answer: (socket: Socket) => void): Promise<number> {
  const made = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    answer(socket)
  })
  others.push(made)
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve))
  const address = made.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

describe('before the server says anything', () => {
  test('no such name', async () => {
    // Where there is no network, nobody can say that a name does not exist.
    expect(['resolve: unknown-host', 'resolve: no-name-service']).toContain(await outcome({ host: 'nowhere.invalid' }))
  })
  test('nothing listens', async () => expect(await outcome({ port: 1 })).toBe('reach: refused'))
  test('no way there', async () => {
    // A discard address: with a network it answers nothing, without one there is no way.
    expect(['reach: timeout', 'reach: unreachable']).toContain(await outcome({ host: '100::1' }, 600))
  })
  test('silence', async () => {
    expect(await outcome({ port: await listening(() => {}) }, 600)).toBe('reach: silent')
    expect(await outcome({ port: await listening(() => {}), sslmode: 'require' }, 600)).toBe('reach: silent')
  })
  test('another program', async () => {
    const port = await listening((socket) => socket.on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')))
    expect(await outcome({ port })).toBe('reach: not-postgresql')
    expect(await outcome({ port, sslmode: 'require' })).toBe('reach: not-postgresql')
  })
  test('no socket in the folder', async () => expect(await outcome({ host: '/nowhere', sslmode: 'disable' })).toBe('reach: no-socket'))
})

describe('encryption', () => {
  const over = { host: 'localhost', sslmode: 'verify-full' } as const
  test('is not offered', async () => {
    await server.set('ssl', 'off')
    expect(await outcome(over)).toBe('tls: tls-refused')
    await server.set('ssl', 'on')
  })
  test('by an authority that nobody here knows, and its certificate is shown all the same', async () => {
    const { cause, trace } = await failing(over)
    expect(cause).toBe('unknown-authority')
    expect(trace?.tls?.certificate).toMatchObject({ subject: 'localhost', issuer: 'Test authority', names: ['localhost', 'db.test'] })
  })
  test('with a certificate that is over', async () => {
    await server.show('expired')
    const { cause, trace } = await failing({ ...over, rootCertificatePem: server.authority })
    expect(cause).toBe('certificate-expired')
    expect(new Date(trace?.tls?.certificate?.validTo ?? '').getTime()).toBeLessThan(Date.now())
    await server.show('good')
  })
  test('with a certificate for another name', async () => {
    expect(await outcome({ host: '127.0.0.1', sslmode: 'verify-full', rootCertificatePem: server.authority })).toBe('tls: wrong-host')
  })
})

describe('the login', () => {
  test('a wrong password, no such role, one that is over: the server says no more than that', async () => {
    expect(await outcome({ password: async () => 'wrong' })).toBe('authenticate: wrong-password')
    expect(await outcome({ user: 'nobody_here' })).toBe('authenticate: wrong-password')
    expect(await outcome({ user: 'late' })).toBe('authenticate: wrong-password')
  })
  test('no password at hand', async () => expect(await outcome({ password: async () => null })).toBe('authenticate: password-missing'))
  test('a role that may not log in', async () => {
    expect(await outcome({ user: 'sleeper' })).toBe('authenticate: role-may-not-log-in')
  })
  test('where no password is asked for, no such role is told apart', async () => {
    await server.allow(['host all all 127.0.0.1/32 trust'])
    expect(await outcome({ user: 'nobody_here' })).toBe('authenticate: no-such-role')
    expect(await outcome({ user: 'sleeper' })).toBe('authenticate: role-may-not-log-in')
    await server.allow(usual)
  })
  test('no line in pg_hba.conf, and one that says no', async () => {
    await server.allow(['host all nobody 127.0.0.1/32 scram-sha-256'])
    expect(await outcome({})).toBe('authenticate: no-hba-entry')
    await server.allow(['host all reader 127.0.0.1/32 reject'])
    expect(await outcome({})).toBe('authenticate: no-hba-entry')
    await server.allow(usual)
  })
  test('another kind of proof', async () => {
    await server.allow(['host all reader 127.0.0.1/32 ident'])
    expect(await outcome({})).toBe('authenticate: identity-refused')
    await server.allow(usual)
  })
  test('the limit of the role', async () => expect(await outcome({ user: 'single' })).toBe('authenticate: role-limit'))
  test('a login by GSSAPI ends nothing but the attempt', async () => {
    const port = await listening((socket) => socket.once('data', () => socket.write(authenticationRequest(7))))
    expect(await outcome({ port })).toBe('authenticate: method-unsupported')
  })
  test('a login by OAuth', async () => {
    const port = await listening((socket) => socket.once('data', () => socket.write(authenticationRequest(10, 'OAUTHBEARER\0\0'))))
    const { cause, sentence } = await failing({ port })
    expect(cause).toBe('method-unsupported')
    expect(sentence).toContain('OAUTHBEARER')
  })
  test('the limit of the server', async () => {
    await server.run('ALTER SYSTEM SET max_connections = 6')
    await server.run('ALTER SYSTEM SET superuser_reserved_connections = 3')
    await server.restart()
    const held = await Promise.all(Array.from({ length: 3 }, () => session()))
    expect(await outcome({})).toBe('authenticate: too-many-connections')
    await Promise.all(held.map((one) => one.end()))
    await server.run('ALTER SYSTEM RESET max_connections')
    await server.run('ALTER SYSTEM RESET superuser_reserved_connections')
    await server.restart()
  })
})

describe('the database', () => {
  test('there is none', async () => expect(await outcome({ database: 'none' })).toBe('database: no-such-database'))
  test('the role has no right to it', async () => expect(await outcome({ database: 'walled' })).toBe('database: connect-denied'))
  test('it takes nobody', async () => expect(await outcome({ database: 'closed' })).toBe('database: database-closed'))
  test('its limit', async () => expect(await outcome({ database: 'narrow' })).toBe('database: database-limit'))
})

describe('a wire that is cut', () => {
  /** A proxy that lets `bytes` of what the server says through, and then cuts. */
  const cutting = (bytes: number) =>
    listening((socket) => {
      const upstream = dial(server.endpoint.port, '127.0.0.1')
      sockets.add(upstream)
      let left = bytes
      socket.on('data', (chunk) => upstream.write(chunk))
      upstream.on('data', (chunk: Buffer) => {
        const part = chunk.subarray(0, left)
        left -= part.length
        socket.write(part, () => left <= 0 && socket.destroy())
      })
      upstream.on('error', () => {})
      socket.on('close', () => upstream.destroy())
    })

  test('during the login', async () => expect(await outcome({ port: await cutting(30) })).toBe('authenticate: dropped'))
  test('after the login', async () => {
    // Up to the message that the role is taken: the rest comes in the same breath, so it is counted.
    const all = await saidUntilReady()
    expect(await outcome({ port: await cutting(all - 10) })).toBe('database: dropped')
    expect(await outcome({ port: await cutting(all + 20) })).toBe('inspect: dropped')
  })

  async function saidUntilReady(): Promise<number> {
    let said = 0
    const port = await listening((socket) => {
      const upstream = dial(server.endpoint.port, '127.0.0.1')
      sockets.add(upstream)
      socket.on('data', (chunk) => upstream.write(chunk))
      upstream.on('data', (chunk: Buffer) => {
        said += chunk.length
        socket.write(chunk)
      })
      socket.on('close', () => upstream.destroy())
    })
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'reader', password: 'right', database: 'postgres', ssl: false })
    await client.connect()
    const count = said
    await client.end()
    return count
  }
})

describe('a server that is not ready', () => {
  test('shutting down', async () => {
    const held = await session()
    await server.signal('SIGTERM') // smart: it waits for who is there, and takes nobody else
    await expect.poll(() => outcome({})).toBe('authenticate: shutting-down')
    await held.end()
    await server.restart()
  })
  test('starting up, and in recovery', async () => {
    await server.restart({ waitFor: 'nothing', files: { 'recovery.signal': '' }, settings: { restore_command: 'sleep 60' } })
    await expect.poll(() => outcome({})).toBe('authenticate: starting-up')
    await server.restart()
  })
  test('a standby that takes nobody', async () => {
    await server.restart({ waitFor: 'nothing', files: { 'standby.signal': '' }, settings: { hot_standby: 'off' } })
    await expect.poll(() => outcome({})).toBe('authenticate: standby-closed')
    await server.restart()
  })
  test('a standby that takes readers is said to be one', async () => {
    await server.restart({ files: { 'standby.signal': '' }, settings: { hot_standby: 'on' } })
    expect(await attempt({})).toMatchObject({ ok: true, server: { inRecovery: true } })
    await server.restart()
  })
})

test('a cancel ends the wait for a server that says nothing', async () => {
  const port = await listening(() => {})
  const given = settings({ port })
  const abort = new AbortController()
  setTimeout(() => abort.abort(), 100)
  await expect(tryConnection(given, 'disable', { signal: abort.signal })).rejects.toMatchObject({ code: 'CANCELLED' })
})

test('the steps are told while they are taken', async () => {
  const seen: ConnectTrace[] = []
  const given = settings({ host: 'localhost', sslmode: 'verify-full', rootCertificatePem: server.authority })
  const { report } = await tryConnection(given, 'verify-full', { onProgress: (trace) => seen.push(trace) })
  expect(report).toMatchObject({
    ok: true,
    server: { engine: 'postgresql', pooled: false, missing: [], relations: { all: 0 } },
    trace: {
      address: '127.0.0.1',
      tls: { protocol: 'TLSv1.3', certificate: { subject: 'localhost', issuer: 'Test authority' } },
      authentication: 'scram-sha-256-plus',
    },
  })
  expect(report.trace?.steps.map(({ step, state }) => `${step} ${state}`)).toEqual([
    'resolve done',
    'reach done',
    'tls done',
    'authenticate done',
    'database done',
    'inspect done',
  ])
  const running = seen.map(({ steps }) => steps.find(({ state }) => state === 'running')?.step)
  expect([...new Set(running)]).toEqual(expect.arrayContaining(['resolve', 'reach', 'tls', 'authenticate', 'database', 'inspect']))
})

test('what a server cannot do is found out by asking', async () => {
  await server.run('REVOKE SELECT ON pg_catalog.pg_stats FROM PUBLIC')
  expect(await attempt({})).toMatchObject({ ok: true, server: { missing: ['statistics'] } })
  await server.run('GRANT SELECT ON pg_catalog.pg_stats TO PUBLIC')
})

describe('behind PgBouncer', () => {
  const program = pgbouncerProgram()
  test.skipIf(program === null)('in transaction mode: the pooler is noticed, and what it does not know is named', async () => {
    const upstream = { port: server.endpoint.port, user: 'reader', password: 'right', database: 'postgres' }
    const pooler = await startPooler(program ?? '', upstream)
    try {
      expect(await attempt({ port: pooler.port })).toMatchObject({ ok: true, server: { pooled: true, engine: 'postgresql', missing: [] } })
      expect(await outcome({ port: pooler.port, database: 'elsewhere' })).toBe('authenticate: pooler-refused')
      expect(await outcome({ port: pooler.port, user: 'nobody_here' })).toMatch(/^authenticate: (wrong-password|pooler-refused)$/)
    } finally {
      await pooler.dispose()
    }
  })
})

/** A session of the superuser's kind of login, held open. */
async function session(): Promise<pg.Client> {
  const client = new pg.Client({ ...settings(), password: 'right', ssl: false })
  client.on('error', () => {})
  await client.connect()
  return client
}

function authenticationRequest(kind: number, rest = ''): Buffer {
  const body = Buffer.from(rest, 'latin1')
  const head = Buffer.alloc(9)
  head.write('R')
  head.writeInt32BE(8 + body.length, 1)
  head.writeInt32BE(kind, 5)
  return Buffer.concat([head, body])
}
