import { PostgresError } from '#services/postgres/errors.ts'
import { sql } from '#shared/sql/sql.ts'
import { runOn, type Source } from './execute.ts'
import { ends } from './problems.ts'
import type { ValidationSession } from './session.ts'
import { EXPLAIN_RELATIONS, type QualifiedName, scannedRelations } from './source-relations.ts'

/**
 * The tables that a statement reads, as the planner finds them, and whether they are still what they were when the snapshot was taken. Locks
 * keep an asset's tables as they are, but neither keep a partition from being attached nor hold what an expectation reads beside the asset.
 */

/**
 * The tables, partitions and children that hold the rows of an asset now. The planner sees those that are there, whatever the snapshot; that
 * is why one that comes in the middle is read by the statements after it. Empty where the server does not explain it: then no run over it goes well.
 */
export async function readParts(session: ValidationSession, source: Source): Promise<readonly QualifiedName[]> {
  try {
    return scannedRelations(await runOn(session, source, sql`${EXPLAIN_RELATIONS} SELECT 1 FROM ${source.from} AS b`))
  } catch (error) {
    if (!(error instanceof PostgresError) || ends(error)) throw error
    return []
  }
}

/**
 * Whether one of these was emptied, rewritten, dropped or made since the snapshot was taken: the catalog's row is of the snapshot, the
 * function's answer is of now. To the snapshot such a table is empty, and on an empty table nothing fails.
 */
export async function isRewritten(session: ValidationSession, relations: readonly QualifiedName[]): Promise<boolean> {
  if (relations.length === 0) return false
  const { rows } = await session.query(sql`
    SELECT EXISTS (
      SELECT FROM pg_catalog.json_to_recordset(${JSON.stringify(relations)}::pg_catalog.json) AS r(schema pg_catalog.text, name pg_catalog.text)
      LEFT JOIN (pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace) ON n.nspname = r.schema AND c.relname = r.name
      WHERE c.oid IS NULL OR c.relfilenode <> 0 AND pg_catalog.pg_relation_filenode(c.oid) IS DISTINCT FROM c.relfilenode)`)
  return rows[0]?.[0] === 't'
}

/** Whether rows of one of these lie elsewhere: another session's look at them is of another moment, whatever snapshot both have here. */
export async function readsForeign(session: ValidationSession, relations: readonly QualifiedName[]): Promise<boolean> {
  const { rows } = await session.query(sql`
    SELECT EXISTS (
      SELECT FROM pg_catalog.json_to_recordset(${JSON.stringify(relations)}::pg_catalog.json) AS r(schema pg_catalog.text, name pg_catalog.text)
      JOIN (pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace) ON n.nspname = r.schema AND c.relname = r.name
      WHERE c.relkind = 'f')`)
  return rows[0]?.[0] === 't'
}
