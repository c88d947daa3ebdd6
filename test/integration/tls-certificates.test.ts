import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openConnection } from '#services/postgres/connect.ts'
import type { Sslmode } from '#shared/model/data-source.ts'

/** What each sslmode makes of a certificate: real handshakes with a server that then asks for the password in clear text. */

let folder = ''
let server: Server
let port = 0
let certificate = ''
/** Everything that came through the encryption. */
let heard = ''
let offersTls = true

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-tls-'))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=localhost',
      '-addext',
      'subjectAltName=DNS:localhost',
      '-keyout',
      key,
      '-out',
      cert,
    ],
    { stdio: 'ignore' },
  )
  certificate = readFileSync(cert, 'utf8')
  const secrets = { key: readFileSync(key, 'utf8'), cert: certificate }
  server = createServer((plain) => answer(plain, secrets))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  port = typeof address === 'object' && address !== null ? address.port : 0
})
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve))
  rmSync(folder, { recursive: true })
})

function answer(plain: Socket, secrets: { key: string; cert: string }): void {
  plain.on('error', () => undefined)
  plain.once('data', () => {
    if (!offersTls) return plain.end('N')
    plain.write('S')
    const secure = new TLSSocket(plain, { isServer: true, ...secrets })
    secure.on('error', () => undefined)
    // AuthenticationCleartextPassword, then an end after the answer to it.
    secure.once('data', () => secure.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3])))
    secure.on('data', (bytes: Buffer) => {
      heard += bytes.toString('utf8')
      if (bytes[0] === 0x70) secure.end()
    })
  })
}

async function attempt(host: string, sslmode: Sslmode, rootCertificatePem: string | null): Promise<unknown> {
  heard = ''
  return openConnection({
    host,
    port,
    database: 'd',
    user: 'u',
    password: async () => 'SECRET-OF-THE-TEST',
    sslmode,
    rootCertificatePem,
    applicationName: 'plumbline/test',
  }).then(
    () => 'connected',
    (error: unknown) => error,
  )
}

test.each([
  ['an authority that nobody knows is refused', 'localhost', 'verify-full', false, 'unknown-authority', ['accept-unverified'], false],
  ['the authority alone is not enough with another name', '127.0.0.1', 'verify-full', true, 'wrong-host', ['accept-unverified'], false],
  [
    'the name does not count with verify-ca, and no clear text password goes',
    '127.0.0.1',
    'verify-ca',
    true,
    'unsafe-cleartext',
    [],
    false,
  ],
  ['without a check of the identity no clear text password goes', 'localhost', 'require', false, 'unsafe-cleartext', [], false],
  ['only a proven server may have the password in clear text', 'localhost', 'verify-full', true, 'dropped', ['retry'], true],
] as const)('%s', async (_name, host, sslmode, known, cause, choices, told) => {
  const error = await attempt(host, sslmode, known ? certificate : null)
  expect(error).toMatchObject({ failure: { cause, choices } })
  expect(heard.includes('SECRET-OF-THE-TEST')).toBe(told)
})

test('a server without encryption is told apart, and plain text is only offered', async () => {
  offersTls = false
  try {
    expect(await attempt('localhost', 'verify-full', null)).toMatchObject({
      failure: { step: 'tls', cause: 'tls-refused', choices: ['accept-plaintext'] },
    })
    expect(heard).toBe('')
  } finally {
    offersTls = true
  }
})
