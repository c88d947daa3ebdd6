import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { AppInfo, ChangeTopic, Preferences, VaultStatus } from '#shared/model/app.ts'
import { LogLevel, LogLine } from '#shared/model/log.ts'
import { LockAfterMinutes, SecretMode } from '#shared/model/secret.ts'
import { Task } from '#shared/model/task.ts'
import { byId, nothing, procedure } from './procedure.ts'

/** Goes one way only. */
const Passphrase = z.string().min(1).max(1_024)

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
    /** Where what is saved from now on goes. What is saved stays where it is. */
    choose: procedure.input(z.strictObject({ mode: SecretMode })).output(VaultStatus),
    /** Makes the vault, and chooses it. */
    create: procedure.input(z.strictObject({ passphrase: Passphrase })).output(VaultStatus),
    unlock: procedure.input(z.strictObject({ passphrase: Passphrase })).output(VaultStatus),
    lock: procedure.input(nothing).output(VaultStatus),
    setAutoLock: procedure.input(z.strictObject({ minutes: LockAfterMinutes })).output(VaultStatus),
    changePassphrase: procedure.input(z.strictObject({ current: Passphrase, next: Passphrase })).output(VaultStatus),
    /** When the copy of the vault was written; null: there is none. */
    backup: procedure.input(nothing).output(z.object({ writtenAt: z.iso.datetime().nullable() })),
    /** A file that does not open is moved away, and stays. A new vault can be made then. */
    setAside: procedure.input(nothing).output(z.object({ movedTo: z.string() })),
    /** The copy takes its place; the file is moved away, and stays. */
    restoreBackup: procedure.input(nothing).output(z.object({ movedTo: z.string() })),
  },
}

export const tasks = {
  /** All running tasks, and those that ended in the last seconds; again at each change, a few times a second at most. */
  watch: procedure.input(nothing).output(eventIterator(z.array(Task))),
  cancel: procedure.input(byId).output(nothing),
}
