import { type Sql, toDisplayText, type UserSql, userSql } from '#shared/sql/sql.ts'
import type { Batch } from './definition.ts'

/**
 * A query of the user's as a fragment: without what ends a statement.
 * SECURITY: the text of a user. It runs in a read-only transaction, and the engine first checks that it is one whole query by itself.
 */
export function userQuery(source: string): Sql {
  return userSql(source.trim().replace(/;+\s*$/u, '') as UserSql)
}

/**
 * The same with `{batch}` put in: the relation itself, or the rows of the batch as a sub-select, which gets a name where
 * the query gives it none (before 16, PostgreSQL wants one). `FROM {batch}` and `FROM {batch} AS b` both work.
 */
export function userQueryOf(source: string, batch: Batch): Sql {
  const relation = toDisplayText(batch.relation)
  const isSubSelect = relation.startsWith('(')
  return userQuery(
    source.replaceAll(/\{batch\}(?=(\s+(?:as\s+)?(?:"|[a-z_][\w$]*))?)/giu, (_whole, next: string | undefined) =>
      isSubSelect && !isName(next) ? `${relation} AS batch` : relation,
    ),
  )
}

/** Whether what follows the table is a name for it, and not the next part of the query. */
function isName(next: string | undefined): boolean {
  return next !== undefined && !afterTable.has(next.trim().toLowerCase())
}

const afterTable: ReadonlySet<string> = new Set(
  (
    'where group having window union intersect except order limit offset fetch for on using join inner left right full cross natural ' +
    'tablesample returning and or then when end'
  ).split(' '),
)
