import { compile } from '#shared/sql/sql.ts'
import type { Source } from './execute.ts'
import type { Plan } from './plan.ts'
import type { Ending } from './problems.ts'
import { redefinedAmong } from './redefinitions.ts'
import { isRewritten, readParts } from './scanned-relations.ts'
import type { ValidationSession } from './session.ts'
import type { QualifiedName } from './source-relations.ts'
import { readStorage } from './visibility.ts'

/** Whether an asset, and what its expectations read beside it, is at the end of a run what it was when the snapshot was taken. */
export class AsFound {
  readonly #session: ValidationSession
  readonly #storage: string
  /** What statements read, with what expectations read beside the asset. */
  readonly #relations: QualifiedName[] = []
  /** Statements that may name a view or a function of the user's. */
  readonly #texts: string[] = []
  #whole: Source | null = null
  #parts: readonly QualifiedName[] = []

  private constructor(session: ValidationSession, storage: string) {
    this.#session = session
    this.#storage = storage
  }

  /** Before a row is read. */
  static async of(session: ValidationSession): Promise<AsFound> {
    return new AsFound(session, await storageOf(session))
  }

  /** What the statements of this run read. */
  get relations(): readonly QualifiedName[] {
    return this.#relations
  }

  /** `whole`: the asset without a batch; `names`: its own query, or its name. */
  async opened(whole: Source, names: string): Promise<void> {
    this.#whole = whole
    this.#parts = await readParts(this.#session, whole)
    this.#texts.push(names)
  }

  /** A plan, and what the server said that its statements read. */
  willRead(plan: Plan, relations: readonly QualifiedName[]): void {
    this.#relations.push(...relations)
    this.#texts.push(...plan.own.map(({ statement }) => compile(statement).text))
  }

  /** null: nothing changed. Else the numbers may come from before and after, and none of them can be kept. */
  async changed(): Promise<Ending | null> {
    const session = this.#session
    const moved =
      this.#storage !== (await storageOf(session)) ||
      (this.#whole !== null && JSON.stringify(this.#parts) !== JSON.stringify(await readParts(session, this.#whole))) ||
      (await isRewritten(session, this.#relations))
    if (moved)
      return again('The table, or one that an expectation reads with it, was emptied, rewritten or extended by a part while it was read.')
    const redefined = await redefinedAmong(session, this.#texts)
    return redefined.length === 0 ? null : again(`${redefined.join(', ')}, or something inside, was replaced or changed while it was read.`)
  }
}

function storageOf(session: ValidationSession): Promise<string> {
  return readStorage((statement) => session.query(statement), session.unlocked)
}

function again(what: string): Ending {
  return { state: 'incomplete', sentence: `${what} Validate again.`, sqlstate: null, retry: true }
}
