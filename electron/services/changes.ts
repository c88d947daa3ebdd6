import type { ChangeTopic } from '#shared/model/app.ts'

/** Tells windows which data has changed, so that they ask again. */
export class Changes {
  readonly #listeners = new Set<(topics: readonly ChangeTopic[]) => void>()

  emit(...topics: readonly ChangeTopic[]): void {
    for (const listener of this.#listeners) listener(topics)
  }

  /** Returns the function that stops listening. */
  listen(listener: (topics: readonly ChangeTopic[]) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
