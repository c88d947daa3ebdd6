import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ContractRouterClient } from '@orpc/contract'
import { createRouterClient } from '@orpc/server'
import { openWholeFile } from '#hosts/common/whole-file.ts'
import { type Application, compose } from '#services/compose.ts'
import type { FileSaver } from '#services/platform.ts'
import type { Contract } from '#shared/contract/contract.ts'
import { defaultPreferences } from '#shared/model/app.ts'
import { memoryLog } from '#test/support/host.ts'

/** Saved in this folder, under the name that was wished for. */
export function filesIn(folder: string): FileSaver {
  return { open: (name) => openWholeFile(join(folder, name)) }
}

/** The whole application in this process, on a data folder of its own, without a wire. */
export interface TestApplication {
  readonly application: Application
  readonly client: ContractRouterClient<Contract>
  readonly dataFolder: string
  readonly log: readonly string[]
  /** A data source for this database. */
  connect(connectionString: string): Promise<string>
  /** Relations of schema public, or `schema.name`, as assets; gives their ids in order. */
  add(dataSourceId: string, names: readonly string[], generate?: boolean): Promise<string[]>
  dispose(): Promise<void>
}

export async function startApplication(
  dataFolder = mkdtempSync(join(tmpdir(), 'plumbline-app-')),
  files: FileSaver = filesIn(dataFolder),
): Promise<TestApplication> {
  const { log, lines } = memoryLog()
  const preferences = { read: async () => defaultPreferences, write: async () => defaultPreferences }
  const application = await compose({
    host: 'web',
    version: '0',
    dataFolder,
    log,
    preferences,
    files,
    modulesFolder: join(process.cwd(), 'node_modules'),
  })
  // The router is typed by what implements it; the contract says the same.
  const client = createRouterClient(application.router, { context: application.context }) as ContractRouterClient<Contract>
  return {
    application,
    client,
    dataFolder,
    log: lines,
    connect: async (connectionString) => {
      const input = {
        name: `shop ${randomUUID()}`,
        connectionString,
        sslmode: 'disable',
        plaintextConsent: true,
        savePassword: false,
        environment: 'none',
      } as const
      return (await client.dataSources.create(input)).id
    },
    add: async (dataSourceId, names, generate = false) => {
      const relations = names.map((name) => {
        const [schema, relation] = name.includes('.') ? name.split('.') : ['public', name]
        return { schema: schema ?? '', name: relation ?? '' }
      })
      const { added } = await client.assets.add({
        taskId: randomUUID(),
        dataSourceId,
        relations,
        generate: generate ? ['column-changes'] : [],
      })
      return added.map(({ assetId }) => assetId)
    },
    dispose: async () => {
      await application.dispose()
      rmSync(dataFolder, { recursive: true, force: true })
    },
  }
}
