import { join } from 'node:path'
import type { AnyRouter } from '@orpc/server'
import type { ChangeTopic } from '#shared/model/app.ts'
import { appProcedures, tasksProcedures } from './app/procedures.ts'
import { secretSettings } from './app/secret-settings.ts'
import { Assets } from './assets/assets.ts'
import { assetProcedures } from './assets/procedures.ts'
import { AssetRecords } from './assets/records.ts'
import { Changes } from './changes.ts'
import { DataSources } from './data-sources/data-sources.ts'
import { dataSourceProcedures } from './data-sources/procedures.ts'
import { Expectations } from './expectations/expectations.ts'
import { expectationProcedures } from './expectations/procedures.ts'
import { ExpectationRecords } from './expectations/records.ts'
import { keepLastGood } from './own-data/copies.ts'
import { OwnData } from './own-data/own-data.ts'
import { ownDataProcedures } from './own-data/procedures.ts'
import type { Log, Platform } from './platform.ts'
import { QueryDrafts } from './query/drafts.ts'
import { QueryHistory } from './query/history.ts'
import { QueryMacros } from './query/macros.ts'
import { ObjectTree } from './query/object-tree.ts'
import { queryProcedures } from './query/procedures.ts'
import { Queries } from './query/queries.ts'
import { prepareSpillFolder } from './query/result-rows.ts'
import { SqlParser } from './query/sql-parser.ts'
import { roleProofProcedures } from './role-proof/procedures.ts'
import { RoleProofRecords } from './role-proof/records.ts'
import { RoleProofs } from './role-proof/role-proofs.ts'
import { type CallContext, rpc } from './rpc.ts'
import { SampleServer } from './sample/sample-server.ts'
import { sampleProcedures } from './samples/procedures.ts'
import { makeSampleReader, openSampleSession } from './samples/sample-sessions.ts'
import { Samples } from './samples/samples.ts'
import { AdminSessions } from './setup/admin-sessions.ts'
import { SetupDrafts } from './setup/draft.ts'
import { setupProcedures } from './setup/procedures.ts'
import { RoleUndoRecords } from './setup/role-undo.ts'
import { Store } from './store/store.ts'
import { Suggestions } from './suggestions/suggestions.ts'
import { Tasks } from './tasks/tasks.ts'
import { validationProcedures } from './validation/procedures.ts'
import { RunRecords } from './validation/records.ts'
import { Retention } from './validation/retention.ts'
import { Validations } from './validation/validations.ts'
import { Vault } from './vault/vault.ts'

/** The one file that sees every service: a host's Platform in, the router out. */

export interface Application {
  readonly router: AnyRouter
  readonly context: CallContext
  readonly tasks: Tasks
  /** For what a host knows to have changed. */
  readonly changes: Changes
  /** For this process only, whatever is saved: how a program without a screen is given a password. */
  holdPassword(dataSourceId: string, password: string): void
  /** @throws AppError INVALID when it does not open */
  unlockVault(passphrase: string): Promise<void>
  /** When the computer goes to sleep, or its screen is locked. */
  lockVault(): void
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
  const vault = new Vault({
    modulesFolder: platform.modulesFolder,
    probe: host === 'desktop' ? 'here' : 'child',
    folder: platform.dataFolder,
    settings: secretSettings(store),
    isBusy: () => tasks.list().some(({ state }) => state === 'running'),
    onChange: () => changes.emit('vault', 'data-sources'),
    // A secret of a data source that was removed while the vault was locked.
    ...(isWindow ? { onUnlocked: () => logged(log, 'removals-not-finished', dataSources.finishRemovals()) } : {}),
  })

  const sampleServer = new SampleServer({
    modulesFolder: platform.modulesFolder,
    folder: join(platform.dataFolder, 'sample'),
    openSession: openSampleSession,
    makeReader: makeSampleReader,
  })
  const dataSources = new DataSources({ store, secrets: vault, changes, tasks, sample: sampleServer, log })
  const samples = new Samples({ server: sampleServer, dataSources, store, tasks, changes })
  const admins = new AdminSessions()
  const proofs = new RoleProofs({ records: new RoleProofRecords(store), connections: dataSources, admins, tasks, changes })
  const runs = new RunRecords(store)
  const expectationRecords = new ExpectationRecords(store)
  const validations = new Validations({
    records: runs,
    expectations: expectationRecords,
    connections: dataSources,
    roles: proofs,
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

  const history = new QueryHistory(store)
  if (isWindow) history.start((error) => log.error('history-not-forgotten', error))
  const parser = new SqlParser()
  // Only the window shows rows; the CLI beside it must not empty its folder.
  const spillFolder = join(platform.dataFolder, 'rows')
  if (isWindow) await prepareSpillFolder(spillFolder)
  const queries = new Queries({ dataSources, parser, history, tasks, changes, spillFolder, files: platform.files })

  if (isWindow) {
    logged(
      log,
      'vault-probe-failed',
      vault.probe().then(() => changes.emit('vault', 'data-sources')),
    )
    // What an earlier start left undone may need a server that does not answer, and the window should not wait for that.
    logged(log, 'recovery-failed', validations.recover())
    logged(log, 'removals-not-finished', dataSources.finishRemovals())
    logged(
      log,
      'sample-orphans-not-removed',
      sampleServer.removeOrphans().then((folders) => {
        if (folders.length > 0) log.info('sample-orphans-removed', { folders: folders.length })
      }),
    )
  }
  const notices = noticesOf(store, platform.dataFolder)
  const ownData = new OwnData({
    dataFolder: platform.dataFolder,
    store,
    dataSources,
    changes,
    log,
    notice: (sentence) => notices.push(sentence),
  })
  if (isWindow) logged(log, 'daily-copy-failed', ownData.start())
  const retention = new Retention({ records: runs, preferences: platform.preferences, changes })
  if (isWindow) retention.start((error) => log.error('results-not-pruned', error))
  const appParts = { platform, store, retention, changes, tasks, vault, notices }
  return {
    router: rpc.router({
      app: appProcedures(appParts),
      tasks: tasksProcedures(appParts),
      dataSources: dataSourceProcedures({ dataSources }),
      setup: setupProcedures({ drafts: new SetupDrafts(store), admins, undo: new RoleUndoRecords(store) }),
      assets: assetProcedures({ assets }),
      expectations: expectationProcedures({
        expectations,
        suggestions: new Suggestions({ records: runs, expectations: expectationRecords, connections: dataSources }),
      }),
      validations: validationProcedures({ validations, records: runs }),
      query: queryProcedures({
        queries,
        tree: new ObjectTree(dataSources),
        history,
        drafts: new QueryDrafts(store),
        macros: new QueryMacros(store),
        changes,
      }),
      sample: sampleProcedures({ samples }),
      roleProof: roleProofProcedures({ proofs }),
      ownData: ownDataProcedures({ ownData }),
    }),
    context: { log },
    tasks,
    changes,
    holdPassword: (id, password) => vault.keepInMemory(id, password),
    unlockVault: async (passphrase) => void (await vault.unlock(passphrase)),
    lockVault: () => void vault.lock(),
    dispose: () =>
      disposeInOrder(log, [
        () => tasks.cancelAll(),
        () => validations.dispose(),
        () => admins.dispose(),
        () => queries.dispose(),
        () => parser.dispose(),
        () => history.dispose(),
        () => dataSources.dispose(),
        // After the connections to it, so that it can stop at once.
        () => sampleServer.dispose(),
        () => vault.dispose(),
        () => ownData.dispose(),
        stopWatching,
        () => retention.dispose(),
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

function noticesOf(store: Store, dataFolder: string): string[] {
  if (store.damagedFile === null) return []
  const copiedAt = keepLastGood(dataFolder, new Date())
  const remedy =
    copiedAt === null
      ? 'A backup can be restored under Settings.'
      : `Settings can restore the copy of ${copiedAt.toISOString().slice(0, 10)}, or a backup.`
  return [`The data file was damaged. It was moved to ${store.damagedFile}, and a new one was begun. ${remedy}`]
}
