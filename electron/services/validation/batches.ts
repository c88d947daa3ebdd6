import { assertNever } from '#shared/assert-never.ts'
import { type AssetBatches, type BatchDefinition, NULL_PERIOD, type RunBatch, type TimeInterval } from '#shared/model/batch.ts'
import { identifier, type Sql, sql } from '#shared/sql/sql.ts'
import type { OpenTable } from './asset-source.ts'
import type { RunQuery } from './read-table.ts'

/**
 * Batches of a table by a date or a time. Conditions are half-open ranges on the column itself, so that an index on it is
 * used; their bounds come from the server, which knows its calendar and its time zones. Infinity and years outside 1 to
 * 9999 belong to no batch.
 */

export type OpenedBatch =
  /** `rows`: the condition on the alias b; null with the whole table. */
  | { readonly ok: true; readonly rows: Sql | null; readonly batch: RunBatch | null; readonly remarks: readonly string[] }
  | { readonly ok: false; readonly sentence: string }

/** `period` null: the newest batch that has rows, as the transaction sees them. */
export async function openBatch(
  query: RunQuery,
  table: OpenTable,
  wanted: { readonly definition: BatchDefinition; readonly period: string | null },
): Promise<OpenedBatch> {
  const { definition } = wanted
  if (definition.interval === 'whole-table') return { ok: true, rows: null, batch: null, remarks: [] }
  const column = readColumn(table, definition.column)
  if (!column.ok) return column
  const period = wanted.period ?? (await findEdges(query, table, column, definition.interval)).newest
  if (period === null) return { ok: false, sentence: `There is no batch yet: no row has a date in "${definition.column}".` }
  const place = sql`b.${identifier(column.name)}`
  const batch: RunBatch = { ...definition, period }
  if (period === NULL_PERIOD)
    return { ok: true, rows: sql`${place} IS NULL`, batch, remarks: [`Only rows without a date in ${column.name}.`] }
  const { from, until } = await readBounds(query, column.type, definition.interval, period)
  return {
    ok: true,
    rows: sql`${place} OPERATOR(pg_catalog.>=) ${typed(column.type, from)} AND ${place} OPERATOR(pg_catalog.<) ${typed(column.type, until)}`,
    batch,
    remarks: [`Only rows whose ${column.name} is from ${from} until before ${until}.`],
  }
}

/** The newest batches. With an index by skipping from one to the next, so that its cost is the number of batches, not of rows. */
export async function listBatches(
  query: RunQuery,
  table: OpenTable,
  wanted: {
    readonly definition: BatchDefinition & { readonly interval: TimeInterval }
    readonly limit: number
  },
): Promise<{ readonly ok: true; readonly batches: AssetBatches } | { readonly ok: false; readonly sentence: string }> {
  const column = readColumn(table, wanted.definition.column)
  if (!column.ok) return column
  const { interval } = wanted.definition
  const edges = await findEdges(query, table, column, interval)
  const list = edges.indexed ? skipScan(table, column, interval, wanted.limit + 1) : fullScan(table, column, interval, wanted.limit + 1)
  const periods = edges.newest === null ? [] : (await query(list)).rows.map(([period]) => period ?? '')
  const [zone] = column.type === 'timestamptz' ? ((await query(zoneSql)).rows[0] ?? []) : []
  return {
    ok: true,
    batches: {
      periods: [...periods.slice(0, wanted.limit), ...(edges.nulls ? [NULL_PERIOD] : [])],
      more: periods.length > wanted.limit,
      outside: edges.outside,
      indexed: edges.indexed,
      timeZone: zone ?? null,
    },
  }
}

/** `type`: as format_type writes it; null: there is no such column. */
export function batchColumnProblem(name: string, type: string | null): string | null {
  if (type === null) return `There is no column "${name}" any more. Choose another one for the batches.`
  if (columnTypeOf(type) === null) return `Batches need a column of type date or timestamp, and "${name}" is ${type}.`
  return null
}

type ColumnType = 'date' | 'timestamp' | 'timestamptz'

interface BatchColumn {
  readonly ok: true
  readonly name: string
  readonly type: ColumnType
}

function readColumn(table: OpenTable, name: string): BatchColumn | { readonly ok: false; readonly sentence: string } {
  const declared = table.shape.columns.find((column) => column.name === name)?.type ?? null
  const type = declared === null ? null : columnTypeOf(declared)
  if (type === null) return { ok: false, sentence: batchColumnProblem(name, declared) ?? '' }
  return { ok: true, name, type }
}

function columnTypeOf(declared: string): ColumnType | null {
  if (declared === 'date') return 'date'
  const [, zone] = /^timestamp(?:\(\d\))? (with|without) time zone$/.exec(declared) ?? []
  if (zone === undefined) return null
  return zone === 'with' ? 'timestamptz' : 'timestamp'
}

function typed(type: ColumnType, value: string): Sql {
  switch (type) {
    case 'date':
      return sql`${value}::pg_catalog.date`
    case 'timestamp':
      return sql`${value}::pg_catalog.timestamp`
    case 'timestamptz':
      return sql`${value}::pg_catalog.timestamptz`
    default:
      return assertNever(type)
  }
}

const zoneSql = sql`SELECT pg_catalog.current_setting('TimeZone')`

/** The first moment of the period and of the next one, as the server writes them. A day begins at midnight of the session's time zone, whatever length it has. */
async function readBounds(query: RunQuery, type: ColumnType, interval: TimeInterval, period: string) {
  const [year, month = '01', day = '01'] = period.split('-')
  const first = `${year}-${month}-${day}`
  const start = sql`${first}::pg_catalog.date::pg_catalog.timestamp`
  const end = sql`(${start} OPERATOR(pg_catalog.+) ${stepOf(interval)}::pg_catalog.interval)`
  const { rows } = await query(sql`SELECT ${ofType(type, start)}::pg_catalog.text, ${ofType(type, end)}::pg_catalog.text`)
  const [from, until] = rows[0] ?? []
  return { from: from ?? '', until: until ?? '' }
}

function ofType(type: ColumnType, local: Sql): Sql {
  if (type === 'date') return sql`(${local})::pg_catalog.date`
  if (type === 'timestamp') return sql`(${local})`
  return sql`pg_catalog.timezone(pg_catalog.current_setting('TimeZone'), ${local})`
}

function stepOf(interval: TimeInterval): string {
  return { yearly: '1 year', monthly: '1 month', daily: '1 day' }[interval]
}

function unitOf(interval: TimeInterval): string {
  return { yearly: 'year', monthly: 'month', daily: 'day' }[interval]
}

function formatOf(interval: TimeInterval): string {
  return { yearly: 'YYYY', monthly: 'YYYY-MM', daily: 'YYYY-MM-DD' }[interval]
}

/** The last moment and the first one that no batch holds. */
const BEGINNING = '0001-01-01'
const END = '10000-01-01'

interface Edges {
  readonly newest: string | null
  readonly nulls: boolean
  readonly outside: boolean
  readonly indexed: boolean
}

async function findEdges(query: RunQuery, table: OpenTable, column: BatchColumn, interval: TimeInterval): Promise<Edges> {
  const indexed = (await query(indexSql(table.oid, column.name))).rows.length > 0
  const { rows } = await query(indexed ? edgesByIndex(table, column, interval) : edgesByScan(table, column, interval))
  const [newest, nulls, outside] = rows[0] ?? []
  return { newest: newest ?? null, nulls: nulls === 't', outside: outside === 't', indexed }
}

/** A whole, valid index whose first column it is. */
function indexSql(oid: string, column: string): Sql {
  return sql`
    SELECT 1 FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] AND a.attname = ${column}
    JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
    JOIN pg_catalog.pg_am m ON m.oid = x.relam AND m.amname = 'btree'
    WHERE i.indrelid = ${oid}::pg_catalog.oid AND i.indisvalid AND i.indpred IS NULL LIMIT 1`
}

function edgesByIndex(table: OpenTable, column: BatchColumn, interval: TimeInterval): Sql {
  const { from, place, beginning, end } = partsOf(table, column)
  return sql`SELECT
    pg_catalog.to_char((SELECT pg_catalog.max(${place}) FROM ${from} WHERE ${place} >= ${beginning} AND ${place} < ${end}), ${formatOf(interval)}),
    EXISTS (SELECT FROM ${from} WHERE ${place} IS NULL),
    EXISTS (SELECT FROM ${from} WHERE ${place} < ${beginning}) OR EXISTS (SELECT FROM ${from} WHERE ${place} >= ${end})`
}

function edgesByScan(table: OpenTable, column: BatchColumn, interval: TimeInterval): Sql {
  const { from, place, beginning, end } = partsOf(table, column)
  return sql`SELECT
    pg_catalog.to_char(pg_catalog.max(${place}) FILTER (WHERE ${place} >= ${beginning} AND ${place} < ${end}), ${formatOf(interval)}),
    COALESCE(pg_catalog.bool_or(${place} IS NULL), false),
    COALESCE(pg_catalog.bool_or(${place} < ${beginning} OR ${place} >= ${end}), false)
    FROM ${from}`
}

function skipScan(table: OpenTable, column: BatchColumn, interval: TimeInterval, limit: number): Sql {
  const { from, place, beginning, end } = partsOf(table, column)
  const newestBefore = (until: Sql) =>
    startOf(
      column.type,
      interval,
      sql`(SELECT pg_catalog.max(${place}) FROM ${from} WHERE ${place} >= ${beginning} AND ${place} < ${until})`,
    )
  return sql`
    WITH RECURSIVE period(start) AS (
      SELECT ${newestBefore(end)}
      UNION ALL
      SELECT ${newestBefore(sql`period.start`)} FROM period WHERE period.start IS NOT NULL
    )
    SELECT pg_catalog.to_char(period.start, ${formatOf(interval)}) FROM period WHERE period.start IS NOT NULL LIMIT ${limit}::pg_catalog.int8`
}

function fullScan(table: OpenTable, column: BatchColumn, interval: TimeInterval, limit: number): Sql {
  const { from, place, beginning, end } = partsOf(table, column)
  return sql`
    SELECT pg_catalog.to_char(period.start, ${formatOf(interval)})
    FROM (SELECT DISTINCT ${startOf(column.type, interval, place)} AS start FROM ${from} WHERE ${place} >= ${beginning} AND ${place} < ${end}) period
    ORDER BY period.start DESC LIMIT ${limit}::pg_catalog.int8`
}

/** Where the period of a moment begins, in the column's own type. */
function startOf(type: ColumnType, interval: TimeInterval, moment: Sql): Sql {
  const unit = unitOf(interval)
  if (type === 'date') return sql`pg_catalog.date_trunc(${unit}, ${moment}::pg_catalog.timestamp)::pg_catalog.date`
  return sql`pg_catalog.date_trunc(${unit}, ${moment})`
}

function partsOf(table: OpenTable, column: BatchColumn) {
  return {
    from: sql`${table.relation} AS b`,
    place: sql`b.${identifier(column.name)}`,
    beginning: typed(column.type, BEGINNING),
    end: typed(column.type, END),
  }
}
