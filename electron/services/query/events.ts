/** What happens, kept in order until it is read; one reader. Few items: rows are not among them. */
export class Events<Item> {
  #items: Item[] = []
  #ended = false
  #wake: () => void = () => {}

  push(item: Item): void {
    this.#items.push(item)
    this.#wake()
  }

  end(): void {
    this.#ended = true
    this.#wake()
  }

  /** Until `end`, and everything that was pushed before it. */
  async *read(): AsyncGenerator<Item, void, void> {
    for (;;) {
      const items = this.#items
      this.#items = []
      yield* items
      if (this.#items.length > 0) continue
      if (this.#ended) return
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}
