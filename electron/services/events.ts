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

/**
 * A stream of what some work tells while it runs; the work's error is the stream's. Leaving the stream, or losing the window
 * that reads it, aborts the work.
 */
export async function* whileRunning<Item>(
  signal: AbortSignal | undefined,
  work: (push: (item: Item) => void, signal: AbortSignal) => Promise<void>,
): AsyncGenerator<Item, void, void> {
  const events = new Events<Item>()
  const leave = new AbortController()
  const stop = signal === undefined ? leave.signal : AbortSignal.any([signal, leave.signal])
  const running = work((item) => events.push(item), stop).finally(() => events.end())
  // Told below, once the stream has been read; until then it is not unhandled.
  running.catch(() => {})
  try {
    yield* events.read()
    await running
  } finally {
    leave.abort()
  }
}
