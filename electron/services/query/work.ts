/** A long piece of work in a thread of its own: it tells how far it is, and finds out whether anybody still waits for it. */
export class Work {
  readonly #stop: Int32Array
  readonly #tell: (share: number) => void
  #lastTold: number
  #from = 0
  #to = 1

  /** `stop`: shared; other than 0: nobody waits. */
  constructor(stop: Int32Array, tell: (share: number) => void) {
    this.#stop = stop
    this.#tell = tell
    this.#lastTold = performance.now()
  }

  /** What follows is this part of the whole, from 0 to 1. */
  part(from: number, to: number): void {
    this.#from = from
    this.#to = to
  }

  /** @throws WorkStopped */
  check(): void {
    if (Atomics.load(this.#stop, 0) !== 0) throw new WorkStopped()
  }

  /** @throws WorkStopped */
  tick(done: number, total: number): void {
    this.check()
    const now = performance.now()
    if (now - this.#lastTold < 100) return
    this.#lastTold = now
    this.#tell(this.#from + (this.#to - this.#from) * (total === 0 ? 1 : done / total))
  }
}

export class WorkStopped extends Error {}
