/** Slows down guessing: after so many wrong secrets within a minute, each further one is answered late. Right ones are never slowed. */

export interface Clock {
  /** Milliseconds, only forward. */
  now(): number
  wait(ms: number): Promise<void>
}

export const systemClock: Clock = {
  now: () => performance.now(),
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms).unref()),
}

const WINDOW_MS = 60_000
const FREE_FAILURES = 20
const DELAY_MS = 1_000
/** Answers that may be held back at once; beyond it a wrong secret is answered at once, with "too many". */
const MAX_WAITING = 16

export class FailureLimit {
  readonly #clock: Clock
  #failures: number[] = []
  #waiting = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Call it for each wrong secret, then answer. true: there were too many. */
  async failed(): Promise<boolean> {
    const now = this.#clock.now()
    this.#failures = this.#failures.filter((at) => at > now - WINDOW_MS).slice(-FREE_FAILURES)
    this.#failures.push(now)
    if (this.#failures.length <= FREE_FAILURES) return false
    if (this.#waiting >= MAX_WAITING) return true
    this.#waiting += 1
    try {
      await this.#clock.wait(DELAY_MS)
    } finally {
      this.#waiting -= 1
    }
    return true
  }
}
