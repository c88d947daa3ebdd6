import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { cancelBy } from '#services/postgres/cancel.ts'
import { requestCancel } from '#services/postgres/cancel-request.ts'
import { type ConnectError, openConnection } from '#services/postgres/connect.ts'
import type { ConnectionSettings } from '#services/postgres/connection-settings.ts'
import { toProblem } from '#services/postgres/errors.ts'

/** Servers that want the password, on loopback, with encryption and without: what they are sent, to the byte. */

const PASSWORD = 'CANARY-hostile-9f3a'
const servers: Server[] = []
const sockets = new Set<Socket>()

afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))))
})

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5)
  head.write(type, 0, 'latin1')
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

function authentication(kind: number, rest: Buffer = Buffer.alloc(0)): Buffer {
  const body = Buffer.alloc(4)
  body.writeInt32BE(kind)
  return message('R', Buffer.concat([body, rest]))
}

const askClear = authentication(3)
const askMd5 = authentication(5, Buffer.from('salt'))
const askScram = authentication(10, Buffer.from('SCRAM-SHA-256\0\0'))
const welcome = Buffer.concat([authentication(0), message('K', Buffer.alloc(8, 1)), message('Z', Buffer.from('I'))])

/** Answers the start-up message with the first of `answers`, each message after it with the next. What is heard is what came through the encryption. */
async function hostile(encryption: 'plain' | 'encrypted', ...answers: readonly Buffer[]): Promise<{ port: number; heard(): Buffer }> {
  const heard: Buffer[] = []
  const talk = (socket: Socket) => {
    const left = [...answers]
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      heard.push(chunk)
      const next = left.shift()
      if (next !== undefined) socket.write(next)
    })
  }
  const server = createServer((socket) => {
    sockets.add(socket)
    if (encryption === 'plain') return talk(socket)
    socket.on('error', () => {})
    socket.once('data', () => {
      socket.write('S')
      talk(new TLSSocket(socket, { isServer: true, ...certificate() }))
    })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('No port.')
  return { port: address.port, heard: () => Buffer.concat(heard) }
}

let made: { readonly key: string; readonly cert: string } | null = null

/** Of nobody: signed by itself. */
function certificate() {
  if (made !== null) return made
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-hostile-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject, '-keyout', key, '-out', cert], {
    stdio: 'ignore',
  })
  made = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
  rmSync(folder, { recursive: true })
  return made
}

function settings(port: number): ConnectionSettings {
  return {
    host: '127.0.0.1',
    port,
    user: 'reader',
    database: 'shop',
    password: async () => PASSWORD,
    sslmode: 'disable',
    rootCertificatePem: null,
    applicationName: 'plumbline/test',
  }
}

async function causeOf(port: number, more: Partial<ConnectionSettings> = {}): Promise<string> {
  return openConnection({ ...settings(port), ...more }, { timeoutMs: 30_000 }).then(
    async (connection) => {
      await connection.dispose()
      return 'connected'
    },
    (error: ConnectError) => error.failure.cause,
  )
}

/** How far a server that is not proven may be trusted with: encrypted to nobody knows whom, and to an authority but under any name. */
const ways = [
  ['plain', 'plain', {}],
  ['encrypted, identity not checked', 'encrypted', { sslmode: 'require' }],
  ['encrypted, authority checked', 'encrypted', { sslmode: 'verify-ca', host: '127.0.0.1' }],
] as const

describe.each(ways)('a server that wants the password, %s,', (_way, encryption, more) => {
  test.each<readonly [string, readonly Buffer[]]>([
    ['asks for it in clear', [askClear, welcome]],
    ['asks for its MD5', [askMd5, welcome]],
    ['asks by SCRAM first and, once the driver holds the password, in clear', [askScram, askClear, welcome]],
    ['asks by SCRAM first and in clear in the same breath', [Buffer.concat([askScram, askClear]), welcome]],
    ['asks by SCRAM first and then for its MD5', [askScram, askMd5, welcome]],
    ['asks in clear and by SCRAM in the same breath', [Buffer.concat([askClear, askScram]), welcome]],
    ['asks by SCRAM twice, and then in clear', [Buffer.concat([askScram, askScram]), askClear, welcome]],
    ['asks in clear after it has let us in', [askScram, Buffer.concat([welcome, askClear])]],
  ])('%s, and does not get it', async (_name, answers) => {
    const server = await hostile(encryption, ...answers)
    const authority = encryption === 'encrypted' ? { rootCertificatePem: certificate().cert } : {}
    const cause = await causeOf(server.port, { ...more, ...authority })
    await new Promise((resolve) => setTimeout(resolve, 100))
    const heard = server.heard()
    expect(heard.includes(PASSWORD)).toBe(false)
    expect(/md5[0-9a-f]{32}/.test(heard.toString('latin1'))).toBe(false)
    expect(cause).not.toBe('connected')
    // It was spoken with, so that the silence is not that of a door.
    expect(heard.includes('reader')).toBe(true)
  })
})

test('a server whose certificate is not trusted does not even hear who wants to log in', async () => {
  const server = await hostile('encrypted', askClear)
  expect(await causeOf(server.port, { sslmode: 'verify-full', host: 'localhost' })).toBe('unknown-authority')
  expect(await causeOf(server.port, { sslmode: 'verify-ca', host: 'localhost' })).toBe('unknown-authority')
  const named = { sslmode: 'verify-full', host: '127.0.0.1', rootCertificatePem: certificate().cert } as const
  expect(await causeOf(server.port, named)).toBe('wrong-host')
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(server.heard().toString('latin1')).toBe('')
})

test('a server that wants no password gets none, and is known to have asked for none', async () => {
  const server = await hostile('encrypted', welcome)
  const connection = await openConnection({ ...settings(server.port), sslmode: 'require' })
  expect(connection.askedForPassword).toBe(false)
  await connection.dispose()
  expect(server.heard().includes(PASSWORD)).toBe(false)
})

describe('a server that is let in and then', () => {
  test('never answers the question to cancel, is given up', async () => {
    vi.useFakeTimers()
    try {
      const destroy = vi.fn()
      const cancel = cancelBy({
        request: async () => {},
        openControl: async () => ({ call: () => new Promise<boolean>(() => {}), dispose: async () => {} }),
      })
      const outcome = cancel({ processId: 1, key: { processId: 1, secretKey: 2 }, settled: () => new Promise<void>(() => {}), destroy })
      await vi.advanceTimersByTimeAsync(12_000)
      expect(await outcome).toBe('disconnect')
      expect(destroy).toHaveBeenCalledOnce()
    } finally {
      vi.useRealTimers()
    }
  })

  test.each(['N', 'SX', 'E', ''])('asked to encrypt says %j, gets no key to cancel with', async (answer) => {
    const heard: Buffer[] = []
    const server = createServer((socket) => {
      socket
        .on('error', () => {})
        .on('data', (chunk) => {
          heard.push(chunk)
          if (answer === '') socket.destroy()
          else socket.write(answer)
        })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const key = { processId: 1234, secretKey: 5678 }
    await expect(requestCancel({ ...settings(port), sslmode: 'require' }, key)).rejects.toThrow()
    expect(Buffer.concat(heard).length).toBe(8)
    server.close()
  })

  test('says nothing on any connection, keeps nobody who has cancelled', async () => {
    const server = await hostile('plain', welcome)
    const connection = await openConnection(settings(server.port))
    const signal = AbortSignal.timeout(100)
    await expect(connection.query({ text: 'SELECT 1', values: [] }, { signal })).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(connection.usable).toBe(false)
  })

  test('says megabytes, is quoted in part', () => {
    const problem = toProblem({ message: 'x'.repeat(5_000_000), hint: '\u{1F4A5}'.repeat(5_000_000), code: '22000' })
    expect(problem.message.length).toBeLessThan(20_100)
    expect(problem.hint?.length).toBeLessThan(20_100)
    expect(problem.hint?.isWellFormed()).toBe(true)
    expect(problem.sqlstate).toBe('22000')
  })
})
