import { ConnectError, type ConnectionSettings, openConnection } from '#services/postgres/connect.ts'
import type { Connection } from '#services/postgres/connection.ts'
import { readServerFacts } from '#services/postgres/server-facts.ts'
import type { ConnectReport, DataSourceInput, Sslmode } from '#shared/model/data-source.ts'
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

export async function tryConnection(
  settings: ConnectionSettings,
  sslmode: Sslmode,
  options: { readonly signal?: AbortSignal | undefined },
): Promise<Attempt> {
  let connection: Connection
  try {
    connection = await openConnection(settings, options)
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error
    return {
      report: error.failure,
      askedForPassword: error.failure.step === 'authenticate' && error.failure.field === 'password' ? true : null,
    }
  }
  try {
    const server = await readServerFacts(connection, options)
    return { report: { ok: true, server, sslmode }, askedForPassword: connection.askedForPassword }
  } finally {
    await connection.dispose()
  }
}

export function settingsOf({ fields, sslmode }: ConnectionWish): Omit<ConnectionSettings, 'password'> {
  const { host, port, database, user, searchPath } = fields
  return { host, port, database, user, searchPath, sslmode, rootCertificatePem: null, applicationName: applicationName('test') }
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
  }
}
