import { z } from 'zod'
import type { Store } from '#services/store/store.ts'
import { SetupDraft } from '#shared/model/setup.ts'
import { looksLikeConnectionString, withoutPassword } from '#shared/postgres/connection-string.ts'

/** What the wizard remembers. One draft, because there is one person. */
export class SetupDrafts {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  /** null: there is none, or it is of a form that this version does not know. */
  load(): SetupDraft | null {
    const row = z
      .object({ draft: z.string() })
      .optional()
      .parse(this.#store.database.prepare('SELECT draft FROM setup_draft WHERE id = 1').get())
    if (row === undefined) return null
    const draft = SetupDraft.safeParse(JSON.parse(row.draft))
    return draft.success ? draft.data : null
  }

  /** SECURITY: whatever the page sends, no password reaches the file. A text that cannot be read is not kept at all. */
  save(draft: SetupDraft): void {
    const connectionString = draft.connectionString === '' ? '' : (withoutPassword(draft.connectionString) ?? '')
    const dataSourceName = looksLikeConnectionString(draft.dataSourceName) ? '' : draft.dataSourceName
    this.#store.database
      .prepare(
        'INSERT INTO setup_draft (id, draft, updated_at) VALUES (1, ?, ?) ON CONFLICT (id) DO UPDATE SET draft = excluded.draft, updated_at = excluded.updated_at',
      )
      .run(JSON.stringify({ ...draft, connectionString, dataSourceName }), new Date().toISOString())
  }

  clear(): void {
    this.#store.database.prepare('DELETE FROM setup_draft').run()
  }
}
