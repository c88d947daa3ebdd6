import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { AppInfo, ChangeTopic, Preferences, VaultStatus } from '#shared/model/app.ts'
import { LogLevel, LogLine } from '#shared/model/log.ts'
import { Task } from '#shared/model/task.ts'
import { byId, nothing, procedure } from './procedure.ts'

export const app = {
  info: procedure.input(nothing).output(AppInfo),
  /** Emits the topics whose data has changed since; the first item comes at once and is empty. */
  changes: procedure.input(nothing).output(eventIterator(z.object({ topics: z.array(ChangeTopic) }))),
  preferences: {
    get: procedure.input(nothing).output(Preferences),
    set: procedure.input(Preferences.partial()).output(Preferences),
  },
  log: {
    /** The newest of at least this level, newest first. */
    list: procedure.input(z.strictObject({ level: LogLevel, limit: z.int().min(1).max(1_000) })).output(z.array(LogLine)),
    /** Versions, settings and the last errors, without a name, an address or a value. */
    report: procedure.input(nothing).output(z.object({ text: z.string() })),
  },
  vault: {
    /** Tries the keychain again, for example after it was unlocked. */
    probe: procedure.input(nothing).output(VaultStatus),
  },
}

export const tasks = {
  /** All running tasks, and those that ended in the last seconds; again at each change, a few times a second at most. */
  watch: procedure.input(nothing).output(eventIterator(z.array(Task))),
  cancel: procedure.input(byId).output(nothing),
}
