import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Store } from '#services/store/store.ts'
import { HistoryEntry } from '#shared/model/query.ts'
import { mayHoldSecret } from '#shared/postgres/secret-in-sql.ts'

/** What was run, per data source. */

export interface RunToRemember extends Omit<HistoryEntry, 'id' | 'sql'> {
  readonly sql: string
}

export class QueryHistory {
  readonly #store: Store
  #timer: NodeJS.Timeout | undefined
  #onFailure: (error: unknown) => void = () => {}

  constructor(store: Store) {
    this.#store = store
  }

  /** For a window host: what was removed at the end of an earlier one cannot be brought back any more. `onFailure`: it is tried again at the next removal. */
  start(onFailure: (error: unknown) => void): void {
    this.#onFailure = onFailure
    this.#tryToForget(ANY_TIME)
  }

  /** SECURITY: with the window, the way back goes too. */
  dispose(): void {
    if (this.#timer === undefined) return
    clearTimeout(this.#timer)
    this.#forget(ANY_TIME)
  }

  add(run: RunToRemember): void {
    this.#tryToForget(notRestorable())
    this.#store.database
      .prepare(
        `INSERT INTO query_history (id, data_source_id, sql, started_at, duration_ms, outcome, row_count, problem, source)
         VALUES (@id, @dataSourceId, @sql, @startedAt, @durationMs, @outcome, @rowCount, @problem, @source)`,
      )
      .run({ ...run, id: randomUUID(), ...(mayHoldSecret(run.sql) ? { sql: null, problem: null } : {}) })
  }

  /**
   * Newest first, those older than `before` (an id; null: from the newest); `search` is a part of the text, whatever its case.
   * It is looked for in parts, between which others have their turn: a history without an end takes a while.
   */
  async list({ dataSourceId, search, limit, before }: HistoryQuestion): Promise<HistoryEntry[]> {
    const part = this.#store.database.prepare(
      `SELECT sequence, instr(lower(coalesce(sql, '')), lower(@search)) > 0 OR @search = '' AS fits,
         id, data_source_id AS dataSourceId, sql, started_at AS startedAt, duration_ms AS durationMs, outcome, row_count AS rowCount, problem, source
       FROM query_history WHERE data_source_id = @dataSourceId AND removed_at IS NULL AND sequence < @below ORDER BY sequence DESC LIMIT @count`,
    )
    const found: HistoryEntry[] = []
    for (let below = this.#sequenceOf(before); ; ) {
      const count = search === '' ? limit : LOOKED_THROUGH_AT_ONCE
      const rows = z.array(FoundEntry).parse(part.all({ dataSourceId, search, below, count }))
      for (const { fits, sequence: _sequence, ...entry } of rows) if (fits === 1 && found.length < limit) found.push(entry)
      const last = rows.at(-1)
      if (found.length === limit || rows.length < count || last === undefined) return found
      below = last.sequence
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  #sequenceOf(id: string | null): number {
    if (id === null) return Number.MAX_SAFE_INTEGER
    const row = this.#store.database.prepare('SELECT sequence FROM query_history WHERE id = ?').get(id)
    return row === undefined ? 0 : z.object({ sequence: z.number() }).parse(row).sequence
  }

  /** `ids` null: all of the data source. What was removed, for `restore`. */
  remove(dataSourceId: string, ids: readonly string[] | null): string[] {
    this.#tryToForget(notRestorable())
    const rows = this.#store.database
      .prepare(
        `UPDATE query_history SET removed_at = @now WHERE data_source_id = @dataSourceId AND removed_at IS NULL
           AND (@ids IS NULL OR id IN (SELECT value FROM json_each(@ids))) RETURNING id`,
      )
      .all({ dataSourceId, ids: ids === null ? null : JSON.stringify(ids), now: new Date().toISOString() })
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#tryToForget(notRestorable()), RESTORABLE_MS + 1_000)
    this.#timer.unref()
    return z
      .array(z.object({ id: z.string() }))
      .parse(rows)
      .map(({ id }) => id)
  }

  /** Brings back what was removed just now. */
  restore(ids: readonly string[]): void {
    this.#store.database
      .prepare('UPDATE query_history SET removed_at = NULL WHERE id IN (SELECT value FROM json_each(?))')
      .run(JSON.stringify(ids))
  }

  /** SECURITY: what a person removed is on disk no longer than it can be brought back. */
  #forget(removedUntil: string): void {
    const { changes } = this.#store.database.prepare('DELETE FROM query_history WHERE removed_at <= ?').run(removedUntil)
    if (changes > 0) this.#store.emptyLog()
  }

  #tryToForget(removedUntil: string): void {
    try {
      this.#forget(removedUntil)
    } catch (error) {
      this.#onFailure(error)
    }
  }
}

const RESTORABLE_MS = 60_000
/** Also by a clock that was ahead. */
const ANY_TIME = '9999'

function notRestorable(): string {
  return new Date(Date.now() - RESTORABLE_MS).toISOString()
}

/** A few milliseconds' worth. */
const LOOKED_THROUGH_AT_ONCE = 500

const FoundEntry = HistoryEntry.extend({ sequence: z.number(), fits: z.number() })

export interface HistoryQuestion {
  readonly dataSourceId: string
  readonly search: string
  readonly limit: number
  readonly before: string | null
}
