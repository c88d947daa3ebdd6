import { type Sql, sql } from '#shared/sql/sql.ts'
import { asRelation, wholeQuery } from '#shared/sql/whole-query.ts'
import { readColumns, readTable } from './read-table.ts'
import type { ValidationSession } from './session.ts'
import type { AssetSource } from './source-relations.ts'
import type { TableFacts } from './table-facts.ts'

export type OpenTable = TableFacts & { readonly oid: string }

/**
 * What the asset looks like now. null: the relation does not exist any more, or the role may not see it.
 * @throws PostgresError for a query that the server refuses
 */
export async function readSource(session: ValidationSession, source: AssetSource): Promise<OpenTable | null> {
  if (source.query === null) return readTable((statement) => session.query(statement), source.schema, source.relation)
  const query = wholeQuery(source.query)
  // SECURITY: by itself, before it stands inside parentheses. With an option, as a text that begins with ANALYZE would be run.
  await session.queryAsUser(sql`EXPLAIN (COSTS OFF) ${query}`)
  const { columns } = await session.queryAsUser(sql`SELECT * FROM ${asRelation(query)} AS b LIMIT 0`)
  const { shapes, types } = await readColumns((statement) => session.query(statement), attributesOf(columns))
  return {
    oid: '0',
    kind: 'query',
    relation: asRelation(query),
    estimatedRows: null,
    shape: { schema: '', name: source.relation, columns: shapes, keyColumns: [] },
    types,
  }
}

/** Whether what it reads may run functions of the user's, by names that only their search_path finds. */
export function readsAsUser({ kind }: TableFacts): boolean {
  return kind === 'view' || kind === 'query'
}

/** Columns of a result in the form of pg_attribute. */
function attributesOf(columns: readonly { readonly name: string; readonly typeOid: number; readonly typeModifier: number }[]): Sql {
  const list = columns.map(({ name, typeOid, typeModifier }, index) => ({ name, place: index + 1, type: typeOid, modifier: typeModifier }))
  return sql`
    SELECT x.name AS attname, x.place::pg_catalog.int2 AS attnum, x.type::pg_catalog.oid AS atttypid, x.modifier AS atttypmod,
      false AS attnotnull, NULL::pg_catalog.oid AS attrelid
    FROM pg_catalog.json_to_recordset(${JSON.stringify(list)}::pg_catalog.json)
      AS x(name pg_catalog.text, place pg_catalog.int4, type pg_catalog.int8, modifier pg_catalog.int4)`
}
