import { boundedRead } from '#services/postgres/bounded-read.ts'
import type { Connection } from '#services/postgres/connection.ts'
import type { RelationName } from '#shared/model/data-asset.ts'
import type { RelationKind } from '#shared/model/data-source.ts'
import { compile, sql } from '#shared/sql/sql.ts'

/** What is needed to take a relation in. */
export interface RelationDescription {
  readonly schema: string
  readonly name: string
  readonly kind: RelationKind
  readonly comment: string | null
  /** At least one column of it. */
  readonly readable: boolean
  /** In the table's order. */
  readonly columns: readonly { readonly name: string; readonly type: string }[]
}

/** Many relations in one statement. Those that do not exist, or that the role may not see, are left out. */
export async function describeRelations(
  connection: Connection,
  relations: readonly RelationName[],
  signal: AbortSignal,
): Promise<readonly RelationDescription[]> {
  const { rows } = await boundedRead(
    connection,
    compile(sql`
      SELECT n.nspname, c.relname, c.relkind, pg_catalog."left"(pg_catalog.obj_description(c.oid, 'pg_class'), 2000),
        pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND (
          pg_catalog.has_table_privilege(c.oid, 'SELECT') OR pg_catalog.has_any_column_privilege(c.oid, 'SELECT')),
        (SELECT pg_catalog.json_agg(pg_catalog.json_build_array(a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)) ORDER BY a.attnum) FROM pg_catalog.pg_attribute a
          WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
      FROM pg_catalog.json_to_recordset(${JSON.stringify(relations)}::pg_catalog.json) AS wanted(schema pg_catalog.text, name pg_catalog.text)
      JOIN pg_catalog.pg_namespace n ON n.nspname = wanted.schema
      JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')`),
    { signal, set: ['search_path = pg_catalog, pg_temp'] },
  )
  return rows.map(([schema, name, kind, comment, readable, columns]) => ({
    schema: schema ?? '',
    name: name ?? '',
    kind: kinds[kind ?? ''] ?? 'table',
    comment: comment ?? null,
    readable: readable === 't',
    columns: columnsOf(columns ?? null),
  }))
}

const kinds: Readonly<Record<string, RelationKind>> = {
  r: 'table',
  p: 'partitioned table',
  v: 'view',
  m: 'materialized view',
  f: 'foreign table',
}

/** NULL for a table without columns, which PostgreSQL allows. */
function columnsOf(json: string | null): RelationDescription['columns'] {
  const pairs: unknown = json === null ? [] : JSON.parse(json)
  return Array.isArray(pairs)
    ? pairs.map((pair: unknown) => (Array.isArray(pair) ? { name: String(pair[0]), type: String(pair[1]) } : { name: '', type: '' }))
    : []
}
