/** What a connection string says, and how a part of it is refused. No sentence here ever repeats what was typed: it holds a password. */

export interface ConnectionFields {
  /** A host name, an address (IPv6 without brackets), or the folder of a Unix socket. */
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  /** null: none was given. */
  readonly password: string | null
  /** libpq's word as it was written; null: none. */
  readonly sslmode: SslmodeWord | null
  /** Schemas of `?options=-csearch_path%3D…`; null: none were given. */
  readonly searchPath: readonly string[] | null
  /** Paths of sslrootcert, sslcert and sslkey; left out: none was given. Nothing here opens them. */
  readonly certificateFiles?: CertificateFiles
}

export interface CertificateFiles {
  /** `system`: the authorities of this computer, by libpq's own word. */
  readonly root: string | null
  readonly certificate: string | null
  readonly key: string | null
}

export const sslmodeWords = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const
export type SslmodeWord = (typeof sslmodeWords)[number]

export interface ConnectionStringProblem {
  /** The part that is meant, for the form. */
  readonly part: 'scheme' | 'user' | 'password' | 'host' | 'port' | 'database' | 'parameter' | 'whole'
  readonly sentence: string
}

export type ParsedConnectionString =
  | { readonly ok: true; readonly fields: ConnectionFields }
  | { readonly ok: false; readonly problem: ConnectionStringProblem }

export const DEFAULT_PORT = 5432

/** A part that cannot be taken. */
export interface Problem {
  readonly problem: ConnectionStringProblem
}

export function problem(part: ConnectionStringProblem['part'], sentence: string): Problem {
  return { problem: { part, sentence } }
}

export function isProblem(value: object): value is Problem {
  return 'problem' in value
}

export function wrong(found: Problem): ParsedConnectionString {
  return { ok: false, problem: found.problem }
}

/** The last look at fields of any form: what is missing, and what stands in the wrong place. */
export function checkFields(fields: ConnectionFields, example: string): ParsedConnectionString {
  // SECURITY: libpq reads a whole connection string in place of a name; here it would be kept and shown with its password.
  if (/:\/\/|password\s*=/i.test(fields.database))
    return wrong(problem('database', 'In place of the database name stands more than a name. Write only the name.'))
  if (fields.user === '') return wrong(problem('user', `The user is missing: write ${example}.`))
  if (fields.user.includes('\0')) return wrong(problem('user', 'A user name may not contain the character NUL.'))
  if (fields.password?.includes('\0')) return wrong(problem('password', 'A password may not contain the character NUL.'))
  if (fields.database.includes('\0')) return wrong(problem('database', 'A database name may not contain the character NUL.'))
  const host = checkHost(fields.host, example)
  return host === null ? { ok: true, fields } : wrong(host)
}

function checkHost(host: string, example: string): Problem | null {
  if (host.includes(',')) return problem('host', 'There are several hosts. Plumbline connects to one: choose it.')
  if (host === '') return problem('host', `The host is missing: write ${example}.`)
  if (host.includes('\0')) return problem('host', 'A host name may not contain the character NUL.')
  if (/\s/.test(host) && !host.startsWith('/')) return problem('host', 'There is a blank in the host name.')
  return null
}

/** Digits as typed; empty: the default. */
export function readPort(port: string): number | Problem {
  if (port === '') return DEFAULT_PORT
  if (port.includes(',')) return problem('host', 'There are several hosts. Plumbline connects to one: choose it.')
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0
  return number >= 1 && number <= 65_535 ? number : problem('port', 'The port must be a number from 1 to 65535.')
}
