import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { boundedRead } from '#services/postgres/bounded-read.ts'
import { listColumns, listRelationNames, listRelations, listSchemas } from '#services/postgres/catalog.ts'
import { openConnection } from '#services/postgres/connect.ts'
import type { Connection } from '#services/postgres/connection.ts'
import type { ConnectionSettings } from '#services/postgres/connection-settings.ts'
import { readStatement } from '#services/postgres/reader.ts'
import { readRoleFacts } from '#services/postgres/role-facts.ts'
import { readServerFacts } from '#services/postgres/server-facts.ts'
import { HOSTILE_PASSWORD, type HostileServer, startHostileServer } from './hostile-server.ts'
import { Seeded } from './seeded.ts'

/**
 * A process that talks with hostile servers, one seed after another, many at a time, and says of each when it begins and how
 * it ended. Whoever started it sees by that which ones were under way when it ended by itself, and which never ended.
 * Arguments: the first seed, how many, how many at a time, and `ours` or `driver` (the driver as it is, to see that this finds crashes).
 */
const [first = 0, count = 0, width = 1] = process.argv.slice(2, 5).map(Number)
const who = process.argv[5]

/** Far longer than any stage of a connection, a statement and its cancelling takes. */
const CASE_LIMIT_MS = 60_000

async function oneCase(seed: number): Promise<void> {
  const server = await startHostileServer(seed)
  say({ seed, plan: server.plan, state: 'begun' })
  const ended = (who === 'ours' ? talk(server, seed) : talkAsDriver(server)).then(
    (answers) => (answers > 0 ? 'answered' : 'refused'),
    () => 'refused',
  )
  const state = await Promise.race([ended, sleep(CASE_LIMIT_MS, 'hung', { ref: false })])
  say({ seed, state })
  await server.dispose()
}

/** How many of its questions were answered. What is no answer is an error, which is as it should be. */
async function talk(server: HostileServer, seed: number): Promise<number> {
  const random = new Seeded(seed + 2)
  const settings: ConnectionSettings = {
    host: '127.0.0.1',
    port: server.port,
    user: 'reader',
    database: 'shop',
    password: async () => HOSTILE_PASSWORD,
    sslmode: random.chance(0.1) ? 'require' : 'disable',
    rootCertificatePem: null,
    applicationName: 'plumbline/test',
  }
  const connection = await openConnection(settings, { timeoutMs: 1_000, patienceMs: 300 })
  connection.onNotice(() => {})
  let answers = 0
  for (let turn = 0; turn < 3 && connection.usable; turn += 1) {
    await random
      .of(works)(connection)
      .then(
        () => {
          answers += 1
        },
        () => {},
      )
  }
  await connection.dispose()
  return answers
}

const soon = () => AbortSignal.timeout(700)
const works: readonly [Work, ...Work[]] = [
  (connection) => connection.query({ text: 'SELECT a, b, c FROM t', values: ['x', null] }, { signal: soon() }),
  (connection) => reading(connection),
  (connection) => reading(connection),
  (connection) => boundedRead(connection, { text: 'SELECT 1', values: [] }, { signal: soon() }),
  (connection) => listRelations(connection, { signal: soon() }),
  (connection) => listRelationNames(connection, 'public', { signal: soon() }),
  (connection) => listColumns(connection, 'public', 't', { signal: soon() }),
  (connection) => listSchemas(connection, { signal: soon() }),
  (connection) => readServerFacts(connection, { signal: soon() }),
  (connection) => readRoleFacts(connection, { signal: soon() }),
]
type Work = (connection: Connection) => Promise<unknown>

/** As the query pane reads, with a person who loses patience. */
async function reading(connection: Connection): Promise<void> {
  const sink = { columns: () => {}, row: () => null }
  const patience = new AbortController()
  const cancelling = sleep(700, undefined, { signal: patience.signal }).then(
    () => connection.cancel(),
    () => null,
  )
  try {
    await connection.use((client) => readStatement(client, { text: 'SELECT a, b, c FROM t', values: [] }, sink))
  } finally {
    patience.abort()
    await cancelling
  }
}

async function talkAsDriver(server: HostileServer): Promise<number> {
  const client = new pg.Client({ host: '127.0.0.1', port: server.port, user: 'reader', database: 'shop', password: HOSTILE_PASSWORD })
  client.on('error', () => {})
  const timer = setTimeout(() => Reflect.get(client, 'connection').stream.destroy(), 1_500)
  try {
    await client.connect()
    await client.query({ text: 'SELECT a, b, c FROM t', rowMode: 'array' })
    return 1
  } finally {
    clearTimeout(timer)
    await client.end()
  }
}

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

// At the end, because it runs at once and the list of works must be there.
let next = first
await Promise.all(
  Array.from({ length: width }, async () => {
    while (next < first + count) {
      const seed = next
      next += 1
      await oneCase(seed)
    }
  }),
)
say({ peakBytes: process.resourceUsage().maxRSS * 1_024 })
process.exit(0)
