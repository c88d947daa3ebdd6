import { z } from 'zod'
import { boundedReads } from '#services/postgres/bounded-read.ts'
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
 * What a query reads: its views, and the tables under them, as the planner finds them. What a function reads is not among them.
 * A plan names no view; but the server has locked each that it looked through, and says so.
 */
export async function relationsOf(connection: Connection, query: string, signal: AbortSignal): Promise<readonly QualifiedName[]> {
  const explained = compile(sql`${EXPLAIN_RELATIONS} ${wholeQuery(query)}`)
  const [plan, views] = await boundedReads(connection, [explained, compile(lockedViewsSql)], { signal })
  return [...views.rows.map(([schema, name]) => ({ schema: schema ?? '', name: name ?? '' })), ...scannedRelations(plan)]
}

const lockedViewsSql = sql`
  SELECT n.nspname, c.relname FROM pg_catalog.pg_locks l
  JOIN pg_catalog.pg_class c ON c.oid = l.relation JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' AND c.relkind = 'v' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
  ORDER BY 1, 2`

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
