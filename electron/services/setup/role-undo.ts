import { z } from 'zod'
import type { Store } from '#services/store/store.ts'
import { notFound } from '#shared/contract/errors.ts'
import { RoleUndo } from '#shared/model/role-plan.ts'
import { roleUndoScript } from '#shared/postgres/role-script.ts'

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
    const undo = readUndo(row.role_undo_script)
    if (undo === null) return null
    const { host, port, database, role } = undo
    const same = host === row.host && port === row.port && database === row.database_name && role === row.user_name
    // SECURITY: an administrator runs it, so it is made anew, and never what a restored file says.
    return same ? roleUndoScript({ role, database }) : null
  }
}

/** null: it is of a form that this version does not know. */
function readUndo(text: string): RoleUndo | null {
  try {
    return RoleUndo.parse(JSON.parse(text))
  } catch {
    return null
  }
}

const Row = z.object({
  host: z.string(),
  port: z.int(),
  database_name: z.string(),
  user_name: z.string(),
  role_undo_script: z.string().nullable(),
})
