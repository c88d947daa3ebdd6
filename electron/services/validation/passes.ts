import { PostgresError } from '#services/postgres/errors.ts'
import { isAppError } from '#shared/contract/errors.ts'
import type { ValidationSession } from './session.ts'

/** One statement of a plan, ready to be sent by whichever session is free. */
export interface Pass {
  /** What it is expected to take, beside the others: of two sessions, none should be left with a long one at the end. */
  readonly weight: number
  run(session: ValidationSession): Promise<void>
}

/**
 * What can be sent now that a pass of this session is done, because it needed that one's numbers: of two sessions none should wait for
 * the other to come to the end of a round. What is not sent here is sent in the round after it.
 */
export type More = (session: ValidationSession) => Promise<readonly Pass[]>

/** A second session on the same snapshot. */
export interface Helper {
  readonly session: ValidationSession
  /** Cancels what it is doing. */
  stop(): void
  /** Ends its transaction, if it still can, and gives its connection back. */
  leave(): Promise<void>
}

/**
 * Sends the passes of an asset over one session, or over two side by side. What the second one does not finish, because its
 * connection is lost or ended, the first one does: numbers are of one snapshot, whoever read them.
 */
export class Passes {
  readonly #first: ValidationSession
  #helper: Helper | null = null
  /** Statements of a helper that is gone. */
  #sentByHelpers = 0
  readonly #remark: (sentence: string) => void

  constructor(first: ValidationSession, remark: (sentence: string) => void) {
    this.#first = first
    this.#remark = remark
  }

  get statementCount(): number {
    return this.#first.statementCount + this.#sentByHelpers + (this.#helper?.session.statementCount ?? 0)
  }

  joinedBy(helper: Helper): void {
    this.#helper = helper
  }

  /** @throws what ends the run on the first session: a cancel, a timeout, a lost connection. */
  async run(passes: readonly Pass[], more: More = nothingMore): Promise<void> {
    // Alone, in the order of the plan: what measures most comes first, and is kept should the run end early.
    const waiting = this.#helper === null ? [...passes] : [...passes].sort((a, b) => b.weight - a.weight)
    // Its own failure is looked at when the first session is done; until then it must not be one that nobody handles.
    const firstDone = Promise.withResolvers<void>()
    const helping = this.#help(waiting, more, firstDone.promise).then(
      () => null,
      (error: unknown) => ({ error }),
    )
    try {
      await work(this.#first, waiting, this.#helper === null ? nothingMore : more).finally(firstDone.resolve)
      const failure = await this.#first.awakeUntil(helping)
      if (failure !== null) throw failure.error
    } catch (error) {
      this.#helper?.stop()
      await helping
      throw error
    }
    // What the helper could not finish.
    await work(this.#first, waiting, nothingMore)
  }

  /** The helper's work is done: its transaction ends. */
  async leave(): Promise<void> {
    const helper = this.#helper
    if (helper === null) return
    this.#helper = null
    await helper.leave()
    this.#sentByHelpers += helper.session.statementCount
  }

  async #help(waiting: Pass[], more: More, firstDone: Promise<void>): Promise<void> {
    const helper = this.#helper
    if (helper === null) return
    let pass: Pass | undefined
    try {
      for (pass = waiting.shift(); pass !== undefined; pass = waiting.shift()) {
        await pass.run(helper.session)
        waiting.unshift(...(await more(helper.session)))
      }
      await helper.session.awakeUntil(firstDone)
    } catch (error) {
      if (isAppError(error, 'CANCELLED')) return
      if (!(error instanceof PostgresError) && !isAppError(error, 'CONNECTION_FAILED')) throw error
      if (pass !== undefined) waiting.push(pass)
      await this.leave()
      this.#remark('The second connection ended before its work was done; one connection did the rest.')
    }
  }
}

async function work(session: ValidationSession, waiting: Pass[], more: More): Promise<void> {
  for (let pass = waiting.shift(); pass !== undefined; pass = waiting.shift()) {
    await pass.run(session)
    waiting.unshift(...(await more(session)))
  }
}

async function nothingMore(): Promise<readonly Pass[]> {
  return []
}
