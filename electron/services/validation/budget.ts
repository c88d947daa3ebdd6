/** The time that something may take on a server, from when it has its connection: while it waits for one it takes nobody's. */
export class Budget {
  readonly ms: number
  readonly #over = new AbortController()
  #timer: NodeJS.Timeout | undefined

  constructor(ms: number) {
    this.ms = ms
  }

  /** Aborted when the time is up. */
  get signal(): AbortSignal {
    return this.#over.signal
  }

  get isOver(): boolean {
    return this.#over.signal.aborted
  }

  /** Again: goes on from the first. */
  begin(): void {
    this.#timer ??= setTimeout(() => this.#over.abort(), this.ms)
  }

  /** What it was for is done. */
  end(): void {
    clearTimeout(this.#timer)
  }
}

/** `10 minutes`, for a sentence. */
export function budgetText(ms: number): string {
  return ms < 60_000 ? `${Math.round(ms / 1_000)} seconds` : `${Math.round(ms / 60_000)} minutes`
}
