import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ContractRouterClient } from '@orpc/contract'
import { createRouterClient } from '@orpc/server'
import { compose } from '#services/compose.ts'
import { STORE_FILE, Store } from '#services/store/store.ts'
import type { Contract } from '#shared/contract/contract.ts'
import { defaultPreferences } from '#shared/model/app.ts'
import { modulesFolder } from '#test/support/cluster.ts'
import { ASSET, fillFirstTables } from '#test/support/filled-store.ts'
import { figure, report, timed } from './measure.ts'

/** R41: what the screens ask of a history of 10,000 runs, by the real services in this process; and how long it takes to make it shorter. */

const RUNS = 10_000
const ROUNDS = 5

const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-'))
const store = Store.open(folder, { migrate: true })
fillFirstTables(store.database, RUNS)
store.dispose()
let preferences = defaultPreferences
const application = await compose({
  host: 'web',
  version: '0.0.0',
  dataFolder: folder,
  modulesFolder,
  files: { open: async () => null },
  log: { info: () => {}, warn: () => {}, error: () => 'none' },
  preferences: {
    read: async () => preferences,
    write: async (change) => {
      preferences = { ...preferences, ...change }
      return preferences
    },
  },
})
const client = createRouterClient(application.router, { context: application.context }) as ContractRouterClient<Contract>

try {
  const [page, all, assets]: [number[], number[], number[]] = [[], [], []]
  for (let round = 0; round < ROUNDS; round += 1) {
    page.push(await timed(() => client.validations.list({ assetId: null, limit: 100 })))
    all.push(await timed(() => client.validations.list({ assetId: ASSET, limit: 1_000 })))
    assets.push(await timed(() => client.assets.list({})))
  }
  const backup = await timed(() => client.ownData.backup({}))
  const sizeMb = statSync(join(folder, STORE_FILE)).size / 1_048_576
  const prune = await timed(() => client.app.preferences.set({ keepResultsDays: 1 }))
  const figures = [
    figure('historyList100Ms', 'ms', page),
    figure('historyList1000Ms', 'ms', all),
    figure('historyAssetsMs', 'ms', assets),
    figure('historyBackupMs', 'ms', [backup]),
    figure('historyPruneMs', 'ms', [prune]),
    figure('historyFileMb', 'MB', [sizeMb]),
  ]
  report('history', figures, { node: process.versions.node, processors: cpus().length, runs: RUNS })
} finally {
  await application.dispose()
  rmSync(folder, { recursive: true, force: true })
}
