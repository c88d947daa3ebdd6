import { z } from 'zod'
import type { Store } from '#services/store/store.ts'
import { mayHoldSecret } from '#shared/postgres/secret-in-sql.ts'

/** The text of each tab of the query pane, saved at each pause, so that a lost window loses no words. */

export interface QueryDraft {
  readonly tabId: string
  /** null: its data source was removed. */
  readonly dataSourceId: string | null
  readonly title: string
  readonly sql: string
}

export class QueryDrafts {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  /** In the order in which the tabs were opened. */
  list(): QueryDraft[] {
    const rows = this.#store.database
      .prepare('SELECT tab_id AS tabId, data_source_id AS dataSourceId, title, sql FROM query_drafts ORDER BY created_at, tab_id')
      .all()
    return z.array(z.object({ tabId: z.string(), dataSourceId: z.string().nullable(), title: z.string(), sql: z.string() })).parse(rows)
  }

  /** SECURITY: a text that may hold a password keeps its last version without one; the page says so beside the editor. */
  save(draft: QueryDraft): void {
    if (mayHoldSecret(draft.sql)) return
    this.#store.database
      .prepare(
        `INSERT INTO query_drafts (tab_id, data_source_id, title, sql, created_at, updated_at) VALUES (@tabId, @dataSourceId, @title, @sql, @now, @now)
         ON CONFLICT (tab_id) DO UPDATE SET data_source_id = excluded.data_source_id, title = excluded.title, sql = excluded.sql, updated_at = excluded.updated_at`,
      )
      .run({ ...draft, now: new Date().toISOString() })
  }

  remove(tabId: string): void {
    this.#store.database.prepare('DELETE FROM query_drafts WHERE tab_id = ?').run(tabId)
  }
}
