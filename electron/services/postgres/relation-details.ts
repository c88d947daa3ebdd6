import { z } from 'zod'
import { notFound } from '#shared/contract/errors.ts'
import { Grant, type RelationDetails, TablePart } from '#shared/model/database-object.ts'
import { compile, quoteIdentifier, quoteLiteral, sql } from '#shared/sql/sql.ts'
import { boundedRead } from './bounded-read.ts'
import { kindOf, withTag } from './catalog.ts'
import type { Connection } from './connection.ts'

/**
 * A relation with its keys, indexes, triggers, policies and grants, and the statements that make it anew. Everything that PostgreSQL can
 * write as SQL itself, it does (pg_get_*def); a table has no such function, so its statement is put together from these.
 * @throws AppError NOT_FOUND, and what a read throws
 */
export async function readRelationDetails(
  connection: Connection,
  schema: string,
  relation: string,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<RelationDetails> {
  const statement = compile(detailsSql(schema, relation))
  // With nothing else in the search_path, each name in a definition is written with its schema.
  const { rows } = await boundedRead(connection, statement, { ...options, set: ['search_path = pg_catalog, pg_temp'], lockLimitMs: 2_000 })
  const text = rows[0]?.[0] ?? null
  if (text === null) throw notFound('relation')
  const facts = Facts.parse(JSON.parse(text))
  return {
    kind: kindOf(facts.kind),
    owner: facts.owner,
    comment: facts.comment,
    estimatedRows: facts.rows !== null && facts.rows >= 0 && facts.kind !== 'v' && facts.kind !== 'f' ? facts.rows : null,
    sizeBytes: facts.kind === 'r' || facts.kind === 'm' ? facts.size : null,
    constraints: facts.constraints,
    indexes: facts.indexes.map(({ name, definition }) => ({ name, definition })),
    triggers: facts.triggers,
    policies: facts.policies,
    grants: facts.grants,
    ddl: ddlOf(facts, `${quoteIdentifier(schema)}.${quoteIdentifier(relation)}`),
  }
}

const list = <Item extends z.ZodType>(item: Item) =>
  z
    .array(item)
    .nullable()
    .transform((items) => items ?? [])

const ColumnFacts = z.object({
  name: z.string(),
  type: z.string(),
  collation: z.string().nullable(),
  notNull: z.boolean(),
  /** '' none, 'a' always, 'd' by default. */
  identity: z.string(),
  /** '' none, 's' stored, 'v' virtual. */
  generated: z.string(),
  expression: z.string().nullable(),
  comment: z.string().nullable(),
  local: z.boolean(),
})
type ColumnFacts = z.infer<typeof ColumnFacts>

const Facts = z.object({
  kind: z.string(),
  owner: z.string(),
  comment: z.string().nullable(),
  rows: z.number().nullable(),
  size: z.number().nullable(),
  unlogged: z.boolean(),
  options: z.string().nullable(),
  view: z.string().nullable(),
  partitionKey: z.string().nullable(),
  partitionBound: z.string().nullable(),
  parents: list(z.string()),
  rowSecurity: z.boolean(),
  forcedRowSecurity: z.boolean(),
  server: z.string().nullable(),
  columns: list(ColumnFacts),
  constraints: list(TablePart),
  indexes: list(TablePart.extend({ ofConstraint: z.boolean() })),
  triggers: list(TablePart),
  policies: list(TablePart),
  grants: list(Grant),
})
type Facts = z.infer<typeof Facts>

/** The statements, in an order in which they can be run. */
function ddlOf(facts: Facts, name: string): string {
  const keyword = facts.kind === 'f' ? 'FOREIGN TABLE' : facts.kind === 'v' ? 'VIEW' : facts.kind === 'm' ? 'MATERIALIZED VIEW' : 'TABLE'
  const after: string[] = []
  const parts =
    facts.kind === 'f' ? [] : facts.indexes.filter(({ ofConstraint }) => !ofConstraint).map(({ definition }) => `${definition};`)
  after.push(...parts)
  if (facts.rowSecurity) after.push(`ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY;`)
  if (facts.forcedRowSecurity) after.push(`ALTER TABLE ${name} FORCE ROW LEVEL SECURITY;`)
  after.push(...facts.policies.map(({ definition }) => `${definition};`), ...facts.triggers.map(({ definition }) => `${definition};`))
  if (facts.comment !== null) after.push(`COMMENT ON ${keyword} ${name} IS ${quoteLiteral(facts.comment).trim()};`)
  for (const { name: column, comment } of facts.columns)
    if (comment !== null) after.push(`COMMENT ON COLUMN ${name}.${quoteIdentifier(column)} IS ${quoteLiteral(comment).trim()};`)
  for (const { grantee, privileges } of facts.grants)
    if (grantee !== facts.owner)
      after.push(`GRANT ${privileges.join(', ')} ON ${name} TO ${grantee === 'PUBLIC' ? 'PUBLIC' : quoteIdentifier(grantee)};`)
  return [createSql(facts, name, keyword), ...after].join('\n\n')
}

function createSql(facts: Facts, name: string, keyword: string): string {
  const options = facts.options === null ? '' : ` WITH (${facts.options})`
  if (facts.view !== null) return `CREATE ${keyword} ${name}${options} AS\n${facts.view.replace(/;\s*$/, '')};`
  const start = `CREATE ${facts.unlogged ? 'UNLOGGED ' : ''}${keyword} ${name}`
  const key = facts.partitionKey === null ? '' : `\nPARTITION BY ${facts.partitionKey}`
  const [parent] = facts.parents
  if (facts.partitionBound !== null && parent !== undefined)
    return `${start}\nPARTITION OF ${parent}\n${facts.partitionBound}${key}${options};`
  const own = facts.parents.length === 0 ? facts.columns : facts.columns.filter(({ local }) => local)
  const lines = [...own.map(columnSql), ...facts.constraints.map((one) => `CONSTRAINT ${quoteIdentifier(one.name)} ${one.definition}`)]
  const body = lines.length === 0 ? '()' : `(\n    ${lines.join(',\n    ')}\n)`
  const inherits = facts.parents.length === 0 ? '' : `\nINHERITS (${facts.parents.join(', ')})`
  const server = facts.server === null ? '' : `\nSERVER ${facts.server}`
  return `${start} ${body}${inherits}${key}${server}${options};`
}

function columnSql({ name, type, collation, notNull, identity, generated, expression }: ColumnFacts): string {
  const parts = [quoteIdentifier(name), type]
  if (collation !== null) parts.push(`COLLATE ${collation}`)
  if (generated !== '') parts.push(`GENERATED ALWAYS AS (${expression ?? ''}) ${generated === 'v' ? 'VIRTUAL' : 'STORED'}`)
  else if (identity !== '') parts.push(`GENERATED ${identity === 'a' ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY`)
  else if (expression !== null) parts.push(`DEFAULT ${expression}`)
  if (notNull) parts.push('NOT NULL')
  return parts.join(' ')
}

/** One answer, as JSON, so that all of it is of one moment. NOT NULL is told with its column, whatever catalog a version keeps it in. */
function detailsSql(schema: string, relation: string) {
  return withTag(sql`SELECT pg_catalog.json_build_object(
  'kind', c.relkind, 'owner', pg_catalog.pg_get_userbyid(c.relowner), 'comment', pg_catalog."left"(pg_catalog.obj_description(c.oid, 'pg_class'), 10000),
  'rows', c.reltuples, 'size', CASE WHEN c.relkind IN ('r', 'm') THEN pg_catalog.pg_total_relation_size(c.oid) END,
  'unlogged', c.relpersistence = 'u', 'options', pg_catalog.array_to_string(c.reloptions, ', '),
  'view', CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid, true) END,
  'partitionKey', CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END,
  'partitionBound', pg_catalog.pg_get_expr(c.relpartbound, c.oid),
  'parents', (SELECT pg_catalog.json_agg(h.inhparent::pg_catalog.regclass::pg_catalog.text ORDER BY h.inhseqno) FROM pg_catalog.pg_inherits h WHERE h.inhrelid = c.oid),
  'rowSecurity', c.relrowsecurity, 'forcedRowSecurity', c.relforcerowsecurity,
  'server', (SELECT pg_catalog.quote_ident(s.srvname) FROM pg_catalog.pg_foreign_table f JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver WHERE f.ftrelid = c.oid),
  'columns', (SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
      'name', a.attname, 'type', pg_catalog.format_type(a.atttypid, a.atttypmod), 'notNull', a.attnotnull, 'identity', a.attidentity, 'generated', a.attgenerated,
      'collation', CASE WHEN a.attcollation <> t.typcollation THEN (SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(l.collname) FROM pg_catalog.pg_collation l JOIN pg_catalog.pg_namespace n ON n.oid = l.collnamespace WHERE l.oid = a.attcollation) END,
      'expression', pg_catalog.pg_get_expr(d.adbin, d.adrelid), 'comment', pg_catalog.col_description(c.oid, a.attnum), 'local', a.attislocal) ORDER BY a.attnum)
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
  'constraints', (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('name', k.conname, 'definition', pg_catalog.pg_get_constraintdef(k.oid))
      ORDER BY pg_catalog."position"('pucxf'::pg_catalog.text, k.contype::pg_catalog.text), k.conname)
    FROM pg_catalog.pg_constraint k WHERE k.conrelid = c.oid AND k.contype IN ('p', 'u', 'c', 'x', 'f') AND (k.conislocal OR c.relkind IN ('v', 'm'))),
  'indexes', (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('name', x.relname, 'definition', pg_catalog.pg_get_indexdef(i.indexrelid),
      'ofConstraint', EXISTS (SELECT 1 FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid AND k.conrelid = c.oid)) ORDER BY x.relname)
    FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = c.oid),
  'triggers', (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('name', g.tgname, 'definition', pg_catalog.pg_get_triggerdef(g.oid)) ORDER BY g.tgname)
    FROM pg_catalog.pg_trigger g WHERE g.tgrelid = c.oid AND NOT g.tgisinternal),
  'policies', (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('name', p.polname, 'definition',
      'CREATE POLICY ' || pg_catalog.quote_ident(p.polname) || ' ON ' || c.oid::pg_catalog.regclass::pg_catalog.text
      || CASE WHEN p.polpermissive THEN '' ELSE ' AS RESTRICTIVE' END
      || ' FOR ' || CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END
      || ' TO ' || (SELECT pg_catalog.string_agg(CASE r WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(r)) END, ', ') FROM pg_catalog.unnest(p.polroles) r)
      || COALESCE(' USING (' || pg_catalog.pg_get_expr(p.polqual, c.oid) || ')', '')
      || COALESCE(' WITH CHECK (' || pg_catalog.pg_get_expr(p.polwithcheck, c.oid) || ')', '')) ORDER BY p.polname)
    FROM pg_catalog.pg_policy p WHERE p.polrelid = c.oid),
  'grants', (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('grantee', e.grantee, 'privileges', e.privileges) ORDER BY e.grantee) FROM (
      SELECT CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.pg_get_userbyid(x.grantee)::pg_catalog.text END AS grantee,
        pg_catalog.json_agg(x.privilege_type ORDER BY x.privilege_type) AS privileges
      FROM pg_catalog.aclexplode(c.relacl) x GROUP BY x.grantee) e)
)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ${schema}::pg_catalog.text AND c.relname = ${relation}::pg_catalog.text AND c.relkind IN ('r', 'p', 'v', 'm', 'f')`)
}
