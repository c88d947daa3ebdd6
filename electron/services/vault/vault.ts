import { join } from 'node:path'
import { AppError, invalid } from '#shared/contract/errors.ts'
import type { VaultStatus } from '#shared/model/app.ts'
import { conceal, DEFAULT_LOCK_AFTER_MINUTES, type Secret, type SecretMode, type SecretPlace } from '#shared/model/secret.ts'
import { Turns } from '#shared/turns.ts'
import { AutoLock } from './auto-lock.ts'
import { Keychain, type KeychainParts } from './keychain.ts'
import { PassphraseVault, vaultLocked } from './passphrase-vault.ts'
import { describe, describeKeychain } from './probe-outcome.ts'
import type { KeyCost } from './vault-format.ts'

/** Where secrets are: in the computer's keychain, in a vault that a passphrase opens, or in memory, as the person chose; and it says which. */

export interface VaultParts extends KeychainParts {
  /** Where the vault's file is. */
  readonly folder: string
  readonly settings: SecretSettings
  /** While it says true, the vault does not lock itself: a run that takes hours opens connections until its end. */
  readonly isBusy?: () => boolean
  /** After each change of the status that nobody asked for. */
  readonly onChange?: () => void
  /** What had to wait for the vault can be done. */
  readonly onUnlocked?: () => void
  /** Left out except in tests. */
  readonly cost?: KeyCost
}

/** What the person chose; kept by whoever makes the vault. */
export interface SecretSettings {
  read(): StoredSettings
  write(change: Partial<StoredSettings>): void
}

export type StoredSettings = Pick<VaultStatus, 'chosen' | 'lockAfterMinutes'>

export const defaultSecretSettings: StoredSettings = { chosen: 'os-keychain', lockAfterMinutes: DEFAULT_LOCK_AFTER_MINUTES }

export const VAULT_FILE = 'secrets.vault'

export type SecretReading =
  | { readonly state: 'found'; readonly secret: Secret; readonly from: SecretPlace | 'memory' }
  /** Of a keychain: absent, or locked. Whoever knows that it was saved must take it as unavailable. */
  | { readonly state: 'missing' }
  | { readonly state: 'locked' }
  | { readonly state: 'unavailable'; readonly sentence: string }

/** Windows takes 2,560 bytes of UTF-16; this fits there whatever the characters. */
const SECRET_LIMIT_BYTES = 1_024

export class Vault {
  readonly #parts: VaultParts
  readonly #keychain: Keychain
  readonly #file: PassphraseVault
  readonly #autoLock: AutoLock
  readonly #memory = new Map<string, string>()
  /** By account, so that a read never sees half of a save. */
  readonly #turns = new Turns()

  constructor(parts: VaultParts) {
    this.#parts = parts
    this.#keychain = new Keychain(parts)
    this.#file = new PassphraseVault(join(parts.folder, VAULT_FILE), parts.cost)
    this.#autoLock = new AutoLock({
      afterMinutes: () => parts.settings.read().lockAfterMinutes,
      isBusy: parts.isBusy ?? (() => false),
      lock: () => this.lock(),
    })
  }

  status(): VaultStatus {
    return describe({ ...this.#parts.settings.read(), probe: this.#keychain.word(), vault: this.#file.state() })
  }

  /** Tries the keychain, again if it was tried before. Never throws: what goes wrong is what it reports. */
  async probe(): Promise<VaultStatus> {
    await this.#keychain.probe()
    return this.status()
  }

  /** Where secrets go from now on. What is saved stays where it is. @throws AppError INVALID for a vault that was not made yet */
  choose(chosen: SecretMode): VaultStatus {
    if (chosen === 'vault' && this.#file.state() === 'none') throw invalid('There is no vault yet. Make one first.')
    this.#parts.settings.write({ chosen })
    return this.status()
  }

  setAutoLock(lockAfterMinutes: VaultStatus['lockAfterMinutes']): VaultStatus {
    this.#parts.settings.write({ lockAfterMinutes })
    return this.status()
  }

  /** Makes the vault and chooses it. @throws AppError INVALID, CONFLICT, UNAVAILABLE */
  async create(passphrase: string): Promise<VaultStatus> {
    await this.#file.create(passphrase)
    this.#autoLock.used()
    return this.choose('vault')
  }

  /** @throws AppError INVALID when it does not open */
  async unlock(passphrase: string): Promise<VaultStatus> {
    await this.#file.unlock(passphrase)
    this.#autoLock.used()
    this.#parts.onUnlocked?.()
    return this.status()
  }

  /** At once: the key is filled with zeros. */
  lock(): VaultStatus {
    this.#autoLock.stop()
    if (this.#file.state() === 'unlocked') {
      this.#file.lock()
      this.#parts.onChange?.()
    }
    return this.status()
  }

  async changePassphrase(current: string, next: string): Promise<VaultStatus> {
    await this.#file.changePassphrase(current, next)
    this.#autoLock.used()
    return this.status()
  }

  /** When the copy of the vault was written; null: there is none. */
  backupTime(): Promise<Date | null> {
    return this.#file.backupTime()
  }

  /** Returns where the file was moved to. */
  async setAside(): Promise<string> {
    return this.#file.setAside()
  }

  /** Returns where the file was moved to. */
  async restoreBackup(): Promise<string> {
    return this.#file.restoreBackup()
  }

  /** @throws AppError UNAVAILABLE when the vault would take a secret and is locked or was not made: before anything else is done */
  requireReady(): void {
    const { mode, vault } = this.status()
    if (mode !== 'vault' || vault === 'unlocked') return
    if (vault === 'locked') throw vaultLocked()
    throw new AppError('UNAVAILABLE', this.status().sentence, { cause: 'vault-missing' })
  }

  /**
   * Where the person chose. `in-memory` means that no place has it; `status` says why.
   * @throws AppError INVALID for a secret that a keychain would cut or alter; UNAVAILABLE when the vault is locked
   */
  async save(account: string, secret: string): Promise<SecretPlace | 'in-memory'> {
    const { chosen } = this.#parts.settings.read()
    if (chosen !== 'session-only') {
      const place = chosen === 'vault' ? 'vault' : 'keychain'
      if (await this.saveIn(place, account, secret)) return place
    }
    requireStorable(secret)
    return this.#turns.take(account, async () => {
      this.#memory.set(account, secret)
      return 'in-memory' as const
    })
  }

  /** Writes, reads back, compares. false: the keychain does not have it. @throws as `save` */
  async saveIn(place: SecretPlace, account: string, secret: string): Promise<boolean> {
    requireStorable(secret)
    return this.#turns.take(account, async () => {
      if (place === 'vault') {
        await this.#file.save(account, secret)
        this.#autoLock.used()
      } else if (!(await this.#keychain.save(account, secret))) return false
      this.#memory.delete(account)
      return true
    })
  }

  keepInMemory(account: string, secret: string): void {
    this.#memory.set(account, secret)
  }

  /** `place`: where it was saved, as the caller knows; null: nowhere, so that only memory is asked. */
  async read(account: string, place: SecretPlace | null): Promise<SecretReading> {
    return this.#turns.take(account, async () => {
      const held = this.#memory.get(account)
      if (held !== undefined) return { state: 'found', secret: conceal(held), from: 'memory' }
      if (place === null) return { state: 'missing' }
      return this.#readFrom(place, account)
    })
  }

  /** Past what is in memory, for whoever compares. */
  async readFrom(place: SecretPlace, account: string): Promise<SecretReading> {
    return this.#turns.take(account, () => this.#readFrom(place, account))
  }

  /**
   * `place`: the one that has it. What another one may have left of it, for example a move that was cut short, goes too where it can be asked.
   * @throws AppError UNAVAILABLE when the place that has it cannot be asked: the secret is still there
   */
  async forget(account: string, place: SecretPlace | null): Promise<void> {
    await this.#turns.take(account, async () => {
      if (place !== null) await this.#forgetIn(place, account)
      this.#memory.delete(account)
      for (const other of ['keychain', 'vault'] as const) {
        if (other === place || (other === 'vault' && this.#file.state() !== 'unlocked')) continue
        await this.#forgetIn(other, account).catch(() => {}) // it should not have it
      }
    })
  }

  /** As `forget`, in one place only. What is in memory stays. */
  async forgetIn(place: SecretPlace, account: string): Promise<void> {
    await this.#turns.take(account, () => this.#forgetIn(place, account))
  }

  async dispose(): Promise<void> {
    this.#autoLock.stop()
    this.#file.lock()
    this.#memory.clear()
    this.#keychain.dispose()
  }

  async #readFrom(place: SecretPlace, account: string): Promise<SecretReading> {
    if (place === 'keychain') {
      const read = await this.#keychain.read(account)
      if (read === null) return { state: 'unavailable', sentence: describeKeychain(this.status()) }
      return read.secret === null ? { state: 'missing' } : { state: 'found', secret: conceal(read.secret), from: place }
    }
    const read = await this.#file.read(account)
    if (read.state === 'damaged') return { state: 'unavailable', sentence: read.sentence }
    if (read.state !== 'found') return read.state === 'locked' && this.#file.state() === 'none' ? vaultGone : read
    this.#autoLock.used()
    return { state: 'found', secret: conceal(read.secret), from: place }
  }

  async #forgetIn(place: SecretPlace, account: string): Promise<void> {
    if (place === 'vault') return this.#file.forget(account)
    if (await this.#keychain.forget(account)) return
    throw new AppError('UNAVAILABLE', describeKeychain(this.status()), { cause: `keychain-${this.#keychain.word()}` })
  }
}

const vaultGone = { state: 'unavailable', sentence: 'The file of the vault is not there any more.' } as const

/** SECURITY: keychains cut at NUL and alter lone surrogates without a word, so these never reach one. */
function requireStorable(secret: string): void {
  if (secret === '') throw invalid('The password is empty.', 'password')
  if (secret.includes('\0')) throw invalid('A password cannot contain the character NUL.', 'password')
  if (!secret.isWellFormed()) throw invalid('The password contains half of a character, which cannot be stored.', 'password')
  if (Buffer.byteLength(secret, 'utf8') > SECRET_LIMIT_BYTES) {
    throw invalid('The password is too long: a keychain takes up to 1,024 bytes.', 'password')
  }
}
