import type { AuthenticationMethod, Capability, ServerEngine, ServerFacts } from '#shared/model/connect.ts'
import { countOf, formatCount } from '#ui/format.ts'

/** What was found out about a server, in words. */

/** `PostgreSQL 18.4`, `CockroachDB v23.1 (as PostgreSQL 13.0)`. */
export function engineTitle({ engine, engineVersion, version }: ServerFacts): string {
  const base = `PostgreSQL ${version}`
  if (engine === 'postgresql') return base
  if (engine === 'unknown')
    return version === '' ? 'A server that does not say what it is' : `A server that calls itself PostgreSQL ${version}`
  const own = engineVersion === null ? engineNames[engine] : `${engineNames[engine]} ${engineVersion}`
  return version === '' ? own : `${own} (PostgreSQL ${version})`
}

/** null: the server does not say. */
export function relationsSentence({ relations }: ServerFacts): string | null {
  if (relations === null) return null
  const { all, readable, schemas } = relations
  if (all === 0) return 'no tables or views there'
  const where = countOf(schemas, 'schema')
  if (readable === all)
    return all === 1 ? 'may read the one table or view there' : `may read all ${formatCount(all)} tables and views in ${where}`
  return `may read ${formatCount(readable)} of ${countOf(all, 'table or view', 'tables and views')} in ${where}`
}

/** How the server asks for a password, and what it means once it has worked. */
export const authenticationTitles: Readonly<Record<AuthenticationMethod, { readonly asked: string; readonly proven: string }>> = {
  none: { asked: 'No password asked for', proven: 'Without a password: the server trusts this computer, its user or its certificate' },
  cleartext: { asked: 'Password in clear text', proven: 'Password in clear text, inside the encryption' },
  md5: { asked: 'MD5', proven: 'MD5, inside the encryption' },
  'scram-sha-256': { asked: 'SCRAM-SHA-256', proven: 'SCRAM-SHA-256: both sides have proven that they know the password' },
  'scram-sha-256-plus': {
    asked: 'SCRAM-SHA-256 with channel binding',
    proven: 'SCRAM-SHA-256 with channel binding: the proof holds for this encryption only',
  },
}

const engineNames: Readonly<Record<Exclude<ServerEngine, 'postgresql' | 'unknown'>, string>> = {
  citus: 'Citus',
  timescaledb: 'Timescale',
  aurora: 'Amazon Aurora',
  alloydb: 'AlloyDB',
  neon: 'Neon',
  cockroachdb: 'CockroachDB',
  yugabytedb: 'YugabyteDB',
  redshift: 'Amazon Redshift',
  greenplum: 'Greenplum',
  materialize: 'Materialize',
  risingwave: 'RisingWave',
}

export const capabilityTitles: Readonly<Record<Capability, string>> = {
  ctid: 'row addresses (ctid)',
  tablesample: 'TABLESAMPLE',
  percentile: 'percentile_cont',
  filter: 'FILTER',
  'grouping-sets': 'GROUPING SETS',
  'distinct-from': 'IS DISTINCT FROM',
  'regex-lookaround': 'look-around in regular expressions',
  'export-snapshot': 'sharing a snapshot',
  'privilege-functions': 'privilege functions',
  statistics: 'column statistics (pg_stats)',
}
