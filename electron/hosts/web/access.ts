import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/**
 * Who may use the web host. A link carries a key that works once and for a minute; the page exchanges it for a token,
 * which lives in memory here and in the tab; each socket is opened with a ticket of its own. All of them end with this process.
 */

export const KEY_LIFETIME_MS = 60_000
export const TICKET_LIFETIME_MS = 10_000

/** More tabs than this push out the oldest. */
const MAX_TOKENS = 200
const MAX_PENDING = 200

export class Access {
  readonly #now: () => number
  readonly #keys = new Map<string, Pending>()
  readonly #tickets = new Map<string, Pending>()
  readonly #tokens: Buffer[] = []

  /** `now`: milliseconds of a clock that only goes forward. */
  constructor(now: () => number) {
    this.#now = now
  }

  /** For a link: works once, for KEY_LIFETIME_MS. */
  newKey(): string {
    return this.#issue(this.#keys, KEY_LIFETIME_MS)
  }

  /** For opening one socket: works once, for TICKET_LIFETIME_MS. */
  newTicket(): string {
    return this.#issue(this.#tickets, TICKET_LIFETIME_MS)
  }

  /** null: never issued, used already, or too old; which of them is not said. */
  exchange(key: string): string | null {
    if (!this.#redeem(this.#keys, key)) return null
    const token = secret()
    this.#tokens.push(digest(token))
    if (this.#tokens.length > MAX_TOKENS) this.#tokens.shift()
    return token
  }

  redeemTicket(ticket: string): boolean {
    return this.#redeem(this.#tickets, ticket)
  }

  isToken(token: string): boolean {
    const given = digest(token)
    // SECURITY: every token is compared, each in constant time, so that the time taken says nothing.
    return this.#tokens.reduce((found, known) => timingSafeEqual(known, given) || found, false)
  }

  #issue(pending: Map<string, Pending>, lifetimeMs: number): string {
    const issued = secret()
    const expiresAt = this.#now() + lifetimeMs
    for (const [id, entry] of pending) if (entry.expiresAt <= this.#now()) pending.delete(id)
    const oldest = pending.keys().next()
    if (pending.size >= MAX_PENDING && !oldest.done) pending.delete(oldest.value)
    pending.set(randomBytes(8).toString('hex'), { digest: digest(issued), expiresAt })
    return issued
  }

  #redeem(pending: Map<string, Pending>, given: string): boolean {
    const wanted = digest(given)
    let found: string | null = null
    for (const [id, entry] of pending) {
      if (timingSafeEqual(entry.digest, wanted) && entry.expiresAt > this.#now()) found = id
    }
    if (found !== null) pending.delete(found)
    return found !== null
  }
}

interface Pending {
  readonly digest: Buffer
  readonly expiresAt: number
}

/** 256 bits. */
function secret(): string {
  return randomBytes(32).toString('base64url')
}

/** Equal lengths for the comparison, and no secret kept in memory in the clear. */
function digest(value: string): Buffer {
  return createHash('sha256').update(value).digest()
}
