import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { compose } from '#services/compose.ts'
import { defaultPreferences } from '#shared/model/app.ts'
import type { Client } from './wires.ts'

/** A program that validates one asset and ends: `node validation-program.ts FOLDER ASSET DATA_SOURCE PASSWORD`. It is killed before. */

const [folder = '', assetId = '', dataSourceId = '', password = ''] = process.argv.slice(2)
const log = { info: () => undefined, warn: () => undefined, error: () => 'id' }
const preferences = { read: async () => defaultPreferences, write: async () => defaultPreferences }
const modulesFolder = join(process.cwd(), 'node_modules')
const application = await compose({
  host: 'cli',
  version: '0',
  dataFolder: folder,
  log,
  preferences,
  files: { open: async () => null },
  modulesFolder,
})
application.holdPassword(dataSourceId, password)
const client = createRouterClient(application.router, { context: application.context }) as unknown as Client
const { id } = await client.validations.start({ assetId })
for await (const _ of await client.app.changes({})) {
  const { state } = (await client.validations.get({ id })).summary
  if (state !== 'queued' && state !== 'running') break
}
await application.dispose()
