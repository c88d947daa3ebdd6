import { randomUUID } from 'node:crypto'
import type { CancelOutcome } from '#services/postgres/cancel.ts'
import type { Connection } from '#services/postgres/connection.ts'
import { PostgresError } from '#services/postgres/errors.ts'
import { type ReadColumn, readStatement } from '#services/postgres/reader.ts'
import { WireFault } from '#services/postgres/row-tap.ts'
import type { DatabaseProblem, QueryEvent, ResultColumn } from '#shared/model/query.ts'
import type { Effects } from './effects.ts'
import type { Statement } from './script.ts'
import type { TypeNames } from './type-names.ts'

/** Sends one statement and takes its rows in, until its end, a limit, or a cancel. */

/** Where the rows of one result go. */
export interface RowTarget {
  readonly rowCount: number
  /** false: this row is not wanted, and none behind it. The bytes are copied. */
  append(body: Uint8Array): boolean
  /** Settles, and never rejects, when there is room for more; the server waits meanwhile. null or absent: there is. */
  readonly room?: Promise<void> | null
}

export interface RowsRun {
  readonly connection: Connection
  readonly readOnly: boolean
  /** Rows of each result that are kept. */
  readonly rowLimit: number
  /** The statement is cancelled after this long; null: never. */
  readonly cancelAfterMs: number | null
  readonly signal: AbortSignal
  emit(event: QueryEvent): void
  /** Makes the place for the rows of one result. */
  openResult(resultId: string, columns: readonly ResultColumn[]): RowTarget
  readonly types: TypeNames
  readonly effects: Effects
}

export type StatementResult =
  | { readonly kind: 'complete'; readonly commandTag: string; readonly rowCount: number | null }
  | { readonly kind: 'failed'; readonly problem: DatabaseProblem }
  | { readonly kind: 'cancelled'; readonly by: CancelOutcome }

export async function readRows(run: RowsRun, statement: Statement, index: number): Promise<StatementResult> {
  // The transaction was begun meanwhile, and who listens only now would not hear of a cancel that has been.
  if (run.signal.aborted) return { kind: 'cancelled', by: 'cancel' }
  const reading = new Reading(run, statement, index)
  const stop = new Stop(run.connection)
  const onAbort = () => stop.now('person')
  run.signal.addEventListener('abort', onAbort, { once: true })
  reading.onFull = () => stop.now('full')
  const timer = run.cancelAfterMs === null ? undefined : setTimeout(() => stop.now('time'), run.cancelAfterMs)
  try {
    const commandTag = await run.connection.use((client) => readStatement(client, { text: statement.text, values: [] }, reading))
    await stop.settled()
    // A cancel that came too late: what the statement did stands, and to call it cancelled would be wrong.
    reading.finish(true)
    return { kind: 'complete', commandTag, rowCount: reading.rowCount }
  } catch (error) {
    const by = await stop.settled()
    const full = stop.reason === 'full' && error instanceof PostgresError && error.sqlstate === QUERY_CANCELED
    reading.finish(full)
    if (stop.reason === 'person') return { kind: 'cancelled', by: by ?? 'cancel' }
    // Stopped because enough rows had come: that is what was asked for.
    if (full) return { kind: 'complete', commandTag: `SELECT ${reading.rowCount}`, rowCount: reading.rowCount }
    if (stop.reason === 'time') return { kind: 'failed', problem: tookTooLong(run.cancelAfterMs ?? 0) }
    if (error instanceof PostgresError) return { kind: 'failed', problem: error.problem }
    if (error instanceof WireFault) {
      await run.connection.dispose()
      return { kind: 'failed', problem: ownProblem(`${error.message} The connection was closed.`, '08P01') }
    }
    if (!run.connection.usable)
      return { kind: 'failed', problem: ownProblem('The connection to the server was lost. What the statement did is not known.', '08006') }
    throw error
  } finally {
    clearTimeout(timer)
    run.signal.removeEventListener('abort', onAbort)
  }
}

const QUERY_CANCELED = '57014'

type StopReason = 'person' | 'full' | 'time'

/** Stops the statement on the server once, for the first reason that comes up, and waits until that has happened. */
class Stop {
  readonly #connection: Connection
  #stopping: Promise<CancelOutcome> | null = null
  reason: StopReason | null = null

  constructor(connection: Connection) {
    this.#connection = connection
  }

  now(reason: StopReason): void {
    if (this.reason !== 'person') this.reason = reason
    this.#stopping ??= this.#connection.cancel()
  }

  /** How it ended; null when nothing was stopped. Nothing may be sent before, or it would be hit instead. */
  async settled(): Promise<CancelOutcome | null> {
    return this.#stopping === null ? null : await this.#stopping
  }
}

/** Takes the rows of one statement in, up to the limits, and tells how many have come a few times a second. */
class Reading {
  readonly #run: RowsRun
  readonly #index: number
  readonly #mayStop: boolean
  #rows: RowTarget | null = null
  #resultId = ''
  #limited = false
  #lastTold = 0
  onFull: () => void = () => {}

  constructor(run: RowsRun, statement: Statement, index: number) {
    this.#run = run
    this.#index = index
    // What writes or locks is read to its end: stopping it would take back what it did. A read-only transaction has nothing to take back.
    this.#mayStop = run.readOnly ? statement.kind === 'select' : run.effects.onlyReads(statement)
  }

  get rowCount(): number | null {
    return this.#rows?.rowCount ?? null
  }

  columns(columns: readonly ReadColumn[]): void {
    this.#resultId = randomUUID()
    const named = columns.map(({ name, typeOid, typeModifier }) => ({ name, typeOid, type: this.#run.types.nameOf(typeOid, typeModifier) }))
    this.#rows = this.#run.openResult(this.#resultId, named)
    this.#run.emit({ type: 'result', index: this.#index, resultId: this.#resultId, columns: named })
  }

  row(body: Uint8Array): Promise<void> | null {
    const rows = this.#rows
    if (rows === null || this.#limited) return null
    if (rows.rowCount >= this.#run.rowLimit || !rows.append(body)) {
      this.#limited = true
      if (this.#mayStop) this.onFull()
      return null
    }
    const now = performance.now()
    if (now - this.#lastTold > 200) {
      this.#lastTold = now
      this.#tell(false)
    }
    return rows.room ?? null
  }

  /** `done` false: it ended before its last row. */
  finish(done: boolean): void {
    if (this.#rows !== null) this.#tell(done)
  }

  #tell(done: boolean): void {
    this.#run.emit({
      type: 'rows',
      resultId: this.#resultId,
      rowCount: this.#rows?.rowCount ?? 0,
      done,
      limited: this.#limited,
      repeatable: this.#mayStop,
    })
  }
}

function tookTooLong(limitMs: number): DatabaseProblem {
  const sentence = `The statement took longer than ${limitMs / 1_000} seconds, which is the limit of this data source, and was cancelled.`
  return { ...ownProblem(sentence, QUERY_CANCELED), hint: 'The limit is in the settings of the data source.' }
}

export function ownProblem(message: string, sqlstate: string): DatabaseProblem {
  return { sqlstate, severity: 'ERROR', message, detail: null, hint: null, where: null, position: null }
}
