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

  constructor(store: Store) {
    this.#store = store
    this.#store.database.prepare('DELETE FROM query_history WHERE removed_at IS NOT NULL').run()
  }

  add(run: RunToRemember): void {
    this.#forget()
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
    this.#forget()
    const rows = this.#store.database
      .prepare(
        `UPDATE query_history SET removed_at = @now WHERE data_source_id = @dataSourceId AND removed_at IS NULL
           AND (@ids IS NULL OR id IN (SELECT value FROM json_each(@ids))) RETURNING id`,
      )
      .all({ dataSourceId, ids: ids === null ? null : JSON.stringify(ids), now: new Date().toISOString() })
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
  #forget(): void {
    this.#store.database.prepare('DELETE FROM query_history WHERE removed_at < ?').run(new Date(Date.now() - RESTORABLE_MS).toISOString())
  }
}

const RESTORABLE_MS = 60_000
/** A few milliseconds' worth. */
const LOOKED_THROUGH_AT_ONCE = 500

const FoundEntry = HistoryEntry.extend({ sequence: z.number(), fits: z.number() })

export interface HistoryQuestion {
  readonly dataSourceId: string
  readonly search: string
  readonly limit: number
  readonly before: string | null
}
