import { CompletionColumns, type CompletionPage, type CompletionWords } from '#shared/model/completion.ts'
import { compile, sql } from '#shared/sql/sql.ts'
import { boundedRead } from './bounded-read.ts'
import { kindOf, withTag } from './catalog.ts'
import type { Connection } from './connection.ts'

/** What an editor completes from: names in parts, columns a relation at a time, so that a database of many thousand tables costs what is used of it. */

interface CallOptions {
  readonly signal?: AbortSignal | undefined
}

/** Relations a part. */
const PART = 5_000
const MOST_FUNCTIONS = 5_000
const MOST_TYPES = 2_000

/** By schema and name, those after `after`. */
export async function listCompletionRelations(
  connection: Connection,
  after: { readonly schema: string; readonly name: string } | null,
  options: CallOptions = {},
): Promise<CompletionPage> {
  const { rows } = await boundedRead(connection, compile(relationsSql(after?.schema ?? '', after?.name ?? '')), options)
  const relations = rows.map(([schema, name, kind]) => ({ schema: schema ?? '', name: name ?? '', kind: kindOf(kind) }))
  const last = relations.at(-1)
  return { relations, next: relations.length < PART || last === undefined ? null : { schema: last.schema, name: last.name } }
}

export async function listCompletionWords(connection: Connection, options: CallOptions = {}): Promise<CompletionWords> {
  const { rows } = await boundedRead(connection, compile(wordsSql), options)
  const named = (kind: string) => rows.filter((row) => row[0] === kind)
  return {
    searchPath: named('path').map(([, , name]) => name ?? ''),
    schemas: named('schema').map(([, , name]) => name ?? ''),
    functions: named('function').map(([, schema, name, signature]) => ({
      schema: schema ?? null,
      name: name ?? '',
      signature: signature ?? '',
    })),
    types: named('type').map(([, , name]) => name ?? ''),
  }
}

/** `schema` null: as the search path of the role finds it. null: there is none of that name. */
export async function readCompletionColumns(
  connection: Connection,
  schema: string | null,
  name: string,
  options: CallOptions = {},
): Promise<CompletionColumns | null> {
  const { rows } = await boundedRead(connection, compile(columnsSql(schema, name)), options)
  const [row] = rows
  if (row === undefined) return null
  const [foundSchema, foundName, columns, references] = row
  return CompletionColumns.parse({
    schema: foundSchema,
    name: foundName,
    columns: JSON.parse(columns ?? '[]'),
    references: JSON.parse(references ?? '[]'),
  })
}

function relationsSql(schema: string, name: string) {
  return withTag(sql`
SELECT n.nspname, c.relname, c.relkind
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_(toast|temp)' AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
  AND (n.nspname, c.relname) > (${schema}::text, ${name}::text)
ORDER BY n.nspname, c.relname LIMIT ${String(PART)}::pg_catalog.int8`)
}

/** Of the system's functions, those that a person calls: what stands behind operators and types says so in its description. */
const wordsSql = withTag(sql`
SELECT 'path', NULL::text, s.name::text, NULL::text FROM pg_catalog.unnest(pg_catalog.current_schemas(false)) WITH ORDINALITY AS s(name, place)
UNION ALL
(SELECT 'schema', NULL, n.nspname, NULL FROM pg_catalog.pg_namespace n
  WHERE n.nspname !~ '^pg_(toast|temp)' AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') ORDER BY n.nspname)
UNION ALL
(SELECT * FROM (
  SELECT DISTINCT ON (p.pronamespace, p.proname) 'function', CASE WHEN pg_catalog.pg_function_is_visible(p.oid) THEN NULL ELSE n.nspname END, p.proname::text,
    pg_catalog."left"('(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')' || COALESCE(' → ' || pg_catalog.pg_get_function_result(p.oid), ''), 200)
  FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  LEFT JOIN pg_catalog.pg_description d ON d.objoid = p.oid AND d.classoid = 'pg_catalog.pg_proc'::pg_catalog.regclass
  WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_(toast|temp)' AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
    AND p.prorettype NOT IN ('pg_catalog.trigger'::pg_catalog.regtype, 'pg_catalog.internal'::pg_catalog.regtype, 'pg_catalog.event_trigger'::pg_catalog.regtype)
    AND (n.nspname <> 'pg_catalog' OR d.description IS NOT NULL AND d.description !~ '^(implementation of|I/O|internal|less-equal|sort support|hash$|equal image|SP-GiST|GiST|GIN|BRIN|btree|restriction selectivity|join selectivity|transition function|aggregate)')
  ORDER BY p.pronamespace, p.proname, p.pronargs
  ) f ORDER BY f.proname LIMIT ${String(MOST_FUNCTIONS)}::pg_catalog.int8)
UNION ALL
(SELECT 'type', NULL, pg_catalog.format_type(t.oid, NULL), NULL FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  WHERE (t.typtype IN ('e', 'd', 'r', 'b') OR t.typtype = 'c' AND EXISTS (SELECT 1 FROM pg_catalog.pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))
    AND t.typcategory <> 'A' AND t.typname !~ '^_' AND t.typname <> 'char' AND n.nspname !~ '^pg_(toast|temp)' AND n.nspname <> 'information_schema'
    AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
  ORDER BY n.nspname = 'pg_catalog', 3 LIMIT ${String(MOST_TYPES)}::pg_catalog.int8)`)

function columnsSql(schema: string | null, name: string) {
  return withTag(sql`
SELECT n.nspname, c.relname,
  (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('name', a.attname, 'type', pg_catalog.format_type(a.atttypid, a.atttypmod)) ORDER BY a.attnum)
   FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
  (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('schema', fn.nspname, 'name', f.relname,
      'columns', (SELECT pg_catalog.json_agg(a.attname ORDER BY k.place) FROM pg_catalog.unnest(o.conkey) WITH ORDINALITY AS k(number, place)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = k.number),
      'theirColumns', (SELECT pg_catalog.json_agg(a.attname ORDER BY k.place) FROM pg_catalog.unnest(o.confkey) WITH ORDINALITY AS k(number, place)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = o.confrelid AND a.attnum = k.number)) ORDER BY o.conname)
   FROM pg_catalog.pg_constraint o JOIN pg_catalog.pg_class f ON f.oid = o.confrelid JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace
   WHERE o.conrelid = c.oid AND o.contype = 'f')
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relname = ${name}::text
  AND CASE WHEN ${schema}::text IS NULL THEN pg_catalog.pg_table_is_visible(c.oid) ELSE n.nspname = ${schema}::text END`)
}
