import { execFileSync } from 'node:child_process'
import dns from 'node:dns'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Certificates, DataSourceInput } from '#shared/model/data-source.ts'
import { emptySetupDraft } from '#shared/model/setup.ts'
import { reported } from '#test/support/attempt.ts'
import { recordFigure } from '#test/support/figures.ts'
import { type ServerCertificate, startTlsServer, type TlsServer } from '#test/support/tls-server.ts'
import { startApplication, type TestApplication } from './assets-support.ts'

/** Every word for sslmode, against a server with a certificate of every kind, and one without: the whole way from the text to the answer. */

let server: TlsServer
let app: TestApplication
let folder: string

beforeAll(async () => {
  const lookup = dns.lookup
  vi.spyOn(dns, 'lookup').mockImplementation(((host: string, ...rest: [never, never]) =>
    lookup(host === HOST ? '127.0.0.1' : host, ...rest)) as never)
  folder = mkdtempSync(join(tmpdir(), 'plumbline-tls-matrix-'))
  server = await startTlsServer()
  app = await startApplication()
  await server.run(`CREATE ROLE reader LOGIN PASSWORD 'right'; CREATE ROLE carrier LOGIN`)
  await server.allow(['host all reader 127.0.0.1/32 scram-sha-256', 'hostssl all carrier 127.0.0.1/32 cert'])
})
afterAll(async () => {
  vi.restoreAllMocks()
  await app?.dispose()
  await server?.dispose()
  rmSync(folder, { recursive: true, force: true })
})

/** This computer, by a name that the policy does not know for it: so it is judged like any other host. No name service has it. */
const HOST = 'db.test'

const words = ['', 'disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify', 'bogus'] as const

/** The policy, written down once more and in another form: what each word is taken for off this computer. */
const takenFor: Readonly<Record<(typeof words)[number], 'verify-full' | 'verify-ca' | 'require' | 'disable' | null>> = {
  '': 'verify-full',
  disable: 'disable',
  allow: 'verify-full',
  prefer: 'verify-full',
  require: 'verify-full',
  'verify-ca': 'verify-ca',
  'verify-full': 'verify-full',
  'no-verify': null,
  bogus: null,
}

const outcomes: Readonly<Record<ServerCertificate | 'none', Readonly<Record<'verify-full' | 'verify-ca' | 'require', string>>>> = {
  good: { 'verify-full': 'encrypted', 'verify-ca': 'encrypted', require: 'encrypted' },
  other: { 'verify-full': 'wrong-host', 'verify-ca': 'encrypted', require: 'encrypted' },
  address: { 'verify-full': 'wrong-host', 'verify-ca': 'encrypted', require: 'encrypted' },
  expired: { 'verify-full': 'certificate-expired', 'verify-ca': 'certificate-expired', require: 'encrypted' },
  own: { 'verify-full': 'unknown-authority', 'verify-ca': 'unknown-authority', require: 'encrypted' },
  none: { 'verify-full': 'tls-refused', 'verify-ca': 'tls-refused', require: 'tls-refused' },
}

async function outcome(connectionString: string, more: Partial<DataSourceInput> = {}): Promise<string> {
  const report = await reported(
    app.client.dataSources.test({
      name: 'Shop',
      connectionString,
      sslmode: null,
      plaintextConsent: false,
      savePassword: false,
      environment: 'none',
      ...more,
    }),
  )
  return report.ok ? (report.server.encrypted ? 'encrypted' : 'plain') : report.cause
}

function text(word: string, user = 'reader:right', host = HOST): string {
  return `postgresql://${user}@${host}:${server.endpoint.port}/postgres${word === '' ? '' : `?sslmode=${word}`}`
}

/** Pairs of a server and an sslmode that were tried, and those that came out otherwise than the table says. */
const matrix = { cells: 0, mismatches: 0 }
afterAll(() => {
  recordFigure('tlsCells', matrix.cells)
  recordFigure('tlsMismatches', matrix.mismatches)
})

function authority(): Certificates {
  return { rootCertificatePem: server.authority, clientCertificatePem: null, clientKeyPem: null }
}

describe.each(['good', 'other', 'address', 'expired', 'own', 'none'] as const)('a server whose certificate is %s', (certificate) => {
  beforeAll(async () => {
    if (certificate === 'none') await server.set('ssl', 'off')
    else await server.show(certificate)
  })
  afterAll(() => server.show('good'))

  test.each(words)('sslmode "%s"', async (word) => {
    const mode = takenFor[word]
    const expected = mode === null ? 'unreadable' : mode === 'disable' ? 'plaintext-consent' : outcomes[certificate][mode]
    const found = await outcome(text(word), { certificates: authority() })
    matrix.cells += 1
    if (found !== expected) matrix.mismatches += 1
    expect(found).toBe(expected)
    if (word === 'require') {
      expect(await outcome(text(word), { certificates: authority(), sslmode: 'require' })).toBe(outcomes[certificate].require)
    }
    if (mode === 'disable') expect(await outcome(text(word), { certificates: authority(), plaintextConsent: true })).toBe('plain')
  })
})

test('without the authority given, nothing of it is trusted', async () => {
  expect(await outcome(text('verify-full'))).toBe('unknown-authority')
  expect(await outcome(text('verify-ca'))).toBe('unknown-authority')
})

describe('a server that is reached by its address', () => {
  afterAll(() => server.show('good'))

  test('is known by a certificate for that address, and by no other name', async () => {
    const given = { certificates: authority() }
    const at = (host: string, word: string) => outcome(text(word, 'reader:right', host), given)
    await server.show('address')
    expect(await at('127.0.0.1', 'verify-full')).toBe('encrypted')
    expect(await at(HOST, 'verify-full')).toBe('wrong-host')
    // The same server, by an address that is not in it.
    expect(await at('0.0.0.0', 'verify-full')).toBe('wrong-host')
    expect(await at('0.0.0.0', 'verify-ca')).toBe('encrypted')
  })
})

test('an authority that this computer trusts already does not vouch for any name: without one given, verify-ca checks the host', async () => {
  const trusted = getCACertificates('default')
  await server.show('other')
  try {
    setDefaultCACertificates([...trusted, server.authority])
    expect(await outcome(text('verify-ca'))).toBe('wrong-host')
    expect(await outcome(text('verify-ca'), { certificates: authority() })).toBe('encrypted')
    await server.show('good')
    expect(await outcome(text('verify-full'))).toBe('encrypted')
    expect(await outcome(text('verify-ca'))).toBe('encrypted')
  } finally {
    setDefaultCACertificates(trusted)
    await server.show('good')
  }
})

describe('a role that logs in by certificate', () => {
  test('with the right one, without one, with one that the server does not know, with one for another role', async () => {
    const own = server.clientCertificate('carrier', 'authority')
    const given = (client: { readonly pem: string; readonly key: string }) => ({
      certificates: { ...authority(), clientCertificatePem: client.pem, clientKeyPem: client.key },
    })
    expect(await outcome(text('verify-full', 'carrier'), given(own))).toBe('encrypted')
    expect(await outcome(text('verify-full', 'carrier'), { certificates: authority() })).toBe('client-certificate-required')
    const unknown = server.clientCertificate('carrier', 'itself')
    expect(await outcome(text('verify-full', 'carrier'), given(unknown))).toBe('client-certificate-refused')
    const other = server.clientCertificate('reader', 'authority')
    expect(await outcome(text('verify-full', 'carrier'), given(other))).toBe('identity-refused')
  })

  test('the key is stored with the data source, comes back to nobody, and goes with a copy of it', async () => {
    const { client } = app
    const own = server.clientCertificate('carrier', 'authority')
    const input = {
      connectionString: text('verify-full', 'carrier'),
      sslmode: null,
      plaintextConsent: false,
      savePassword: false,
      environment: 'none' as const,
    }
    const certificates = { ...authority(), clientCertificatePem: own.pem, clientKeyPem: own.key }
    const made = await client.dataSources.create({ ...input, name: 'By certificate', certificates })
    expect(made).toMatchObject({ clientCertificatePem: own.pem.trim(), rootCertificatePem: server.authority.trim() })
    expect(JSON.stringify(made)).not.toContain('PRIVATE KEY')
    expect(await reported(client.dataSources.connect({ id: made.id }))).toMatchObject({ ok: true, server: { role: 'carrier' } })
    // Nothing said of them, or the certificate without the key: what is stored stays.
    await client.dataSources.update({ id: made.id, input: { ...input, name: 'By certificate' } })
    expect(await reported(client.dataSources.connect({ id: made.id }))).toMatchObject({ ok: true })
    await client.dataSources.update({
      id: made.id,
      input: { ...input, name: 'By certificate', certificates: { ...certificates, clientKeyPem: null } },
    })
    expect(await reported(client.dataSources.connect({ id: made.id }))).toMatchObject({ ok: true })
    const copy = await client.dataSources.duplicate({ id: made.id })
    expect(await reported(client.dataSources.connect({ id: copy.id }))).toMatchObject({ ok: true })
    // Taken away: the role is not let in any more.
    await client.dataSources.update({ id: made.id, input: { ...input, name: 'By certificate', certificates: authority() } })
    expect(await reported(client.dataSources.connect({ id: made.id }))).toMatchObject({ ok: false, cause: 'client-certificate-required' })
    await client.dataSources.remove({ id: made.id })
    await client.dataSources.remove({ id: copy.id })
  })

  test('of a text that holds more, only what belongs there is kept: a key never lies beside the certificate', async () => {
    const { client } = app
    const own = server.clientCertificate('carrier', 'authority')
    const certificates = {
      rootCertificatePem: `Our authority\n${own.key}${server.authority}`,
      clientCertificatePem: `${own.key}\nBag Attributes\n${own.pem}`,
      clientKeyPem: null,
    }
    const input = {
      name: 'All in one',
      connectionString: text('verify-full', 'carrier'),
      sslmode: null,
      plaintextConsent: false,
      savePassword: false,
      environment: 'none' as const,
      certificates,
    }
    const made = await client.dataSources.create(input)
    expect(made.clientCertificatePem?.trim()).toBe(own.pem.trim())
    expect(made.rootCertificatePem?.trim()).toBe(server.authority.trim())
    expect(await reported(client.dataSources.connect({ id: made.id }))).toMatchObject({ ok: true, server: { role: 'carrier' } })
    // A key of several pieces in the vault, out of a file that holds a whole chain.
    const long = server.clientCertificate('carrier', 'authority', 4096)
    const whole = `${server.authority.repeat(20)}\n${long.pem}\n${long.key}`
    await client.dataSources.update({
      id: made.id,
      input: { ...input, certificates: { ...certificates, clientCertificatePem: long.pem, clientKeyPem: whole } },
    })
    expect(await reported(client.dataSources.connect({ id: made.id }))).toMatchObject({ ok: true })
    await client.dataSources.remove({ id: made.id })
  })

  test('an administrator needs the same: by an authority of one\u2019s own, by certificate, or by files that are named', async () => {
    await server.run('CREATE ROLE chief SUPERUSER LOGIN')
    await server.allow(['host all reader 127.0.0.1/32 scram-sha-256', 'hostssl all chief,carrier 127.0.0.1/32 cert'])
    const own = server.clientCertificate('chief', 'authority')
    const wish = { connectionString: text('', 'chief'), sslmode: null, plaintextConsent: false }
    const certificates = { ...authority(), clientCertificatePem: own.pem, clientKeyPem: own.key }
    expect((await app.client.setup.openAdmin(wish)).report).toMatchObject({ ok: false, cause: 'unknown-authority' })
    expect((await app.client.setup.openAdmin({ ...wish, certificates: { ...certificates, clientKeyPem: null } })).report).toMatchObject({
      ok: false,
      field: 'certificates',
    })
    const { session, report } = await app.client.setup.openAdmin({ ...wish, certificates })
    expect(report).toMatchObject({ ok: true, sslmode: 'verify-full' })
    expect(session).toMatchObject({ role: 'chief', rootCertificatePem: server.authority.trim() })
    // The role that is made logs in the same way but for the certificate, which is the administrator's own.
    const role = { ...emptySetupDraft.role, role: 'made_over_tls', database: 'postgres' }
    await server.allow([
      'hostssl all made_over_tls 127.0.0.1/32 scram-sha-256',
      'host all reader 127.0.0.1/32 scram-sha-256',
      'hostssl all chief,carrier 127.0.0.1/32 cert',
    ])
    const make = { adminId: session?.adminId ?? '', plan: role, password: 'right', setPassword: false }
    expect(await app.client.setup.createRole(make)).toMatchObject({ result: 'made' })
    expect(await app.client.setup.createRole(make)).toMatchObject({ result: 'unchanged' })
    await app.client.setup.closeAdmin({ adminId: session?.adminId ?? '' })

    const path = join(folder, 'admin-root.crt')
    writeFileSync(path, server.authority)
    const named = { ...wish, connectionString: `${text('', 'chief')}?sslrootcert=${encodeURIComponent(path)}` }
    expect((await app.client.setup.openAdmin(named)).report).toMatchObject({ ok: false, cause: 'certificates' })
    expect((await app.client.setup.openAdmin({ ...named, certificateFiles: true })).report).toMatchObject({
      cause: 'client-certificate-required',
    })
  })

  test('files that the connection string names are read when the person agrees, and only certificates are taken from them', async () => {
    const own = server.clientCertificate('carrier', 'authority')
    const put = (name: string, content: string) => {
      writeFileSync(join(folder, name), content)
      return encodeURIComponent(join(folder, name))
    }
    const files = (root: string, key: string) =>
      `${text('verify-full', 'carrier')}&sslrootcert=${root}&sslcert=${put('client.crt', own.pem)}&sslkey=${key}`
    const good = files(put('root.crt', server.authority), put('client.key', own.key))
    expect(await outcome(good, { certificateFiles: true })).toBe('encrypted')
    expect(await outcome(good)).toBe('certificates')
    expect(await outcome(files('%2Fetc%2Fpasswd', put('client.key', own.key)), { certificateFiles: true })).toBe('certificates')
    expect(await outcome(files('%2Fnowhere', put('client.key', own.key)), { certificateFiles: true })).toBe('certificates')
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    expect(await outcome(files(encodeURIComponent(pipe), put('client.key', own.key)), { certificateFiles: true })).toBe('certificates')
    expect(await outcome(files(encodeURIComponent(folder), put('client.key', own.key)), { certificateFiles: true })).toBe('certificates')
  })
})

test.each<[string, Partial<Certificates>, RegExp]>([
  ['an authority that is wanted and was not given', { rootCertificatePem: '' }, /Give the certificate of your authority/],
  ['an authority that is none', { rootCertificatePem: 'CANARY-5b1c' }, /authority cannot be read/],
  [
    'a certificate that is none',
    { clientCertificatePem: '-----BEGIN CERTIFICATE-----\nCANARY5b1c\n-----END CERTIFICATE-----' },
    /client certificate cannot be read/,
  ],
  ['a key alone', { clientKeyPem: 'CANARY-5b1c' }, /key without its client certificate/],
])('%s', async (_name, part, sentence) => {
  const report = await reported(
    app.client.dataSources.test({
      name: 'Shop',
      connectionString: text('verify-full'),
      sslmode: null,
      plaintextConsent: false,
      savePassword: false,
      environment: 'none',
      certificates: { rootCertificatePem: null, clientCertificatePem: null, clientKeyPem: null, ...part },
    }),
  )
  expect(report).toMatchObject({ ok: false, field: 'certificates', sentence: expect.stringMatching(sentence) })
  expect(JSON.stringify(report)).not.toContain('CANARY')
})

test('keys that do not fit, that are protected, or that are none', async () => {
  const [own, other] = [server.clientCertificate('carrier', 'authority'), server.clientCertificate('reader', 'authority')]
  const sentenceFor = async (clientKeyPem: string | null) => {
    const report = await reported(
      app.client.dataSources.test({
        name: 'Shop',
        connectionString: text('verify-full'),
        sslmode: null,
        plaintextConsent: false,
        savePassword: false,
        environment: 'none',
        certificates: { rootCertificatePem: null, clientCertificatePem: own.pem, clientKeyPem },
      }),
    )
    return report.ok ? 'connected' : report.sentence
  }
  expect(await sentenceFor(other.key)).toMatch(/does not belong/)
  expect(await sentenceFor('-----BEGIN ENCRYPTED PRIVATE KEY-----')).toMatch(/passphrase/)
  expect(await sentenceFor('CANARY')).toMatch(/key cannot be read/)
  expect(await sentenceFor(null)).toMatch(/without its key/)
})
