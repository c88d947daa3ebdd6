import type { ConnectReport, ConnectStep } from '#shared/model/data-source.ts'
import { isDatabaseError } from './errors.ts'

/** The one file that knows what PostgreSQL's, TLS's and the system's codes mean for a person who wants to connect. Never a message text. */

export type ConnectFailure = Extract<ConnectReport, { ok: false }>

/** How far an attempt came; what an error means depends on it. */
export interface ConnectProgress {
  readonly reached: boolean
  readonly wantsTls: boolean
  /** What came as the answer to the question for TLS. `other`: something that no PostgreSQL says. null: nothing yet. */
  readonly tlsAnswer: 'yes' | 'no' | 'other' | null
  readonly secured: boolean
  /** The server has asked for a password. */
  readonly authenticating: boolean
  readonly timedOut: boolean
  readonly host: string
  readonly port: number
  readonly user: string
  readonly database: string
}

/** Thrown by the password function and after connecting, when a server asks for the password in a way that would give it away. */
export class UnsafeAuthentication extends Error {
  readonly method: 'cleartext' | 'md5' | 'no-proof'

  constructor(method: 'cleartext' | 'md5' | 'no-proof') {
    super(`Unsafe authentication: ${method}`)
    this.name = 'UnsafeAuthentication'
    this.method = method
  }
}

/** The connection needs a password and there is none. */
export class PasswordMissing extends Error {
  constructor() {
    super('No password.')
    this.name = 'PasswordMissing'
  }
}

/** What went wrong while connecting, for a person. */
export function explainConnectError(error: unknown, progress: ConnectProgress): ConnectFailure {
  if (progress.timedOut) return timedOut(progress)
  if (error instanceof UnsafeAuthentication) return unsafeAuthentication(error)
  if (error instanceof PasswordMissing) {
    return failure(
      'authenticate',
      'password-missing',
      'The server asks for a password.',
      `Enter the password of the role "${progress.user}".`,
      {
        field: 'password',
        choices: ['enter-password'],
      },
    )
  }
  if (isDatabaseError(error)) return explainServerRefusal(error.code ?? '', progress)
  const code = systemCode(error)
  const known = code === null ? undefined : (systemFailures[code] ?? tlsFailures[code])
  if (known !== undefined) return known(progress)
  // SECURITY: plain text is offered for a plain no only. Whoever sits in between can cut the connection or answer nonsense.
  if (progress.tlsAnswer === 'no') return tlsRefused(progress)
  if (progress.tlsAnswer === 'yes' && !progress.secured) {
    return failure(
      'tls',
      'tls-failed',
      'No encrypted connection could be agreed on with the server.',
      'Ask who runs the server which TLS versions it offers.',
      {
        field: 'sslmode',
      },
    )
  }
  if (progress.reached && !progress.authenticating) {
    return failure(
      'reach',
      'not-postgresql',
      `What answers at ${place(progress)} does not speak PostgreSQL's protocol, or it closed the connection.`,
      'Check the port: PostgreSQL usually listens on 5432.',
      { field: 'connectionString' },
    )
  }
  return failure(
    'reach',
    'dropped',
    `The connection to ${place(progress)} was dropped.`,
    'Try again. When it happens each time, look into the log of the server.',
    {
      choices: ['retry'],
    },
  )
}

/** SQLSTATE → what it means while connecting. */
function explainServerRefusal(sqlstate: string, progress: ConnectProgress): ConnectFailure {
  const { user, database } = progress
  const at = { sqlstate }
  switch (sqlstate) {
    case '28P01':
      return failure(
        'authenticate',
        'wrong-password',
        `The server refuses the password of the role "${user}".`,
        'Enter the password again. A password that has expired is refused in the same words.',
        {
          ...at,
          field: 'password',
          choices: ['enter-password'],
        },
      )
    case '28000':
      return failure(
        'authenticate',
        'role-refused',
        `The server does not let the role "${user}" in from this computer to the database "${database}".`,
        'Either the role does not exist or may not log in, or the file pg_hba.conf of the server has no line for this role, database and address. Check the name, then ask who runs the server.' +
          (progress.wantsTls ? '' : ' A server that wants encryption refuses in the same way: then add sslmode=verify-full.'),
        // The server says no more than this: with "hostssl" lines only, a connection without encryption is one that has no line.
        { ...at, field: 'connectionString', choices: progress.wantsTls ? [] : ['accept-unverified'] },
      )
    case '3D000':
      return failure(
        'database',
        'no-such-database',
        `There is no database "${database}" on the server.`,
        'Check the name behind the last slash of the connection string. Upper and lower case differ.',
        {
          ...at,
          field: 'connectionString',
        },
      )
    case '42501':
      return failure(
        'database',
        'connect-denied',
        `The role "${user}" has no right to connect to the database "${database}".`,
        `As an administrator run: GRANT CONNECT ON DATABASE … TO …; then try again.`,
        {
          ...at,
          field: 'connectionString',
        },
      )
    case '53300':
      return failure(
        'authenticate',
        'too-many-connections',
        'The server or the role has no connection left to give.',
        'Wait a moment and try again, or ask who runs the server to raise the limit.',
        {
          ...at,
          choices: ['retry'],
        },
      )
    case '57P03':
      return failure(
        'authenticate',
        'starting-up',
        'The server is starting up, shutting down or in recovery, and takes no connections yet.',
        'Wait a moment and try again.',
        {
          ...at,
          choices: ['retry'],
        },
      )
    case '57P01':
    case '57P02':
      return failure('authenticate', 'shutting-down', 'The server is shutting down.', 'Wait until it is back and try again.', {
        ...at,
        choices: ['retry'],
      })
    case '55000':
      return failure(
        'database',
        'database-closed',
        `The database "${database}" takes no connections.`,
        'Choose another database: a template cannot be connected to.',
        { ...at, field: 'connectionString' },
      )
    default:
      return failure(
        'authenticate',
        'refused-by-server',
        `The server refuses the connection (SQLSTATE ${sqlstate || 'unknown'}).`,
        'The log of the server says more. Ask who runs it.',
        at,
      )
  }
}

type Explain = (progress: ConnectProgress) => ConnectFailure

const unknownHost: Explain = (progress) =>
  failure(
    'resolve',
    'unknown-host',
    `No computer is known by the name "${progress.host}".`,
    'Check the host name in the connection string, and that a VPN is on where one is needed.',
    {
      field: 'connectionString',
    },
  )

const unreachable: Explain = (progress) =>
  failure(
    'reach',
    'unreachable',
    `There is no way in the network to ${place(progress)}.`,
    'Check the host name, the VPN and the firewall.',
    { field: 'connectionString', choices: ['retry'] },
  )

const dropped: Explain = (progress) => {
  if (progress.tlsAnswer === 'no') return tlsRefused(progress)
  return failure(
    'reach',
    'dropped',
    `${place(progress)} closed the connection.`,
    'Check that it is PostgreSQL which listens on that port, then try again.',
    { choices: ['retry'] },
  )
}

const systemFailures: Readonly<Record<string, Explain>> = {
  ENOTFOUND: unknownHost,
  EAI_AGAIN: unknownHost,
  EAI_FAIL: unknownHost,
  ECONNREFUSED: (progress) =>
    failure(
      'reach',
      'refused',
      `Nothing listens at ${place(progress)}.`,
      'Check host and port, and that the server runs and listens on that address (listen_addresses).',
      {
        field: 'connectionString',
        choices: ['retry'],
      },
    ),
  ENOENT: (progress) =>
    failure(
      'reach',
      'no-socket',
      `There is no socket of a server in the folder ${progress.host} for port ${progress.port}.`,
      'Check the folder and the port, and that the server runs.',
      { field: 'connectionString' },
    ),
  EACCES: (progress) =>
    failure(
      'reach',
      'socket-denied',
      `This user may not open the socket in ${progress.host}.`,
      'Connect by host name instead, or ask for the right to the folder.',
      { field: 'connectionString' },
    ),
  ETIMEDOUT: (progress) => timedOut(progress),
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  EADDRNOTAVAIL: unreachable,
  ECONNRESET: dropped,
  EPIPE: dropped,
}

const unknownAuthority: Explain = (progress) =>
  failure(
    'tls',
    'unknown-authority',
    `The certificate of ${progress.host} is not signed by an authority that this computer trusts.`,
    'Give the certificate of your own authority, or accept an encrypted connection whose other end is not checked.',
    { field: 'sslmode', choices: ['accept-unverified'] },
  )

const tlsFailures: Readonly<Record<string, Explain>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: unknownAuthority,
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  CERT_UNTRUSTED: unknownAuthority,
  CERT_HAS_EXPIRED: (progress) =>
    failure(
      'tls',
      'certificate-expired',
      `The certificate of ${progress.host} has expired.`,
      'Ask who runs the server to renew it, or accept an encrypted connection whose other end is not checked.',
      {
        field: 'sslmode',
        choices: ['accept-unverified'],
      },
    ),
  CERT_NOT_YET_VALID: (progress) =>
    failure(
      'tls',
      'certificate-not-yet-valid',
      `The certificate of ${progress.host} is not valid yet.`,
      'Check the clock of this computer and of the server.',
      { field: 'sslmode', choices: ['accept-unverified'] },
    ),
  ERR_TLS_CERT_ALTNAME_INVALID: (progress) =>
    failure(
      'tls',
      'wrong-host',
      `The certificate that the server shows is for another name than ${progress.host}.`,
      'Use the name that the certificate is for, check the authority only (sslmode=verify-ca), or accept an encrypted connection whose other end is not checked.',
      { field: 'sslmode', choices: ['accept-unverified'] },
    ),
}

function tlsRefused(progress: ConnectProgress): ConnectFailure {
  return failure(
    'tls',
    'tls-refused',
    `The server at ${place(progress)} offers no encryption.`,
    'Ask who runs the server to switch TLS on. Without it, the password and all data can be read on the way.',
    {
      field: 'sslmode',
      choices: ['accept-plaintext'],
    },
  )
}

function timedOut(progress: ConnectProgress): ConnectFailure {
  return progress.reached
    ? failure(
        'reach',
        'silent',
        `${place(progress)} takes the connection but does not answer.`,
        'Check that it is PostgreSQL which listens on that port.',
        { field: 'connectionString', choices: ['retry'] },
      )
    : failure('reach', 'timeout', `${place(progress)} did not answer in time.`, 'Check host and port, the VPN and the firewall.', {
        field: 'connectionString',
        choices: ['retry'],
      })
}

function unsafeAuthentication(error: UnsafeAuthentication): ConnectFailure {
  const sentences = {
    cleartext: 'The server asks for the password in clear text. It was not sent.',
    md5: 'The server asks for the password by the old MD5 method, which gives away what is needed to log in. It was not sent.',
    'no-proof':
      'The server did not prove that it knows the password, so it may not be the server that it says it is. The connection was closed.',
  } as const
  return failure(
    'authenticate',
    `unsafe-${error.method}`,
    sentences[error.method],
    'Ask who runs the server for SCRAM (password_encryption = scram-sha-256), or connect with a verified certificate (sslmode=verify-full).',
    {
      field: 'sslmode',
    },
  )
}

function failure(
  step: ConnectStep,
  cause: string,
  sentence: string,
  remedy: string,
  more: Partial<Pick<ConnectFailure, 'field' | 'sqlstate' | 'choices'>> = {},
): ConnectFailure {
  return { ok: false, step, cause, sentence, remedy, field: null, sqlstate: null, choices: [], ...more }
}

function place({ host, port }: ConnectProgress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** Node tries every address of a name; when all fail, the first one's code speaks for them. */
function systemCode(error: unknown): string | null {
  if (error instanceof AggregateError) return systemCode(error.errors[0])
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : null
  return typeof code === 'string' ? code : null
}
