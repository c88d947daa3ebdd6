import type { Column, Relation, RelationKind } from '#shared/model/data-source.ts'
import type { TreePartition } from '#shared/model/database-object.ts'
import { SQL_TAG } from '#shared/model/names.ts'
import { compile, sql } from '#shared/sql/sql.ts'
import { boundedRead } from './bounded-read.ts'
import type { Connection } from './connection.ts'
import { PostgresError } from './errors.ts'

/** What the catalog says, read by names that no search_path can bend. */

export type CatalogRelation = Omit<Relation, 'assetId'>

interface CallOptions {
  readonly signal?: AbortSignal | undefined
}

/**
 * Tables, partitioned tables, views, materialized views and foreign tables outside the system's own schemas, by schema and name.
 * Sizes are exact, or as of the last analyze where there are very many tables, or while somebody holds one for a change. Rows and size of a
 * partitioned table, which has neither, are those of its partitions together.
 */
export async function listRelations(connection: Connection, options: CallOptions = {}): Promise<CatalogRelation[]> {
  const { rows } = await boundedRead(connection, compile(relationsSql), options)
  const relations = rows.map(([oid, schema, name, kind, estimated, size, comment, columnCount, readable, rowSecurity, parent]) => ({
    oid: Number(oid),
    schema: schema ?? '',
    name: name ?? '',
    kind: kindOf(kind),
    estimatedRows: estimated === null || estimated === undefined ? null : Number(estimated),
    sizeBytes: size === null || size === undefined ? null : Number(size),
    comment: comment ?? null,
    columnCount: Number(columnCount),
    readable: readable === 't',
    rowSecurity: rowSecurity === 't',
    partitionOf: parent === null || parent === undefined ? null : Number(parent),
  }))
  const sizes = await readSizes(connection, relations, options)
  return withPartitionsSummed(relations.map((relation) => ({ ...relation, sizeBytes: sizes.get(relation.oid) ?? relation.sizeBytes })))
}

export interface NamedRelation {
  readonly name: string
  readonly kind: RelationKind
  readonly comment: string | null
  /** How many partitions it has, those of its partitions not among them; null: it is not partitioned. */
  readonly partitionCount: number | null
}

/**
 * The relations of one schema by name, and nothing that takes the server long: their sizes and rights are asked for where they are shown.
 * A partition is not among them, as `listPartitions` of its table finds it; where the role may not look into that table's schema, it is.
 */
export async function listRelationNames(connection: Connection, schema: string, options: CallOptions = {}): Promise<NamedRelation[]> {
  const { rows } = await boundedRead(connection, compile(namesSql(schema)), options)
  return rows.map(([name, kind, comment, partitionCount]) => ({
    name: name ?? '',
    kind: kindOf(kind),
    comment: comment ?? null,
    partitionCount: countOrNull(partitionCount),
  }))
}

/** Of a partitioned table, by schema and name; not those of its partitions. Empty when it has none or is gone. */
export async function listPartitions(
  connection: Connection,
  schema: string,
  relation: string,
  options: CallOptions = {},
): Promise<TreePartition[]> {
  const { rows } = await boundedRead(connection, compile(partitionsSql(schema, relation)), options)
  return rows.map(([partitionSchema, name, kind, bound, partitionCount]) => ({
    schema: partitionSchema ?? '',
    name: name ?? '',
    kind: kindOf(kind),
    bound: bound ?? '',
    partitionCount: countOrNull(partitionCount),
  }))
}

function countOrNull(count: string | null | undefined): number | null {
  return count === null || count === undefined ? null : Number(count)
}

/** Columns in their order. Empty when the relation does not exist or the role may not look into its schema. */
export async function listColumns(connection: Connection, schema: string, relation: string, options: CallOptions = {}): Promise<Column[]> {
  const { rows } = await boundedRead(connection, compile(columnsSql(schema, relation)), options)
  return rows.map(([name, position, type, category, nullable, primaryKey, comment]) => ({
    name: name ?? '',
    position: Number(position),
    type: type ?? '',
    category: category ?? '',
    nullable: nullable === 't',
    primaryKey: primaryKey === 't',
    comment: comment ?? null,
  }))
}

/** Schemas that the role may use, with the number of relations that `listRelationNames` has of them. */
export async function listSchemas(connection: Connection, options: CallOptions = {}): Promise<{ name: string; relationCount: number }[]> {
  const { rows } = await boundedRead(connection, compile(schemasSql), options)
  return rows.map(([name, count]) => ({ name: name ?? '', relationCount: Number(count) }))
}

/** null stays null where no partition says a number: never analysed is not the same as empty. */
function withPartitionsSummed(relations: readonly CatalogRelation[]): CatalogRelation[] {
  const partitions = Map.groupBy(relations, ({ partitionOf }) => partitionOf)
  const total = (oid: number, figure: (relation: CatalogRelation) => number | null): number | null =>
    (partitions.get(oid) ?? []).reduce<number | null>((sum, partition) => {
      const own = partition.kind === 'partitioned table' ? total(partition.oid, figure) : figure(partition)
      return own === null ? sum : (sum ?? 0) + own
    }, null)
  return relations.map((relation) =>
    relation.kind === 'partitioned table'
      ? {
          ...relation,
          estimatedRows: relation.estimatedRows ?? total(relation.oid, ({ estimatedRows }) => estimatedRows),
          sizeBytes: total(relation.oid, ({ sizeBytes }) => sizeBytes),
        }
      : relation,
  )
}

/** Bytes by oid. */
type Sizes = ReadonlyMap<number, number>

/**
 * An exact size needs a lock on the table, and one table under ALTER would keep all others from being listed. It also makes
 * the server open the table, its indexes and its TOAST table, which of ten thousand takes seconds on a new connection: so
 * only up to MEASURED are asked for, and of more those first that no analyze has counted yet.
 */
async function readSizes(connection: Connection, relations: readonly CatalogRelation[], options: CallOptions): Promise<Sizes> {
  const stored = relations.filter(({ kind }) => kind === 'table' || kind === 'materialized view')
  const asked = stored.length <= MEASURED ? stored : stored.filter(({ sizeBytes }) => sizeBytes === null).slice(0, MEASURED)
  if (asked.length === 0) return new Map()
  const oids = JSON.stringify(asked.map(({ oid }) => oid))
  try {
    const { rows } = await boundedRead(connection, compile(sizesSql(oids)), { signal: options.signal, lockLimitMs: 1_000 })
    return new Map(rows.flatMap(([oid, size]) => (size === null || size === undefined ? [] : [[Number(oid), Number(size)] as const])))
  } catch (error) {
    if (error instanceof PostgresError && error.sqlstate === '55P03') return new Map()
    throw error
  }
}

const MEASURED = 1_000

function sizesSql(oids: string) {
  return withTag(sql`
SELECT o.oid, pg_catalog.pg_total_relation_size(o.oid)
FROM (SELECT x::pg_catalog.oid AS oid FROM pg_catalog.json_array_elements_text(${oids}::pg_catalog.json) AS e(x)) o`)
}

const tag = `/* ${SQL_TAG}catalog */ `

/** Sizes are those of the last analyze: the table, its TOAST table and the indexes of both. */
const relationsSql = withTag(sql`
WITH parts AS (
  SELECT c.oid AS of, c.oid AS part FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'm')
  UNION ALL
  SELECT c.oid, c.reltoastrelid FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'm') AND c.reltoastrelid <> 0
), pages AS (
  SELECT p.of, pg_catalog.sum(p.pages) AS pages
  FROM (SELECT parts.of, c.relpages::pg_catalog.int8 AS pages FROM parts JOIN pg_catalog.pg_class c ON c.oid = parts.part
        UNION ALL
        SELECT parts.of, c.relpages FROM parts JOIN pg_catalog.pg_index i ON i.indrelid = parts.part JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid) p
  GROUP BY p.of
)
SELECT c.oid, n.nspname, c.relname, c.relkind,
       CASE WHEN c.relkind IN ('r', 'm', 'p') AND c.reltuples >= 0 THEN c.reltuples END,
       CASE WHEN c.relkind IN ('r', 'm') AND c.reltuples >= 0 THEN pages.pages * pg_catalog.current_setting('block_size')::pg_catalog.int8 END,
       pg_catalog."left"(d.description, 2000),
       (SELECT pg_catalog.count(*) FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
       pg_catalog.has_schema_privilege(n.oid, 'USAGE')
         AND (pg_catalog.has_table_privilege(c.oid, 'SELECT') OR pg_catalog.has_any_column_privilege(c.oid, 'SELECT')),
       c.relrowsecurity,
       CASE WHEN c.relispartition THEN (SELECT h.inhparent FROM pg_catalog.pg_inherits h WHERE h.inhrelid = c.oid ORDER BY h.inhseqno LIMIT 1) END
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pages ON pages.of = c.oid
LEFT JOIN pg_catalog.pg_description d ON d.objoid = c.oid AND d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objsubid = 0
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_(toast|temp)' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
ORDER BY n.nspname, c.relname`)

/** Of relation `c`: a partition of a table whose schema the role may look into, so that it is found there. */
const belowItsTable = sql`(c.relispartition AND EXISTS (
  SELECT 1 FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_class p ON p.oid = h.inhparent
  WHERE h.inhrelid = c.oid AND pg_catalog.has_schema_privilege(p.relnamespace, 'USAGE')))`

const partitionCount = sql`CASE WHEN c.relkind = 'p' THEN
  (SELECT pg_catalog.count(*) FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_class i ON i.oid = h.inhrelid WHERE h.inhparent = c.oid AND i.relispartition) END`

function namesSql(schema: string) {
  return withTag(sql`
SELECT c.relname, c.relkind, pg_catalog."left"(d.description, 2000), ${partitionCount}
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_description d ON d.objoid = c.oid AND d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objsubid = 0
WHERE n.nspname = ${schema}::text AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT ${belowItsTable}
ORDER BY c.relname`)
}

function partitionsSql(schema: string, relation: string) {
  return withTag(sql`
SELECT m.nspname, c.relname, c.relkind, pg_catalog."left"(pg_catalog.pg_get_expr(c.relpartbound, c.oid), 2000), ${partitionCount}
FROM pg_catalog.pg_class p
JOIN pg_catalog.pg_namespace n ON n.oid = p.relnamespace
JOIN pg_catalog.pg_inherits h ON h.inhparent = p.oid
JOIN pg_catalog.pg_class c ON c.oid = h.inhrelid
JOIN pg_catalog.pg_namespace m ON m.oid = c.relnamespace
WHERE n.nspname = ${schema}::text AND p.relname = ${relation}::text AND p.relkind = 'p' AND c.relispartition
ORDER BY m.nspname, c.relname`)
}

function columnsSql(schema: string, relation: string) {
  return withTag(sql`
SELECT a.attname, a.attnum, pg_catalog.format_type(a.atttypid, a.atttypmod), t.typcategory, NOT a.attnotnull,
       EXISTS (SELECT 1 FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid AND i.indisprimary AND a.attnum = ANY (i.indkey)),
       pg_catalog."left"(pg_catalog.col_description(c.oid, a.attnum), 2000)
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
WHERE n.nspname = ${schema}::text AND c.relname = ${relation}::text AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum`)
}

const schemasSql = withTag(sql`
SELECT n.nspname, pg_catalog.count(c.oid)
FROM pg_catalog.pg_namespace n
LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT ${belowItsTable}
WHERE n.nspname !~ '^pg_(toast|temp)' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
GROUP BY n.nspname
ORDER BY n.nspname`)

/** A statement about the catalog, marked as ours. */
export function withTag(statement: ReturnType<typeof sql>): ReturnType<typeof sql> {
  const [first = '', ...rest] = statement.strings
  return { ...statement, strings: [tag + first.trimStart(), ...rest] }
}

/** pg_class.relkind as a word. */
export function kindOf(relkind: string | null | undefined): RelationKind {
  switch (relkind) {
    case 'p':
      return 'partitioned table'
    case 'v':
      return 'view'
    case 'm':
      return 'materialized view'
    case 'f':
      return 'foreign table'
    default:
      return 'table'
  }
}
