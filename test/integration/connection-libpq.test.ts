import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parseConnectionString, searchPathOption } from '#shared/postgres/connection-string.ts'

/** Our reading of a connection string beside libpq's own: psql connects to a listener that writes down what arrives. */

const hasPsql = spawnSync('psql', ['--version']).status === 0

interface Arrival {
  readonly by: 'IPv4' | 'IPv6' | 'socket'
  readonly askedForTls: boolean
  readonly user: string
  readonly database: string
  readonly options: string
  readonly password: string
}

let folder: string
let servers: readonly Server[]
let port: number
let arrivals: Arrival[]

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pl-libpq-'))
  const four = await listen('IPv4', { host: '127.0.0.1', port: 0 })
  const address = four.address()
  port = typeof address === 'object' && address !== null ? address.port : 0
  servers = [four, await listen('IPv6', { host: '::1', port }), await listen('socket', { path: join(folder, `.s.PGSQL.${port}`) })]
})
afterAll(() => {
  for (const server of servers) server.close()
  rmSync(folder, { recursive: true })
})
beforeEach(() => {
  arrivals = []
})

/** {port}, {dir} and {encoded} (the folder in percent) are filled in. */
const strings: readonly string[] = [
  'postgresql://u:p@127.0.0.1:{port}/d',
  'postgres://u:p@127.0.0.1:{port}/d',
  'postgresql://u:p@localhost:{port}/d',
  'postgresql://u:p@[::1]:{port}/d',
  'postgresql://u:p@127.0.0.1:{port}',
  'postgresql://u:p@127.0.0.1:{port}/',
  'postgresql://u:p@127.0.0.1:{port}/?dbname=other',
  'postgresql://u:p%40ss@127.0.0.1:{port}/d',
  'postgresql://u:p:q@127.0.0.1:{port}/d',
  'postgresql://u:p+s@127.0.0.1:{port}/d',
  'postgresql://u:a%2Fb%3Fc%23d@127.0.0.1:{port}/d',
  'postgresql://u:%20p%20@127.0.0.1:{port}/d',
  'postgresql://u:%F0%9F%98%80@127.0.0.1:{port}/d',
  'postgresql://u:ä☃@127.0.0.1:{port}/d',
  'postgresql://u%40corp:p@127.0.0.1:{port}/d',
  'postgresql://u:p@127.0.0.1:{port}/d%2Fb',
  'postgresql://u:p@127.0.0.1:{port}/My%20Db',
  'postgresql://u:p@127.0.0.1:{port}/Mixed',
  'postgresql://u:p@127.0.0.1:{port}/d?connect_timeout=5&application_name=x',
  'postgresql://u:p@127.0.0.1:{port}/d?sslmode=disable',
  'postgresql://u:p@127.0.0.1:{port}/d?sslmode=prefer',
  'postgresql://u:p@127.0.0.1:{port}/d?options=-csearch_path%3Dsales',
  'postgresql://u:p@127.0.0.1:{port}/d?options=-csearch_path%3Dsales,public',
  'postgresql://u:p@/d?host={dir}&port={port}',
  'postgresql://u:p@{encoded}:{port}/d',
  'postgresql://u:p@/d?host=127.0.0.1&port={port}',
  'host=127.0.0.1 port={port} dbname=d user=u password=p',
  'host = 127.0.0.1 port = {port} dbname = d user = u password = p',
  "host='127.0.0.1' port='{port}' dbname='d' user='u' password='p'",
  "host=127.0.0.1 port={port} dbname=d user=u password='a b'",
  String.raw`host=127.0.0.1 port={port} dbname=d user=u password='it\'s'`,
  String.raw`host=127.0.0.1 port={port} dbname=d user=u password='a\\b'`,
  String.raw`host=127.0.0.1 port={port} dbname=d user=u password=a\ b`,
  'host=127.0.0.1 port={port} dbname=d user=u password=a=b',
  'host=127.0.0.1 port={port} dbname=d user=u password=p%40',
  'host=127.0.0.1 port={port} dbname=d user=u password=p@:/?#',
  'host=127.0.0.1 port={port} user=u password=p',
  "host=127.0.0.1 port={port} dbname='My Db' user='a@b' password=p",
  'host=::1 port={port} dbname=d user=u password=p',
  'hostaddr=127.0.0.1 port={port} dbname=d user=u password=p',
  'host={dir} port={port} dbname=d user=u password=p',
  "host=127.0.0.1 port={port} dbname=d user=u password=p options='-csearch_path=sales'",
]

/** Given to a shell as they are. */
const commands: readonly string[] = [
  'PGPASSWORD=p psql -h 127.0.0.1 -p {port} -U u -d d',
  'PGPASSWORD=p psql -h127.0.0.1 -p{port} -Uu d',
  "PGPASSWORD='p q' psql --host=127.0.0.1 --port={port} --username=u --dbname=d",
  'PGPASSWORD="p \\"q\\" \\\\" psql --host 127.0.0.1 --port {port} d u',
  'PGPASSWORD=p\\ q psql -h 127.0.0.1 -p {port} -U "a b" -X -q',
  'PGHOST=127.0.0.1 PGPORT={port} PGUSER=u PGPASSWORD=p PGDATABASE=d psql',
  "PGPASSWORD=p psql 'postgresql://u@127.0.0.1:{port}/d'",
  "psql -X 'host=127.0.0.1 port={port} dbname=d user=u password=p'",
  "PGPASSWORD=p psql -h {dir} -p {port} -U u -d d -c 'select 1; select 2'",
  "PGPASSWORD=p PGOPTIONS='-csearch_path=sales' psql -h 127.0.0.1 -p {port} -U u d",
]

describe.skipIf(!hasPsql)('what Plumbline reads is what libpq reads', () => {
  test.each(strings)('%s', async (template) => {
    const text = filled(template)
    await run('psql', ['-X', '-w', text])
    compare(text)
  })
  test.each(commands)('%s', async (template) => {
    const text = filled(template)
    await run('sh', ['-c', text])
    compare(text)
  })
})

function filled(template: string): string {
  return template.replace('{encoded}', encodeURIComponent(folder)).replace('{dir}', folder).replace('{port}', String(port))
}

function compare(text: string): void {
  const parsed = parseConnectionString(text)
  if (!parsed.ok) throw new Error(parsed.problem.sentence)
  const { fields } = parsed
  const [arrival] = arrivals
  expect(arrival).toEqual({
    by: fields.host.startsWith('/')
      ? 'socket'
      : fields.host === '::1'
        ? 'IPv6'
        : arrival?.by === 'IPv6' && fields.host === 'localhost'
          ? 'IPv6'
          : 'IPv4',
    askedForTls: fields.sslmode === 'prefer',
    user: fields.user,
    database: fields.database,
    options: fields.searchPath === null ? '' : searchPathOption(fields.searchPath),
    password: fields.password ?? '',
  })
  expect(fields.port).toBe(port)
}

/** Its exit status says nothing here: the listener lets nobody in. */
function run(program: string, given: readonly string[]): Promise<void> {
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    PGSSLMODE: 'disable',
    PGGSSENCMODE: 'disable',
    PGCONNECT_TIMEOUT: '5',
    LANG: 'C.UTF-8',
  }
  return new Promise((resolve) => {
    execFile(program, [...given], { env, timeout: 10_000 }, () => resolve())
  })
}

async function listen(by: Arrival['by'], at: { host: string; port: number } | { path: string }): Promise<Server> {
  const server = createServer((socket) => receive(socket, by))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(at, resolve)
  })
  return server
}

/** Startup packet, a request for the password in clear, the password, and then nobody is let in. */
function receive(socket: Socket, by: Arrival['by']): void {
  let buffer = Buffer.alloc(0)
  let askedForTls = false
  let started: ReadonlyMap<string, string> | null = null
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    buffer = Buffer.concat([buffer, chunk])
    if (started === null) {
      if (buffer.length < 8 || buffer.length < buffer.readInt32BE(0)) return
      const packet = buffer.subarray(0, buffer.readInt32BE(0))
      buffer = buffer.subarray(packet.length)
      if (packet.readInt32BE(4) === SSL_REQUEST) {
        askedForTls = true
        socket.write('N')
        return
      }
      const words = packet.subarray(8).toString('utf8').split('\0')
      started = new Map(words.flatMap((word, index) => (index % 2 === 0 && word !== '' ? [[word, words[index + 1] ?? '']] : [])))
      socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]))
      return
    }
    if (buffer.length < 5 || buffer.length < 1 + buffer.readInt32BE(1)) return
    const password = buffer.subarray(5, buffer.readInt32BE(1)).toString('utf8')
    const user = started.get('user') ?? ''
    arrivals.push({ by, askedForTls, user, database: started.get('database') ?? user, options: started.get('options') ?? '', password })
    socket.destroy()
  })
}

const SSL_REQUEST = 80_877_103
