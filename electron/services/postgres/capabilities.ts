import type { Capability } from '#shared/model/connect.ts'
import { SQL_TAG } from '#shared/model/names.ts'
import { boundedRead } from './bounded-read.ts'
import type { Connection } from './connection.ts'
import { PostgresError } from './errors.ts'

/** What a server cannot do, found out by asking it to. All in one statement, which PostgreSQL answers; one by one where it does not. */

const LIMIT_MS = 2_000

/** @returns the capabilities that are missing; CONNECTION_FAILED and CANCELLED are thrown, refusals are the answer */
export async function missingCapabilities(
  connection: Connection,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Capability[]> {
  const names = Object.keys(probes) as Capability[]
  if (await answers(connection, names, options.signal)) return []
  const missing: Capability[] = []
  for (const name of names) {
    if (!(await answers(connection, [name], options.signal))) missing.push(name)
  }
  return missing
}

async function answers(connection: Connection, names: readonly Capability[], signal: AbortSignal | undefined): Promise<boolean> {
  const columns = names.map((name, index) => `(${probes[name]}) AS p${index}`).join(', ')
  try {
    await boundedRead(connection, { text: `/* ${SQL_TAG}probe */ SELECT ${columns}`, values: [] }, { signal, limitMs: LIMIT_MS })
    return true
  } catch (error) {
    if (error instanceof PostgresError) return false
    throw error
  }
}

/** Each a scalar subquery that reads next to nothing and leaves nothing behind. */
const probes: Readonly<Record<Capability, string>> = {
  ctid: 'SELECT c.ctid FROM pg_catalog.pg_class c LIMIT 1',
  tablesample: 'SELECT 1 FROM pg_catalog.pg_class TABLESAMPLE SYSTEM (1) LIMIT 1',
  percentile: 'SELECT pg_catalog.percentile_cont(0.5) WITHIN GROUP (ORDER BY v.x) FROM (VALUES (1.0::float8)) AS v(x)',
  filter: 'SELECT pg_catalog.count(*) FILTER (WHERE v.x > 1) FROM (VALUES (1)) AS v(x)',
  'grouping-sets': 'SELECT pg_catalog.count(*) FROM (VALUES (1)) AS v(x) GROUP BY GROUPING SETS ((v.x), ()) LIMIT 1',
  'distinct-from': 'SELECT 1 IS DISTINCT FROM 2',
  'regex-lookaround': "SELECT 'ab' ~ 'a(?=b)'",
  'export-snapshot': 'SELECT pg_catalog.pg_export_snapshot()',
  'privilege-functions': "SELECT pg_catalog.has_table_privilege('pg_catalog.pg_class', 'SELECT')",
  statistics: 'SELECT 1 FROM pg_catalog.pg_stats LIMIT 1',
}
