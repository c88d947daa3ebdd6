import { boundedRead } from '#services/postgres/bounded-read.ts'
import type { Connection } from '#services/postgres/connection.ts'
import { readClaims } from '#services/validation/catalog-claims.ts'
import { compile, type Sql, sql } from '#shared/sql/sql.ts'
import type { ColumnFacts, ColumnStatistics, SuggestionFacts } from './suggest.ts'

/** Reads from the catalog what `suggest` needs. Statistics only of what the role may read: pg_stats sees to that. */
export async function readSuggestionFacts(
  connection: Connection,
  schema: string,
  relation: string,
  signal: AbortSignal,
): Promise<SuggestionFacts> {
  const read = async (statement: Sql) => (await boundedRead(connection, compile(statement), { signal })).rows
  const table = sql`(SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ${schema} AND c.relname = ${relation})`
  const columns = await read(columnsSql(table, schema, relation))
  const [[oid = null] = []] = await read(sql`SELECT ${table}`)
  const keys = await read(sql`
    SELECT c.relname, ${namesSql(sql`i.indrelid`, sql`i.indkey`, sql`i.indnkeyatts`)}
    FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = ${table} AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
    ORDER BY i.indisprimary DESC, c.relname`)
  const foreignKeys = await read(sql`
    SELECT k.conname, a.attname, n.nspname || '.' || c.relname, f.attname
    FROM pg_catalog.pg_constraint k
    JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
    JOIN pg_catalog.pg_class c ON c.oid = k.confrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_attribute f ON f.attrelid = k.confrelid AND f.attnum = k.confkey[1]
    WHERE k.conrelid = ${table} AND k.contype = 'f' AND pg_catalog.cardinality(k.conkey) = 1 ORDER BY k.conname`)
  const checks = await read(sql`
    SELECT k.conname, pg_catalog.pg_get_constraintdef(k.oid) FROM pg_catalog.pg_constraint k
    WHERE k.conrelid = ${table} AND k.contype = 'c' ORDER BY k.conname`)
  return {
    columns: columns.map(toColumn),
    uniqueKeys: keys.map(([name, list]) => ({ name: name ?? '', columns: texts(list) })),
    foreignKeys: foreignKeys.map(([name, column, otherTable, otherColumn]) => ({
      name: name ?? '',
      column: column ?? '',
      otherTable: otherTable ?? '',
      otherColumn: otherColumn ?? '',
    })),
    checks: checks.map(([name, definition]) => ({ name: name ?? '', definition: definition ?? '' })),
    claims:
      oid === null
        ? { notNull: new Map(), uniqueKeys: [], checks: [] }
        : await readClaims(
            (statement) => boundedRead(connection, compile(statement), { signal, set: ['search_path = pg_catalog, pg_temp'] }),
            oid,
          ),
  }
}

function columnsSql(table: Sql, schema: string, relation: string): Sql {
  return sql`
    SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), t.typcategory, a.attnotnull,
      CASE WHEN t.typtype = 'e' THEN pg_catalog.array_to_json(ARRAY(
        SELECT e.enumlabel FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder)) END,
      s.null_frac, s.n_distinct,
      pg_catalog.array_to_json(s.most_common_vals::pg_catalog.text::pg_catalog.text[]),
      pg_catalog.array_to_json(s.histogram_bounds::pg_catalog.text::pg_catalog.text[])
    FROM pg_catalog.pg_attribute a
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    LEFT JOIN LATERAL (
      SELECT * FROM pg_catalog.pg_stats s WHERE s.schemaname = ${schema} AND s.tablename = ${relation} AND s.attname = a.attname
      ORDER BY s.inherited DESC LIMIT 1) s ON true
    WHERE a.attrelid = ${table} AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attnum`
}

function namesSql(relation: Sql, numbers: Sql, count: Sql): Sql {
  return sql`pg_catalog.array_to_json(ARRAY(
      SELECT a.attname FROM pg_catalog.unnest(${numbers}) WITH ORDINALITY k(attnum, place)
      JOIN pg_catalog.pg_attribute a ON a.attrelid = ${relation} AND a.attnum = k.attnum
      WHERE k.place <= ${count} ORDER BY k.place))`
}

function toColumn(row: readonly (string | null)[]): ColumnFacts {
  const [name = '', type = '', category = '', notNull, labels = null, nullShare = null, distinct, mostCommon, histogram = null] = row
  const statistics: ColumnStatistics | null =
    nullShare === null
      ? null
      : {
          nullShare: Number(nullShare),
          distinct: Number(distinct),
          mostCommon: texts(mostCommon),
          histogram: histogram === null ? null : texts(histogram),
        }
  return {
    name: name ?? '',
    type: type ?? '',
    category: category ?? '',
    notNull: notNull === 't',
    enumLabels: labels === null ? null : texts(labels),
    statistics,
  }
}

function texts(json: string | null | undefined): readonly string[] {
  const list = JSON.parse(json ?? '[]') as readonly (string | null)[]
  return list.map((text) => text ?? '')
}
