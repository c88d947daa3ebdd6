import { CLUSTER_VARIABLE, startTestCluster, type TestCluster } from './cluster.ts'

/** Vitest's global set-up: one cluster a run. One that the environment names already is used as it is. */

let cluster: TestCluster | null = null

export async function setup(): Promise<void> {
  if (process.env[CLUSTER_VARIABLE] !== undefined) return
  cluster = await startTestCluster()
  process.env[CLUSTER_VARIABLE] = JSON.stringify(cluster.endpoint)
}

export async function teardown(): Promise<void> {
  if (cluster === null) return
  delete process.env[CLUSTER_VARIABLE]
  await cluster.dispose()
}
