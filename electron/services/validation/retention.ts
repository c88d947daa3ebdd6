import type { Changes } from '#services/changes.ts'
import type { PreferenceStore } from '#services/platform.ts'
import type { RunRecords } from './records.ts'

/** How long results are kept. Nothing goes unless a person said so. */

/** Of each data asset, whatever its age: there is always something to compare with, and bounds that follow earlier runs have them. */
export const RUNS_KEPT = 10
/** A piece of work that nobody notices. */
const AT_ONCE = 200
const EVERY_MS = 6 * 3_600_000

export interface RetentionParts {
  readonly records: RunRecords
  readonly preferences: PreferenceStore
  readonly changes: Changes
  readonly now?: () => number
}

export class Retention {
  readonly #parts: RetentionParts
  #timer: NodeJS.Timeout | null = null

  constructor(parts: RetentionParts) {
    this.#parts = parts
  }

  /** Now, and again as long as the program runs. `failed` hears what goes wrong. */
  start(failed: (error: unknown) => void): void {
    const prune = (): void => void this.prune().catch(failed)
    this.#timer = setInterval(prune, EVERY_MS)
    this.#timer.unref()
    prune()
  }

  /** Removes what is older than the setting, piece by piece. Returns how many runs went. */
  async prune(): Promise<number> {
    const { records, preferences, changes, now = Date.now } = this.#parts
    const { keepResultsDays } = await preferences.read()
    if (keepResultsDays === null) return 0
    const before = new Date(now() - keepResultsDays * 86_400_000).toISOString()
    let removed = 0
    for (let last = AT_ONCE; last === AT_ONCE; removed += last) {
      last = records.prune(before, RUNS_KEPT, AT_ONCE)
      await new Promise((resolve) => setImmediate(resolve))
    }
    if (removed > 0) changes.emit('runs', 'assets')
    return removed
  }

  dispose(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
  }
}
