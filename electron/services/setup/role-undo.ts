import { z } from 'zod'
import type { Store } from '#services/store/store.ts'
import { notFound } from '#shared/contract/errors.ts'
import { RoleUndo } from '#shared/model/role-plan.ts'

/** What the store knows of roles that were made here: the mark they bear, and the script that takes one back. */
export class RoleUndoRecords {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  /** The comment on a role of ours. Another installation's mark is another one: its role may be somebody's connection. */
  mark(): string {
    const row = this.#store.database.prepare('SELECT id FROM installation').get()
    return `Made by Plumbline (${z.object({ id: z.string() }).parse(row).id})`
  }

  /** @throws AppError NOT_FOUND */
  keep(dataSourceId: string, undo: RoleUndo): void {
    const { changes } = this.#store.database
      .prepare('UPDATE data_sources SET role_undo_script = ? WHERE id = ? AND removed_at IS NULL')
      .run(JSON.stringify(undo), dataSourceId)
    if (changes === 0) throw notFound('data source')
  }

  /** null: the role was not made here, or the data source goes elsewhere by now. @throws AppError NOT_FOUND */
  find(dataSourceId: string): string | null {
    const found = this.#store.database
      .prepare('SELECT host, port, database_name, user_name, role_undo_script FROM data_sources WHERE id = ? AND removed_at IS NULL')
      .get(dataSourceId)
    if (found === undefined) throw notFound('data source')
    const row = Row.parse(found)
    if (row.role_undo_script === null) return null
    const undo = RoleUndo.safeParse(JSON.parse(row.role_undo_script))
    if (!undo.success) return null
    const { host, port, database, role, script } = undo.data
    const same = host === row.host && port === row.port && database === row.database_name && role === row.user_name
    return same ? script : null
  }
}

const Row = z.object({
  host: z.string(),
  port: z.int(),
  database_name: z.string(),
  user_name: z.string(),
  role_undo_script: z.string().nullable(),
})
