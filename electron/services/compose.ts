import type { AnyRouter } from '@orpc/server'
import type { ChangeTopic, VaultStatus } from '#shared/model/app.ts'
import { appProcedures, tasksProcedures, type VaultProbe } from './app/procedures.ts'
import { Changes } from './changes.ts'
import type { Platform } from './platform.ts'
import type { CallContext } from './rpc.ts'
import { Store } from './store/store.ts'
import { Tasks } from './tasks/tasks.ts'

/** The one file that sees every service: a host's Platform in, the router out. */

export interface Application {
  readonly router: AnyRouter
  readonly context: CallContext
  readonly tasks: Tasks
  /** Stops what runs, on the server too, then lets go of everything. */
  dispose(): Promise<void>
}

/** Whatever another program (the CLI) may have written to the file. */
const storedTopics: readonly ChangeTopic[] = ['data-sources', 'assets', 'expectations', 'runs', 'profiles', 'sample']

export async function compose(platform: Platform): Promise<Application> {
  const store = Store.open(platform.dataFolder, { migrate: platform.host !== 'cli' })
  const changes = new Changes()
  const tasks = new Tasks()
  const stopWatching = store.watchOthers(() => changes.emit(...storedTopics))
  const parts = { platform, changes, tasks, vault: noVault, notices: noticesOf(store) }
  return {
    router: { app: appProcedures(parts), tasks: tasksProcedures(parts) },
    context: { log: platform.log },
    tasks,
    dispose: async () => {
      tasks.cancelAll()
      stopWatching()
      store.dispose()
    },
  }
}

const noVault: VaultProbe = {
  status: () => noVaultStatus,
  probe: async () => noVaultStatus,
}

const noVaultStatus: VaultStatus = {
  mode: 'session-only',
  probe: 'not-probed',
  sentence: 'Passwords are kept in memory until Plumbline ends.',
  remedy: null,
}

function noticesOf(store: Store): readonly string[] {
  if (store.damagedFile === null) return []
  return [`The data file was damaged. It was moved to ${store.damagedFile}, and a new one was begun.`]
}
