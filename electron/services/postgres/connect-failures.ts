import type { ConnectStep } from '#shared/model/connect.ts'
import type { ConnectFailure, ConnectProgress } from './connect-progress.ts'
import { explainServerRefusal } from './connect-refusals.ts'
import { isDatabaseError } from './errors.ts'

/** What TLS's and the system's codes mean for a person who wants to connect; what the server itself says is in connect-refusals.ts. Never a message text. */

/** Thrown by the password function and after connecting, when a server asks for the password in a way that would give it away. */
export class UnsafeAuthentication extends Error {
  readonly method: 'cleartext' | 'md5' | 'no-proof'

  constructor(method: 'cleartext' | 'md5' | 'no-proof') {
    super(`Unsafe authentication: ${method}`)
    this.name = 'UnsafeAuthentication'
    this.method = method
  }
}

/** The server wants a kind of proof that we cannot give. */
export class UnsupportedAuthentication extends Error {
  readonly method: string

  constructor(method: string) {
    super('Unsupported authentication.')
    this.name = 'UnsupportedAuthentication'
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
  if (error instanceof UnsupportedAuthentication) {
    return failure(
      'authenticate',
      'method-unsupported',
      `The server asks for a login by ${error.method}, which Plumbline cannot do.`,
      'Ask who runs the server for a line in pg_hba.conf that takes this role by scram-sha-256.',
    )
  }
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
  if (isDatabaseError(error)) return explainServerRefusal(error, progress)
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
  if (progress.authenticated) return droppedAt('database', progress, 'after the login')
  if (progress.authenticating) return droppedAt('authenticate', progress, 'during the login')
  if (progress.reached) {
    return failure(
      'reach',
      'not-postgresql',
      `What answers at ${place(progress)} does not speak PostgreSQL's protocol, or it closed the connection.`,
      'Check the port: PostgreSQL usually listens on 5432.',
      { field: 'connectionString' },
    )
  }
  return droppedAt('reach', progress, 'before anything was said')
}

/** TLS and the socket were fine: something in between, or the server itself, cut the wire. */
function droppedAt(step: ConnectStep, progress: ConnectProgress, when: string): ConnectFailure {
  return failure(
    step,
    'dropped',
    `${place(progress)} cut the connection ${when}.`,
    'Try again. When it happens each time, look into the log of the server, or of the pooler or firewall in front of it.',
    { choices: ['retry'] },
  )
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

const noNameService: Explain = (progress) =>
  failure(
    'resolve',
    'no-name-service',
    `The name "${progress.host}" could not be looked up: the name service does not answer.`,
    'Check that this computer is on the network, and the VPN where one is needed; or write the address in place of the name.',
    { field: 'connectionString', choices: ['retry'] },
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
  if (progress.authenticated) return droppedAt('database', progress, 'after the login')
  if (progress.authenticating) return droppedAt('authenticate', progress, 'during the login')
  return droppedAt('reach', progress, 'before anything was said')
}

const systemFailures: Readonly<Record<string, Explain>> = {
  ENOTFOUND: unknownHost,
  EAI_AGAIN: noNameService,
  EAI_FAIL: noNameService,
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

const clientCertificateRefused: Explain = () =>
  failure(
    'tls',
    'client-certificate-refused',
    'The server does not take the client certificate.',
    'Check that it has not expired, and that it is signed by an authority that the server knows (its ssl_ca_file).',
    { field: 'certificates' },
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
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: clientCertificateRefused,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: clientCertificateRefused,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: clientCertificateRefused,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED: clientCertificateRefused,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: clientCertificateRefused,
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: clientCertificateRefused,
  ERR_TLS_CERT_ALTNAME_INVALID: (progress) =>
    failure(
      'tls',
      'wrong-host',
      `The certificate that the server shows is for another name than ${progress.host}.`,
      'Use the name that the certificate is for, check the authority only (sslmode=verify-ca, with the certificate of your own authority), or accept an encrypted connection whose other end is not checked.',
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
  if (progress.authenticated || progress.authenticating) {
    return failure(
      progress.authenticated ? 'database' : 'authenticate',
      'login-timeout',
      `${place(progress)} did not end the login in time.`,
      'Try again. A server under load, or one that asks a directory (LDAP, RADIUS) for the password, may be slow.',
      { choices: ['retry'] },
    )
  }
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
