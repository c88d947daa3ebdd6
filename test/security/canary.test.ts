import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import DatabaseConstructor from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scramVerifier } from '#services/postgres/scram.ts'
import { emptySetupDraft } from '#shared/model/setup.ts'
import { reported } from '#test/support/attempt.ts'
import { recordFigure } from '#test/support/figures.ts'
import { ask } from '#test/support/host.ts'
import { hasKeychainPrograms, startKeychain, type TestKeychain } from '#test/support/keychain.ts'
import { filesBelow, needlesOf, type Place, scan } from '#test/support/secret-scan.ts'
import { startTlsServer, type TlsServer } from '#test/support/tls-server.ts'
import { openWebClient, type WebClient } from '#test/support/web-client.ts'
import { buildWebProgram, linkPattern, type WebProcess, type WebProgram } from '#test/support/web-process.ts'

/** One password that is easy to find, and the passphrase of a vault, goes through every flow and every failure; then it is looked for wherever it must not be. */

const CORE = 'CANARY9f4b2c7d1e'
const CANARY = `${CORE}-ä☃'"`
/** Of the vault, and as easy to find. */
const PASSPHRASE_CORE = 'CANARYb8e1d06f53'
const PASSPHRASE = `${PASSPHRASE_CORE} ä☃'"`
const needles = needlesOf([CANARY, CORE, PASSPHRASE, PASSPHRASE_CORE])

let program: WebProgram
let server: TlsServer
let silent: Server
let rude: Server
/** Of all the runs below. */
const searched = { places: 0, hits: 0 }

beforeAll(async () => {
  ;[program, server, silent, rude] = await Promise.all([
    buildWebProgram({ withCommandLine: true }),
    startTlsServer(),
    listening(() => {}),
    listening((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
  ])
  const verifier = await scramVerifier(CANARY)
  await server.run(`CREATE ROLE chief SUPERUSER LOGIN PASSWORD '${verifier}';
    CREATE ROLE other LOGIN PASSWORD 'something else';
    CREATE TABLE people (id integer PRIMARY KEY, email text); INSERT INTO people VALUES (1, NULL), (2, 'a@b.c');
    CREATE ROLE gate LOGIN PASSWORD '${verifier}' CONNECTION LIMIT 0`)
  // Everything that a careless administrator could have switched on.
  for (const [name, value] of [
    ['log_statement', 'all'],
    ['log_connections', 'on'],
    ['log_min_error_statement', 'debug5'],
    ['log_min_messages', 'debug2'],
    ['log_error_verbosity', 'verbose'],
    ['log_parameter_max_length_on_error', '-1'],
    ['log_min_duration_statement', '0'],
  ] as const)
    await server.set(name, value)
})
afterAll(async () => {
  recordFigure('canaryPlaces', searched.places)
  recordFigure('canaryHits', searched.hits)
  await server?.dispose()
  silent?.close()
  rude?.close()
  program?.dispose()
})

function listening(answer: (socket: import('node:net').Socket) => void): Promise<Server> {
  return new Promise((resolve) => {
    const made = createServer((socket) => {
      socket.on('error', () => {})
      answer(socket)
    }).listen(0, '127.0.0.1', () => resolve(made))
  })
}

function portOf(of: Server): number {
  const address = of.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

function stringFor(user: string, more: { host?: string; port?: number; database?: string; query?: string } = {}): string {
  const { host = '127.0.0.1', port = server.endpoint.port, database = 'postgres', query = '' } = more
  return `postgresql+psycopg2://${user}:${encodeURIComponent(CANARY)}@${host}:${port}/${database}${query}`
}

/** All that a person may type by mistake, or meet. */
function failures(): readonly (readonly [name: string, connectionString: string, cause: string])[] {
  return [
    ['wrong host', stringFor('chief', { host: 'nowhere.invalid', query: '?sslmode=require' }), 'unknown-host'],
    ['wrong port', stringFor('chief', { port: 1 }), 'refused'],
    ['wrong password', stringFor('other'), 'wrong-password'],
    ['no such role', stringFor('nobody_here'), 'wrong-password'],
    ['no such database', stringFor('chief', { database: 'none' }), 'no-such-database'],
    ['no connection left', stringFor('gate'), 'role-limit'],
    ['certificate refused', stringFor('chief', { host: 'localhost', query: '?sslmode=verify-full' }), 'unknown-authority'],
    ['another program', stringFor('chief', { port: portOf(rude) }), 'not-postgresql'],
    ['another program, with TLS', stringFor('chief', { port: portOf(rude), query: '?sslmode=require' }), 'not-postgresql'],
    ['silence', stringFor('chief', { port: portOf(silent) }), 'silent'],
    ['not escaped', `postgresql://chief:${CANARY}/${CANARY}#${CANARY}?${CANARY}@host/db`, 'unreadable'],
    ['as a parameter', `postgresql://chief@host/db?password=${CANARY}`, 'unreadable'],
    ['as an unknown parameter', `postgresql://chief@host/db?${CANARY}=${CANARY}`, 'unreadable'],
    ['as the port', `postgresql://chief@host:${CANARY}/db`, 'unreadable'],
    ['as key and value', `host=db.invalid user=chief password=${CANARY}`, 'unknown-host'],
    ['as key and value, not closed', `host=h user=chief password='${CANARY}`, 'unreadable'],
    ['as an unknown key', `host=h user=chief ${CANARY.toLowerCase()}=${CANARY}`, 'unreadable'],
    ['for Java', `jdbc:postgresql://db.invalid/db?user=chief&password=${encodeURIComponent(CANARY)}`, 'unknown-host'],
    ['for Java, wrong', `jdbc:postgresql://h:x/db?user=chief&password=${CANARY}`, 'unreadable'],
    ['in a command', `PGPASSWORD='${CANARY.replaceAll("'", "'\\''")}' psql -h db.invalid -U chief db`, 'unknown-host'],
    ['in a command, wrong', `PGPASSWORD=${CANARY} psql -h h -U chief a b ${CANARY}`, 'unreadable'],
    ['alone', CANARY, 'unreadable'],
    ['plain, off this computer', stringFor('chief', { host: 'db.invalid', query: '?sslmode=disable' }), 'plaintext-consent'],
  ]
}

/** What can be seen of the app and all that it starts, while it runs. */
class Observer {
  readonly seen = new Map<string, Buffer>()
  readonly outputs: Place[] = []
  readonly #roots: ChildProcess[] = []
  readonly #timer: NodeJS.Timeout

  constructor() {
    this.#timer = setInterval(() => this.look(), 25)
  }

  follow(child: ChildProcess): void {
    this.#roots.push(child)
    this.look()
  }

  look(): void {
    const running = this.#roots.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)
    for (const pid of descendants(running.map(({ pid: own }) => own ?? 0))) {
      for (const name of ['cmdline', 'environ']) {
        try {
          const bytes = readFileSync(`/proc/${pid}/${name}`)
          this.seen.set(`/proc/${pid}/${name} ${bytes.length}`, bytes)
        } catch {
          // It has just ended.
        }
      }
    }
  }

  dispose(): void {
    clearInterval(this.#timer)
  }
}

function descendants(roots: readonly number[]): readonly number[] {
  const parents = new Map<number, number>()
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8')
      parents.set(Number(entry), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
    } catch {
      // It has just ended.
    }
  }
  const known = new Set(roots)
  for (let grown = true; grown; ) {
    grown = false
    for (const [pid, parent] of parents) {
      if (known.has(parent) && !known.has(pid)) {
        known.add(pid)
        grown = true
      }
    }
  }
  return [...known]
}

async function ended(page: WebClient, id: string): Promise<string> {
  for await (const _ of await page.client.app.changes({})) {
    const { state } = (await page.client.validations.get({ id })).summary
    if (state !== 'queued' && state !== 'running') return state
  }
  throw new Error('The host ended first.')
}

describe.skipIf(process.platform !== 'linux').each([
  ['a session without a keychain', 'memory'],
  ['a keychain', 'keychain'],
  ['a vault', 'vault'],
] as const)('with %s', (_name, where) => {
  const withKeychain = where === 'keychain'
  const saved = where !== 'memory'
  test.skipIf(withKeychain && !hasKeychainPrograms())('a password is nowhere but where it belongs', async () => {
    const keychain: TestKeychain | null = withKeychain ? await startKeychain('unlocked') : null
    const folder = mkdtempSync(join(tmpdir(), 'plumbline-canary-'))
    const outside = mkdtempSync(join(tmpdir(), 'plumbline-canary-typed-'))
    const observer = new Observer()
    const places: Place[] = []
    const started: WebProcess[] = []
    const heard: WebClient[] = []
    const bus = keychain?.environment.DBUS_SESSION_BUS_ADDRESS
    const environment: Record<string, string> = bus === undefined ? {} : { DBUS_SESSION_BUS_ADDRESS: bus }

    const start = async (): Promise<WebClient> => {
      const web = program.start(folder, { environment })
      started.push(web)
      observer.follow(web.child)
      const page = await openWebClient(web)
      heard.push(page)
      return page
    }
    const takeFiles = (moment: string) => places.push(...filesBelow(folder).map((file) => ({ ...file, name: `${moment}: ${file.name}` })))
    const commandLine = async (given: readonly string[], password: string | null, passphrase?: string): Promise<number | null> => {
      const secretFile = (name: string, secret: string | null | undefined): Record<string, string> => {
        if (secret === null || secret === undefined) return {}
        const file = join(outside, name)
        writeFileSync(file, secret, { mode: 0o600 })
        return { [`PLUMBLINE_${name.toUpperCase()}_FILE`]: file }
      }
      const child = spawn(process.execPath, [program.commandLine, ...given], {
        env: {
          PATH: process.env.PATH,
          HOME: outside,
          PLUMBLINE_DATA: folder,
          ...secretFile('password', password),
          ...secretFile('passphrase', passphrase),
          ...environment,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      observer.follow(child)
      const parts: Buffer[] = []
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => parts.push(chunk))
      const status = await new Promise<number | null>((resolve) => child.once('close', resolve))
      places.push({ name: `output of ${given.join(' ')}`, bytes: Buffer.concat(parts) })
      return status
    }

    try {
      // The wizard, and everything that can go wrong in it.
      let page = await start()
      const { client } = page
      if (where === 'vault') await makeVault(client)
      const wizard = { ...emptySetupDraft, connectionString: stringFor('chief'), dataSourceName: 'Shop' }
      await client.setup.save(wizard)
      await client.setup.save({ ...wizard, connectionString: `postgresql://chief:${CANARY}/x@host/db` })
      await client.setup.load({})
      const admin = { sslmode: null, plaintextConsent: false }
      const source = { name: 'Shop', sslmode: null, plaintextConsent: false, savePassword: true, environment: 'none' } as const
      await Promise.all(
        failures().map(async ([name, connectionString, cause]) => {
          const [opened, tested] = await Promise.all([
            client.setup.openAdmin({ connectionString, ...admin }),
            reported(client.dataSources.test({ ...source, connectionString })),
          ])
          for (const report of [opened.report, tested]) expect([name, report]).toMatchObject([name, { ok: false, cause }])
        }),
      )
      const { session } = await client.setup.openAdmin({ connectionString: stringFor('chief'), ...admin })
      const adminId = session?.adminId ?? ''
      const role = `reader_${where}`
      const plan = { ...emptySetupDraft.role, role, database: 'postgres' }
      const make = { adminId, plan, password: CANARY, setPassword: false }
      expect(await client.setup.createRole(make)).toMatchObject({ result: 'made' })
      expect(await client.setup.createRole(make)).toMatchObject({ result: 'unchanged' })
      expect(await client.setup.createRole({ ...make, password: `${CANARY} other` })).toMatchObject({ asksForPasswordChange: true })
      // Statements that fail stand in the server's log: the mark is already on a role that nobody may make twice.
      expect(await client.setup.createRole({ ...make, plan: { ...plan, schemas: ['none'] }, setPassword: true })).toMatchObject({
        result: 'partly',
      })
      for (const refused of [
        { ...make, plan: { ...plan, role: '' } },
        { ...make, plan: { ...plan, database: 'other' } },
        { ...make, password: `${CANARY}\0` },
        { ...make, password: CANARY.repeat(100) },
        { ...make, adminId: crypto.randomUUID() },
      ])
        await expect(client.setup.createRole(refused)).rejects.toMatchObject({ code: expect.any(String) })
      await client.setup.closeAdmin({ adminId })

      // The data source.
      await expect(client.dataSources.create({ ...source, connectionString: CANARY })).rejects.toMatchObject({ code: 'INVALID' })
      await expect(client.dataSources.create({ ...source, connectionString: CANARY.repeat(500) })).rejects.toMatchObject({
        code: 'INVALID',
      })
      const made = await client.dataSources.create({ ...source, connectionString: stringFor(role) })
      expect(made.passwordState).toBe({ memory: 'in-memory', keychain: 'saved', vault: 'in-vault' }[where])
      const id = made.id
      await expect(client.dataSources.create({ ...source, connectionString: stringFor(role) })).rejects.toMatchObject({ code: 'CONFLICT' })
      expect(await reported(client.dataSources.connect({ id }))).toMatchObject({ ok: true })
      await client.dataSources.update({ id, input: { ...source, connectionString: stringFor(role) } })
      await client.dataSources.describe({ id })
      await client.dataSources.configure({ id, environment: 'production' })
      expect(await client.dataSources.enterPassword({ id, password: `${CANARY} wrong`, save: true })).toMatchObject({
        cause: 'wrong-password',
      })
      await client.dataSources.relations({ id })

      // The key of a client certificate, in every place where it may be given, and where it should not be.
      const own = server.clientCertificate('chief', 'authority')
      const keyNeedles = needlesOf(own.key.split('\n').slice(14, 18))
      expect(scan([{ name: 'planted', bytes: Buffer.from(JSON.stringify(own.key)) }], keyNeedles)).not.toEqual([])
      const certificates = {
        rootCertificatePem: `${own.key}${server.authority}`,
        clientCertificatePem: `${own.pem}${own.key}`,
        clientKeyPem: own.key,
      }
      const verified = {
        ...source,
        name: 'By certificate',
        connectionString: stringFor('chief', { host: 'localhost', query: '?sslmode=verify-full' }),
      }
      const another = server.clientCertificate('other', 'authority')
      const twice = own.key + another.key
      for (const wrong of [
        { ...certificates, clientCertificatePem: another.pem },
        { ...certificates, clientCertificatePem: null },
        { ...certificates, clientKeyPem: twice },
        { ...certificates, clientKeyPem: own.key.slice(0, 1_500) },
        { ...certificates, rootCertificatePem: own.key },
        { ...certificates, clientKeyPem: own.key.repeat(1_000) },
      ]) {
        const input = { ...verified, certificates: wrong }
        const tested = reported(client.dataSources.test(input)).catch((error: unknown) => error)
        expect(await tested).toMatchObject(
          wrong.clientKeyPem.length > 1_000_000 ? { code: 'INVALID' } : { ok: false, field: 'certificates' },
        )
        await expect(client.dataSources.create(input)).rejects.toMatchObject({ code: 'INVALID' })
      }
      const byKey = await client.setup.openAdmin({ connectionString: verified.connectionString, ...admin, certificates })
      expect(byKey.report).toMatchObject({ ok: true })
      await client.setup.closeAdmin({ adminId: byKey.session?.adminId ?? '' })
      const { id: keyed } = await client.dataSources.create({ ...verified, certificates })
      expect(await reported(client.dataSources.connect({ id: keyed }))).toMatchObject({ ok: true })
      const { id: copied } = await client.dataSources.duplicate({ id: keyed })
      const [certificateFile, keyFile] = [join(outside, 'all.pem'), join(outside, 'key.pem')]
      writeFileSync(certificateFile, `${own.pem}${own.key}`)
      writeFileSync(keyFile, own.key)
      const named = `${verified.connectionString}&sslrootcert=${keyFile}&sslcert=${certificateFile}&sslkey=${keyFile}`
      const fromFiles = { ...verified, name: 'By files', certificateFiles: true }
      expect(await reported(client.dataSources.test({ ...fromFiles, connectionString: named }))).toMatchObject({ field: 'certificates' })
      const read = { ...fromFiles, connectionString: named.replace(`sslrootcert=${keyFile}&`, ''), certificates }
      await client.dataSources.update({ id: copied, input: read })
      expect(await reported(client.dataSources.connect({ id: copied }))).toMatchObject({ ok: true })
      await client.dataSources.list({})

      // Work, from both programs.
      const { added } = await client.assets.add({
        taskId: crypto.randomUUID(),
        dataSourceId: id,
        relations: [{ schema: 'public', name: 'people' }],
        generate: ['column-changes'],
      })
      const assetId = added[0]?.assetId ?? ''
      const expectation = (type: string, kwargs: Record<string, string>) =>
        client.expectations.create({ assetId, input: { type, kwargs, severity: 'critical', description: null, notes: null } })
      await expectation('expect_column_values_to_not_be_null', { column: 'email' })
      expect(await ended(page, (await client.validations.start({ assetId })).id)).toBe('done')
      expect(await commandLine(['validate', 'people', '--json'], CANARY)).toBe(1)
      expect(await commandLine(['validate', 'people'], `${CANARY} wrong`)).toBe(2)
      const script = {
        runId: crypto.randomUUID(),
        dataSourceId: id,
        tabId: crypto.randomUUID(),
        sql: 'SELECT 1; SELECT nothing',
        readOnly: true,
      }
      for await (const _ of await client.query.run({ ...script, rowLimit: 10, keepInHistory: true })) {
        // to its end
      }
      const tabSession = {
        autocommit: false,
        rollbackOnError: false,
        oneTransaction: false,
        afterError: 'stop',
        isolation: 'default',
        idleLimitMs: null,
      } as const
      for await (const _ of await client.query.run({
        ...script,
        runId: crypto.randomUUID(),
        session: tabSession,
        rowLimit: 10,
        keepInHistory: true,
      })) {
        // to its end
      }
      expect((await client.query.session({ tabId: script.tabId, afterNotification: 0 })).status).toBe('failed')
      expect((await client.query.endTransaction({ tabId: script.tabId, how: 'rollback' })).state.status).toBe('idle')
      // All of its own data as a file, and what is handed on when something is broken.
      const backup = await client.ownData.backup({})
      const whole: Buffer[] = []
      for (let from: number | null = 0; from !== null; ) {
        const part: { content: string; next: number | null } = await client.ownData.part({ id: backup.id, from })
        whole.push(Buffer.from(part.content, 'base64'))
        from = part.next
      }
      places.push({ name: backup.name, bytes: Buffer.concat(whole) })
      places.push({ name: 'bug report', bytes: Buffer.from((await client.app.log.report({})).text) })
      places.push({
        name: 'log on the screen',
        bytes: Buffer.from(JSON.stringify(await client.app.log.list({ level: 'info', limit: 1_000 }))),
      })
      takeFiles('while it runs')

      // A crash in the middle of work, and the next start.
      await expectation('unexpected_rows_expectation', { unexpected_rows_query: 'SELECT 1 FROM {batch}, pg_sleep(900)' })
      await client.validations.start({ assetId })
      await expect
        .poll(() =>
          server.run("SELECT FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(900)%' AND pid <> pg_backend_pid()"),
        )
        .toHaveLength(1)
      started[0]?.child.kill('SIGKILL')
      await started[0]?.ended
      takeFiles('after the crash')
      page = await start()
      await expect
        .poll(async () => (await page.client.dataSources.get({ id })).passwordState)
        .toBe({ memory: 'missing', keychain: 'saved', vault: 'vault-locked' }[where])
      if (where === 'vault') {
        expect(await commandLine(['validate', 'people'], null)).toBe(2)
        expect(await commandLine(['validate', 'people'], null, `${PASSPHRASE} wrong`)).toBe(2)
        expect(await commandLine(['status', '--json'], null, PASSPHRASE)).toBe(0)
        await openVault(page.client)
      }
      if (saved) expect(await reported(page.client.dataSources.connect({ id }))).toMatchObject({ ok: true })
      for (const one of [keyed, copied]) {
        const report = await reported(page.client.dataSources.connect({ id: one }))
        expect(report).toMatchObject(saved ? { ok: true } : { ok: false, cause: 'client-key-missing' })
      }
      await page.client.dataSources.remove({ id: copied })
      expect(await page.client.dataSources.enterPassword({ id, password: CANARY, save: saved })).toMatchObject({ ok: true })
      if (keychain !== null) {
        // There and back again.
        await makeVault(page.client)
        expect(await page.client.dataSources.secrets.move({ to: 'vault', id: null })).toMatchObject({ moved: 3, left: [] })
        takeFiles('in the vault')
        expect(await page.client.dataSources.secrets.move({ to: 'keychain', id: null })).toMatchObject({ moved: 3, left: [] })
        await page.client.app.vault.choose({ mode: 'os-keychain' })
        await keychain.killKeyring()
        await page.client.app.vault.probe({})
        await page.client.dataSources.enterPassword({ id, password: CANARY, save: true })
      }
      await page.client.dataSources.forgetPassword({ id }).catch((error: unknown) => expect(error).toMatchObject({ code: 'UNAVAILABLE' }))
      await page.client.dataSources.remove({ id })
      const [, port = ''] = linkPattern.exec(started[1]?.output() ?? '') ?? []
      const reply = await ask({ port: Number(port) })
      places.push({ name: 'GET /', bytes: Buffer.from(JSON.stringify(reply)) })
      started[1]?.child.kill('SIGTERM')
      expect(await started[1]?.ended).toBe(0)
      takeFiles('after the end')

      places.push({ name: "the server's log", bytes: server.log() })
      for (const [index, web] of started.entries()) places.push({ name: `output of host ${index}`, bytes: Buffer.from(web.output()) })
      for (const [index, { heard: messages }] of heard.entries())
        places.push({ name: `heard by page ${index}`, bytes: Buffer.concat(messages) })
      for (const [name, bytes] of observer.seen) places.push({ name, bytes })

      // What was looked at is what there is.
      const names = places.map(({ name }) => name)
      // The command line's own log is there only when something went wrong in it.
      const expected = [
        'plumbline.db',
        'plumbline.db-wal',
        'plumbline.jsonl',
        '/cmdline',
        '/environ',
        ...(where === 'memory' ? [] : ['secrets.vault']),
      ]
      expect(expected.filter((part) => !names.some((name) => name.includes(part)))).toEqual([])
      expect(server.log().includes('CREATE ROLE')).toBe(true)
      expect(Buffer.concat(heard.flatMap((one) => [...one.heard])).length).toBeGreaterThan(10_000)
      const hits = scan(places, [...needles, ...keyNeedles])
      searched.places += places.length
      searched.hits += hits.length
      expect(hits).toEqual([])
    } finally {
      observer.dispose()
      for (const { leave } of heard) leave()
      for (const web of started) {
        web.child.kill('SIGKILL')
        await web.ended
      }
      await keychain?.dispose()
      rmSync(folder, { recursive: true, force: true })
      rmSync(outside, { recursive: true, force: true })
    }
  })
})

type Client = WebClient['client']

/** And everything that can go wrong in it. */
async function makeVault({ app }: Client): Promise<void> {
  const refused = { code: expect.any(String) }
  await expect(app.vault.create({ passphrase: PASSPHRASE_CORE.slice(0, 11) })).rejects.toMatchObject(refused)
  await expect(app.vault.create({ passphrase: PASSPHRASE.repeat(60) })).rejects.toMatchObject(refused)
  await expect(app.vault.create({ passphrase: `${PASSPHRASE}\ud83d` })).rejects.toMatchObject(refused)
  await app.vault.create({ passphrase: PASSPHRASE })
  await expect(app.vault.create({ passphrase: PASSPHRASE })).rejects.toMatchObject({ code: 'CONFLICT' })
  await expect(app.vault.changePassphrase({ current: PASSPHRASE, next: PASSPHRASE_CORE.slice(0, 11) })).rejects.toMatchObject(refused)
  await app.vault.lock({})
  await openVault({ app } as Client)
}

async function openVault({ app }: Client): Promise<void> {
  await expect(app.vault.unlock({ passphrase: `${PASSPHRASE} wrong` })).rejects.toMatchObject({ code: 'INVALID' })
  expect(await app.vault.unlock({ passphrase: PASSPHRASE })).toMatchObject({ vault: 'unlocked' })
}

describe('the scanner finds what is planted', () => {
  const utf16 = Buffer.from(CANARY, 'utf16le')
  test.each<[string, string | Buffer]>([
    ['raw', `{"password":"${CANARY}"}`],
    ['a piece of it', `pass=${CORE}…`],
    ['percent', `://chief:${encodeURIComponent(CANARY)}@host`],
    ['percent, every byte', [...Buffer.from(CANARY)].map((byte) => `%${byte.toString(16)}`).join('')],
    ['base64 at the start', Buffer.from(`${CANARY}:x`).toString('base64')],
    ['base64 behind one', Buffer.from(`x${CANARY}yz`).toString('base64')],
    ['base64 behind two', Buffer.from(`u:${CANARY}`).toString('base64url')],
    ['hex', Buffer.from(`u:${CANARY}`).toString('hex')],
    ['UTF-16', utf16],
    ['UTF-16 in base64', utf16.toString('base64')],
    ['JSON in JSON', JSON.stringify({ body: JSON.stringify({ password: CANARY.replace(CORE, '') }) }).replace(/^/, CORE)],
    ['a passphrase', `unlock ${PASSPHRASE}`],
    ['SQL', `CREATE ROLE r PASSWORD '${CANARY.replaceAll("'", "''")}'`],
  ])('%s', (_form, planted) => {
    const bytes = Buffer.concat([Buffer.from('before '), Buffer.from(planted), Buffer.from(' after')])
    expect(scan([{ name: 'place', bytes }], needles)).not.toEqual([])
  })

  test('in a file, in the pages that a database has freed, and in the arguments and environment of a process', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'plumbline-canary-'))
    const observer = new Observer()
    try {
      const database = new DatabaseConstructor(join(folder, 'plumbline.db'))
      database.exec('CREATE TABLE t (x TEXT)')
      database.prepare('INSERT INTO t VALUES (?)').run(CANARY)
      database.exec('DELETE FROM t')
      database.close()
      expect(scan(filesBelow(folder), needles)).toContainEqual({ place: 'plumbline.db', form: 'raw' })
      const child = spawn('sh', ['-c', 'sleep 60; true', CANARY], { env: { PATH: process.env.PATH, SECRET: CANARY } })
      observer.follow(child)
      const places = () => {
        const seen = [...observer.seen].map(([name, bytes]) => ({ name, bytes }))
        return scan(seen, needles).map(({ place }) => place)
      }
      for (const place of ['cmdline', 'environ']) await expect.poll(places).toContainEqual(expect.stringContaining(place))
      execFileSync('kill', ['-9', ...descendants([child.pid ?? 0]).map(String)])
    } finally {
      observer.dispose()
      rmSync(folder, { recursive: true, force: true })
    }
  })

  test("in the server's log, where a statement of a person has it", async () => {
    await server.run(`SELECT '${CORE.slice(0, 6)}' || '${CORE.slice(6)}' AS joined`)
    expect(scan([{ name: 'log', bytes: server.log() }], needles)).toEqual([])
    await server.run(`SELECT '${CORE}'`)
    expect(scan([{ name: 'log', bytes: server.log() }], needles)).toContainEqual({ place: 'log', form: 'raw' })
  })
})
