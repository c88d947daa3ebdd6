import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ContractRouterClient } from '@orpc/contract'
import { createRouterClient } from '@orpc/server'
import { compose } from '#services/compose.ts'
import { openConnection } from '#services/postgres/connect.ts'
import type { Connection } from '#services/postgres/connection.ts'
import type { Contract } from '#shared/contract/contract.ts'
import { defaultPreferences } from '#shared/model/app.ts'
import type { ExpectationInput, Kwargs } from '#shared/model/expectation.ts'
import { CLUSTER_VARIABLE, modulesFolder, startTestCluster } from '#test/support/cluster.ts'
import { createDatabase } from '#test/support/database.ts'
import { figure, report, timed } from './measure.ts'

/**
 * The flow's two long steps, by the real services in this process: a validation of the sample's largest table beside one
 * plain scan of it that computes the same row-wise numbers, on the same server by the same driver; and adding 100 assets
 * beside 100 plain round trips.
 */

const RUNS = 5
const TABLES = 100
/** As many as the sample's largest table has, on a server that this program may ask for its counters. */
const ROWS = 210_000

const expectations: readonly ExpectationInput[] = [
  expectation('expect_column_values_to_not_be_null', { column: 'order_id' }),
  expectation('expect_column_values_to_not_be_null', { column: 'product' }),
  expectation('expect_column_values_to_be_between', { column: 'quantity', min_value: 1, max_value: 9 }),
  expectation('expect_column_values_to_be_between', { column: 'unit_price', min_value: 0, max_value: 1000 }),
  expectation('expect_column_values_to_be_in_set', { column: 'line', value_set: [0, 1, 2] }),
  expectation('expect_column_values_to_match_regex', { column: 'product', regex: '^P-[0-9]{5}$' }),
  expectation('expect_column_mean_to_be_between', { column: 'quantity', min_value: 4, max_value: 6 }),
  expectation('expect_column_pair_values_a_to_be_greater_than_b', { column_A: 'unit_price', column_B: 'discount', or_equal: true }),
  expectation('expect_table_row_count_to_be_between', { min_value: 1000 }),
  expectation('expect_column_to_exist', { column: 'quantity' }),
]

/** The same row-wise numbers in one SELECT, as a person would write it. */
const plainScan = `SELECT count(*), count(order_id), count(product),
  count(*) FILTER (WHERE NOT (quantity BETWEEN 1 AND 9)), count(*) FILTER (WHERE NOT (unit_price BETWEEN 0 AND 1000)),
  count(*) FILTER (WHERE line NOT IN (0, 1, 2)), count(*) FILTER (WHERE product !~ '^P-[0-9]{5}$'),
  avg(quantity), count(*) FILTER (WHERE NOT (unit_price >= discount)) FROM order_items`

const cluster = await startTestCluster()
process.env[CLUSTER_VARIABLE] = JSON.stringify(cluster.endpoint)
const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-'))
const application = await compose({
  host: 'web',
  version: '0.0.0',
  dataFolder: folder,
  modulesFolder,
  log: { info: () => {}, warn: () => {}, error: () => 'none' },
  files: { open: async () => null },
  preferences: { read: async () => defaultPreferences, write: async (change) => ({ ...defaultPreferences, ...change }) },
})
const client = createRouterClient(application.router, { context: application.context }) as ContractRouterClient<Contract>

try {
  const validation = await measureValidation()
  const adding = await measureAdding()
  report('flow', [...validation, ...adding], { node: process.versions.node, processors: cpus().length, rows: ROWS })
} finally {
  await application.dispose()
  await cluster.dispose()
  rmSync(folder, { recursive: true, force: true })
}

async function measureValidation() {
  const database = await createDatabase({
    sql: `CREATE TABLE order_items (order_id bigint NOT NULL, line int NOT NULL, product text NOT NULL, quantity int NOT NULL, unit_price numeric(10,2) NOT NULL, discount numeric(4,3) NOT NULL);
      INSERT INTO order_items SELECT i / 3, i % 3, 'P-' || lpad((i * 7919 % 1200)::text, 5, '0'), 1 + i % 9, 1 + (i * 31 % 9000) / 100.0, (i % 4) / 100.0 FROM generate_series(1, ${ROWS}) i;
      ANALYZE order_items;`,
  })
  const connection = await connect(database)
  try {
    const assetId = await addAsset(database.connectionString)
    for (const input of expectations) await client.expectations.create({ assetId, input })
    const ours: number[] = []
    const scans: number[] = []
    for (let run = 0; run <= RUNS; run += 1) {
      const oursMs = await timed(() => validate(assetId))
      const scanMs = await timed(() => connection.query({ text: plainScan, values: [] }))
      if (run === 0) continue
      ours.push(oursMs)
      scans.push(scanMs)
    }
    return [
      figure(`validation of ${expectations.length + 1} expectations`, 'ms', ours),
      figure('one plain aggregate scan', 'ms', scans),
      figure(
        'validation / scan',
        'ratio',
        ours.map((ms, index) => ms / (scans[index] ?? 1)),
      ),
      figure('scans of the table in a validation', 'count', [await countScans(connection, () => validate(assetId))]),
    ]
  } finally {
    await connection.dispose()
    await database.dispose()
  }
}

async function measureAdding() {
  const columns = 'id bigint PRIMARY KEY, name text, amount numeric, at timestamptz, flag boolean, note text'
  const database = await createDatabase({
    sql: Array.from({ length: TABLES }, (_, index) => `CREATE TABLE t${index} (${columns});`).join('\n'),
  })
  const connection = await connect(database)
  try {
    const adds: number[] = []
    const trips: number[] = []
    for (let run = 0; run <= RUNS; run += 1) {
      const source = await client.dataSources.create(sourceInput(`Adding ${run}`, database.connectionString))
      const relations = Array.from({ length: TABLES }, (_, index) => ({ schema: 'public', name: `t${index}` }))
      const addMs = await timed(() =>
        client.assets.add({ taskId: randomUUID(), dataSourceId: source.id, relations, generate: ['column-changes'] }),
      )
      const tripMs = await timed(async () => {
        for (let trip = 0; trip < TABLES; trip += 1) await connection.query({ text: `SELECT * FROM t${trip} LIMIT 1`, values: [] })
      })
      await client.dataSources.remove({ id: source.id })
      if (run === 0) continue
      adds.push(addMs)
      trips.push(tripMs)
    }
    return [
      figure(`adding ${TABLES} assets`, 'ms', adds),
      figure(`${TABLES} plain round trips`, 'ms', trips),
      figure(
        'adding / round trips',
        'ratio',
        adds.map((ms, index) => ms / (trips[index] ?? 1)),
      ),
    ]
  } finally {
    await connection.dispose()
    await database.dispose()
  }
}

async function addAsset(connectionString: string): Promise<string> {
  const source = await client.dataSources.create(sourceInput('Bench', connectionString))
  const { added } = await client.assets.add({
    taskId: randomUUID(),
    dataSourceId: source.id,
    relations: [{ schema: 'public', name: 'order_items' }],
    generate: ['column-changes'],
  })
  const [asset] = added
  if (asset === undefined) throw new Error('The table was not added.')
  return asset.assetId
}

async function validate(assetId: string): Promise<void> {
  const { id } = await client.validations.start({ assetId })
  for (;;) {
    const { summary } = await client.validations.get({ id })
    if (summary.state === 'done') return
    if (summary.state !== 'running' && summary.state !== 'queued') throw new Error(`The run is ${summary.state}: ${summary.sentence}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

function expectation(type: string, kwargs: Kwargs): ExpectationInput {
  return { type, kwargs, severity: 'critical', description: null, notes: null }
}

function sourceInput(name: string, connectionString: string) {
  return { name, connectionString, sslmode: null, plaintextConsent: false, savePassword: false, environment: 'none' as const }
}

function connect({
  host,
  port,
  user,
  password,
  database,
}: {
  host: string
  port: number
  user: string
  password: string
  database: string
}) {
  return openConnection({
    host,
    port,
    user,
    database,
    password: async () => password,
    sslmode: 'disable',
    rootCertificatePem: null,
    applicationName: 'plumbline/bench',
  })
}

/** By the server's own counter, which every parallel worker would raise as well, so there are none while it counts. */
async function countScans(connection: Connection, work: () => Promise<void>): Promise<number> {
  await connection.query({ text: 'ALTER TABLE order_items SET (parallel_workers = 0)', values: [] })
  const before = await settledScans(connection)
  await work()
  return (await settledScans(connection)) - before
}

/** A backend hands its counters in at the latest ten seconds after it is idle. */
async function settledScans(connection: Connection): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 11_000))
  const { rows } = await connection.query({ text: "SELECT seq_scan FROM pg_stat_user_tables WHERE relname = 'order_items'", values: [] })
  return Number(rows[0]?.[0] ?? 0)
}
