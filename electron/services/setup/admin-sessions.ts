import { randomUUID } from 'node:crypto'
import { certificateSettings, certificatesReport } from '#services/data-sources/attempt.ts'
import { readWholeCertificates } from '#services/data-sources/certificates.ts'
import { readWish } from '#services/data-sources/wish.ts'
import { boundedRead } from '#services/postgres/bounded-read.ts'
import { listSchemas } from '#services/postgres/catalog.ts'
import { CONNECT_LIMIT_MS, ConnectError, openConnection } from '#services/postgres/connect.ts'
import { ConnectTracer } from '#services/postgres/connect-trace.ts'
import type { Connection } from '#services/postgres/connection.ts'
import type { ConnectionSettings } from '#services/postgres/connection-settings.ts'
import { readServerFacts } from '#services/postgres/server-facts.ts'
import { withVariables } from '#services/postgres/variables.ts'
import { AppError, isAppError } from '#shared/contract/errors.ts'
import type { ConnectReport } from '#shared/model/connect.ts'
import type { Certificates, DataSourceInput } from '#shared/model/data-source.ts'
import { applicationName, SQL_TAG } from '#shared/model/names.ts'
import type { AdminSession } from '#shared/model/setup.ts'

/** Connections of an administrator, for the one script that the wizard runs. SECURITY: their passwords are in memory only, and only while they connect. */

const IDLE_MS = 10 * 60_000

interface OpenSession {
  readonly connection: Connection
  /** Where it leads, without who: for trying the role that was made there. */
  readonly place: ConnectionPlace
  /** What it does now; null while it is idle. */
  work: { readonly kind: 'read' | 'script'; readonly settled: Promise<unknown> } | null
  idle: NodeJS.Timeout | null
}

export type ConnectionPlace = Pick<ConnectionSettings, 'host' | 'port' | 'database' | 'sslmode' | 'rootCertificatePem'>

export type AdminWish = Pick<DataSourceInput, 'connectionString' | 'sslmode' | 'plaintextConsent' | 'certificates' | 'certificateFiles'>

export class AdminSessions {
  readonly #open = new Map<string, OpenSession>()
  readonly #idleMs: number

  constructor(idleMs = IDLE_MS) {
    this.#idleMs = idleMs
  }

  async open(wish: AdminWish, signal: AbortSignal | undefined): Promise<{ session: AdminSession | null; report: ConnectReport }> {
    const read = readWish(wish)
    if (!read.ok) return { session: null, report: read.report }
    const { fields, sslmode } = read.wish
    let certificates: Certificates
    try {
      certificates = await readWholeCertificates(wish, fields)
    } catch (error) {
      if (!isAppError(error, 'INVALID')) throw error
      return { session: null, report: certificatesReport(error.message) }
    }
    const given: ConnectionSettings = {
      host: fields.host,
      port: fields.port,
      database: fields.database,
      user: fields.user,
      password: async () => fields.password,
      sslmode,
      ...certificateSettings(certificates),
      applicationName: applicationName('setup'),
    }
    let connection: Connection | null = null
    try {
      const settings = withVariables(given)
      const tracer = new ConnectTracer(settings, CONNECT_LIMIT_MS, undefined, given)
      connection = await openConnection(settings, { signal, tracer })
      const server = await readServerFacts(connection, { signal })
      tracer.inspected()
      const session: AdminSession = {
        adminId: randomUUID(),
        role: server.role,
        database: server.database,
        host: fields.host,
        port: fields.port,
        rootCertificatePem: certificates.rootCertificatePem,
        canCreateRole: server.isSuperuser || (await mayCreateRole(connection, signal)),
        serverVersion: server.version,
        schemas: (await listSchemas(connection, { signal })).map((schema) => schema.name),
      }
      this.#keep(session.adminId, connection, placeOf(settings))
      return { session, report: { ok: true, server, sslmode, trace: tracer.trace() } }
    } catch (error) {
      // Opened, but not to be used: an administrator's connection is not left lying about.
      await connection?.dispose()
      if (error instanceof ConnectError) return { session: null, report: { ...error.failure, trace: error.trace } }
      throw error
    }
  }

  /**
   * Lends the connection to one piece of work at a time: two scripts on it would run into each other's transaction.
   * A reading that is under way is waited for.
   * @throws AppError NOT_FOUND when it was closed or lost, BUSY while another script has it
   */
  async use<Result>(adminId: string, work: (connection: Connection, place: ConnectionPlace) => Promise<Result>): Promise<Result> {
    for (;;) {
      const session = await this.#require(adminId)
      if (session.work === null) return this.#lend(adminId, session, 'script', work)
      if (session.work.kind === 'script')
        throw new AppError('BUSY', 'The administrator connection is at work already. Wait until it is done.', {})
      await session.work.settled
    }
  }

  /** For questions, which wait for their turn. @throws AppError NOT_FOUND when it was closed or lost */
  async read<Result>(adminId: string, work: (connection: Connection) => Promise<Result>): Promise<Result> {
    for (;;) {
      const session = await this.#require(adminId)
      if (session.work === null) return this.#lend(adminId, session, 'read', work)
      await session.work.settled
    }
  }

  async close(adminId: string): Promise<void> {
    const session = this.#open.get(adminId)
    if (session === undefined) return
    if (session.idle !== null) clearTimeout(session.idle)
    this.#open.delete(adminId)
    await session.connection.dispose()
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((adminId) => this.close(adminId)))
  }

  async #require(adminId: string): Promise<OpenSession> {
    const session = this.#open.get(adminId)
    if (session?.connection.usable) return session
    await this.close(adminId)
    const sentence = 'The administrator connection is not open any more. Connect again.'
    throw new AppError('NOT_FOUND', sentence, { entity: 'administrator connection' }, { action: 'retry' })
  }

  async #lend<Result>(
    adminId: string,
    session: OpenSession,
    kind: 'read' | 'script',
    work: (connection: Connection, place: ConnectionPlace) => Promise<Result>,
  ): Promise<Result> {
    if (session.idle !== null) clearTimeout(session.idle)
    session.idle = null
    const result = work(session.connection, session.place)
    session.work = { kind, settled: result.catch(() => undefined) }
    try {
      return await result
    } finally {
      session.work = null
      if (this.#open.get(adminId) === session) session.idle = this.#closeLater(adminId)
    }
  }

  #keep(adminId: string, connection: Connection, place: ConnectionPlace): void {
    this.#open.set(adminId, { connection, place, work: null, idle: this.#closeLater(adminId) })
  }

  #closeLater(adminId: string): NodeJS.Timeout {
    return setTimeout(() => void this.close(adminId), this.#idleMs).unref()
  }
}

async function mayCreateRole(connection: Connection, signal: AbortSignal | undefined): Promise<boolean> {
  const question = `/* ${SQL_TAG}setup */ SELECT rolcreaterole FROM pg_catalog.pg_roles WHERE rolname = current_user`
  const { rows } = await boundedRead(connection, { text: question, values: [] }, { signal })
  return rows[0]?.[0] === 't'
}

function placeOf({ host, port, database, sslmode, rootCertificatePem }: ConnectionSettings): ConnectionPlace {
  return { host, port, database, sslmode, rootCertificatePem }
}
