import type { ServerEngine } from '#shared/model/connect.ts'

/** Who speaks PostgreSQL's protocol. The version number of the protocol is claimed by all of them; these are signs that only one gives. */

export interface EngineEvidence {
  /** What `version()` says. */
  readonly banner: string
  /** Name → version of the extensions in this database. */
  readonly extensions: ReadonlyMap<string, string>
  /** Prefixes of settings' names that only one product has, for example `yb_`. */
  readonly settings: ReadonlySet<string>
  /** Functions that only one product has. */
  readonly functions: ReadonlySet<string>
}

export interface Engine {
  readonly engine: ServerEngine
  /** Its own, where it is not PostgreSQL's. */
  readonly version: string | null
}

/** The names that are looked for, so that the question asked of the server and the answer drawn from it cannot part. */
export const tellingExtensions = ['citus', 'timescaledb', 'neon'] as const
export const tellingSettings = ['yb_', 'neon.', 'alloydb.', 'crdb_'] as const
export const tellingFunctions = ['aurora_version', 'mz_version', 'gp_opt_version'] as const

export function engineOf({ banner, extensions, settings, functions }: EngineEvidence): Engine {
  for (const { engine, pattern } of banners) {
    const found = pattern.exec(banner)
    if (found !== null) return { engine, version: found[1] ?? null }
  }
  if (settings.has('crdb_')) return { engine: 'cockroachdb', version: null }
  if (settings.has('yb_')) return { engine: 'yugabytedb', version: null }
  if (functions.has('mz_version')) return { engine: 'materialize', version: null }
  if (functions.has('gp_opt_version')) return { engine: 'greenplum', version: null }
  if (functions.has('aurora_version')) return { engine: 'aurora', version: null }
  if (settings.has('alloydb.')) return { engine: 'alloydb', version: null }
  if (settings.has('neon.') || extensions.has('neon')) return { engine: 'neon', version: null }
  for (const engine of ['citus', 'timescaledb'] as const) {
    const version = extensions.get(engine)
    if (version !== undefined) return { engine, version }
  }
  return { engine: /^PostgreSQL \d/.test(banner) ? 'postgresql' : 'unknown', version: null }
}

/** Those that say so themselves. The order matters: YugabyteDB's and Redshift's begin with PostgreSQL's name. */
const banners: readonly { readonly engine: ServerEngine; readonly pattern: RegExp }[] = [
  { engine: 'cockroachdb', pattern: /^CockroachDB\b.*?\bv(\d[\w.-]*)/ },
  { engine: 'yugabytedb', pattern: /-YB-(\d[\w.-]*)/ },
  { engine: 'redshift', pattern: /\bRedshift (\d[\w.]*)/ },
  { engine: 'greenplum', pattern: /\b(?:Greenplum Database|(?:Apache )?Cloudberry(?: Database)?) (\d[\w.]*)/ },
  { engine: 'risingwave', pattern: /RisingWave-(\d[\w.-]*)/ },
  { engine: 'materialize', pattern: /\bMaterialize v?(\d[\w.-]*)/ },
]
