import { sql } from '#shared/sql/sql.ts'
import type { RunQuery } from './read-table.ts'
import type { QualifiedName } from './source-relations.ts'

/**
 * What one scan has to read, in bytes: the tables themselves with what is stored beside them (TOAST), those below views,
 * partitions and children. 0 for what lies elsewhere (a foreign table).
 */
export async function readSizeBytes(query: RunQuery, relations: readonly QualifiedName[]): Promise<number> {
  const names = JSON.stringify(relations)
  const { rows } = await query(sql`
    WITH RECURSIVE below AS (
      SELECT c.oid, c.relkind FROM pg_catalog.json_to_recordset(${names}::pg_catalog.json) AS x(schema pg_catalog.text, name pg_catalog.text)
      JOIN pg_catalog.pg_namespace n ON n.nspname = x.schema
      JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = x.name
      UNION
      SELECT c.oid, c.relkind FROM below b
      CROSS JOIN LATERAL (
        SELECT d.refobjid AS oid FROM pg_catalog.pg_rewrite r
        JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = r.oid
          AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
        WHERE r.ev_class = b.oid AND b.relkind = 'v'
        UNION ALL
        SELECT i.inhrelid FROM pg_catalog.pg_inherits i WHERE i.inhparent = b.oid
      ) n
      JOIN pg_catalog.pg_class c ON c.oid = n.oid
    )
    SELECT COALESCE(pg_catalog.sum(pg_catalog.pg_relation_size(c.oid) + COALESCE(pg_catalog.pg_relation_size(NULLIF(c.reltoastrelid, 0)), 0)), 0)
    FROM below b JOIN pg_catalog.pg_class c ON c.oid = b.oid WHERE c.relkind IN ('r', 'm')`)
  return Number(rows[0]?.[0] ?? 0)
}
