import { TLSSocket } from 'node:tls'
import type { ServerFacts } from '#shared/model/connect.ts'
import { SQL_TAG } from '#shared/model/names.ts'
import { boundedRead } from './bounded-read.ts'
import { missingCapabilities } from './capabilities.ts'
import { type Connection, streamOf } from './connection.ts'
import { engineOf, tellingExtensions, tellingFunctions, tellingSettings } from './engine.ts'
import { PostgresError } from './errors.ts'

/** What a person wants to know of a server once connected. */

interface CallOptions {
  readonly signal?: AbortSignal | undefined
}

/** Of a bounded read: BEGIN, two settings, the question, COMMIT. */
const ROUND_TRIPS = 5

/** A question that the server does not understand is left open; it is not PostgreSQL then, and that is one of the answers. */
export async function readServerFacts(connection: Connection, options: CallOptions = {}): Promise<ServerFacts> {
  const start = performance.now()
  const ask = await askAll(connection, factQuestions, options)
  const latencyMs = (performance.now() - start) / ROUND_TRIPS
  const evidence = await askAll(connection, evidenceQuestions, options)
  const { engine, version: engineVersion } = engineOf({
    banner: ask.banner ?? '',
    extensions: new Map(words(evidence.extensions).map((entry) => [entry.split('=')[0] ?? '', entry.split('=')[1] ?? ''])),
    settings: new Set(words(evidence.settings)),
    functions: new Set(words(evidence.functions)),
  })
  const missing = await missingCapabilities(connection, options)
  const { relations } = await askAll(connection, relationQuestions, options)
  const stream: unknown = streamOf(connection.client)
  const encrypted = stream instanceof TLSSocket
  const backend = Number(ask.backend ?? 0)
  return {
    version: ask.version ?? '',
    versionNumber: Number(ask.versionNumber ?? 0),
    engine,
    engineVersion,
    // A pooler hands out process numbers of its own, PgBouncer any 32 bits. Engines that are not PostgreSQL have none to compare.
    pooled: backend > 0 && connection.processId !== 0 && backend !== connection.processId,
    missing,
    database: ask.database ?? '',
    role: ask.role ?? '',
    isSuperuser: ask.isSuperuser === 'on',
    encrypted,
    tlsProtocol: encrypted ? stream.getProtocol() : null,
    inRecovery: ask.inRecovery === 'true',
    timeZone: ask.timeZone ?? '',
    encoding: ask.encoding ?? '',
    latencyMs: Math.round(latencyMs * 10) / 10,
    relations: relationsOf(relations ?? null),
  }
}

type Questions = Readonly<Record<string, string>>

/** All in one statement, or one by one where the server does not take them all. null: no answer to this one. */
async function askAll<Q extends Questions>(
  connection: Connection,
  questions: Q,
  options: CallOptions,
): Promise<{ readonly [Name in keyof Q]: string | null }> {
  const names = Object.keys(questions)
  const answer = async (asked: readonly string[]) => {
    const columns = asked.map((name) => `(${questions[name]})::text`).join(', ')
    const { rows } = await boundedRead(connection, { text: `/* ${SQL_TAG}facts */ SELECT ${columns}`, values: [] }, options)
    return asked.map((name, index) => [name, rows[0]?.[index] ?? null] as const)
  }
  try {
    return Object.fromEntries(await answer(names)) as { [Name in keyof Q]: string | null }
  } catch (error) {
    if (!(error instanceof PostgresError) || !notUnderstood.test(error.sqlstate)) throw error
  }
  const found: (readonly [string, string | null])[] = []
  for (const name of names) {
    try {
      found.push(...(await answer([name])))
    } catch (error) {
      if (!(error instanceof PostgresError)) throw error
      found.push([name, null])
    }
  }
  return Object.fromEntries(found) as { [Name in keyof Q]: string | null }
}

/** No such function, table, column or setting; not implemented; not allowed. */
const notUnderstood = /^(42|0A|22|XX)/

const factQuestions = {
  banner: 'pg_catalog.version()',
  version: "pg_catalog.current_setting('server_version')",
  versionNumber: "pg_catalog.current_setting('server_version_num')",
  database: 'pg_catalog.current_database()',
  role: 'current_user',
  isSuperuser: "pg_catalog.current_setting('is_superuser')",
  inRecovery: 'pg_catalog.pg_is_in_recovery()',
  timeZone: "pg_catalog.current_setting('TimeZone')",
  encoding: "pg_catalog.current_setting('server_encoding')",
  backend: 'pg_catalog.pg_backend_pid()',
} as const

const quoted = (names: readonly string[]) => names.map((name) => `'${name}'`).join(', ')

const evidenceQuestions = {
  extensions: `SELECT pg_catalog.string_agg(extname || '=' || extversion, ' ') FROM pg_catalog.pg_extension WHERE extname IN (${quoted(tellingExtensions)})`,
  settings: `SELECT pg_catalog.string_agg(p.prefix, ' ') FROM (VALUES ${tellingSettings.map((prefix) => `('${prefix}')`).join(', ')}) AS p(prefix)
    WHERE EXISTS (SELECT 1 FROM pg_catalog.pg_settings s WHERE pg_catalog.strpos(s.name, p.prefix) = 1)`,
  functions: `SELECT pg_catalog.string_agg(DISTINCT proname::text, ' ') FROM pg_catalog.pg_proc WHERE proname IN (${quoted(tellingFunctions)})
    AND pronamespace IN (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname IN ('pg_catalog', 'mz_catalog', 'mz_internal'))`,
} as const

const relationQuestions = {
  relations: `SELECT pg_catalog.count(DISTINCT c.relnamespace) || ' ' || pg_catalog.count(*) || ' ' ||
      COALESCE(pg_catalog.sum(CASE WHEN pg_catalog.has_schema_privilege(c.relnamespace, 'USAGE') AND pg_catalog.has_any_column_privilege(c.oid, 'SELECT') THEN 1 ELSE 0 END), 0)
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'`,
} as const

/** Three numbers in one text. null: the server did not answer. */
function relationsOf(text: string | null): ServerFacts['relations'] {
  const [schemas, all, readable] = words(text).map(Number)
  return schemas === undefined || all === undefined || readable === undefined ? null : { schemas, all, readable }
}

function words(text: string | null | undefined): string[] {
  return text == null ? [] : text.split(' ').filter((word) => word !== '')
}
