import { AppError, invalid } from '#shared/contract/errors.ts'
import type { VaultStatus } from '#shared/model/app.ts'
import { KEYCHAIN_SERVICE } from '#shared/model/names.ts'
import { type Keytar, loadKeytar } from './keytar.ts'
import { probeHere, probeInChild } from './probe.ts'
import { describe, fromText, type ProbeReport, toProbeWord } from './probe-outcome.ts'

/** Where secrets are: in the computer's keychain when a try of it succeeds, otherwise in memory, and it says which. */

export interface VaultParts {
  readonly modulesFolder: string
  /** `here` for the desktop app, see probe.ts. */
  readonly probe: 'child' | 'here'
  /** Left out except in tests. */
  readonly callLimitMs?: number
}

export type SecretReading =
  | { readonly state: 'found'; readonly secret: string }
  /** keytar's null: absent, or locked. Whoever knows that it was saved must take it as unavailable. */
  | { readonly state: 'missing' }
  | { readonly state: 'unavailable'; readonly sentence: string }

/** Windows takes 2,560 bytes of UTF-16; this fits there whatever the characters. */
const SECRET_LIMIT_BYTES = 1_024
/** A person may be typing the keychain's own password. */
const CALL_LIMIT_MS = 20_000

export class Vault {
  readonly #parts: VaultParts
  readonly #memory = new Map<string, string>()
  /** The last call of each account; the next one waits for it, so that a read never sees half of a save. */
  readonly #queues = new Map<string, Promise<unknown>>()
  #status: VaultStatus = describe('not-probed')
  #probing: Promise<VaultStatus> | null = null
  #keytar: Keytar | null = null

  constructor(parts: VaultParts) {
    this.#parts = parts
  }

  status(): VaultStatus {
    return this.#status
  }

  /** Tries the keychain, again if it was tried before. Never throws: what goes wrong is what it reports. */
  probe(): Promise<VaultStatus> {
    this.#probing ??= this.#probe().finally(() => {
      this.#probing = null
    })
    return this.#probing
  }

  /**
   * Writes, reads back, compares. `in-memory` means that the keychain does not have it; `status` says why.
   * @throws AppError INVALID for a secret that a keychain would cut or alter
   */
  async save(account: string, secret: string): Promise<'saved' | 'in-memory'> {
    requireStorable(secret)
    return this.#inTurn(account, async () => {
      if (await this.#works()) {
        const read = await this.#call(async (keytar) => {
          await keytar.setPassword(KEYCHAIN_SERVICE, account, secret)
          return { secret: await keytar.getPassword(KEYCHAIN_SERVICE, account) }
        })
        if (read !== null && read.secret === secret) {
          this.#memory.delete(account)
          return 'saved'
        }
        if (read !== null) this.#status = describe('mismatch')
      }
      this.#memory.set(account, secret)
      return 'in-memory'
    })
  }

  keepInMemory(account: string, secret: string): void {
    this.#memory.set(account, secret)
  }

  async read(account: string): Promise<SecretReading> {
    return this.#inTurn(account, async () => {
      const held = this.#memory.get(account)
      if (held !== undefined) return { state: 'found', secret: held }
      if (!(await this.#works())) return { state: 'unavailable', sentence: this.#status.sentence }
      const read = await this.#call(async (keytar) => ({ secret: await keytar.getPassword(KEYCHAIN_SERVICE, account) }))
      if (read === null) return { state: 'unavailable', sentence: this.#status.sentence }
      return read.secret === null ? { state: 'missing' } : { state: 'found', secret: read.secret }
    })
  }

  /**
   * `saved`: the caller knows that the keychain has it. `in-memory`: it should not, so that one which cannot be asked is no failure.
   * @throws AppError UNAVAILABLE when the keychain that has it cannot be asked: the secret is still there
   */
  async forget(account: string, where: 'saved' | 'in-memory'): Promise<void> {
    await this.#inTurn(account, async () => {
      this.#memory.delete(account)
      if ((await this.#works()) && (await this.#call((keytar) => keytar.deletePassword(KEYCHAIN_SERVICE, account))) !== null) return
      if (where === 'saved') throw new AppError('UNAVAILABLE', this.#status.sentence, { cause: `keychain-${this.#status.probe}` })
    })
  }

  async dispose(): Promise<void> {
    this.#memory.clear()
    this.#keytar = null
  }

  async #probe(): Promise<VaultStatus> {
    let report: ProbeReport
    try {
      report = await (this.#parts.probe === 'child' ? probeInChild : probeHere)(this.#parts.modulesFolder)
    } catch {
      report = { step: 'crashed' } // the trying process could not be started, or answered nonsense
    }
    this.#status = describe(toProbeWord(report))
    return this.#status
  }

  async #works(): Promise<boolean> {
    if (this.#status.probe === 'not-probed') await this.probe()
    return this.#status.probe === 'ok'
  }

  /** null: it failed, and `status` says how. A call that hangs keeps its thread, so after one no other is made until a new try. */
  async #call<Result>(work: (keytar: Keytar) => Promise<Result>): Promise<Result | null> {
    let timer: NodeJS.Timeout | undefined
    const late = Symbol('late')
    const limit = new Promise<typeof late>((resolve) => {
      timer = setTimeout(() => resolve(late), this.#parts.callLimitMs ?? CALL_LIMIT_MS)
    })
    try {
      this.#keytar ??= loadKeytar(this.#parts.modulesFolder)
      const outcome = await Promise.race([work(this.#keytar), limit])
      if (outcome !== late) return outcome
      this.#status = describe('timeout')
    } catch (error) {
      this.#status = describe(fromText(error instanceof Error ? error.message : ''))
    } finally {
      clearTimeout(timer)
    }
    return null
  }

  #inTurn<Result>(account: string, work: () => Promise<Result>): Promise<Result> {
    const turn = (this.#queues.get(account) ?? Promise.resolve()).then(work)
    const settled = turn.then(
      () => {},
      () => {}, // whoever asked hears of it
    )
    this.#queues.set(account, settled)
    void settled.then(() => {
      if (this.#queues.get(account) === settled) this.#queues.delete(account)
    })
    return turn
  }
}

/** SECURITY: keychains cut at NUL and alter lone surrogates without a word, so these never reach one. */
function requireStorable(secret: string): void {
  if (secret === '') throw invalid('The password is empty.', 'password')
  if (secret.includes('\0')) throw invalid('A password cannot contain the character NUL.', 'password')
  if (!secret.isWellFormed()) throw invalid('The password contains half of a character, which cannot be stored.', 'password')
  if (Buffer.byteLength(secret, 'utf8') > SECRET_LIMIT_BYTES) {
    throw invalid('The password is too long: a keychain takes up to 1,024 bytes.', 'password')
  }
}
