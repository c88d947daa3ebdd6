import { createServer, type Server } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { ConnectError, openConnection } from '#services/postgres/connect.ts'
import type { ConnectionSettings } from '#services/postgres/connection-settings.ts'
import { parseConnectionString } from '#shared/postgres/connection-string.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'

/** What reaches a session: what was asked for, and nothing of the environment that this program was started in. */

let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase({ sql: 'CREATE SCHEMA "Odd, Schema"; CREATE TABLE "Odd, Schema".here (); CREATE SCHEMA sales' })
})
afterAll(() => database.dispose())
afterEach(() => vi.unstubAllEnvs())

function settings(more: Partial<ConnectionSettings> = {}): ConnectionSettings {
  const { host, port, user, database: name } = database
  return {
    host,
    port,
    user,
    database: name,
    password: async () => database.password,
    sslmode: 'disable',
    rootCertificatePem: null,
    applicationName: 'plumbline/test',
    ...more,
  }
}

async function ask(text: string, more: Partial<ConnectionSettings> = {}): Promise<string | null | undefined> {
  const connection = await openConnection(settings(more))
  try {
    return (await connection.query({ text, values: [] })).rows[0]?.[0]
  } finally {
    await connection.dispose()
  }
}

describe('the environment', () => {
  test.each([
    ['PGOPTIONS', '-cwork_mem=77MB', "SELECT current_setting('work_mem')", '4MB'],
    [
      'PGREPLICATION',
      'database',
      "SELECT count(*)::text FROM pg_stat_activity WHERE pid = pg_backend_pid() AND backend_type = 'walsender'",
      '0',
    ],
    ['PGAPPNAME', 'somebody', "SELECT current_setting('application_name')", 'plumbline/test'],
    ['PGDATABASE', 'postgres', 'SELECT current_database()', null],
    ['PGSSLNEGOTIATION', 'direct', 'SELECT 1', '1'],
    ['PGSSLMODE', 'verify-full', 'SELECT 1', '1'],
    ['PGHOST', 'nowhere.invalid', 'SELECT 1', '1'],
  ])('%s changes nothing', async (name, value, sql, expected) => {
    vi.stubEnv(name, value)
    expect(await ask(sql)).toBe(expected ?? database.database)
  })

  test('holds no password that is used', async () => {
    vi.stubEnv('PGPASSWORD', database.password)
    await expect(openConnection(settings({ password: async () => null }))).rejects.toMatchObject({
      failure: { step: 'authenticate', cause: 'password-missing', choices: ['enter-password'] },
    })
  })
})

describe('the search path of a connection string', () => {
  test.each([[['sales']], [['Odd, Schema', 'sales']], [['with "quotes"', 'back\\slash', 'a  b']]])(
    '%j is the one that the session has',
    async (searchPath) => {
      const path = await ask('SELECT array_to_json(current_schemas(false))::text', { searchPath })
      const exist = searchPath.filter((schema) => ['sales', 'Odd, Schema'].includes(schema))
      expect(JSON.parse(path ?? '')).toEqual(exist)
    },
  )

  test('finds a table by its bare name', async () => {
    expect(await ask("SELECT to_regclass('here') IS NOT NULL", { searchPath: ['Odd, Schema'] })).toBe('t')
    expect(await ask("SELECT to_regclass('here') IS NOT NULL")).toBe('f')
  })
})

describe('a server that asks for the password in a way that gives it away', () => {
  const secret = 'TOP-SECRET-ä'
  const servers: Server[] = []
  afterAll(() => Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve)))))

  /** Answers the first message with these bytes and keeps what it is sent afterwards. */
  async function hostile(answer: Buffer): Promise<{ port: number; heard: () => Buffer }> {
    const parts: Buffer[] = []
    const server = createServer((socket) => {
      socket.once('data', () => socket.write(answer))
      socket.on('data', (bytes: Buffer) => parts.push(bytes))
      socket.on('error', () => undefined)
    })
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    return { port: typeof address === 'object' && address !== null ? address.port : 0, heard: () => Buffer.concat(parts) }
  }

  const authentication = (kind: number, rest = '') => {
    const body = Buffer.from(rest, 'latin1')
    const message = Buffer.alloc(9 + body.length)
    message.write('R')
    message.writeInt32BE(8 + body.length, 1)
    message.writeInt32BE(kind, 5)
    body.copy(message, 9)
    return message
  }

  test.each([
    ['clear text', authentication(3), 'unsafe-cleartext'],
    ['MD5', authentication(5, 'salt'), 'unsafe-md5'],
  ])('%s: it gets nothing', async (_name, answer, cause) => {
    const { port, heard } = await hostile(answer)
    const asked = vi.fn(async () => secret)
    const error: unknown = await openConnection(settings({ port, password: asked })).catch((failure: unknown) => failure)
    expect(error).toBeInstanceOf(ConnectError)
    expect(error).toMatchObject({ failure: { step: 'authenticate', cause } })
    expect(asked).not.toHaveBeenCalled()
    // The start-up message and nothing after it: no message of type "p".
    const startup = heard()
    expect(startup.readInt32BE(0)).toBe(startup.length)
  })
})

test.each([
  'postgresql://u:first?TOPSECRET@host/db',
  'postgresql://u:first@x?TOPSECRET=1@host/db',
  'postgresql://u:first/TOPSECRET@host/db',
  'postgresql://u:first#TOPSECRET@host/db',
  'host=h password=TOPSECRET',
  'TOPSECRET',
  'postgresql://u@host:TOPSECRET/db',
  'postgresql://u:p@h/db?sslmode=TOPSECRET',
  'postgresql://u:p@h/db?TOPSECRET',
])('a connection string that cannot be read is not repeated: %s', (text) => {
  const parsed = parseConnectionString(text)
  expect(parsed.ok).toBe(false)
  expect(JSON.stringify(parsed)).not.toContain('TOPSECRET')
})
