import { z } from 'zod'
import type { Store } from '#services/store/store.ts'
import { AppError, invalid } from '#shared/contract/errors.ts'
import { QueryMacro } from '#shared/model/query-macro.ts'
import { mayHoldSecret } from '#shared/postgres/secret-in-sql.ts'

/** The macros of the query pane. */
export class QueryMacros {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  /** In the order in which they were made. */
  list(): QueryMacro[] {
    return z
      .array(QueryMacro)
      .parse(this.#store.database.prepare('SELECT id, name, sql, shortcut FROM query_macros ORDER BY made_at, id').all())
  }

  /** Adds it, or changes the one with its id. @throws AppError INVALID for what may hold a password, CONFLICT for a key that another has */
  save(macro: QueryMacro): void {
    // SECURITY: nothing that may be a password is written to disk in the clear.
    if (mayHoldSecret(macro.sql)) throw invalid('This text may hold a password, so it is not kept as a macro.', 'sql')
    const other = this.list().find(({ id, shortcut }) => id !== macro.id && shortcut !== null && shortcut === macro.shortcut)
    if (other !== undefined)
      throw new AppError('CONFLICT', `${macro.shortcut} belongs to the macro "${other.name}".`, { field: 'shortcut' })
    this.#store.database
      .prepare(
        `INSERT INTO query_macros (id, name, sql, shortcut, made_at) VALUES (@id, @name, @sql, @shortcut, @now)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, sql = excluded.sql, shortcut = excluded.shortcut`,
      )
      .run({ ...macro, now: new Date().toISOString() })
  }

  remove(id: string): void {
    this.#store.database.prepare('DELETE FROM query_macros WHERE id = ?').run(id)
  }
}
