import { KEYCHAIN_SERVICE } from '#shared/model/names.ts'
import { type Keytar, loadKeytar } from './keytar.ts'
import { probeHere, probeInChild } from './probe.ts'
import { fromText, type ProbeReport, type ProbeWord, toProbeWord } from './probe-outcome.ts'

/** The keychain of the computer: tried before it is relied on, and bounded in time. */

export interface KeychainParts {
  readonly modulesFolder: string
  /** `here` for the desktop app, see probe.ts. */
  readonly probe: 'child' | 'here'
  /** Left out except in tests. */
  readonly callLimitMs?: number
}

/** A person may be typing the keychain's own password. */
const CALL_LIMIT_MS = 20_000

export class Keychain {
  readonly #parts: KeychainParts
  #word: ProbeWord = 'not-probed'
  #probing: Promise<ProbeWord> | null = null
  #keytar: Keytar | null = null

  constructor(parts: KeychainParts) {
    this.#parts = parts
  }

  /** How the last try, or the last call, ended. */
  word(): ProbeWord {
    return this.#word
  }

  /** Tries it, again if it was tried before. Never throws: what goes wrong is what it reports. */
  probe(): Promise<ProbeWord> {
    this.#probing ??= this.#probe().finally(() => {
      this.#probing = null
    })
    return this.#probing
  }

  /** Writes, reads back, compares. false: it does not have it; `word` says why. */
  async save(account: string, secret: string): Promise<boolean> {
    const read = await this.#call(async (keytar) => {
      await keytar.setPassword(KEYCHAIN_SERVICE, account, secret)
      return { secret: await keytar.getPassword(KEYCHAIN_SERVICE, account) }
    })
    if (read === null) return false
    if (read.secret !== secret) this.#word = 'mismatch'
    return read.secret === secret
  }

  /** `secret` null: absent, or locked. The whole null: it cannot be asked; `word` says why. */
  read(account: string): Promise<{ readonly secret: string | null } | null> {
    return this.#call(async (keytar) => ({ secret: await keytar.getPassword(KEYCHAIN_SERVICE, account) }))
  }

  /** false: it cannot be asked, and what it has is still there. */
  async forget(account: string): Promise<boolean> {
    return (await this.#call((keytar) => keytar.deletePassword(KEYCHAIN_SERVICE, account))) !== null
  }

  dispose(): void {
    this.#keytar = null
  }

  async #probe(): Promise<ProbeWord> {
    let report: ProbeReport
    try {
      report = await (this.#parts.probe === 'child' ? probeInChild : probeHere)(this.#parts.modulesFolder)
    } catch {
      report = { step: 'crashed' } // the trying process could not be started, or answered nonsense
    }
    this.#word = toProbeWord(report)
    return this.#word
  }

  /** null: it failed, and `word` says how. A call that hangs keeps its thread, so after one no other is made until a new try. */
  async #call<Result>(work: (keytar: Keytar) => Promise<Result>): Promise<Result | null> {
    if (this.#word === 'not-probed') await this.probe()
    if (this.#word !== 'ok') return null
    let timer: NodeJS.Timeout | undefined
    const late = Symbol('late')
    const limit = new Promise<typeof late>((resolve) => {
      timer = setTimeout(() => resolve(late), this.#parts.callLimitMs ?? CALL_LIMIT_MS)
    })
    try {
      this.#keytar ??= loadKeytar(this.#parts.modulesFolder)
      const outcome = await Promise.race([work(this.#keytar), limit])
      if (outcome !== late) return outcome
      this.#word = 'timeout'
    } catch (error) {
      this.#word = fromText(error instanceof Error ? error.message : '')
    } finally {
      clearTimeout(timer)
    }
    return null
  }
}
