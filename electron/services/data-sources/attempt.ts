import { CONNECT_LIMIT_MS, ConnectError, openConnection } from '#services/postgres/connect.ts'
import { ConnectTracer } from '#services/postgres/connect-trace.ts'
import type { Connection } from '#services/postgres/connection.ts'
import type { ConnectionSettings } from '#services/postgres/connection-settings.ts'
import { PostgresError } from '#services/postgres/errors.ts'
import { readServerFacts } from '#services/postgres/server-facts.ts'
import { withVariables } from '#services/postgres/variables.ts'
import { cancelled, isAppError } from '#shared/contract/errors.ts'
import type { ConnectReport, ConnectTrace } from '#shared/model/connect.ts'
import type { Certificates, DataSourceInput, Sslmode } from '#shared/model/data-source.ts'
import { applicationName } from '#shared/model/names.ts'
import type { ConnectionFields } from '#shared/postgres/connection-fields.ts'
import { libpqPassword, theseLibpqPlaces } from './libpq-files.ts'
import type { StoredDataSource } from './records.ts'
import type { ConnectionWish } from './wish.ts'

/** One attempt to connect, told as a report. */

/** `askedForPassword` is null when it was not found out. */
export interface Attempt {
  readonly report: ConnectReport
  readonly askedForPassword: boolean | null
}

export interface AttemptOptions {
  readonly signal?: AbortSignal | undefined
  /** Told after each step, while it runs. */
  readonly onProgress?: ((trace: ConnectTrace) => void) | undefined
  /** The whole attempt, looking around included. */
  readonly limitMs?: number
}

/** @throws AppError CANCELLED */
export async function tryConnection(given: ConnectionSettings, sslmode: Sslmode, options: AttemptOptions): Promise<Attempt> {
  const { signal, onProgress, limitMs = CONNECT_LIMIT_MS } = options
  const end = performance.now() + limitMs
  let connection: Connection
  let tracer: ConnectTracer
  try {
    const settings = withVariables(given)
    tracer = new ConnectTracer(settings, limitMs, onProgress, given)
    connection = await openConnection(settings, { signal, tracer, timeoutMs: limitMs })
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error
    const { failure, trace } = error
    return {
      report: { ...failure, trace },
      askedForPassword: failure.step === 'authenticate' && failure.field === 'password' ? true : null,
    }
  }
  const { askedForPassword } = connection
  try {
    const server = await withinTime(readServerFacts(connection, { signal }), end - performance.now(), signal)
    tracer.inspected()
    await connection.dispose()
    return { report: { ok: true, server, sslmode, trace: tracer.trace() }, askedForPassword }
  } catch (error) {
    // Not waited for: a server that has fallen silent would not answer the farewell either.
    void connection.dispose()
    if (signal?.aborted) throw cancelled()
    return { report: { ...inspectFailure(error), trace: tracer.failed('inspect') }, askedForPassword }
  }
}

class TimeOver extends Error {}

/** A statement under way is not waited for: it is a read of the catalog, which the server ends by itself. */
async function withinTime<Result>(work: Promise<Result>, ms: number, signal: AbortSignal | undefined): Promise<Result> {
  work.catch(() => {}) // told by the race, or of no interest any more
  const over = new AbortController()
  const ended = new Promise<never>((_resolve, reject) => {
    const timer = setTimeout(() => reject(new TimeOver()), Math.max(0, ms))
    const stop = () => reject(cancelled())
    signal?.addEventListener('abort', stop, { once: true })
    over.signal.addEventListener('abort', () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
    })
  })
  try {
    return await Promise.race([work, ended])
  } finally {
    over.abort()
  }
}

/** @throws what is no failure of the server's */
function inspectFailure(error: unknown): Omit<Extract<ConnectReport, { ok: false }>, 'trace'> {
  const failure = (cause: string, sentence: string, remedy: string, sqlstate: string | null = null) => ({
    ok: false as const,
    step: 'inspect' as const,
    cause,
    sentence,
    remedy,
    field: null,
    sqlstate,
    choices: ['retry' as const],
  })
  if (error instanceof PostgresError) {
    return failure('inspect-refused', error.problem.message, 'Look into the log of the server.', error.sqlstate)
  }
  if (error instanceof TimeOver || isAppError(error, 'DATABASE')) {
    return failure(
      'inspect-timeout',
      'The server let the role in, but did not answer the first questions in time.',
      'Try again. A server under load, or one whose catalog is locked, may be slow.',
    )
  }
  if (isAppError(error, 'CONNECTION_FAILED')) {
    return failure(
      'dropped',
      'The connection was cut right after the login.',
      'Try again. When it happens each time, look into the log of the server, or of the pooler or firewall in front of it.',
    )
  }
  throw error
}

export function settingsOf({ fields, sslmode }: ConnectionWish, certificates: Certificates | null): Omit<ConnectionSettings, 'password'> {
  const { host, port, database, user, searchPath } = fields
  return { host, port, database, user, searchPath, sslmode, ...certificateSettings(certificates), applicationName: applicationName('test') }
}

/** null: nothing of one's own. */
export function certificateSettings(
  certificates: Certificates | null,
): Pick<ConnectionSettings, 'rootCertificatePem' | 'clientCertificate'> {
  const { rootCertificatePem = null, clientCertificatePem = null, clientKeyPem = null } = certificates ?? {}
  return {
    rootCertificatePem,
    clientCertificate:
      clientCertificatePem === null || clientKeyPem === null ? null : { pem: clientCertificatePem, key: async () => clientKeyPem },
  }
}

export function storedSettings(source: StoredDataSource): Omit<ConnectionSettings, 'password'> {
  const { host, port, database, user, searchPath, sslmode, rootCertificatePem } = source
  return { host, port, database, user, searchPath, sslmode, rootCertificatePem, applicationName: applicationName('session') }
}

/** null: it was not asked for, or no line of libpq's files is about this connection. */
export async function passwordFromFile(input: DataSourceInput, fields: ConnectionFields): Promise<string | null> {
  return input.passwordFromFile === true ? await libpqPassword(fields, theseLibpqPlaces) : null
}

export function passwordReport(sentence: string): ConnectReport {
  return {
    ok: false,
    step: 'authenticate',
    cause: 'password-missing',
    sentence,
    remedy: 'Enter it to go on.',
    field: 'password',
    sqlstate: null,
    choices: ['enter-password'],
    trace: null,
  }
}

export function certificatesReport(sentence: string): Extract<ConnectReport, { ok: false }> {
  return {
    ok: false,
    step: 'parse',
    cause: 'certificates',
    sentence,
    remedy: 'Correct the certificates.',
    field: 'certificates',
    sqlstate: null,
    choices: [],
    trace: null,
  }
}
