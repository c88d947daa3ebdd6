/** One thing after the other for each key, in the order they were asked for; different keys do not wait for each other. */
export class Turns {
  /** The last one of each key, settled when it is over. */
  readonly #last = new Map<string, Promise<void>>()

  /** Something of this key is under way, or waits for that. */
  isTaken(key: string): boolean {
    return this.#last.has(key)
  }

  keys(): readonly string[] {
    return [...this.#last.keys()]
  }

  /** What `work` returns or throws; what came before it does not matter to it. */
  take<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const turn = (this.#last.get(key) ?? Promise.resolve()).then(work)
    const settled = turn.then(
      () => {},
      () => {}, // whoever asked hears of it
    )
    this.#last.set(key, settled)
    void settled.then(() => {
      if (this.#last.get(key) === settled) this.#last.delete(key)
    })
    return turn
  }
}
