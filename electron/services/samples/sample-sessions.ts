import { openConnection } from '#services/postgres/connect.ts'
import { scramVerifier } from '#services/postgres/scram.ts'
import type { ClusterEndpoint } from '#services/sample/embedded-cluster.ts'
import type { SqlSession } from '#services/sample/sample-server.ts'
import { SHOP_SCHEMAS } from '#services/sample/shop.ts'
import { applicationName } from '#shared/model/names.ts'
import type { RolePlan } from '#shared/model/role-plan.ts'
import { emptySetupDraft } from '#shared/model/setup.ts'
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

/** The five statements of the set-up wizard's simple script. Nobody else's role has this name on a server of our own, so it needs no mark. */
export async function makeSampleReader(session: SqlSession, database: string, password: string): Promise<void> {
  const plan: RolePlan = { ...emptySetupDraft.role, extent: 'simple', role: SAMPLE_READER, database, schemas: [...SHOP_SCHEMAS] }
  const options = { mark: '', surroundings: null, setPassword: false }
  const statements = roleStatements(plan, options, { kind: 'verifier', verifier: await scramVerifier(password) })
  for (const { step, sql } of statements) if (step.kind !== 'mark-role') await session.run(sql)
}
