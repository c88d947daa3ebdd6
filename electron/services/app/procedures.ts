import type { Changes } from '#services/changes.ts'
import type { Platform } from '#services/platform.ts'
import { rpc } from '#services/rpc.ts'
import type { Store } from '#services/store/store.ts'
import type { Tasks } from '#services/tasks/tasks.ts'
import type { Retention } from '#services/validation/retention.ts'
import type { ChangeTopic, Preferences } from '#shared/model/app.ts'
import type { Task } from '#shared/model/task.ts'
import { bugReport } from './bug-report.ts'
import { EventQueue } from './event-queue.ts'
import { readLog } from './log-lines.ts'
import { type VaultControl, vaultProcedures } from './vault-procedures.ts'

/** The parts of the contract that are about the program itself: facts, changes, preferences, running work. */

export interface AppParts {
  readonly platform: Platform
  readonly store: Store
  readonly retention: Retention
  readonly changes: Changes
  readonly tasks: Tasks
  readonly vault: VaultControl
  /** Sentences that a person must read after this start. */
  readonly notices: readonly string[]
}

/** Five a second: a progress bar moves smoothly and a window stays idle in between. */
const TASKS_PAUSE_MS = 200

export function appProcedures({ platform, store, retention, changes, vault, notices }: AppParts) {
  return {
    info: rpc.app.info.handler(() => ({
      version: platform.version,
      host: platform.host,
      platform: process.platform,
      nodeVersion: process.versions.node,
      dataFolder: platform.dataFolder,
      vault: vault.status(),
      notices: [...notices],
    })),
    changes: rpc.app.changes.handler(async function* ({ signal }) {
      const queue = new EventQueue<readonly ChangeTopic[]>((waiting, next) => [...new Set([...waiting, ...next])])
      const stop = changes.listen((topics) => queue.push(topics))
      try {
        yield { topics: [] }
        for await (const topics of queue.read(signal)) yield { topics: [...topics] }
      } finally {
        stop()
      }
    }),
    preferences: {
      get: rpc.app.preferences.get.handler(() => platform.preferences.read()),
      set: rpc.app.preferences.set.handler(async ({ input }) => {
        const preferences = await platform.preferences.write(given(input))
        changes.emit('preferences')
        if (input.keepResultsDays !== undefined) await retention.prune()
        return preferences
      }),
    },
    log: {
      list: rpc.app.log.list.handler(async ({ input }) =>
        (await readLog(platform.dataFolder, input.level, input.limit)).map(({ error: _error, ...line }) => line),
      ),
      report: rpc.app.log.report.handler(async () => ({ text: await bugReport({ platform, store, vault }) })),
    },
    vault: vaultProcedures(vault, changes),
  }
}

export function tasksProcedures({ tasks }: Pick<AppParts, 'tasks'>) {
  return {
    watch: rpc.tasks.watch.handler(async function* ({ signal }) {
      const queue = new EventQueue<readonly Task[]>((_, next) => next)
      const stop = tasks.listen(() => queue.push(tasks.list()))
      try {
        queue.push(tasks.list())
        for await (const list of queue.read(signal, TASKS_PAUSE_MS)) yield [...list]
      } finally {
        stop()
      }
    }),
    cancel: rpc.tasks.cancel.handler(({ input }) => {
      tasks.cancel(input.id)
      return {}
    }),
  }
}

/** A change names only what it changes. */
function given(change: { readonly [Key in keyof Preferences]?: Preferences[Key] | undefined }): Partial<Preferences> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
}
