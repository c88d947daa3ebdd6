import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { z } from 'zod'
import { AppError, invalid } from '#shared/contract/errors.ts'
import { MIN_PASSPHRASE_LENGTH } from '#shared/model/secret.ts'
import { backupTime, moveAside, readWhole, replaceWhole, restoreCopy } from './vault-file.ts'
import { deriveKey, type KeyCost, keyCost, newSalt, open, readHeader, seal, type VaultHeader } from './vault-format.ts'

/**
 * Secrets in one file that a passphrase opens. While it is unlocked the key is in memory, and no secret: each is read from
 * the file when it is asked for. The key is filled with zeros on locking; texts that JavaScript made cannot be.
 */

export type VaultReading =
  | { readonly state: 'found'; readonly secret: string }
  | { readonly state: 'missing' }
  | { readonly state: 'locked' }
  /** The file changed beneath its key. `sentence` says what may have been. */
  | { readonly state: 'damaged'; readonly sentence: string }

interface Opened {
  readonly key: Buffer
  readonly cost: KeyCost
  readonly salt: Buffer
}

export class PassphraseVault {
  readonly file: string
  readonly #newCost: KeyCost
  #opened: Opened | null = null
  /** Counts lockings, so that one which comes while a key is being derived is not lost. */
  #lockings = 0
  /** One thing at a time: a write takes the whole file, and a key takes 128 MiB. */
  #queue: Promise<unknown> = Promise.resolve()

  /** `newCost` is given by tests only. */
  constructor(file: string, newCost: KeyCost = keyCost) {
    this.file = file
    this.#newCost = newCost
  }

  state(): 'none' | 'locked' | 'unlocked' {
    if (this.#opened !== null) return 'unlocked'
    return existsSync(this.file) ? 'locked' : 'none'
  }

  /** @throws AppError INVALID, CONFLICT when there is one already */
  create(passphrase: string): Promise<void> {
    return this.#inTurn(async () => {
      requireGood(passphrase, 'passphrase')
      if (existsSync(this.file)) throw new AppError('CONFLICT', 'There is a vault already.', { field: null })
      await this.#sealAnew(passphrase, {}, 1)
    })
  }

  /** @throws AppError INVALID at `passphrase` when it does not open, NOT_FOUND when there is none */
  unlock(passphrase: string): Promise<void> {
    return this.#inTurn(async () => {
      if (!existsSync(this.file)) throw new AppError('NOT_FOUND', 'There is no vault to unlock.', { entity: 'vault' })
      const lockings = this.#lockings
      const opened = await this.#openWith(passphrase, 'passphrase')
      if (lockings !== this.#lockings) return void opened.key.fill(0)
      this.#keep(opened)
    })
  }

  /** At once. What is under way goes on with a copy of the key that it wipes itself. */
  lock(): void {
    this.#lockings += 1
    this.#opened?.key.fill(0)
    this.#opened = null
  }

  read(account: string): Promise<VaultReading> {
    return this.#inTurn(() => this.#within(async ({ secrets }) => readingOf(secrets, account)))
  }

  /** Written, read back and compared. @throws AppError UNAVAILABLE when it is locked, or did not take it */
  save(account: string, secret: string): Promise<void> {
    return this.#inTurn(async () => {
      await this.#change((secrets) => ({ ...secrets, [account]: secret }), true)
      const written = await this.#within(async ({ secrets }) => readingOf(secrets, account))
      if (written.state !== 'found' || written.secret !== secret) throw mismatch()
    })
  }

  /** Out of the file and of its copy. @throws AppError UNAVAILABLE when it is locked */
  forget(account: string): Promise<void> {
    return this.#inTurn(async () => {
      if (!existsSync(this.file)) return
      const found = await this.#within(async ({ secrets }) => readingOf(secrets, account))
      if (found.state === 'missing') return
      await this.#change((secrets) => Object.fromEntries(Object.entries(secrets).filter(([name]) => name !== account)), false)
    })
  }

  /** Neither the file nor its copy opens with the old one any more. @throws AppError INVALID at `current` or `next` */
  changePassphrase(current: string, next: string): Promise<void> {
    return this.#inTurn(async () => {
      requireGood(next, 'next')
      const before = await this.#openWith(current, 'current')
      before.key.fill(0)
      await this.#sealAnew(next, before.secrets, before.generation + 1)
    })
  }

  backupTime(): Promise<Date | null> {
    return backupTime(this.file)
  }

  /** By the person's choice only. Returns where the file is now. */
  setAside(): Promise<string> {
    return this.#inTurn(async () => {
      this.lock()
      const aside = this.#freshName()
      await moveAside(this.file, aside)
      return aside
    })
  }

  /** The copy from before the last write takes its place. Returns where the file is now. @throws AppError NOT_FOUND */
  restoreBackup(): Promise<string> {
    return this.#inTurn(async () => {
      if ((await backupTime(this.file)) === null) throw new AppError('NOT_FOUND', 'There is no backup of the vault.', { entity: 'backup' })
      this.lock()
      const aside = this.#freshName()
      await restoreCopy(this.file, aside)
      return aside
    })
  }

  async #openWith(passphrase: string, field: string): Promise<Opened & { readonly secrets: Secrets; readonly generation: number }> {
    const file = await this.#readFile()
    const header = file === null ? null : readHeader(file)
    if (file === null || header === null) throw invalid(await this.#refusal(), field)
    const key = await deriveKey(passphrase, header)
    const secrets = unpack(open(file, key))
    if (secrets !== null) return { key, ...header, secrets }
    key.fill(0)
    throw invalid(await this.#refusal(), field)
  }

  async #sealAnew(passphrase: string, secrets: Secrets, generation: number): Promise<void> {
    const lockings = this.#lockings
    const header = { cost: this.#newCost, salt: newSalt(), generation }
    const key = await deriveKey(passphrase, header)
    try {
      await this.#write(secrets, key, header, false)
      if (unpack(await openFile(this.file, key)) === null) {
        throw mismatch()
      }
    } catch (error) {
      key.fill(0)
      throw error
    }
    if (lockings === this.#lockings) this.#keep({ key, ...header })
    else key.fill(0)
  }

  #keep(opened: Opened): void {
    this.#opened?.key.fill(0)
    this.#opened = { key: opened.key, cost: opened.cost, salt: opened.salt }
  }

  async #change(change: (secrets: Secrets) => Secrets, keepPrevious: boolean): Promise<void> {
    const outcome = await this.#within(async ({ secrets, header, key }) => {
      await this.#write(change(secrets), key, { ...header, generation: header.generation + 1 }, keepPrevious)
      return { state: 'changed' as const }
    })
    if (outcome.state === 'locked') throw vaultLocked()
    if (outcome.state === 'damaged') throw new AppError('UNAVAILABLE', outcome.sentence, { cause: 'vault-damaged' })
  }

  async #write(secrets: Secrets, key: Buffer, header: VaultHeader, keepPrevious: boolean): Promise<void> {
    const plain = Buffer.from(JSON.stringify({ secrets }), 'utf8')
    try {
      await replaceWhole(this.file, seal(plain, key, header), { keepPrevious })
    } catch (error) {
      if (error instanceof AppError) throw error
      throw new AppError(
        'UNAVAILABLE',
        'The vault could not be written. What it held is unchanged.',
        { cause: codeOf(error) },
        { cause: error },
      )
    } finally {
      plain.fill(0)
    }
  }

  /** What the file holds now, for as long as `work` takes. The key it is given is a copy, so that locking meanwhile spoils no write. */
  async #within<Result>(work: (contents: Contents) => Promise<Result>): Promise<Result | NotOpen> {
    const opened = this.#opened
    if (opened === null) return { state: 'locked' }
    const key = Buffer.from(opened.key)
    try {
      const file = await this.#readFile()
      const header = file === null ? null : readHeader(file)
      // Another file than the one that was opened, for example one brought back: its own passphrase is asked for.
      if (header !== null && !header.salt.equals(opened.salt)) {
        if (this.#opened === opened) this.lock()
        return { state: 'locked' }
      }
      const secrets = file === null ? null : unpack(open(file, key))
      if (header === null || secrets === null) return { state: 'damaged', sentence: await this.#refusal() }
      return await work({ secrets, header, key })
    } finally {
      key.fill(0)
    }
  }

  /** Never that of another file: a rename would take its place. */
  #freshName(): string {
    return `${this.file}.aside-${new Date().toISOString().replaceAll(/\D/g, '')}-${randomBytes(2).toString('hex')}`
  }

  async #readFile(): Promise<Buffer | null> {
    try {
      return await readWhole(this.file)
    } catch (error) {
      if (error instanceof RangeError) return null
      throw new AppError('UNAVAILABLE', 'The file of the vault cannot be read.', { cause: codeOf(error) }, { cause: error })
    }
  }

  /** SECURITY: one sentence for a wrong passphrase and for damage, as they cannot be told apart, and nobody is told which byte is wrong. */
  async #refusal(): Promise<string> {
    const backup = await backupTime(this.file)
    const there =
      backup === null ? '' : ` A backup from ${written.format(backup)} exists: “It does not open …”, in the window, brings it back.`
    return `The vault does not open: the passphrase is another one, or the file is damaged.${there}`
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#queue.then(work)
    this.#queue = turn.catch(() => {}) // whoever asked hears of it
    return turn
  }
}

export function vaultLocked(): AppError<'UNAVAILABLE'> {
  return new AppError(
    'UNAVAILABLE',
    'The vault is locked. Unlock it with its passphrase.',
    { cause: 'vault-locked' },
    { action: 'unlock-vault' },
  )
}

type Secrets = Readonly<Record<string, string>>

interface Contents {
  readonly secrets: Secrets
  readonly header: VaultHeader
  readonly key: Buffer
}

type NotOpen = Extract<VaultReading, { state: 'locked' | 'damaged' }>

const Plain = z.object({ secrets: z.record(z.string(), z.string()) })

const written = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' })

/** null: it did not open. The bytes are filled with zeros. */
function unpack(plain: Buffer | null): Secrets | null {
  if (plain === null) return null
  try {
    return Plain.parse(JSON.parse(plain.toString('utf8'))).secrets
  } finally {
    plain.fill(0)
  }
}

function readingOf(secrets: Secrets, account: string): VaultReading {
  const secret = secrets[account]
  return secret === undefined ? { state: 'missing' } : { state: 'found', secret }
}

function mismatch(): AppError<'UNAVAILABLE'> {
  return new AppError('UNAVAILABLE', 'The vault did not keep what was written to it.', { cause: 'vault-mismatch' })
}

async function openFile(file: string, key: Buffer): Promise<Buffer | null> {
  const bytes = await readWhole(file)
  return bytes === null ? null : open(bytes, key)
}

function requireGood(passphrase: string, field: string): void {
  if ([...passphrase.normalize('NFKC')].length < MIN_PASSPHRASE_LENGTH) {
    throw invalid(`This is too short: a passphrase has at least ${MIN_PASSPHRASE_LENGTH} characters.`, field)
  }
  if (!passphrase.isWellFormed()) throw invalid('The passphrase contains half of a character.', field)
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}
