import type { Rows } from '#services/postgres/connection.ts'
import type { ColumnAbilities, ColumnShape } from '#shared/expectations/definition.ts'
import { identifier, type Sql, sql } from '#shared/sql/sql.ts'
import { abilitiesOf, type ColumnType, type TableFacts } from './table-facts.ts'

/** Reads a relation, its columns and what their types can do, from the catalog. */

export type RunQuery = (statement: Sql) => Promise<Rows>

/** null: there is no such relation, or the role may not see its schema. */
export async function readTable(query: RunQuery, schema: string, name: string): Promise<(TableFacts & { readonly oid: string }) | null> {
  const [relation] = (await query(relationSql(schema, name))).rows
  if (relation === undefined) return null
  const [oid, kind, estimatedRows] = relation
  if (oid === null || oid === undefined) return null
  const { shapes, types } = await readColumns(query, attributesSql(oid))
  const key = await query(keySql(oid))
  return {
    oid,
    kind: kinds[kind ?? ''] ?? 'table',
    relation: identifier(schema, name),
    estimatedRows: estimatedRows === null || Number(estimatedRows) < 0 ? null : Number(estimatedRows),
    shape: { schema, name, columns: shapes, keyColumns: key.rows.map((row) => row[0] ?? '') },
    types,
  }
}

/** `attributes`: a query with the columns of pg_attribute that matter here, under their names. */
export async function readColumns(
  query: RunQuery,
  attributes: Sql,
): Promise<{ readonly shapes: readonly ColumnShape[]; readonly types: ReadonlyMap<string, ColumnType> }> {
  const columns = await query(columnsSql(attributes))
  const types = new Map<string, ColumnType>()
  const shapes = columns.rows.map((row): ColumnShape => {
    const name = row[0] ?? ''
    const type = typeOf(row)
    types.set(name, type)
    return {
      name,
      position: Number(row[1]),
      type: row[2] ?? '',
      category: row[3] ?? '',
      nullable: row[4] === 't',
      primaryKey: row[5] === 't',
      comment: row[6] ?? null,
      abilities: abilitiesOf(type),
      repeats: row[20] === 't',
    }
  })
  return { shapes, types }
}

const kinds: Readonly<Record<string, TableFacts['kind']>> = {
  r: 'table',
  p: 'partitioned table',
  v: 'view',
  m: 'materialized view',
  f: 'foreign table',
}

function typeOf(row: readonly (string | null)[]): ColumnType {
  const [orderSchema = null, btreeEqual = null, hashEqual = null, patternSchema = null, hashSchema = null, hashName = null] = row.slice(7)
  const [length, isPlain, hasMean, maxSchema = null, maxName = null, minSchema = null, minName = null] = row.slice(13)
  const hashFunction = hashSchema === null || hashName === null ? null : { schema: hashSchema, name: hashName }
  return {
    orderSchema,
    equalitySchema: btreeEqual ?? hashEqual,
    patternSchema,
    hashFunction,
    maximum: maxSchema === null || maxName === null ? null : { schema: maxSchema, name: maxName },
    minimum: minSchema === null || minName === null ? null : { schema: minSchema, name: minName },
    mean: hasMean === 't',
    distinct: distinctBy({
      ordered: orderSchema !== null,
      equal: hashEqual !== null,
      plain: isPlain === 't',
      length: Number(length),
      hashFunction,
    }),
  }
}

/** Short values of fixed width sort fast as they are; of longer ones 64 bits are hashed. Values with parts (arrays, records, ranges) may have parts without a hash. */
function distinctBy(type: {
  ordered: boolean
  equal: boolean
  plain: boolean
  length: number
  hashFunction: object | null
}): ColumnAbilities['distinct'] {
  if (!type.ordered && !type.equal) return 'none'
  if (!type.plain) return 'group'
  if (type.ordered && type.length > 0 && type.length <= 16) return 'count'
  return type.hashFunction === null ? 'group' : 'hash'
}

function relationSql(schema: string, name: string): Sql {
  return sql`
    SELECT c.oid, c.relkind, CASE WHEN c.relkind IN ('r', 'm', 'p') THEN c.reltuples END
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = ${schema} AND c.relname = ${name} AND c.relkind IN ('r', 'p', 'v', 'm', 'f')`
}

/**
 * Operators come from the default operator class of the type itself, of the type below a domain, of the pseudo-type
 * for enums, arrays, ranges and records, or of a type that holds the same bytes (text for varchar): PostgreSQL's own order.
 */
function columnsSql(attributes: Sql): Sql {
  return sql`
    WITH RECURSIVE attributes AS (${attributes}
    ), descent AS (
      SELECT t.oid AS declared, t.oid AS base, t.typtype, t.typbasetype FROM pg_catalog.pg_type t
      WHERE t.oid IN (SELECT a.atttypid FROM attributes a)
      UNION ALL
      SELECT d.declared, t.oid, t.typtype, t.typbasetype FROM descent d JOIN pg_catalog.pg_type t ON t.oid = d.typbasetype WHERE d.typtype = 'd'
    ), types AS (
      SELECT d.declared, t.oid AS base, t.typlen, t.typcategory, t.typtype,
        CASE t.typtype WHEN 'e' THEN 'pg_catalog.anyenum'::pg_catalog.regtype WHEN 'r' THEN 'pg_catalog.anyrange'::pg_catalog.regtype
          WHEN 'm' THEN pg_catalog.to_regtype('pg_catalog.anymultirange') WHEN 'c' THEN 'pg_catalog.record'::pg_catalog.regtype
          ELSE CASE WHEN t.typcategory = 'A' THEN 'pg_catalog.anyarray'::pg_catalog.regtype END END::pg_catalog.oid AS pseudo
      FROM descent d JOIN pg_catalog.pg_type t ON t.oid = d.base WHERE d.typtype <> 'd'
    ), classes AS (
      SELECT DISTINCT ON (t.declared, m.amname) t.declared, m.amname, c.opcfamily, c.opcintype
      FROM types t
      JOIN pg_catalog.pg_opclass c ON c.opcdefault
      JOIN pg_catalog.pg_am m ON m.oid = c.opcmethod AND m.amname IN ('btree', 'hash')
      JOIN pg_catalog.pg_type i ON i.oid = c.opcintype
      WHERE c.opcintype IN (t.base, t.pseudo) OR EXISTS (
        SELECT 1 FROM pg_catalog.pg_cast x
        WHERE x.castsource = t.base AND x.casttarget = c.opcintype AND x.castmethod = 'b' AND x.castcontext = 'i')
      ORDER BY t.declared, m.amname, c.opcintype = t.base DESC, c.opcintype = t.pseudo DESC NULLS LAST, i.typispreferred DESC
    )
    SELECT a.attname, a.attnum, pg_catalog.format_type(a.atttypid, a.atttypmod), t.typcategory, NOT a.attnotnull,
      COALESCE((SELECT a.attnum = ANY (i.indkey) FROM pg_catalog.pg_index i WHERE i.indrelid = a.attrelid AND i.indisprimary), false),
      pg_catalog."left"(pg_catalog.col_description(a.attrelid, a.attnum::pg_catalog.int4), 2000),
      (SELECT n.nspname ${operatorOf('btree', '<', sql`1`)}),
      (SELECT n.nspname ${operatorOf('btree', '=', sql`3`)}),
      (SELECT n.nspname ${operatorOf('hash', '=', sql`1`)}),
      (SELECT n.nspname FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
        WHERE o.oprname = '~' AND t.typcategory = 'S' AND o.oprresult = 'pg_catalog.bool'::pg_catalog.regtype
          AND (o.oprleft = t.base AND o.oprright IN (t.base, 'pg_catalog.text'::pg_catalog.regtype)
            OR o.oprleft = 'pg_catalog.text'::pg_catalog.regtype AND o.oprright = o.oprleft AND EXISTS (
              SELECT 1 FROM pg_catalog.pg_cast x WHERE x.castsource = t.base AND x.casttarget = o.oprleft AND x.castmethod = 'b' AND x.castcontext = 'i'))
        ORDER BY o.oprleft = t.base DESC, o.oprright = t.base DESC LIMIT 1),
      hash.nspname, hash.proname,
      t.typlen,
      t.typtype = 'b' AND t.typcategory <> 'A',
      t.base IN ('pg_catalog.int2'::pg_catalog.regtype, 'pg_catalog.int4'::pg_catalog.regtype, 'pg_catalog.int8'::pg_catalog.regtype,
        'pg_catalog.float4'::pg_catalog.regtype, 'pg_catalog.float8'::pg_catalog.regtype, 'pg_catalog.numeric'::pg_catalog.regtype),
      greatest.nspname, greatest.proname, least.nspname, least.proname,
      EXISTS (
        SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = a.attname
        WHERE c.oid = a.attrelid AND (s.n_distinct > 0 OR s.n_distinct < 0 AND -s.n_distinct < 0.95 * (1 - s.null_frac)))
    FROM attributes a
    JOIN types t ON t.declared = a.atttypid
    LEFT JOIN LATERAL (
      SELECT n.nspname, p.proname FROM classes c
      JOIN pg_catalog.pg_amproc s ON s.amprocfamily = c.opcfamily AND s.amproclefttype = c.opcintype AND s.amprocrighttype = c.opcintype AND s.amprocnum = 2
      JOIN pg_catalog.pg_proc p ON p.oid = s.amproc AND p.proargtypes[0] = c.opcintype
      JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
      WHERE c.declared = t.declared AND c.amname = 'hash') hash ON true
    LEFT JOIN LATERAL (${extremeOf(sql`5`)}) greatest ON true
    LEFT JOIN LATERAL (${extremeOf(sql`1`)}) least ON true
    ORDER BY a.attnum`
}

/** The aggregate that gives the first in the order of a strategy: a bare max() would be that of another type, where the type's own is in a schema elsewhere. */
function extremeOf(strategy: Sql): Sql {
  return sql`
      SELECT n.nspname, p.proname FROM classes c
      JOIN pg_catalog.pg_amop s ON s.amopfamily = c.opcfamily AND s.amoplefttype = c.opcintype AND s.amoprighttype = c.opcintype AND s.amopstrategy = ${strategy}
      JOIN pg_catalog.pg_aggregate g ON g.aggsortop = s.amopopr
      JOIN pg_catalog.pg_proc p ON p.oid = g.aggfnoid AND p.pronargs = 1 AND p.proargtypes[0] = c.opcintype
      JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
      WHERE c.declared = t.declared AND c.amname = 'btree'
      ORDER BY p.proname IN ('max', 'min') DESC, n.nspname = 'pg_catalog' DESC, p.proname LIMIT 1`
}

function attributesSql(oid: string): Sql {
  return sql`
    SELECT a.attname, a.attnum, a.atttypid, a.atttypmod, a.attnotnull, a.attrelid FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = ${oid}::pg_catalog.oid AND a.attnum > 0 AND NOT a.attisdropped`
}

/** Only under its usual name: an operator class may call its operators anything. */
function operatorOf(method: 'btree' | 'hash', name: '<' | '=', strategy: Sql): Sql {
  return sql`FROM classes c
        JOIN pg_catalog.pg_amop s ON s.amopfamily = c.opcfamily AND s.amoplefttype = c.opcintype AND s.amoprighttype = c.opcintype AND s.amopstrategy = ${strategy}
        JOIN pg_catalog.pg_operator o ON o.oid = s.amopopr AND o.oprname = ${name}
        JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
        WHERE c.declared = t.declared AND c.amname = ${method}`
}

/** The primary key, else the shortest unique index over NOT NULL columns: the order of samples, and how a row is told from another. */
function keySql(oid: string): Sql {
  return sql`
    SELECT a.attname
    FROM (
      SELECT i.indexrelid, i.indrelid, i.indkey, i.indnkeyatts FROM pg_catalog.pg_index i
      WHERE i.indrelid = ${oid}::pg_catalog.oid AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL
        AND NOT EXISTS (
          SELECT 1 FROM pg_catalog.unnest(i.indkey) WITH ORDINALITY k(attnum, place)
          JOIN pg_catalog.pg_attribute n ON n.attrelid = i.indrelid AND n.attnum = k.attnum
          WHERE k.place <= i.indnkeyatts AND NOT n.attnotnull)
      ORDER BY i.indisprimary DESC, i.indnkeyatts, i.indexrelid LIMIT 1
    ) i
    CROSS JOIN LATERAL pg_catalog.unnest(i.indkey) WITH ORDINALITY k(attnum, place)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
    WHERE k.place <= i.indnkeyatts
    ORDER BY k.place`
}
