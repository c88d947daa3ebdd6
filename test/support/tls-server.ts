import { execFileSync } from 'node:child_process'
import { appendFileSync, chmodSync, chownSync, copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { EmbeddedCluster } from '#services/sample/embedded-cluster.ts'
import { readPostmaster } from '#services/sample/postmaster.ts'
import { modulesFolder, type TestEndpoint } from './cluster.ts'

/** A real PostgreSQL of its own, with TLS, rules of its own, and a log that a test reads. */

/**
 * `good`: for localhost and db.test, by our authority. `expired`: the same, but over. `other`: for another name. `address`: for
 * the address 127.0.0.1 only. `own`: signed by itself.
 */
export type ServerCertificate = 'good' | 'expired' | 'other' | 'address' | 'own'

export interface RestartOptions {
  /** `nothing`: it is not going to be ready, and the test wants it so. */
  readonly waitFor?: 'ready' | 'nothing'
  /** Files of the data folder, until the next restart. */
  readonly files?: Readonly<Record<string, string>>
  /** Settings, until the next restart. */
  readonly settings?: Readonly<Record<string, string>>
}

export interface TlsServer {
  /** Another one after each restart. */
  readonly endpoint: TestEndpoint
  /** PEM of the authority that signed `good` and `expired`. */
  readonly authority: string
  /** A certificate for a role, as PEM, and its key. `by`: who signed it. */
  clientCertificate(role: string, by: 'authority' | 'itself', bits?: number): { readonly pem: string; readonly key: string }
  /** Which certificate it shows from now on. */
  show(certificate: ServerCertificate): Promise<void>
  /** The lines of pg_hba.conf from now on, before those that let the superuser in. */
  allow(lines: readonly string[]): Promise<void>
  set(name: string, value: string): Promise<void>
  run(script: string): Promise<readonly Record<string, unknown>[]>
  /** Ends it and starts it again, on another port. */
  restart(options?: RestartOptions): Promise<void>
  /** To the postmaster. */
  signal(name: NodeJS.Signals): Promise<void>
  log(): Buffer
  dispose(): Promise<void>
}

export async function startTlsServer(): Promise<TlsServer> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-tls-server-'))
  chmodSync(folder, 0o755)
  makeCertificates(folder)
  const cluster = new EmbeddedCluster({ modulesFolder, folder: join(folder, 'cluster'), durable: false, rootParent: folder })
  let endpoint: TestEndpoint = await cluster.start()
  const serverFolder = (await cluster.serverFolder()) ?? ''
  const data = join(serverFolder, 'data')
  const rules = readFileSync(join(data, 'pg_hba.conf'), 'utf8')
  const run = async (script: string): Promise<readonly Record<string, unknown>[]> => {
    const client = new pg.Client({ ...endpoint, database: 'postgres', ssl: false })
    await client.connect()
    try {
      const result: unknown = await client.query(script)
      const last: unknown = Array.isArray(result) ? result.at(-1) : result
      return typeof last === 'object' && last !== null && 'rows' in last ? (last.rows as Record<string, unknown>[]) : []
    } finally {
      await client.end()
    }
  }
  const reload = async () => {
    const readAt = async () => (await run('SELECT pg_conf_load_time()::text AS at'))[0]?.at
    const before = await readAt()
    await run('SELECT pg_reload_conf()')
    // The postmaster reads its files a moment later, in one go; a new session has what it has read, and when.
    for (let attempt = 0; (await readAt()) === before; attempt += 1) {
      if (attempt > 1_000) throw new Error('The server did not read its files again.')
      await sleep(20)
    }
  }
  const set = async (name: string, value: string) => {
    await run(`ALTER SYSTEM SET ${name} = '${value}'`)
    await reload()
  }
  const show = async (certificate: ServerCertificate) => {
    for (const kind of ['crt', 'key']) {
      const file = join(data, `server.${kind}`)
      copyFileSync(join(folder, `${certificate}.${kind}`), file)
      const { uid, gid } = statSync(data)
      chownSync(file, uid, gid)
      chmodSync(file, 0o600)
    }
    await set('ssl', 'on')
  }
  /** What the restart before has put there. */
  let undo = () => {}
  let starting: { readonly abort: AbortController; readonly ended: Promise<unknown> } | null = null
  const restart = async ({ waitFor = 'ready', files = {}, settings = {} }: RestartOptions = {}) => {
    starting?.abort.abort()
    await starting?.ended
    starting = null
    await cluster.stop()
    undo()
    undo = putInto(data, files, settings)
    if (waitFor === 'ready') {
      endpoint = await cluster.start()
      return
    }
    const abort = new AbortController()
    // Aborted by the next restart, which is the one that is waited for.
    starting = { abort, ended: cluster.start(() => {}, abort.signal).catch(() => {}) }
    for (;;) {
      const port = (await readPostmaster(data))?.port
      if (port != null) {
        endpoint = { ...endpoint, port }
        return
      }
      await sleep(20)
    }
  }
  // For roles that log in by certificate.
  copyFileSync(join(folder, 'authority.crt'), join(data, 'root.crt'))
  chownSync(join(data, 'root.crt'), statSync(data).uid, statSync(data).gid)
  await run(`ALTER SYSTEM SET ssl_ca_file = 'root.crt'`)
  await show('good')
  return {
    get endpoint() {
      return endpoint
    },
    restart,
    signal: async (name) => {
      const postmaster = await readPostmaster(data)
      if (postmaster === null) throw new Error('The server does not run.')
      process.kill(postmaster.pid, name)
    },
    authority: readFileSync(join(folder, 'authority.crt'), 'utf8'),
    show,
    clientCertificate: (role, by, bits = 2048) => makeClientCertificate(folder, role, by, bits),
    set,
    run,
    allow: async (lines) => {
      writeFileSync(join(data, 'pg_hba.conf'), '')
      appendFileSync(
        join(data, 'pg_hba.conf'),
        `${lines.join('\n')}\nhost all postgres 127.0.0.1/32 scram-sha-256\n${lines.length === 0 ? rules : ''}`,
      )
      await reload()
    },
    log: () => readFileSync(join(serverFolder, 'server.log')),
    dispose: async () => {
      starting?.abort.abort()
      await starting?.ended
      await cluster.remove()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** @returns what takes it back */
function putInto(data: string, files: Readonly<Record<string, string>>, settings: Readonly<Record<string, string>>): () => void {
  const own = join(data, 'postgresql.auto.conf')
  const before = readFileSync(own)
  const { uid, gid } = statSync(data)
  const put = (path: string, content: string | Buffer) => {
    writeFileSync(path, content, { mode: 0o600 })
    chownSync(path, uid, gid)
  }
  for (const [name, content] of Object.entries(files)) put(join(data, name), content)
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'\n`)
  if (lines.length > 0) put(own, Buffer.concat([before, Buffer.from(lines.join(''))]))
  return () => {
    for (const name of Object.keys(files)) rmSync(join(data, name), { force: true })
    if (lines.length > 0) put(own, before)
  }
}

function makeCertificates(folder: string): void {
  const openssl = (...given: string[]) => execFileSync('openssl', given, { cwd: folder, stdio: 'ignore' })
  const names = {
    good: 'DNS:localhost,DNS:db.test',
    expired: 'DNS:localhost,DNS:db.test',
    other: 'DNS:db.example',
    address: 'IP:127.0.0.1',
  }
  const key = ['-newkey', 'rsa:2048', '-nodes']
  openssl('req', '-x509', ...key, '-days', '2', '-subj', '/CN=Test authority', '-keyout', 'authority.key', '-out', 'authority.crt')
  for (const [name, hosts] of Object.entries(names)) {
    const days = name === 'expired' ? '-1' : '2'
    writeFileSync(join(folder, 'names'), `subjectAltName=${hosts}\n`)
    openssl('req', ...key, '-subj', '/CN=localhost', '-keyout', `${name}.key`, '-out', `${name}.csr`)
    const signed = ['-CA', 'authority.crt', '-CAkey', 'authority.key', '-CAcreateserial', '-days', days, '-extfile', 'names']
    openssl('x509', '-req', '-in', `${name}.csr`, ...signed, '-out', `${name}.crt`)
  }
  const own = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', 'own.key', '-out', 'own.crt']
  openssl('req', '-x509', ...key, '-days', '2', ...own)
}

function makeClientCertificate(
  folder: string,
  role: string,
  by: 'authority' | 'itself',
  bits: number,
): { readonly pem: string; readonly key: string } {
  const openssl = (...given: string[]) => execFileSync('openssl', given, { cwd: folder, stdio: 'ignore' })
  const subject = ['-newkey', `rsa:${bits}`, '-nodes', '-subj', `/CN=${role}`, '-keyout', 'client.key']
  if (by === 'itself') openssl('req', '-x509', ...subject, '-days', '2', '-out', 'client.crt')
  else {
    openssl('req', ...subject, '-out', 'client.csr')
    openssl(
      'x509',
      '-req',
      '-in',
      'client.csr',
      '-CA',
      'authority.crt',
      '-CAkey',
      'authority.key',
      '-CAcreateserial',
      '-days',
      '2',
      '-out',
      'client.crt',
    )
  }
  return { pem: readFileSync(join(folder, 'client.crt'), 'utf8'), key: readFileSync(join(folder, 'client.key'), 'utf8') }
}
