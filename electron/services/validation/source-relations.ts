import { z } from 'zod'
import { boundedRead } from '#services/postgres/bounded-read.ts'
import type { Connection, Rows } from '#services/postgres/connection.ts'
import { compile, sql } from '#shared/sql/sql.ts'
import { wholeQuery } from '#shared/sql/whole-query.ts'

/** What an asset is read from, and which tables that comes to. */

/** Where the rows of an asset come from. */
export interface AssetSource {
  /** '' with a query. */
  readonly schema: string
  /** With a query, the name of the asset. */
  readonly relation: string
  /** The user's own; null: the relation itself. */
  readonly query: string | null
  /** For params that name a data source; left out where none has a name. */
  readonly dataSourceName?: string
}

export interface QualifiedName {
  readonly schema: string
  readonly name: string
}

/**
 * The tables that a query reads: those under its views, as the planner finds them. What a
 * function reads is not among them.
 */
export async function relationsOf(connection: Connection, query: string, signal: AbortSignal): Promise<readonly QualifiedName[]> {
  return scannedRelations(await boundedRead(connection, compile(sql`${EXPLAIN_RELATIONS} ${wholeQuery(query)}`), { signal }))
}

export const EXPLAIN_RELATIONS = sql`EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON)`

/** Of the answer to such an EXPLAIN. What a function reads is not among them. */
export function scannedRelations({ rows }: Rows): readonly QualifiedName[] {
  const found = new Map<string, QualifiedName>()
  const visit = (part: unknown): void => {
    const node = Scan.safeParse(part)
    if (node.success) {
      const { Schema: schema, 'Relation Name': name } = node.data
      found.set(JSON.stringify([schema, name]), { schema, name })
    }
    if (typeof part === 'object' && part !== null) for (const inner of Object.values(part)) visit(inner)
  }
  visit(JSON.parse(rows.map(([line]) => line ?? '').join('\n')))
  return [...found.values()]
}

/** A node of a plan that reads a table. */
const Scan = z.object({ Schema: z.string(), 'Relation Name': z.string() })
