/**
 * An event stream fed by callbacks. `read` yields the newest value whenever there is one: `merge` joins what has come while
 * the reader was busy, so that a slow reader costs one value and not a growing list. It ends when the signal aborts.
 */
export class EventQueue<Value> {
  readonly #merge: (waiting: Value, next: Value) => Value
  #waiting: { readonly value: Value } | null = null
  #wake: (() => void) | null = null

  constructor(merge: (waiting: Value, next: Value) => Value) {
    this.#merge = merge
  }

  push(value: Value): void {
    this.#waiting = { value: this.#waiting === null ? value : this.#merge(this.#waiting.value, value) }
    this.#wake?.()
  }

  /** `pauseMs`: the least time between two values; the first comes at once. */
  async *read(signal: AbortSignal | undefined, pauseMs = 0): AsyncGenerator<Value, void, void> {
    while (!signal?.aborted) {
      if (this.#waiting === null) {
        await this.#somethingOr(signal)
        continue
      }
      const { value } = this.#waiting
      this.#waiting = null
      yield value
      if (pauseMs > 0) await pause(pauseMs, signal)
    }
  }

  #somethingOr(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        signal?.removeEventListener('abort', done)
        this.#wake = null
        resolve()
      }
      this.#wake = done
      signal?.addEventListener('abort', done)
    })
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', done)
  })
}
