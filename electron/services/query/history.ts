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
  }

  add(run: RunToRemember): void {
    this.#store.database
      .prepare(
        `INSERT INTO query_history (id, data_source_id, sql, started_at, duration_ms, outcome, row_count, problem)
         VALUES (@id, @dataSourceId, @sql, @startedAt, @durationMs, @outcome, @rowCount, @problem)`,
      )
      .run({ ...run, id: randomUUID(), ...(mayHoldSecret(run.sql) ? { sql: null, problem: null } : {}) })
  }

  /** Newest first; `search` is a part of the text, whatever its case. */
  list(dataSourceId: string, search: string, limit: number): HistoryEntry[] {
    const rows = this.#store.database
      .prepare(
        `SELECT id, data_source_id AS dataSourceId, sql, started_at AS startedAt, duration_ms AS durationMs, outcome, row_count AS rowCount, problem
         FROM query_history WHERE data_source_id = @dataSourceId AND (@search = '' OR instr(lower(sql), lower(@search)) > 0)
         ORDER BY sequence DESC LIMIT @limit`,
      )
      .all({ dataSourceId, search, limit })
    return z.array(HistoryEntry).parse(rows)
  }

  remove(id: string): void {
    this.#store.database.prepare('DELETE FROM query_history WHERE id = ?').run(id)
  }
}
