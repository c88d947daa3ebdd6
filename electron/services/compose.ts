import { join } from 'node:path'
import type { AnyRouter } from '@orpc/server'
import type { ChangeTopic, VaultStatus } from '#shared/model/app.ts'
import { appProcedures, tasksProcedures } from './app/procedures.ts'
import { Assets } from './assets/assets.ts'
import { assetProcedures } from './assets/procedures.ts'
import { AssetRecords } from './assets/records.ts'
import { Changes } from './changes.ts'
import { DataSources } from './data-sources/data-sources.ts'
import { dataSourceProcedures } from './data-sources/procedures.ts'
import { Expectations } from './expectations/expectations.ts'
import { expectationProcedures } from './expectations/procedures.ts'
import { ExpectationRecords } from './expectations/records.ts'
import type { Log, Platform } from './platform.ts'
import type { CallContext } from './rpc.ts'
import { SampleServer } from './sample/sample-server.ts'
import { sampleProcedures } from './samples/procedures.ts'
import { makeSampleReader, openSampleSession } from './samples/sample-sessions.ts'
import { Samples } from './samples/samples.ts'
import { AdminSessions } from './setup/admin-sessions.ts'
import { SetupDrafts } from './setup/draft.ts'
import { setupProcedures } from './setup/procedures.ts'
import { Store } from './store/store.ts'
import { Tasks } from './tasks/tasks.ts'
import { validationProcedures } from './validation/procedures.ts'
import { RunRecords } from './validation/records.ts'
import { Validations } from './validation/validations.ts'

/** The one file that sees every service: a host's Platform in, the router out. */

export interface Application {
  readonly router: AnyRouter
  readonly context: CallContext
  readonly tasks: Tasks
  /** For this process only, whatever is saved: how a program without a screen is given a password. */
  holdPassword(dataSourceId: string, password: string): void
  /** Stops what runs, on the server too, then lets go of everything. The wires should be closed before. */
  dispose(): Promise<void>
}

/** Whatever another program (the CLI beside the window) may have written to the file. */
const storedTopics: readonly ChangeTopic[] = ['data-sources', 'assets', 'expectations', 'runs', 'profiles', 'sample']

/** Throws AppError UNAVAILABLE when the data file cannot be used. */
export async function compose(platform: Platform): Promise<Application> {
  const { log, host } = platform
  const isWindow = host !== 'cli'
  const store = Store.open(platform.dataFolder, { migrate: isWindow })
  const changes = new Changes()
  const tasks = new Tasks()
  const stopWatching = isWindow ? store.watchOthers(() => changes.emit(...storedTopics)) : () => {}
  const vault = memoryVault()

  const sampleServer = new SampleServer({
    modulesFolder: platform.modulesFolder,
    folder: join(platform.dataFolder, 'sample'),
    openSession: openSampleSession,
    makeReader: makeSampleReader,
  })
  const dataSources = new DataSources({ store, secrets: vault, changes, sample: sampleServer, log })
  const samples = new Samples({ server: sampleServer, dataSources, store, tasks, changes })
  const admins = new AdminSessions()
  const runs = new RunRecords(store)
  const expectationRecords = new ExpectationRecords(store)
  const validations = new Validations({
    records: runs,
    expectations: expectationRecords,
    connections: dataSources,
    tasks,
    changes,
    log,
    host,
  })
  const assets = new Assets({
    records: new AssetRecords(store),
    expectations: expectationRecords,
    runs,
    connections: dataSources,
    tasks,
    changes,
  })
  const expectations = new Expectations(expectationRecords, changes)

  if (isWindow) {
    // What an earlier start left undone may need a server that does not answer, and the window should not wait for that.
    logged(log, 'recovery-failed', validations.recover())
    logged(log, 'removals-not-finished', dataSources.finishRemovals())
  }
  const appParts = { platform, changes, tasks, vault, notices: noticesOf(store) }
  return {
    router: {
      app: appProcedures(appParts),
      tasks: tasksProcedures(appParts),
      dataSources: dataSourceProcedures({ dataSources }),
      setup: setupProcedures({ drafts: new SetupDrafts(store), admins }),
      assets: assetProcedures({ assets }),
      expectations: expectationProcedures({ expectations }),
      validations: validationProcedures({ validations, records: runs }),
      sample: sampleProcedures({ samples }),
    },
    context: { log },
    tasks,
    holdPassword: (id, password) => vault.keepInMemory(id, password),
    dispose: () =>
      disposeInOrder(log, [
        () => tasks.cancelAll(),
        () => validations.dispose(),
        () => admins.dispose(),
        () => dataSources.dispose(),
        // After the connections to it, so that it can stop at once.
        () => sampleServer.dispose(),
        stopWatching,
        () => store.dispose(),
      ]),
  }
}

/** One that fails does not keep the others from being closed. */
async function disposeInOrder(log: Log, steps: readonly (() => void | Promise<void>)[]): Promise<void> {
  for (const step of steps) {
    try {
      await step()
    } catch (error) {
      log.error('dispose-failed', error)
    }
  }
}

function logged(log: Log, event: string, work: Promise<void>): void {
  work.catch((error: unknown) => log.error(event, error))
}

function noticesOf(store: Store): readonly string[] {
  if (store.damagedFile === null) return []
  return [`The data file was damaged. It was moved to ${store.damagedFile}, and a new one was begun.`]
}

function memoryVault() {
  const secrets = new Map<string, string>()
  const status: VaultStatus = {
    mode: 'session-only',
    probe: 'not-probed',
    sentence: 'Passwords are kept in memory until Plumbline ends.',
    remedy: null,
  }
  const keepInMemory = (account: string, secret: string): void => void secrets.set(account, secret)
  return {
    status: () => status,
    probe: async () => status,
    keepInMemory,
    save: async (account: string, secret: string) => {
      keepInMemory(account, secret)
      return 'in-memory' as const
    },
    read: async (account: string) => {
      const secret = secrets.get(account)
      return secret === undefined ? { state: 'missing' as const } : { state: 'found' as const, secret }
    },
    forget: async (account: string) => void secrets.delete(account),
  }
}
