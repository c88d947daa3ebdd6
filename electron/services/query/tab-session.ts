import type { Lease } from '#services/data-sources/data-sources.ts'
import { PostgresError } from '#services/postgres/errors.ts'
import { AppError } from '#shared/contract/errors.ts'
import { SQL_TAG } from '#shared/model/names.ts'
import type { Notification, SessionState } from '#shared/model/query.ts'
import { TypeNames } from './type-names.ts'

/** One session that a tab holds on to, and the clock of a transaction in which nothing runs. */
export class TabSession {
  readonly lease: Lease
  /** The open transaction was begun by a read-only run. */
  transactionReadOnly = false
  #working = false
  #types: TypeNames | null = null
  #lastTypes: TypeNames | null = null
  #idleSince = performance.now()
  #idleLimitMs: number | null = null
  #timer: NodeJS.Timeout | undefined
  #note: string | null
  #hasRun = false
  #notifications: Notification[] = []
  #lastNumber = 0
  readonly #stopListening: () => void

  /** `note`: why it is not the one that the tab had before, told until the end of its first run. */
  constructor(lease: Lease, note: string | null = null) {
    this.lease = lease
    this.#note = note
    this.#stopListening = lease.connection.onNotification(({ channel, payload, processId }) => {
      this.#lastNumber += 1
      const entry = {
        number: this.#lastNumber,
        receivedAt: new Date().toISOString(),
        channel: clipped(channel),
        payload: clipped(payload),
        processId,
      }
      this.#notifications = [...this.#notifications.slice(1 - MOST_NOTIFICATIONS), entry]
    })
  }

  get working(): boolean {
    return this.#working
  }

  /** Since its last run ended. */
  get idleMs(): number {
    return performance.now() - this.#idleSince
  }

  /** false: nothing came in this time, or it is lost; then it is not to be used any more. */
  async answers(withinMs: number): Promise<boolean> {
    const { connection } = this.lease
    if (!connection.usable) return false
    if (connection.transactionStatus() === 'failed') return true // it refuses every question but the end of the transaction
    let timer: NodeJS.Timeout | undefined
    const silence = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), withinMs)
    })
    const answer = connection.query({ text: `/* ${SQL_TAG}query */ SELECT 1`, values: [] }).then(
      () => true,
      () => false,
    )
    try {
      return await Promise.race([answer, silence])
    } finally {
      clearTimeout(timer)
    }
  }

  /** There is a transaction that somebody may want to commit. */
  get holds(): boolean {
    return this.lease.connection.usable && this.lease.connection.transactionStatus() !== 'idle'
  }

  /** Types of the database by number; read again only after statements that may have made some. */
  async types(signal: AbortSignal): Promise<TypeNames> {
    this.#types ??= await TypeNames.read(this.lease.connection, signal)
    this.#lastTypes = this.#types
    return this.#types
  }

  /** null: not read yet; nothing can be asked in a transaction without being part of it. */
  get knownTypes(): TypeNames | null {
    return this.#lastTypes
  }

  forgetTypes(): void {
    this.#types = null
  }

  /** Nothing is rolled back while `work` runs; afterwards the clock starts anew. */
  async during<Result>(idleLimitMs: number | null, work: () => Promise<Result>): Promise<Result> {
    if (this.#working) throw new AppError('BUSY', 'A statement of this tab is running.', {})
    this.#working = true
    if (this.#hasRun) this.#note = null
    this.#hasRun = true
    clearTimeout(this.#timer)
    try {
      return await work()
    } finally {
      this.#working = false
      this.#idleLimitMs = idleLimitMs
      this.keep()
    }
  }

  /** The clock of an open transaction starts anew. */
  keep(): void {
    clearTimeout(this.#timer)
    this.#idleSince = performance.now()
    if (!this.holds || this.#idleLimitMs === null) return
    this.#timer = setTimeout(() => void this.#rollBackIdle(), this.#idleLimitMs)
    this.#timer.unref()
  }

  /** The server's tag: COMMIT of a failed transaction is answered with ROLLBACK. @throws AppError DATABASE */
  async end(how: 'commit' | 'rollback'): Promise<string> {
    clearTimeout(this.#timer)
    this.#note = null
    const text = `${how === 'commit' ? 'COMMIT' : 'ROLLBACK'} /* ${SQL_TAG}query */`
    try {
      return (await this.lease.connection.query({ text, values: [] })).commandTag
    } catch (error) {
      // A deferred constraint speaks up here.
      if (!(error instanceof PostgresError)) throw error
      const { sqlstate, detail, hint } = error.problem
      throw new AppError('DATABASE', error.message, { sqlstate, detail, hint }, { cause: error })
    }
  }

  state(afterNotification: number): SessionState {
    const { connection } = this.lease
    const waits = this.holds && !this.#working
    const idleMs = waits ? performance.now() - this.#idleSince : null
    return {
      status: !connection.usable ? 'lost' : this.#working ? 'active' : connection.transactionStatus(),
      readOnly: this.holds && this.transactionReadOnly,
      processId: connection.processId,
      idleMs,
      rollbackInMs: idleMs === null || this.#idleLimitMs === null ? null : Math.max(0, this.#idleLimitMs - idleMs),
      note: this.#note,
      notifications: this.#notifications.filter(({ number }) => number > afterNotification),
    }
  }

  dispose(): void {
    clearTimeout(this.#timer)
    this.#stopListening()
  }

  async #rollBackIdle(): Promise<void> {
    if (this.#working || !this.holds) return
    const minutes = Math.round((this.#idleLimitMs ?? 0) / 60_000)
    try {
      await this.lease.connection.query({ text: `ROLLBACK /* ${SQL_TAG}query */`, values: [] })
      this.#note = `The transaction was rolled back after ${minutes} min in which nothing ran in it.`
    } catch {
      // Lost meanwhile: the server has rolled it back, and the state says so.
      this.#note = 'The connection was lost while a transaction was open, so the server rolled it back.'
    }
  }
}

const MOST_NOTIFICATIONS = 500
/** SECURITY: PostgreSQL sends up to 8,000 bytes; another server may send what it likes. */
const MOST_CHARACTERS = 8_000

function clipped(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS).toWellFormed()}…` : text
}
