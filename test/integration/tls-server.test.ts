import { createServer, type Server } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ConnectError, openConnection } from '#services/postgres/connect.ts'
import type { ConnectionSettings } from '#services/postgres/connection-settings.ts'
import { readServerFacts } from '#services/postgres/server-facts.ts'
import type { Sslmode } from '#shared/model/data-source.ts'
import { type ServerCertificate, startTlsServer, type TlsServer } from '#test/support/tls-server.ts'

/** Each sslmode against a real PostgreSQL with a certificate of each kind. */

let server: TlsServer

beforeAll(async () => {
  server = await startTlsServer()
  await server.run(`CREATE ROLE reader LOGIN PASSWORD 'täst'; CREATE ROLE trusted LOGIN`)
})
afterAll(() => server?.dispose())
beforeEach(() => server.allow(['host all reader 127.0.0.1/32 scram-sha-256']))

function settings(more: Partial<ConnectionSettings> = {}): ConnectionSettings {
  return {
    host: 'localhost',
    port: server.endpoint.port,
    database: 'postgres',
    user: 'reader',
    password: async () => 'täst',
    sslmode: 'disable',
    rootCertificatePem: null,
    applicationName: 'plumbline/test',
    ...more,
  }
}

/** `plain`, `encrypted`, or the word for why there is no connection. */
async function attempt(more: Partial<ConnectionSettings>): Promise<string> {
  try {
    const connection = await openConnection(settings(more))
    const { encrypted, tlsProtocol } = await readServerFacts(connection)
    await connection.dispose()
    expect(tlsProtocol === null).toBe(!encrypted)
    return encrypted ? 'encrypted' : 'plain'
  } catch (error) {
    if (error instanceof ConnectError) return error.failure.cause
    throw error
  }
}

describe('a certificate', () => {
  const yes = 'encrypted'
  test.each<[ServerCertificate, string, 'known' | 'unknown', Record<Sslmode, string>]>([
    ['good', 'localhost', 'known', { 'verify-full': yes, 'verify-ca': yes, require: yes, disable: 'plain' }],
    ['good', '127.0.0.1', 'known', { 'verify-full': 'wrong-host', 'verify-ca': yes, require: yes, disable: 'plain' }],
    [
      'good',
      'localhost',
      'unknown',
      { 'verify-full': 'unknown-authority', 'verify-ca': 'unknown-authority', require: yes, disable: 'plain' },
    ],
    [
      'expired',
      'localhost',
      'known',
      { 'verify-full': 'certificate-expired', 'verify-ca': 'certificate-expired', require: yes, disable: 'plain' },
    ],
    ['own', 'localhost', 'known', { 'verify-full': 'unknown-authority', 'verify-ca': 'unknown-authority', require: yes, disable: 'plain' }],
  ])('%s, as %s, of an authority that is %s', async (certificate, host, authority, expected) => {
    await server.show(certificate)
    const rootCertificatePem = authority === 'known' ? server.authority : null
    const found = await Promise.all(
      (Object.keys(expected) as Sslmode[]).map(async (sslmode) => [sslmode, await attempt({ host, sslmode, rootCertificatePem })]),
    )
    expect(Object.fromEntries(found)).toEqual(expected)
    await server.show('good')
  })
})

describe('a server that takes encrypted connections only', () => {
  beforeEach(() => server.allow(['hostssl all reader 127.0.0.1/32 scram-sha-256']))

  test('takes one that is', async () => {
    expect(await attempt({ sslmode: 'require' })).toBe('encrypted')
  })

  test('refuses one that is not, and encryption is named as the way on', async () => {
    await expect(openConnection(settings())).rejects.toMatchObject({
      failure: { cause: 'no-hba-entry', sqlstate: '28000', remedy: expect.stringContaining('sslmode'), choices: ['accept-unverified'] },
    })
    await expect(openConnection(settings({ user: 'trusted', sslmode: 'require' }))).rejects.toMatchObject({
      failure: { cause: 'no-hba-entry', choices: [] },
    })
  })
})

test('a server without encryption: plain text is offered for its plain no', async () => {
  await server.set('ssl', 'off')
  try {
    await expect(openConnection(settings({ sslmode: 'verify-full' }))).rejects.toMatchObject({
      failure: { step: 'tls', cause: 'tls-refused', choices: ['accept-plaintext'] },
    })
  } finally {
    await server.set('ssl', 'on')
  }
})

describe('what is no PostgreSQL, when encryption is wanted, is never a reason to offer plain text', () => {
  const servers: Server[] = []
  afterAll(() => Promise.all(servers.map((one) => new Promise((resolve) => one.close(resolve)))))

  test.each([
    ['a web server', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['a mail server', '220 mail.invalid ESMTP\r\n'],
    ['one that closes at once', null],
    ['an error of PostgreSQL in plain text, which somebody in between may have written', 'E\0\0\0\u000cSFATAL\0\0'],
    ['a yes with more behind it', 'Sand more'],
  ])('%s', async (_name, answer) => {
    const other = createServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', () => (answer === null ? socket.destroy() : socket.end(answer, 'latin1')))
    })
    servers.push(other)
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const address = other.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const error: unknown = await openConnection(settings({ host: '127.0.0.1', port, sslmode: 'require' })).catch(
      (failure: unknown) => failure,
    )
    expect(error).toBeInstanceOf(ConnectError)
    const { cause, choices } = (error as ConnectError).failure
    expect(['not-postgresql', 'dropped']).toContain(cause)
    expect(choices).not.toContain('accept-plaintext')
  })
})

describe('how a server asks for the password', () => {
  test('not at all: it is let in, and that is known', async () => {
    await server.allow(['host all trusted 127.0.0.1/32 trust'])
    const connection = await openConnection(settings({ user: 'trusted', password: async () => null }))
    expect(connection.askedForPassword).toBe(false)
    await connection.dispose()
    const asked = await openConnection(settings({ user: 'postgres', password: async () => server.endpoint.password }))
    expect(asked.askedForPassword).toBe(true)
    await asked.dispose()
  })

  test.each<[Sslmode, string]>([
    ['disable', 'unsafe-cleartext'],
    ['require', 'unsafe-cleartext'],
    ['verify-ca', 'unsafe-cleartext'],
    ['verify-full', 'encrypted'],
  ])('in clear text, with %s', async (sslmode, expected) => {
    await server.allow(['host all reader 127.0.0.1/32 password'])
    expect(await attempt({ sslmode, rootCertificatePem: server.authority })).toBe(expected)
  })
})

test('a server that goes on without proving that it knows the password is left', async () => {
  const message = (type: string, body: Buffer) => {
    const head = Buffer.alloc(5)
    head.write(type)
    head.writeInt32BE(body.length + 4, 1)
    return Buffer.concat([head, body])
  }
  const kind = (number: number, rest = '') => {
    const head = Buffer.alloc(4)
    head.writeInt32BE(number)
    return message('R', Buffer.concat([head, Buffer.from(rest, 'latin1')]))
  }
  let statements = 0
  const impostor = createServer((socket) => {
    socket.on('error', () => {})
    let step = 0
    socket.on('data', (bytes: Buffer) => {
      step += 1
      if (step === 1) socket.write(kind(10, 'SCRAM-SHA-256\0\0'))
      else if (step === 2) {
        const nonce = /r=([^,]+)/.exec(bytes.toString('latin1'))?.[1] ?? ''
        socket.write(kind(11, `r=${nonce}more,s=${Buffer.from('salt of sixteen.').toString('base64')},i=4096`))
      } else if (step === 3) socket.write(Buffer.concat([kind(0), message('K', Buffer.alloc(8, 1)), message('Z', Buffer.from('I'))]))
      else if (bytes[0] !== 0x58) statements += 1
    })
  })
  await new Promise<void>((resolve) => impostor.listen(0, '127.0.0.1', resolve))
  const address = impostor.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  await expect(openConnection(settings({ host: '127.0.0.1', port }))).rejects.toMatchObject({ failure: { cause: 'unsafe-no-proof' } })
  expect(statements).toBe(0)
  await new Promise((resolve) => impostor.close(resolve))
})
