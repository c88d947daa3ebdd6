import { notFound } from '#shared/contract/errors.ts'
import { type DatabaseObject, type FoundName, Grant, type ObjectDetails, type ObjectKind } from '#shared/model/database-object.ts'
import { compile, type Sql, sql } from '#shared/sql/sql.ts'
import { boundedRead } from './bounded-read.ts'
import { kindOf, withTag } from './catalog.ts'
import type { Connection } from './connection.ts'

/** What a database holds besides its tables: functions, sequences and types of a schema; roles and extensions of all. */

interface CallOptions {
  readonly signal?: AbortSignal | undefined
}

/** In the order of their names; of functions with the same name, of their arguments. `schema` null: roles and extensions. */
export async function listObjects(connection: Connection, schema: string | null, options: CallOptions = {}): Promise<DatabaseObject[]> {
  const statement = compile(withTag(schema === null ? ofDatabase : ofSchema(schema)))
  const { rows } = await boundedRead(connection, statement, options)
  return rows.map(([kind, oid, name, detail]) => ({ kind: kind as ObjectKind, oid: Number(oid), name: name ?? '', detail: detail ?? '' }))
}

/** @throws AppError NOT_FOUND, and what a read throws */
export async function readObjectDetails(
  connection: Connection,
  { kind, oid }: Pick<DatabaseObject, 'kind' | 'oid'>,
  options: CallOptions = {},
): Promise<ObjectDetails> {
  const statement = compile(withTag(definitions[kind](sql`${oid}::pg_catalog.int8::pg_catalog.oid`)))
  // With nothing else in the search_path, each name in a definition is written with its schema.
  const { rows } = await boundedRead(connection, statement, { ...options, set: ['search_path = pg_catalog, pg_temp'] })
  const [row] = rows
  if (row === undefined) throw notFound(kind)
  const [owner = null, comment = null, ddl = null, grants = null] = row
  return { owner, comment, ddl: ddl ?? '', grants: grants === null ? [] : Grant.array().parse(JSON.parse(grants)) }
}

/** Tables and columns with each of these words in their names, at most FOUND_LIMIT; the server looks, so that no list has to be read. */
export async function findNames(connection: Connection, words: readonly string[], options: CallOptions = {}): Promise<FoundName[]> {
  if (words.length === 0) return []
  const { rows } = await boundedRead(connection, compile(withTag(namesSql(words))), options)
  return rows.map(([schema, relation, kind, column]) => ({
    schema: schema ?? '',
    relation: relation ?? '',
    relationKind: kindOf(kind),
    column: column ?? null,
  }))
}

export const FOUND_LIMIT = 300

function ofSchema(schema: string): Sql {
  return sql`
SELECT o.kind, o.oid, o.name, o.detail FROM (
  SELECT CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END AS kind, p.oid, p.proname AS name,
    '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')' || COALESCE(' → ' || pg_catalog.pg_get_function_result(p.oid), '') AS detail, p.pronamespace AS namespace
  FROM pg_catalog.pg_proc p
  UNION ALL
  SELECT 'sequence', c.oid, c.relname, COALESCE((
      SELECT 'of ' || t.relname || '.' || a.attname FROM pg_catalog.pg_depend d
      JOIN pg_catalog.pg_class t ON t.oid = d.refobjid JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
      WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i') LIMIT 1), ''), c.relnamespace
  FROM pg_catalog.pg_class c WHERE c.relkind = 'S'
  UNION ALL
  SELECT 'type', t.oid, t.typname, CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range' WHEN 'c' THEN 'composite' ELSE 'base type' END, t.typnamespace
  FROM pg_catalog.pg_type t
  WHERE t.typtype IN ('e', 'd', 'r', 'b') AND t.typelem = 0
    OR t.typtype = 'c' AND EXISTS (SELECT 1 FROM pg_catalog.pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c')
) o JOIN pg_catalog.pg_namespace n ON n.oid = o.namespace
WHERE n.nspname = ${schema}::pg_catalog.text
ORDER BY o.kind, o.name, o.detail`
}

const ofDatabase = sql`
SELECT o.kind, o.oid, o.name, o.detail FROM (
  SELECT 'role' AS kind, r.oid, r.rolname AS name, pg_catalog.concat_ws(', ', CASE WHEN r.rolcanlogin THEN 'login' END, CASE WHEN r.rolsuper THEN 'superuser' END,
    CASE WHEN r.rolcreatedb THEN 'create databases' END, CASE WHEN r.rolcreaterole THEN 'create roles' END, CASE WHEN r.rolbypassrls THEN 'bypass row security' END) AS detail
  FROM pg_catalog.pg_roles r WHERE r.rolname !~ '^pg_'
  UNION ALL
  SELECT 'extension', e.oid, e.extname, e.extversion FROM pg_catalog.pg_extension e
) o ORDER BY o.kind, o.name`

/** Owner, comment, the statement that makes it, grants as JSON; no row: it is gone. */
const definitions: Readonly<Record<ObjectKind, (oid: Sql) => Sql>> = {
  function: functionSql,
  procedure: functionSql,
  aggregate: (oid) => sql`
SELECT pg_catalog.pg_get_userbyid(p.proowner), pg_catalog.obj_description(p.oid, 'pg_proc'),
  'CREATE AGGREGATE ' || pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(p.proname) || '(' || pg_catalog.pg_get_function_arguments(p.oid) || E') (\n    SFUNC = '
    || a.aggtransfn::pg_catalog.text || E',\n    STYPE = ' || pg_catalog.format_type(a.aggtranstype, NULL)
    || COALESCE(E',\n    FINALFUNC = ' || NULLIF(a.aggfinalfn, 0)::pg_catalog.regproc::pg_catalog.text, '')
    || COALESCE(E',\n    INITCOND = ' || pg_catalog.quote_literal(a.agginitval), '') || E'\n);',
  ${grantsOf(sql`p.proacl`)}
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace JOIN pg_catalog.pg_aggregate a ON a.aggfnoid = p.oid WHERE p.oid = ${oid}`,
  sequence: (oid) => sql`
SELECT pg_catalog.pg_get_userbyid(c.relowner), pg_catalog.obj_description(c.oid, 'pg_class'),
  'CREATE SEQUENCE ' || c.oid::pg_catalog.regclass::pg_catalog.text || ' AS ' || pg_catalog.format_type(s.seqtypid, NULL) || E'\n    INCREMENT BY ' || s.seqincrement
    || E'\n    MINVALUE ' || s.seqmin || E'\n    MAXVALUE ' || s.seqmax || E'\n    START WITH ' || s.seqstart || E'\n    CACHE ' || s.seqcache || CASE WHEN s.seqcycle THEN E'\n    CYCLE' ELSE '' END || ';',
  ${grantsOf(sql`c.relacl`)}
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid WHERE c.oid = ${oid}`,
  type: (oid) => sql`
SELECT pg_catalog.pg_get_userbyid(t.typowner), pg_catalog.obj_description(t.oid, 'pg_type'),
  CASE t.typtype
    WHEN 'e' THEN 'CREATE TYPE ' || pg_catalog.format_type(t.oid, NULL) || ' AS ENUM (' || COALESCE((SELECT pg_catalog.string_agg(pg_catalog.quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid), '') || ');'
    WHEN 'd' THEN 'CREATE DOMAIN ' || pg_catalog.format_type(t.oid, NULL) || ' AS ' || pg_catalog.format_type(t.typbasetype, t.typtypmod)
      || COALESCE(' DEFAULT ' || t.typdefault, '') || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END
      || COALESCE((SELECT pg_catalog.string_agg(E'\n    CONSTRAINT ' || pg_catalog.quote_ident(k.conname) || ' ' || pg_catalog.pg_get_constraintdef(k.oid), '' ORDER BY k.conname) FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'), '') || ';'
    WHEN 'c' THEN 'CREATE TYPE ' || pg_catalog.format_type(t.oid, NULL) || E' AS (\n    ' || COALESCE((SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname) || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod), E',\n    ' ORDER BY a.attnum) FROM pg_catalog.pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), '') || E'\n);'
    WHEN 'r' THEN (SELECT 'CREATE TYPE ' || pg_catalog.format_type(t.oid, NULL) || ' AS RANGE (SUBTYPE = ' || pg_catalog.format_type(r.rngsubtype, NULL) || ');' FROM pg_catalog.pg_range r WHERE r.rngtypid = t.oid)
    ELSE '-- ' || pg_catalog.format_type(t.oid, NULL) || ' is a base type, made of functions in C.'
  END,
  ${grantsOf(sql`t.typacl`)}
FROM pg_catalog.pg_type t WHERE t.oid = ${oid}`,
  role: (oid) => sql`
SELECT NULL::pg_catalog.text, pg_catalog.shobj_description(r.oid, 'pg_authid'),
  'CREATE ROLE ' || pg_catalog.quote_ident(r.rolname) || pg_catalog.concat_ws('', CASE WHEN r.rolcanlogin THEN ' LOGIN' END, CASE WHEN r.rolsuper THEN ' SUPERUSER' END,
    CASE WHEN r.rolcreatedb THEN ' CREATEDB' END, CASE WHEN r.rolcreaterole THEN ' CREATEROLE' END, CASE WHEN NOT r.rolinherit THEN ' NOINHERIT' END,
    CASE WHEN r.rolreplication THEN ' REPLICATION' END, CASE WHEN r.rolbypassrls THEN ' BYPASSRLS' END,
    CASE WHEN r.rolconnlimit >= 0 THEN ' CONNECTION LIMIT ' || r.rolconnlimit END, ' VALID UNTIL ' || pg_catalog.quote_literal(r.rolvaliduntil)) || ';'
    || COALESCE((SELECT pg_catalog.string_agg(E'\nGRANT ' || pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(m.roleid)) || ' TO ' || pg_catalog.quote_ident(r.rolname) || ';', '' ORDER BY m.roleid) FROM pg_catalog.pg_auth_members m WHERE m.member = r.oid), ''),
  NULL::pg_catalog.text
FROM pg_catalog.pg_roles r WHERE r.oid = ${oid}`,
  extension: (oid) => sql`
SELECT pg_catalog.pg_get_userbyid(e.extowner), pg_catalog.obj_description(e.oid, 'pg_extension'),
  'CREATE EXTENSION ' || pg_catalog.quote_ident(e.extname) || ' WITH SCHEMA ' || pg_catalog.quote_ident(n.nspname) || ' VERSION ' || pg_catalog.quote_literal(e.extversion) || ';', NULL::pg_catalog.text
FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.oid = ${oid}`,
}

function functionSql(oid: Sql): Sql {
  return sql`
SELECT pg_catalog.pg_get_userbyid(p.proowner), pg_catalog.obj_description(p.oid, 'pg_proc'), pg_catalog.rtrim(pg_catalog.pg_get_functiondef(p.oid), E'\n') || ';', ${grantsOf(sql`p.proacl`)}
FROM pg_catalog.pg_proc p WHERE p.oid = ${oid}`
}

function grantsOf(acl: Sql): Sql {
  return sql`(SELECT pg_catalog.json_agg(pg_catalog.json_build_object('grantee', e.grantee, 'privileges', e.privileges) ORDER BY e.grantee) FROM (
      SELECT CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.pg_get_userbyid(x.grantee)::pg_catalog.text END AS grantee,
        pg_catalog.json_agg(x.privilege_type ORDER BY x.privilege_type) AS privileges
      FROM pg_catalog.aclexplode(${acl}) x GROUP BY x.grantee) e)::pg_catalog.text`
}

/** Relations before columns, short names before long ones. A word is taken as it is: % and _ are letters like others. */
function namesSql(words: readonly string[]): Sql {
  const holds = (name: Sql) =>
    words.reduce(
      (all, word) => sql`${all} AND pg_catalog.strpos(pg_catalog.lower(${name}), pg_catalog.lower(${word}::pg_catalog.text)) > 0`,
      sql`true`,
    )
  return sql`
SELECT f.nspname, f.relname, f.relkind, f.attname FROM (
  SELECT n.nspname, c.relname, c.relkind, NULL::pg_catalog.name AS attname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE ${visible} AND ${holds(sql`n.nspname || '.' || c.relname`)}
  UNION ALL
  SELECT n.nspname, c.relname, c.relkind, a.attname FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE ${visible} AND a.attnum > 0 AND NOT a.attisdropped AND ${holds(sql`a.attname::pg_catalog.text`)}
) f
ORDER BY f.attname IS NOT NULL, pg_catalog.length(COALESCE(f.attname, f.relname)), f.nspname, f.relname, f.attname
LIMIT ${FOUND_LIMIT}::pg_catalog.int8`
}

const visible = sql`c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_(toast|temp)' AND n.nspname NOT IN ('pg_catalog', 'information_schema')`
