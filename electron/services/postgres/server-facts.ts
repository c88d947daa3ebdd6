import { TLSSocket } from 'node:tls'
import type { ServerFacts } from '#shared/model/data-source.ts'
import { SQL_TAG } from '#shared/model/names.ts'
import { boundedRead } from './bounded-read.ts'
import { type Connection, streamOf } from './connection.ts'

/** Of a bounded read: BEGIN, two settings, the question, COMMIT. */
const ROUND_TRIPS = 5

/** What a person wants to know of a server once connected. */
export async function readServerFacts(
  connection: Connection,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<ServerFacts> {
  const start = performance.now()
  const { rows } = await boundedRead(connection, { text: factsSql, values: [] }, options)
  const latencyMs = (performance.now() - start) / ROUND_TRIPS
  const [version, versionNumber, database, role, isSuperuser, inRecovery, timeZone, encoding] = rows[0] ?? []
  const stream: unknown = streamOf(connection.client)
  const encrypted = stream instanceof TLSSocket
  return {
    version: version ?? '',
    versionNumber: Number(versionNumber ?? 0),
    database: database ?? '',
    role: role ?? '',
    isSuperuser: isSuperuser === 'on',
    encrypted,
    tlsProtocol: encrypted ? stream.getProtocol() : null,
    inRecovery: inRecovery === 't',
    timeZone: timeZone ?? '',
    encoding: encoding ?? '',
    latencyMs: Math.round(latencyMs * 10) / 10,
  }
}

const factsSql = `/* ${SQL_TAG}facts */ SELECT pg_catalog.current_setting('server_version'), pg_catalog.current_setting('server_version_num'), pg_catalog.current_database(), current_user,
  pg_catalog.current_setting('is_superuser'), pg_catalog.pg_is_in_recovery(), pg_catalog.current_setting('TimeZone'),
  pg_catalog.current_setting('server_encoding')`
