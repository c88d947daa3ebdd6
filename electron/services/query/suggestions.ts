import { boundedRead } from '#services/postgres/bounded-read.ts'
import type { Connection } from '#services/postgres/connection.ts'
import { SQL_TAG } from '#shared/model/names.ts'
import type { DatabaseProblem } from '#shared/model/query.ts'
import { nearest } from '#shared/postgres/nearest-names.ts'
import type { Statement } from './script.ts'

/** "Did you mean": names that stand close to the one that the server does not know. It names columns itself where it can. */
export async function suggestNames(
  connection: Connection,
  { problem, statement }: { readonly problem: DatabaseProblem; readonly statement: Statement },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const source = mayBeMisspelt(problem) ? sources[problem.sqlstate ?? ''] : undefined
  const missing = source === undefined || problem.position === null ? null : wordAt(statement.text, problem.position - statement.from)
  if (source === undefined || missing === null) return []
  const { rows } = await boundedRead(
    connection,
    { text: `/* ${SQL_TAG}query */ ${source}`, values: [String(MOST_NAMES)] },
    { signal, limitMs: 2_000 },
  )
  const names = rows.map(([whole, short]) => (missing.includes('.') ? whole : (short ?? whole)))
  return nearest(
    missing,
    names.filter((name) => name != null),
  )
}

/** There is a name that the server did not find, and no hint of its own. */
export function mayBeMisspelt({ sqlstate, hint, position }: DatabaseProblem): boolean {
  // Of functions it says only that types may have to be cast.
  return sqlstate !== null && (hint === null || sqlstate === UNDEFINED_FUNCTION) && position !== null && sqlstate in sources
}

/** More would be looked through in vain: the names of the search path and of public come first. */
const MOST_NAMES = 20_000

const UNDEFINED_FUNCTION = '42883'

/** With the schema, and, where it can do without, without it: undefined_table, undefined_column, undefined_function, invalid_schema_name. */
const sources: Readonly<Record<string, string>> = {
  '42P01': `SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname),
      CASE WHEN pg_catalog.pg_table_is_visible(c.oid) THEN pg_catalog.quote_ident(c.relname) END
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
    ORDER BY pg_catalog.pg_table_is_visible(c.oid) DESC, n.nspname LIKE 'pg\\_%' LIMIT $1`,
  '42703': `SELECT DISTINCT pg_catalog.quote_ident(a.attname)
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
    WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
      AND c.relnamespace <> 'pg_catalog'::pg_catalog.regnamespace LIMIT $1`,
  '42883': 'SELECT DISTINCT pg_catalog.quote_ident(proname) FROM pg_catalog.pg_proc WHERE pg_catalog.pg_function_is_visible(oid) LIMIT $1',
  '3F000': 'SELECT pg_catalog.quote_ident(nspname) FROM pg_catalog.pg_namespace LIMIT $1',
}

/** The name at character `position` (from 1), with its schema. */
function wordAt(text: string, position: number): string | null {
  const rest = [...text].slice(position - 1, position + 199).join('')
  const name = /^(?:"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*)(?:\.(?:"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*))*/u.exec(rest)?.[0]
  return name ?? null
}
