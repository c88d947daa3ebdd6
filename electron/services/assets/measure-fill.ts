import { boundedRead } from '#services/postgres/bounded-read.ts'
import type { Connection } from '#services/postgres/connection.ts'
import { PostgresError } from '#services/postgres/errors.ts'
import { problemOf } from '#services/validation/problems.ts'
import { AppError } from '#shared/contract/errors.ts'
import { compile, identifier, join, type Sql, sql } from '#shared/sql/sql.ts'
import type { RelationDescription } from './describe-relations.ts'
import type { AssetFill } from './generate.ts'

/** How full the columns of relations are: counted, over all rows, because a column that is full must be known to be full. */

export type Measured = { readonly ok: true; readonly fill: AssetFill } | { readonly ok: false; readonly sentence: string }

/** For one relation: a table that takes longer is too large to be counted while somebody waits. */
const LIMIT_MS = 60_000

/**
 * Several in one statement, which saves the way to the server and back; when one of them cannot be read, each by itself.
 * @throws AppError CANCELLED, CONNECTION_FAILED
 */
export async function measureFill(
  connection: Connection,
  relations: readonly RelationDescription[],
  signal: AbortSignal,
): Promise<readonly Measured[]> {
  try {
    const rows = await ask(connection, relations, signal)
    return rows.map((fill) => ({ ok: true, fill }))
  } catch (error) {
    if (sentenceOf(error) === null) throw error
  }
  const found: Measured[] = []
  for (const relation of relations) {
    try {
      const [fill] = await ask(connection, [relation], signal)
      found.push(fill === undefined ? { ok: false, sentence: 'The server gave no figures.' } : { ok: true, fill })
    } catch (error) {
      const sentence = sentenceOf(error)
      if (sentence === null) throw error
      found.push({ ok: false, sentence })
    }
  }
  return found
}

async function ask(connection: Connection, relations: readonly RelationDescription[], signal: AbortSignal): Promise<readonly AssetFill[]> {
  if (relations.length === 0) return []
  const { rows } = await boundedRead(connection, compile(join(relations.map(fillSql), ' UNION ALL ')), {
    signal,
    limitMs: LIMIT_MS,
    set: ['row_security = off'],
  })
  const byPlace = new Map(rows.map(([place, count, counts]) => [Number(place), { count, counts }]))
  return relations.map((_relation, place) => {
    const { count, counts } = byPlace.get(place) ?? {}
    return { rows: BigInt(count ?? 0), nonNull: readCounts(counts ?? null) }
  })
}

function fillSql({ schema, name, columns }: RelationDescription, place: number): Sql {
  const counts = columns.map((column) => sql`pg_catalog.count(${identifier(column.name)})`)
  const all = counts.length === 0 ? sql`'{}'` : sql`ARRAY[${join(counts, ', ')}]::pg_catalog.text`
  return sql`(SELECT ${place}::pg_catalog.int4, pg_catalog.count(*), ${all} FROM ${identifier(schema, name)})`
}

/** `{3,0,12}`: what PostgreSQL writes for an array of numbers. */
function readCounts(text: string | null): readonly bigint[] {
  return (text ?? '{}')
    .slice(1, -1)
    .split(',')
    .filter((part) => part !== '')
    .map(BigInt)
}

/** null: not about this relation alone. */
function sentenceOf(error: unknown): string | null {
  if (error instanceof PostgresError) return problemOf(error).sentence
  return error instanceof AppError && error.code === 'DATABASE' ? error.message : null
}
