import { openConnection } from '#services/postgres/connect.ts'
import { scramVerifier } from '#services/postgres/scram.ts'
import type { ClusterEndpoint } from '#services/sample/embedded-cluster.ts'
import type { SqlSession } from '#services/sample/sample-server.ts'
import { SHOP_SCHEMAS } from '#services/sample/shop.ts'
import { applicationName } from '#shared/model/names.ts'
import { roleStatements } from '#shared/postgres/role-script.ts'

/** What the sample server is given from outside: connections, and the role that reads. */

export const SAMPLE_READER = 'shop_reader'

export async function openSampleSession(endpoint: ClusterEndpoint, database: string): Promise<SqlSession> {
  const { host, port, user, password } = endpoint
  const connection = await openConnection({
    host,
    port,
    user,
    database,
    password: async () => password,
    // Loopback, to a server of our own.
    sslmode: 'disable',
    rootCertificatePem: null,
    applicationName: applicationName('sample'),
  })
  return {
    run: async (statement, signal) => (await connection.query({ text: statement, values: [] }, { signal })).rows,
    dispose: () => connection.dispose(),
  }
}

/** The set-up wizard's own script, once a schema. The role is made by the first. */
export async function makeSampleReader(session: SqlSession, database: string, password: string): Promise<void> {
  const verifier = await scramVerifier(password)
  for (const [index, schema] of SHOP_SCHEMAS.entries()) {
    const plan = { role: SAMPLE_READER, database, schema, futureTables: true }
    const [createRole, ...grants] = roleStatements(plan, { kind: 'verifier', verifier })
    if (index === 0 && createRole !== undefined) await session.run(createRole.sql)
    for (const grant of grants) await session.run(grant.sql)
  }
}
