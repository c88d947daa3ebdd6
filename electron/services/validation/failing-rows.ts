import type { Batch, FailingRows } from '#shared/expectations/definition.ts'
import { emptySql, identifier, join, type Sql, sql, toDisplayText } from '#shared/sql/sql.ts'

/** The rows that fail: the query that people read and run, and the sample that is kept. Both select the same rows in the same order. */

/** Unless a run asks for more, as GX does. */
export const SAMPLE_ROWS = 20

/** Key columns first, then the others; values written in; every name qualified, so that it runs anywhere as it is. */
export function failingRowsSql(failing: FailingRows, batch: Batch): string {
  if ('query' in failing.rows) return toDisplayText(failing.rows.query)
  const { keyColumns, columns } = batch.table
  const all = [...keyColumns, ...columns.map((column) => column.name).filter((name) => !keyColumns.includes(name))]
  return toDisplayText(
    sql`SELECT ${selected(all, batch)}\nFROM ${batch.fencedSource}\nWHERE ${failing.rows.where}${orderBy(keyColumns, 'b')}`,
  )
}

/** Names of the sample's columns: the key, then what was judged. null: the user's own query decides. */
export function sampleColumns(failing: FailingRows, batch: Batch): readonly string[] | null {
  if ('query' in failing.rows) return null
  const { keyColumns } = batch.table
  return [...keyColumns, ...failing.columns.filter((name) => !keyColumns.includes(name))]
}

/** Gives the columns of a user's query, and reads no row. */
export function describeStatement(query: Sql): Sql {
  return sql`SELECT * FROM (${query}\n) AS failing LIMIT 0`
}

/** Up to `limit` rows under these columns, each value as text and cut to a length that a result can keep. */
export function sampleStatement(failing: FailingRows, batch: Batch, columns: readonly string[], limit: number): Sql {
  const places = columns.map((_, index) => identifier(`c${index}`))
  return sql`SELECT ${cells(places)} FROM (${sampleRows(failing, batch, columns, limit)}) AS f(${join(places, ', ')})`
}

/**
 * The same rows, where many fail: of the first `within` rows by the key, which its index gives in order, the first `limit` that fail. Fewer
 * than that say nothing, for others may fail behind them.
 */
export function earlySampleStatement(where: Sql, batch: Batch, columns: readonly string[], { limit, within }: EarlyLook): Sql {
  const places = columns.map((_, index) => identifier(`c${index}`))
  const first = sql`(SELECT * FROM ${batch.source}${orderBy(batch.table.keyColumns, 'b')} LIMIT ${within}::pg_catalog.int8) AS b`
  const rows = sql`SELECT ${selected(columns, batch)} FROM ${first} WHERE ${where}${orderBy(batch.table.keyColumns, 'b')} LIMIT ${limit}::pg_catalog.int8`
  return sql`SELECT ${cells(places)} FROM (${rows}) AS f(${join(places, ', ')})`
}

export interface EarlyLook {
  readonly limit: number
  readonly within: number
}

/** One of several checks of single rows whose samples are read together. */
export interface SharedCheck {
  readonly where: Sql
  readonly columns: readonly string[]
}

/**
 * The samples of several checks from one look at each row. Each row of the answer says which check it is of, then its cells, to which
 * NULLs are added up to the longest.
 */
export function sharedSampleStatement(checks: readonly SharedCheck[], batch: Batch, limit: number): Sql {
  const names = [...new Set([...batch.table.keyColumns, ...checks.flatMap(({ columns }) => columns)])]
  const place = (name: string) => identifier(`c${names.indexOf(name)}`)
  const mark = (index: number) => identifier(`fails${index}`)
  const longest = Math.max(...checks.map(({ columns }) => columns.length))
  const kept = [
    ...names.map((name) => sql`${batch.column(name)} AS ${place(name)}`),
    ...checks.map(({ where }, index) => sql`(${where}) IS TRUE AS ${mark(index)}`),
  ]
  const order = batch.table.keyColumns.length === 0 ? emptySql : sql` ORDER BY ${join(batch.table.keyColumns.map(place), ', ')}`
  const samples = checks.map(({ columns }, index) => {
    const rows = sql`SELECT * FROM failing WHERE ${mark(index)}${order} LIMIT ${limit}::pg_catalog.int8`
    const blank = Array.from({ length: longest - columns.length }, () => sql`NULL::pg_catalog.text`)
    return sql`SELECT * FROM (SELECT ${join([sql`${index}::pg_catalog.int4`, ...columns.map((name) => cell(place(name))), ...blank], ', ')} FROM (${rows}) AS f) AS s`
  })
  return sql`WITH failing AS MATERIALIZED (SELECT ${join(kept, ', ')} FROM ${batch.fencedSource} WHERE ${join(
    checks.map(({ where }) => sql`(${where})`),
    ' OR ',
  )})
${join(samples, ' UNION ALL ')}`
}

function cells(places: readonly Sql[]): Sql {
  return join(places.map(cell), ', ')
}

function cell(place: Sql): Sql {
  return sql`CASE WHEN pg_catalog.num_nulls(f.${place}) = 0 THEN pg_catalog."left"(pg_catalog.format('%s', f.${place}), ${CELL_CHARACTERS + 1}::pg_catalog.int4) END`
}

/** A longer value is kept cut, with a mark. */
export function clipCell(text: string | null): string | null {
  return text !== null && [...text].length > CELL_CHARACTERS ? `${[...text].slice(0, CELL_CHARACTERS).join('')}…` : text
}

const CELL_CHARACTERS = 2_000

function sampleRows(failing: FailingRows, batch: Batch, columns: readonly string[], rows: number): Sql {
  const limit = sql`LIMIT ${rows}::pg_catalog.int8`
  if ('query' in failing.rows) return sql`SELECT * FROM (${failing.rows.query}\n) AS failing ${limit}`
  // OFFSET 0 keeps the planner from walking a whole primary-key index in search of rare rows.
  return sql`SELECT * FROM (SELECT ${selected(columns, batch)} FROM ${batch.fencedSource} WHERE ${failing.rows.where} OFFSET 0) AS failing${orderBy(batch.table.keyColumns, 'failing')} ${limit}`
}

function selected(names: readonly string[], batch: Batch): Sql {
  return join(
    names.map((name) => batch.column(name)),
    ', ',
  )
}

/** Without a key the order is not repeatable, and none is pretended. */
function orderBy(keyColumns: readonly string[], alias: 'b' | 'failing'): Sql {
  if (keyColumns.length === 0) return emptySql
  const names = keyColumns.map((name) => (alias === 'b' ? sql`b.${identifier(name)}` : sql`failing.${identifier(name)}`))
  return sql`\nORDER BY ${join(names, ', ')}`
}
