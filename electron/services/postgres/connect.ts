import pg from 'pg'
import { AppError, cancelled } from '#shared/contract/errors.ts'
import type { ConnectTrace } from '#shared/model/connect.ts'
import { SQL_TAG } from '#shared/model/names.ts'
import { searchPathOption } from '#shared/postgres/connection-string.ts'
import { AuthenticationGuard } from './authentication-guard.ts'
import { type Control, cancelBy, PATIENCE_MS } from './cancel.ts'
import { requestCancel } from './cancel-request.ts'
import { explainConnectError } from './connect-failures.ts'
import type { ConnectFailure } from './connect-progress.ts'
import { ConnectTracer } from './connect-trace.ts'
import { type Connection, PgConnection, streamOf } from './connection.ts'
import type { ConnectionSettings } from './connection-settings.ts'
import { guardParser } from './guarded-parser.ts'
import { watchSettings } from './reported-settings.ts'
import { tlsOptions } from './tls-options.ts'

/** Opens connections. The driver gets explicit fields and an explicit `ssl` value, never a string that it would read its own way. */

export interface OpenOptions {
  readonly signal?: AbortSignal | undefined
  /** The whole attempt; 10 seconds unless said otherwise. */
  readonly timeoutMs?: number
  /** How long each way of stopping a statement may take before the next, harder one; PATIENCE_MS unless said otherwise. */
  readonly patienceMs?: number | undefined
  /** Where its steps are told. */
  readonly tracer?: ConnectTracer | undefined
}

export const CONNECT_LIMIT_MS = 10_000
/** SECURITY: a server that asks for more rounds would keep this computer busy for minutes. */
const SCRAM_MAX_ITERATIONS = 100_000

/** Why no connection could be had; carried by AppError CONNECTION_FAILED as its cause. */
export class ConnectError extends Error {
  readonly failure: ConnectFailure
  /** How far it came; null: nothing was tried. */
  readonly trace: ConnectTrace | null

  constructor(failure: ConnectFailure, trace: ConnectTrace | null, cause: unknown) {
    super(failure.sentence, { cause })
    this.name = 'ConnectError'
    this.failure = failure
    this.trace = trace
  }
}

/** @throws ConnectError, or AppError CANCELLED when aborted */
export async function openConnection(settings: ConnectionSettings, options: OpenOptions = {}): Promise<Connection> {
  if (options.signal?.aborted) throw cancelled()
  const { patienceMs } = options
  const { client, askedForPassword } = await openClient(settings, options)
  return new PgConnection(
    client,
    cancelBy({
      request: (key) => requestCancel(settings, key, patienceMs),
      openControl: () => openControl(settings, patienceMs),
      patienceMs,
    }),
    askedForPassword,
  )
}

/** The application's error for a connection that could not be had. */
export function toAppError(error: ConnectError, dataSourceId: string | null): AppError<'CONNECTION_FAILED'> {
  const { cause, remedy, sentence, sqlstate, choices } = error.failure
  return new AppError(
    'CONNECTION_FAILED',
    sentence,
    { dataSourceId, cause, remedy, sqlstate },
    { action: choices.includes('enter-password') ? 'enter-password' : 'retry', cause: error },
  )
}

interface OpenedClient {
  readonly client: pg.Client
  readonly askedForPassword: boolean
}

async function openClient(settings: ConnectionSettings, options: OpenOptions): Promise<OpenedClient> {
  const { timeoutMs = CONNECT_LIMIT_MS } = options
  const tracer = options.tracer ?? new ConnectTracer(settings, timeoutMs)
  const guard = new AuthenticationGuard(settings)
  const client = new pg.Client({
    host: settings.host,
    port: settings.port,
    user: settings.user,
    database: settings.database,
    password: () => guard.password(),
    ssl: await tlsOptions(settings),
    application_name: settings.applicationName,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    enableChannelBinding: true,
    scramMaxIterations: SCRAM_MAX_ITERATIONS,
    client_encoding: 'UTF8',
    sslnegotiation: 'postgres',
    fallback_application_name: settings.applicationName,
  } as pg.ClientConfig)
  dropEnvironment(client, settings)
  guardParser(client)
  watchSettings(client)
  guard.watch(client)
  tracer.watch(client)
  // Until it has connected, errors come by the promise as well as by this event; the event alone would end the process.
  client.on('error', () => {})
  let timedOut = false
  const giveUp = () => streamOf(client).destroy()
  const timer = setTimeout(() => {
    timedOut = true
    giveUp()
  }, timeoutMs)
  options.signal?.addEventListener('abort', giveUp, { once: true })
  try {
    await client.connect()
    guard.requireProof()
    tracer.connected()
    return { client, askedForPassword: guard.asked }
  } catch (error) {
    streamOf(client).destroy()
    if (options.signal?.aborted) throw cancelled()
    // The password's own trouble, told by who knows it.
    if (error instanceof ConnectError) throw new ConnectError(error.failure, tracer.failed(error.failure.step), error)
    const failure = explainConnectError(guard.refusal ?? error, tracer.progress(timedOut))
    throw new ConnectError(failure, tracer.failed(failure.step), error)
  } finally {
    clearTimeout(timer)
    options.signal?.removeEventListener('abort', giveUp)
    // The connection object has its own listener from here on; this one stays harmless where it failed.
  }
}

/**
 * SECURITY: an empty field does not keep the driver from taking PGOPTIONS and PGREPLICATION from the environment, so what it
 * took is overwritten before it connects.
 */
function dropEnvironment(client: pg.Client, { searchPath }: ConnectionSettings): void {
  const parameters = Reflect.get(client, 'connectionParameters') as { options: string | undefined; replication: string | undefined }
  parameters.options = searchPath == null || searchPath.length === 0 ? undefined : searchPathOption(searchPath)
  parameters.replication = undefined
}

async function openControl(settings: ConnectionSettings, patienceMs = PATIENCE_MS): Promise<Control> {
  const { client } = await openClient({ ...settings, applicationName: `${settings.applicationName} control` }, { timeoutMs: patienceMs })
  const ended = new Promise<void>((resolve) => client.once('end', () => resolve()))
  return {
    call: async (name, processId) => {
      const { rows } = await client.query({ text: `/* ${SQL_TAG}control */ SELECT pg_catalog.${name}($1)`, values: [processId] })
      return rows[0]?.[name] === true
    },
    dispose: async () => {
      const timer = setTimeout(() => streamOf(client).destroy(), 2_000)
      client.end().catch(() => streamOf(client).destroy())
      await ended
      clearTimeout(timer)
    },
  }
}
