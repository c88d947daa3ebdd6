import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { EmbeddedCluster } from '#services/sample/embedded-cluster.ts'

/** The server that a run of tests shares: real PostgreSQL in a folder of its own, without fsync. */

export const modulesFolder = fileURLToPath(new URL('../../node_modules', import.meta.url))

/** As JSON, in this variable, for the workers of the run. */
export const CLUSTER_VARIABLE = 'PLUMBLINE_TEST_CLUSTER'

export interface TestCluster {
  readonly endpoint: TestEndpoint
  dispose(): Promise<void>
}

export interface TestEndpoint {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
}

export async function startTestCluster(): Promise<TestCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-test-cluster-'))
  const cluster = new EmbeddedCluster({ modulesFolder, folder, durable: false, rootParent: tmpdir() })
  const { host, port, user, password } = await cluster.start()
  return { endpoint: { host, port, user, password }, dispose: () => cluster.remove() }
}
