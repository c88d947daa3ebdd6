import { randomUUID } from 'node:crypto'
import type { Connection } from '#services/postgres/connection.ts'
import { PostgresError } from '#services/postgres/errors.ts'
import { isAppError } from '#shared/contract/errors.ts'
import type { Elsewhere } from '#shared/expectations/definition.ts'
import { identifier, join, type Sql, sql, toDisplayText } from '#shared/sql/sql.ts'
import { asRelation } from '#shared/sql/whole-query.ts'
import type { Connections } from './connections.ts'
import { endingOf, type Problem, problemOf } from './problems.ts'
import { ValidationSession } from './session.ts'

/**
 * Rows of another data source, as a query that any server answers: read in a transaction and a snapshot of their own, and held as text
 * with the types that they have there, so that PostgreSQL compares them and not this program.
 */

/** Who may be asked. `rows` false: only what the columns are. @throws what ends the run; any other refusal is a problem of the one expectation */
export type AskElsewhere = (wanted: Elsewhere, rows: boolean) => Promise<Sql | Problem>

/** A comparison is of sums and small tables; what is more belongs into one database. */
const MAX_ROWS = 10_000
const MAX_BYTES = 4 * 1_048_576

/** The snapshot of the data asset is held meanwhile. */
const BUDGET_MS = 60_000

export interface ElsewhereOptions {
  /** false: only what the columns are. */
  readonly rows: boolean
  readonly signal: AbortSignal
  /** A minute unless given. */
  readonly budgetMs?: number
}

/** Nobody waits for a connection to one data source while holding one to another: two runs that did would wait for ever. */
export async function askElsewhere(connections: Connections, wanted: Elsewhere, options: ElsewhereOptions): Promise<Sql | Problem> {
  const named = (await connections.list()).filter(({ name }) => name === wanted.dataSource)
  const [source] = named
  if (source === undefined) return problem(`There is no data source called ${wanted.dataSource}.`)
  if (named.length > 1) return problem(`Several data sources are called ${wanted.dataSource}. Rename all but one.`)
  try {
    const lease = await connections.leaseIfFree(source.id, 'validation', { signal: options.signal })
    if (lease === null) return problem(`All connections to ${wanted.dataSource} are in use. Try again later.`)
    try {
      return await readElsewhere(lease.connection, wanted, options)
    } finally {
      await lease.release()
    }
  } catch (error) {
    if (!isAppError(error) || isAppError(error, 'CANCELLED')) throw error
    return problem(`${wanted.dataSource}: ${error.message}`)
  }
}

export async function readElsewhere(
  connection: Connection,
  { query, dataSource }: Elsewhere,
  { rows: wantsRows, budgetMs = BUDGET_MS, signal }: ElsewhereOptions,
): Promise<Sql | Problem> {
  const source = { schema: '', relation: 'comparison', query: toDisplayText(query) }
  try {
    const session = await ValidationSession.begin(connection, { runId: randomUUID(), source, budgetMs, signal })
    // SECURITY: by itself, before it stands inside parentheses; with an option, as a text that begins with ANALYZE would be run.
    await session.queryAsUser(sql`EXPLAIN (COSTS OFF) ${query}`)
    const { columns } = await session.queryAsUser(sql`SELECT * FROM ${asRelation(query)} AS q LIMIT 0`)
    const types = await session.query(sql`
      SELECT n.nspname, t.typname FROM pg_catalog.json_array_elements_text(${JSON.stringify(columns.map(({ typeOid }) => typeOid))}::pg_catalog.json)
        WITH ORDINALITY AS x(oid, place)
      JOIN pg_catalog.pg_type t ON t.oid = x.oid::pg_catalog.oid JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace ORDER BY x.place`)
    const answer = wantsRows ? await session.queryAsUser(boundedSql(query)) : { rows: [] }
    await session.end()
    const [size] = answer.rows
    if (Number(size?.[0] ?? 0) > MAX_ROWS || Number(size?.[1] ?? 0) > MAX_BYTES) return problem(tooMuch(dataSource))
    const rows = answer.rows.filter(([count]) => count !== '0').map((cells) => cells.slice(2))
    return relationOf(
      types.rows.map(([schema, name]) => identifier(schema ?? '', name ?? '')),
      rows,
    )
  } catch (error) {
    if (isAppError(error, 'CANCELLED')) throw error
    if (error instanceof PostgresError) {
      const ending = endingOf(error)
      const { sentence, ...found } = problemOf(error)
      return { ...found, sentence: `${dataSource}: ${ending?.sentence ?? sentence}` }
    }
    if (isAppError(error)) return problem(`${dataSource}: ${error.message}`)
    throw error
  }
}

export function problem(sentence: string): Problem {
  return { sentence, sqlstate: null, aboutValues: false }
}

function tooMuch(dataSource: string): string {
  const rows = MAX_ROWS.toLocaleString('en')
  return `The query of ${dataSource} gives more than ${rows} rows, or more than ${MAX_BYTES / 1_048_576} MB. Compare counts and sums, or the rows of a shorter time.`
}

/** How many rows, and how large, before each; no row, where they are too many. */
function boundedSql(query: Sql): Sql {
  return sql`WITH q AS MATERIALIZED (SELECT * FROM ${asRelation(query)} AS given LIMIT ${MAX_ROWS + 1}::pg_catalog.int8),
    size AS (SELECT pg_catalog.count(*) AS n, COALESCE(pg_catalog.sum(pg_catalog.octet_length(q::pg_catalog.text)), 0) AS bytes FROM q)
    SELECT size.n, size.bytes, q.* FROM size LEFT JOIN q ON size.n <= ${MAX_ROWS}::pg_catalog.int8 AND size.bytes <= ${MAX_BYTES}::pg_catalog.int8`
}

/** SECURITY: names of types come from another server, and are identifiers here; values are one parameter. */
function relationOf(types: readonly Sql[], rows: readonly (readonly (string | null)[])[]): Sql {
  const names = types.map((_type, index) => identifier(`c${index}`))
  const json = JSON.stringify(rows.map((cells) => Object.fromEntries(cells.map((cell, index) => [`c${index}`, cell]))))
  const cast = names.map((name, index) => sql`elsewhere.${name}::${types[index] ?? name} AS ${name}`)
  const texts = names.map((name) => sql`${name} pg_catalog.text`)
  return sql`SELECT ${join(cast, ', ')} FROM pg_catalog.json_to_recordset(${json}::pg_catalog.json) AS elsewhere(${join(texts, ', ')})`
}
