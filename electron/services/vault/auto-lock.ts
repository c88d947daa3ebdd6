/** Locks after a while without use. By the wall clock, so that a computer that slept is locked as it wakes. */

export interface AutoLockParts {
  /** null: never. Asked at each look, so that a change counts at once. */
  readonly afterMinutes: () => number | null
  readonly isBusy: () => boolean
  readonly lock: () => void
}

const LOOK_EVERY_MS = 5_000

export class AutoLock {
  readonly #parts: AutoLockParts
  #usedAt = 0
  #timer: NodeJS.Timeout | null = null

  constructor(parts: AutoLockParts) {
    this.#parts = parts
  }

  /** The time begins anew. */
  used(): void {
    this.#usedAt = Date.now()
    if (this.#timer !== null) return
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS)
    // It keeps no program from ending.
    this.#timer.unref()
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }

  #look(): void {
    const minutes = this.#parts.afterMinutes()
    if (minutes === null) return
    // What runs is a use. A clock that was set back begins the time anew, and does not put it off.
    if (this.#parts.isBusy() || Date.now() < this.#usedAt) {
      this.#usedAt = Date.now()
      return
    }
    if (Date.now() - this.#usedAt >= minutes * 60_000) this.#parts.lock()
  }
}
