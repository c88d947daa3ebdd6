import { engineOf } from '#services/postgres/engine.ts'
import { type Sql, sql } from '#shared/sql/sql.ts'
import type { RunQuery } from './read-table.ts'

/**
 * What the constraints of a table say, as of the run's snapshot, and only those that say it about every row. Each condition
 * here is a way in which a constraint that looks like a proof is none.
 */
export interface CatalogClaims {
  /** Name of the constraint by column. */
  readonly notNull: ReadonlyMap<string, string>
  readonly uniqueKeys: readonly UniqueKey[]
  /** CHECK constraints that were seen to hold for every row, with the columns they speak of. */
  readonly checks: readonly CheckConstraint[]
}

export interface UniqueKey {
  readonly index: string
  readonly columns: readonly string[]
}

export interface CheckConstraint {
  readonly name: string
  readonly columns: readonly string[]
}

const nothing: CatalogClaims = { notNull: new Map(), uniqueKeys: [], checks: [] }

/** `oid`: of a table or a partitioned table, which this transaction has locked. */
export async function readClaims(query: RunQuery, oid: string): Promise<CatalogClaims> {
  const [about] = (await query(aboutSql(oid))).rows
  if (about === undefined) return nothing
  const [banner, versionNumber, whole, unproven] = about
  // Others that speak the protocol list constraints that they do not enforce (Redshift), or keep no such catalog.
  const { engine } = engineOf({ banner: banner ?? '', extensions: new Map(), settings: new Set(), functions: new Set() })
  if (engine !== 'postgresql' || whole !== 't') return nothing
  const version = Number(versionNumber)
  const notNull = await query(notNullSql(oid, version))
  const unique = await query(uniqueSql(oid, version))
  // The planner sees constraints as they are now. One that was validated after our snapshot says nothing about its rows.
  const checks = unproven === 't' ? [] : (await query(checksSql(oid, version))).rows
  return {
    notNull: new Map(notNull.rows.map(([column, name]) => [column ?? '', name ?? ''])),
    uniqueKeys: unique.rows.map(([index, columns]) => ({ index: index ?? '', columns: namesIn(columns) })),
    checks: checks.map(([name, columns]) => ({ name: name ?? '', columns: namesIn(columns) })),
  }
}

function namesIn(json: string | null | undefined): readonly string[] {
  return JSON.parse(json ?? '[]') as readonly string[]
}

/** The table with its partitions. */
const tree = (oid: string): Sql => sql`
  tree AS (
    SELECT c.oid, c.relkind, c.relam, c.relispartition, true AS top FROM pg_catalog.pg_class c WHERE c.oid = ${oid}::pg_catalog.oid
    UNION ALL
    SELECT c.oid, c.relkind, c.relam, c.relispartition, false FROM tree t
    JOIN pg_catalog.pg_inherits i ON i.inhparent = t.oid JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
  )`

/**
 * Whole: no inheritance children, whose rows a parent's key does not speak of, no foreign table, which enforces nothing, and rows kept
 * in PostgreSQL's own way. Unproven: a constraint was added without a look at the rows that were there.
 */
function aboutSql(oid: string): Sql {
  return sql`
    WITH RECURSIVE ${tree(oid)}
    SELECT pg_catalog.version(), pg_catalog.current_setting('server_version_num'),
      pg_catalog.bool_and(t.relkind IN ('r', 'p') AND (t.top OR t.relispartition)
        AND (t.relkind = 'p' OR t.relam = (SELECT m.oid FROM pg_catalog.pg_am m WHERE m.amname = 'heap'))),
      pg_catalog.bool_or(EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conrelid = t.oid AND k.contype IN ('c', 'n') AND NOT k.convalidated))
    FROM tree t`
}

/**
 * From 18 on a column may be marked NOT NULL while older rows of it were never looked at. A composite value whose fields are all
 * null is let in by NOT NULL, and IS NULL all the same.
 */
function notNullSql(oid: string, version: number): Sql {
  const marked = sql`
    SELECT a.attname, a.attnum FROM pg_catalog.pg_attribute a
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid LEFT JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
    WHERE a.attrelid = ${oid}::pg_catalog.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attnotnull
      AND COALESCE(b.typtype, t.typtype) IN ('b', 'e', 'r', 'm')`
  if (version < FIRST_WITH_NAMED_NOT_NULL) return sql`SELECT a.attname, 'NOT NULL' FROM (${marked}) a`
  return sql`
    WITH RECURSIVE ${tree(oid)}
    SELECT a.attname, k.conname FROM (${marked}) a
    JOIN pg_catalog.pg_constraint k ON k.conrelid = ${oid}::pg_catalog.oid AND k.contype = 'n' AND k.conkey = ARRAY[a.attnum] AND k.convalidated
    WHERE NOT EXISTS (
      SELECT FROM tree t JOIN pg_catalog.pg_constraint p ON p.conrelid = t.oid AND p.contype = 'n' AND NOT p.convalidated
      JOIN pg_catalog.pg_attribute x ON x.attrelid = p.conrelid AND x.attnum = p.conkey[1] AND x.attname = a.attname)`
}

const FIRST_WITH_NAMED_NOT_NULL = 180_000
/** Before, the version of the database's own collation was not kept. */
const FIRST_WITH_DATABASE_COLLATION_VERSION = 150_000

/**
 * Valid, ready, checked at each statement, of whole rows and plain columns (not those that are only INCLUDEd), by the operators and the
 * collation that "equal" means elsewhere, and in the order that the system's collations have today: an index in another one lets copies in.
 */
function uniqueSql(oid: string, version: number): Sql {
  return sql`
    SELECT c.relname, pg_catalog.array_to_json(ARRAY(
      SELECT a.attname FROM pg_catalog.unnest(i.indkey) WITH ORDINALITY k(attnum, place)
      JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
      WHERE k.place <= i.indnkeyatts ORDER BY k.place))
    FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
    JOIN pg_catalog.pg_am m ON m.oid = c.relam AND m.amname = 'btree'
    WHERE i.indrelid = ${oid}::pg_catalog.oid AND i.indisunique AND i.indisvalid AND i.indisready AND i.indislive AND i.indimmediate
      AND NOT i.indisexclusion AND i.indpred IS NULL AND i.indexprs IS NULL
      AND NOT EXISTS (
        SELECT FROM pg_catalog.unnest(i.indkey) WITH ORDINALITY k(attnum, place)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
        LEFT JOIN pg_catalog.pg_opclass o ON o.oid = i.indclass[k.place - 1]
        LEFT JOIN pg_catalog.pg_collation l ON l.oid = i.indcollation[k.place - 1]
        JOIN pg_catalog.pg_type t ON t.oid = a.atttypid LEFT JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
        WHERE k.place <= i.indnkeyatts AND (
          o.opcdefault IS NOT TRUE
          OR b.typtype = 'd'
          OR EXISTS (SELECT FROM pg_catalog.pg_opclass d WHERE d.opcdefault AND d.opcmethod = o.opcmethod AND d.opcintype = COALESCE(b.oid, t.oid) AND d.oid <> o.oid)
          OR i.indcollation[k.place - 1] <> a.attcollation
          OR l.oid IS NOT NULL AND NOT (${collationIsCurrent(version)})))
    ORDER BY i.indisprimary DESC, c.relname`
}

/** Of a row l of pg_collation: in the order that its index or constraint was made in. Where no version is kept, only the order of bytes never changes. */
function collationIsCurrent(version: number): Sql {
  const ofDatabase =
    version < FIRST_WITH_DATABASE_COLLATION_VERSION
      ? sql`d.datcollate IN ('C', 'POSIX')`
      : sql`d.datcollate IN ('C', 'POSIX') OR COALESCE(d.datcollversion = pg_catalog.pg_database_collation_actual_version(d.oid), false)`
  return sql`CASE WHEN l.collprovider = 'd' THEN (SELECT ${ofDatabase} FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
    ELSE COALESCE(l.collcollate IN ('C', 'POSIX'), false) OR COALESCE(l.collversion = pg_catalog.pg_collation_actual_version(l.oid), false) END`
}

/**
 * None, where one of the table or its partitions depends on a function or an operator that is not PostgreSQL's own (it may have been another
 * one when rows were let in), or where texts may have been compared in another order then: the planner uses them all.
 */
function checksSql(oid: string, version: number): Sql {
  return sql`
    WITH RECURSIVE ${tree(oid)}
    SELECT k.conname, pg_catalog.array_to_json(ARRAY(
      SELECT a.attname FROM pg_catalog.pg_attribute a WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)))
    FROM pg_catalog.pg_constraint k
    WHERE k.conrelid = ${oid}::pg_catalog.oid AND k.contype = 'c' AND k.convalidated
      AND NOT EXISTS (
        SELECT FROM tree t JOIN pg_catalog.pg_constraint p ON p.conrelid = t.oid AND p.contype = 'c'
        WHERE EXISTS (
          SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND d.objid = p.oid
            AND d.refclassid IN ('pg_catalog.pg_proc'::pg_catalog.regclass, 'pg_catalog.pg_operator'::pg_catalog.regclass))
        OR EXISTS (
          SELECT FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
          WHERE a.attrelid = p.conrelid AND a.attnum = ANY (p.conkey) AND NOT (${collationIsCurrent(version)})))
    ORDER BY k.conname`
}
