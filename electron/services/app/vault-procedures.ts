import type { Changes } from '#services/changes.ts'
import { rpc } from '#services/rpc.ts'
import type { VaultStatus } from '#shared/model/app.ts'
import type { LockAfterMinutes, SecretMode } from '#shared/model/secret.ts'

/** The contract's `app.vault`: where secrets are kept. A passphrase comes in, and never goes out. */

export interface VaultControl {
  status(): VaultStatus
  probe(): Promise<VaultStatus>
  choose(mode: SecretMode): VaultStatus
  create(passphrase: string): Promise<VaultStatus>
  unlock(passphrase: string): Promise<VaultStatus>
  lock(): VaultStatus
  setAutoLock(minutes: LockAfterMinutes): VaultStatus
  changePassphrase(current: string, next: string): Promise<VaultStatus>
  backupTime(): Promise<Date | null>
  setAside(): Promise<string>
  restoreBackup(): Promise<string>
}

export function vaultProcedures(vault: VaultControl, changes: Changes) {
  /** Windows ask again, also after what has failed: a file that is gone is seen by trying. */
  const told = async <Result>(work: Promise<Result> | Result): Promise<Result> => {
    try {
      return await work
    } finally {
      changes.emit('vault', 'data-sources')
    }
  }
  return {
    probe: rpc.app.vault.probe.handler(() => told(vault.probe())),
    choose: rpc.app.vault.choose.handler(({ input }) => told(vault.choose(input.mode))),
    create: rpc.app.vault.create.handler(({ input }) => told(vault.create(input.passphrase))),
    unlock: rpc.app.vault.unlock.handler(({ input }) => told(vault.unlock(input.passphrase))),
    lock: rpc.app.vault.lock.handler(() => told(vault.lock())),
    setAutoLock: rpc.app.vault.setAutoLock.handler(({ input }) => told(vault.setAutoLock(input.minutes))),
    changePassphrase: rpc.app.vault.changePassphrase.handler(({ input }) => told(vault.changePassphrase(input.current, input.next))),
    backup: rpc.app.vault.backup.handler(async () => ({ writtenAt: (await vault.backupTime())?.toISOString() ?? null })),
    setAside: rpc.app.vault.setAside.handler(async () => ({ movedTo: await told(vault.setAside()) })),
    restoreBackup: rpc.app.vault.restoreBackup.handler(async () => ({ movedTo: await told(vault.restoreBackup()) })),
  }
}
