/** What the rows of all results together may take: a script of forty statements has forty results, and each tab has its own. */

export interface RowsBudgetLimits {
  /** Bytes in memory. Above it, what is oldest goes to its file. */
  readonly memoryBytes: number
  /** Bytes of rows at all, in memory and in files. */
  readonly totalBytes: number
}

export const defaultBudget: RowsBudgetLimits = { memoryBytes: 128 * 1024 * 1024, totalBytes: 4 * 1024 * 1024 * 1024 }

/** The rows of one result, to the budget. */
export interface Spillable {
  /** Puts a part of what is in memory into the file, the first of it first. false: there is nothing worth a file. */
  spillOne(): boolean
}

export class RowsBudget {
  readonly #limits: RowsBudgetLimits
  /** Oldest first. */
  readonly #results = new Set<Spillable>()
  #memoryBytes = 0
  #totalBytes = 0

  constructor(limits: RowsBudgetLimits = defaultBudget) {
    this.#limits = limits
  }

  get memoryBytes(): number {
    return this.#memoryBytes
  }

  join(result: Spillable): void {
    this.#results.add(result)
  }

  /** With all that it had taken. */
  leave(result: Spillable, taken: { readonly memoryBytes: number; readonly totalBytes: number }): void {
    if (!this.#results.delete(result)) return
    this.#memoryBytes -= taken.memoryBytes
    this.#totalBytes -= taken.totalBytes
  }

  /** For one more row. false: there is no room for it. */
  take(sizeBytes: number): boolean {
    if (this.#totalBytes + sizeBytes > this.#limits.totalBytes) return false
    this.#totalBytes += sizeBytes
    return true
  }

  /** A result holds this much more in memory, or less. Called when it is whole, as it may be its own rows that go. */
  holds(byBytes: number): void {
    this.#memoryBytes += byBytes
    if (byBytes <= 0) return
    for (const result of this.#results) {
      while (this.#memoryBytes > this.#limits.memoryBytes) if (!result.spillOne()) break
      if (this.#memoryBytes <= this.#limits.memoryBytes) return
    }
  }
}
