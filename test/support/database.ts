import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { CLUSTER_VARIABLE, type TestEndpoint } from './cluster.ts'

/** A database for one test or one file of tests, on the cluster of the run. */
export interface TestDatabase extends TestEndpoint {
  readonly database: string
  /** As a person would write it, with the password. */
  readonly connectionString: string
  /** Runs a script as the superuser; the rows of its last statement. */
  run(script: string): Promise<readonly Record<string, unknown>[]>
  /** Ends what is still connected, and drops it. */
  dispose(): Promise<void>
}

/**
 * `sql` is a script run in it. `template` is the name of another database to copy (a file of tests makes one, and each
 * test a copy); nothing may be connected to it. `name`: where a name of its own will not do. Roles belong to the whole cluster, so give them names of their own.
 */
export async function createDatabase(
  options: { readonly sql?: string; readonly template?: string; readonly name?: string } = {},
): Promise<TestDatabase> {
  const endpoint = testEndpoint()
  const database = options.name ?? `test_${randomBytes(6).toString('hex')}`
  const template = options.template === undefined ? '' : ` TEMPLATE ${pg.escapeIdentifier(options.template)}`
  await runScript(endpoint, 'postgres', `CREATE DATABASE ${pg.escapeIdentifier(database)}${template}`)
  if (options.sql !== undefined) await runScript(endpoint, database, options.sql)
  const { host, port, user, password } = endpoint
  return {
    ...endpoint,
    database,
    connectionString: `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}:${port}/${encodeURIComponent(database)}`,
    run: (script) => runScript(endpoint, database, script),
    dispose: async () => {
      await runScript(endpoint, 'postgres', `DROP DATABASE IF EXISTS ${pg.escapeIdentifier(database)} WITH (FORCE)`)
    },
  }
}

/** Outside the databases of tests: roles belong to the whole cluster. */
export async function runOnServer(script: string): Promise<void> {
  await runScript(testEndpoint(), 'postgres', script)
}

/** The superuser's way to the cluster of this run. */
export function testEndpoint(): TestEndpoint {
  const text = process.env[CLUSTER_VARIABLE]
  if (text === undefined) throw new Error('No test cluster: this test needs the global set-up of test/support/cluster-setup.ts.')
  return JSON.parse(text) as TestEndpoint
}

async function runScript(endpoint: TestEndpoint, database: string, script: string): Promise<readonly Record<string, unknown>[]> {
  const { host, port, user, password } = endpoint
  const client = new pg.Client({ host, port, user, password, database, ssl: false })
  await client.connect()
  try {
    const result: unknown = await client.query(script)
    const last: unknown = Array.isArray(result) ? result.at(-1) : result
    return typeof last === 'object' && last !== null && 'rows' in last ? (last.rows as Record<string, unknown>[]) : []
  } finally {
    await client.end()
  }
}
