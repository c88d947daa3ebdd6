import { mkdtemp, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { processMark } from '#services/processes/processes.ts'
import { readRecord } from '#services/sample/cluster-record.ts'
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
  await removeOrphans()
  const cluster = clusterIn(await mkdtemp(join(tmpdir(), PREFIX)))
  try {
    const { host, port, user, password } = await cluster.start()
    return { endpoint: { host, port, user, password }, dispose: () => cluster.remove() }
  } catch (error) {
    await cluster.remove()
    throw error
  }
}

const PREFIX = 'plumbline-test-cluster-'

function clusterIn(folder: string): EmbeddedCluster {
  return new EmbeddedCluster({ modulesFolder, folder, durable: false, rootParent: tmpdir() })
}

/** What runs that were killed have left: only those whose starter is gone, for other runs may be under way. */
async function removeOrphans(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue
    const folder = join(tmpdir(), name)
    const owner = (await readRecord(folder))?.owner
    if (owner == null || (await processMark(owner.pid)) === owner.mark) continue
    // Two that start together find the same; what one has taken away under the other is gone, and that is all that is wanted.
    await clusterIn(folder)
      .remove()
      .catch((error: unknown) => process.stderr.write(`${folder} was not removed: ${String(error)}\n`))
  }
}
