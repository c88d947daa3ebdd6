import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as secure, TLSSocket } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ConnectError, openConnection } from '#services/postgres/connect.ts'
import { startTlsServer, type TlsServer } from '#test/support/tls-server.ts'

/**
 * Somebody in between who ends the encryption and hands everything on to the real server. Where no identity is checked, only
 * channel binding can notice: the proof of the password is bound to the certificate that this end has seen.
 */

let server: TlsServer
let folder = ''
let own: { readonly key: string; readonly cert: string }
const relays: Server[] = []
const sockets = new Set<Socket>()

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-relay-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const given = ['-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-keyout', key, '-out', cert]
  execFileSync('openssl', ['req', '-x509', ...given], { stdio: 'ignore' })
  own = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
  server = await startTlsServer()
  await server.run(`CREATE ROLE reader LOGIN PASSWORD 'right'`)
  await server.allow(['hostssl all reader 127.0.0.1/32 scram-sha-256'])
})
afterAll(async () => {
  for (const socket of sockets) socket.destroy()
  await Promise.all(relays.map((relay) => new Promise((resolve) => relay.close(resolve))))
  await server?.dispose()
  rmSync(folder, { recursive: true, force: true })
})

/** `alter`: what becomes of the bytes that the server sends. */
async function relay(alter: (bytes: Buffer) => Buffer): Promise<number> {
  const between = createServer((near) => {
    sockets.add(near.on('error', () => {}))
    const far = connect(server.endpoint.port, '127.0.0.1').on('error', () => {})
    sockets.add(far)
    near.once('data', (question) => {
      far.write(question)
      far.once('data', () => {
        near.write('S')
        const nearSide = new TLSSocket(near, { isServer: true, ...own }).on('error', () => {})
        const farSide = secure({ socket: far, rejectUnauthorized: false }).on('error', () => {})
        nearSide.on('data', (bytes: Buffer) => farSide.write(bytes)).on('end', () => farSide.end())
        farSide.on('data', (bytes: Buffer) => nearSide.write(alter(bytes))).on('end', () => nearSide.end())
      })
    })
  })
  relays.push(between)
  await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve))
  const address = between.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function logIn(port: number): Promise<string> {
  const settings = {
    host: '127.0.0.1',
    port,
    user: 'reader',
    database: 'postgres',
    password: async () => 'right',
    sslmode: 'require' as const,
    rootCertificatePem: null,
    applicationName: 'plumbline/test',
  }
  return openConnection(settings, { timeoutMs: 30_000 }).then(
    async (connection) => {
      await connection.dispose()
      return 'connected'
    },
    (error: ConnectError) => error.failure.cause,
  )
}

test('without anybody in between the same login works', async () => {
  expect(await logIn(server.endpoint.port)).toBe('connected')
})

test('a login that is handed on is refused, and said to be so', async () => {
  expect(await logIn(await relay((bytes) => bytes))).toBe('channel-binding')
})

test('so is one from whose offer the binding was taken out', async () => {
  const offer = Buffer.from('SCRAM-SHA-256-PLUS\0')
  const without = (bytes: Buffer): Buffer => {
    const at = bytes.indexOf(offer)
    if (at < 0) return bytes
    const shorter = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + offer.length)])
    shorter.writeInt32BE(shorter.readInt32BE(1) - offer.length, 1)
    return shorter
  }
  expect(await logIn(await relay(without))).toBe('channel-binding')
})
