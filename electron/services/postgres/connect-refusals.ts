import type pg from 'pg'
import type { ConnectFailure, ConnectProgress } from './connect-progress.ts'

/**
 * What the server itself says when it refuses a login. One code stands for several causes; they are told apart by the routine
 * of the server that raised it, which no language setting changes, and by how far the attempt had come. The words of a message
 * only choose between causes that nothing else tells apart, and one in another language gets the general sentence.
 */
export function explainServerRefusal(error: pg.DatabaseError, progress: ConnectProgress): ConnectFailure {
  const sqlstate = error.code ?? ''
  const refusal = refusals[sqlstate]?.(error, progress) ?? unknownRefusal(sqlstate)
  return { ok: false, field: null, choices: [], ...refusal, sqlstate: sqlstate || null }
}

type Refusal = Pick<ConnectFailure, 'step' | 'cause' | 'sentence' | 'remedy'> & Partial<Pick<ConnectFailure, 'field' | 'choices'>>

type Explain = (error: pg.DatabaseError, progress: ConnectProgress) => Refusal

function unknownRefusal(sqlstate: string): Refusal {
  return {
    step: 'authenticate',
    cause: 'refused-by-server',
    sentence: `The server refuses the connection (SQLSTATE ${sqlstate || 'unknown'}).`,
    remedy: 'The log of the server says more. Ask who runs it.',
  }
}

const wrongPassword: Explain = (_error, { user }) => ({
  step: 'authenticate',
  cause: 'wrong-password',
  sentence: `The server does not take this password for the role "${user}".`,
  remedy:
    'Enter the password again. The server answers the same when there is no such role, when it has no password, or when the password has expired.',
  field: 'password',
  choices: ['enter-password'],
})

/** 28000: raised before the question for a password (no line in pg_hba.conf), for a failed proof of another kind, and after the login. */
const invalidAuthorization: Explain = (error, progress) => {
  if (error.routine === 'InitializeSessionUserId') return roleRefused(error, progress)
  if (error.routine === 'auth_failed') return identityRefused(progress)
  // Raised by SCRAM when the certificate that this end has seen is not the server's, or its offer did not arrive whole.
  if (error.routine === 'read_client_first_message' || error.routine === 'read_client_final_message') return relayed(progress)
  const { user, database, wantsTls } = progress
  if (/client certificate/.test(error.message)) {
    return {
      step: 'authenticate',
      cause: 'client-certificate-required',
      sentence: `The server lets the role "${user}" in only with a client certificate.`,
      remedy: 'Give the certificate and its key that were made for this role.',
      field: 'certificates',
    }
  }
  return {
    step: 'authenticate',
    cause: 'no-hba-entry',
    sentence: `The server does not let the role "${user}" in from this computer to the database "${database}".`,
    remedy:
      'Ask who runs the server for a line in its pg_hba.conf for this role, database and address (in a cloud: in its list of allowed addresses).' +
      // The server says no more than this: with "hostssl" lines only, a connection without encryption is one that has no line.
      (wantsTls ? '' : ' A server that wants encryption refuses in the same way: then add sslmode=verify-full.'),
    field: 'connectionString',
    choices: wantsTls ? [] : ['accept-unverified'],
  }
}

/** A role that has proven a password exists. Where none was asked for, only the words tell. */
function roleRefused(error: pg.DatabaseError, { user, authenticating }: ConnectProgress): Refusal {
  if (authenticating || /not permitted to log in/.test(error.message)) {
    return {
      step: 'authenticate',
      cause: 'role-may-not-log-in',
      sentence: `The role "${user}" may not log in.`,
      remedy: `As an administrator run: ALTER ROLE … LOGIN; or connect as another role.`,
      field: 'connectionString',
    }
  }
  return {
    step: 'authenticate',
    cause: 'no-such-role',
    sentence: `There is no role "${user}" on the server that may log in.`,
    remedy: 'Check the name before the @ of the connection string. Upper and lower case differ.',
    field: 'connectionString',
  }
}

function relayed({ host }: ConnectProgress): Refusal {
  return {
    step: 'authenticate',
    cause: 'channel-binding',
    sentence: `Somebody between here and ${host} ends the encryption and hands the login on: the certificate seen here is not the one of the server. The login did not go through.`,
    remedy: 'A proxy that encrypts anew does this as well as an attacker. Ask who runs the server for a way past it, and connect verified.',
    field: 'sslmode',
  }
}

function identityRefused({ user }: ConnectProgress): Refusal {
  return {
    step: 'authenticate',
    cause: 'identity-refused',
    sentence: `The server does not take this computer's user, or its client certificate, for the role "${user}".`,
    remedy:
      'Its pg_hba.conf lets this role in by peer, ident or cert only. Ask for a line with scram-sha-256, or connect as the role that fits.',
    field: 'connectionString',
  }
}

const noSuchDatabase: Explain = (_error, { database }) => ({
  step: 'database',
  cause: 'no-such-database',
  sentence: `There is no database "${database}" on the server.`,
  remedy: 'Check the name behind the last slash of the connection string. Upper and lower case differ.',
  field: 'connectionString',
})

const connectDenied: Explain = (_error, { user, database }) => ({
  step: 'database',
  cause: 'connect-denied',
  sentence: `The role "${user}" has no right to connect to the database "${database}".`,
  remedy: 'As an administrator run: GRANT CONNECT ON DATABASE … TO …; then try again.',
  field: 'connectionString',
})

/** 53300: for the server, the role and the database alike. */
const tooMany: Explain = (error, { user, database }) => {
  if (error.routine === 'InitializeSessionUserId') {
    return {
      step: 'authenticate',
      cause: 'role-limit',
      sentence: `The role "${user}" has used up its connections.`,
      remedy: 'Close other programs that connect as this role, or as an administrator run: ALTER ROLE … CONNECTION LIMIT …;',
      choices: ['retry'],
    }
  }
  if (error.routine === 'CheckMyDatabase') {
    return {
      step: 'database',
      cause: 'database-limit',
      sentence: `The database "${database}" has used up its connections.`,
      remedy: 'Wait a moment and try again, or as an administrator run: ALTER DATABASE … CONNECTION LIMIT …;',
      choices: ['retry'],
    }
  }
  return {
    step: 'authenticate',
    cause: 'too-many-connections',
    sentence: 'The server has no connection left to give.',
    remedy: 'Wait a moment and try again, or ask who runs the server to raise max_connections or to put a pooler in front of it.',
    choices: ['retry'],
  }
}

/** 57P03: one code for everything before and after the life of a server. Only the words tell which. */
const cannotConnectNow: Explain = ({ message, detail }) => {
  const words = `${message} ${detail ?? ''}`
  const known = notReady.find(({ says }) => says.test(words))
  return {
    step: 'authenticate',
    cause: known?.cause ?? 'not-ready',
    sentence: known?.sentence ?? 'The server takes no connections now: it is starting up, shutting down or in recovery.',
    remedy: known?.remedy ?? 'Wait a moment and try again.',
    choices: ['retry'],
  }
}

const notReady = [
  {
    says: /shutting down/,
    cause: 'shutting-down',
    sentence: 'The server is shutting down.',
    remedy: 'Wait until it is back and try again.',
  },
  {
    says: /Hot standby mode is disabled/,
    cause: 'standby-closed',
    sentence: 'This server is a standby that takes no connections (hot_standby is off).',
    remedy: 'Connect to the primary, or ask who runs the server.',
  },
  {
    says: /recovery/,
    cause: 'in-recovery',
    sentence: 'The server is in recovery and takes no connections yet.',
    remedy: 'Wait until it has caught up and try again. After a crash this may take minutes.',
  },
  {
    says: /starting up|not yet accepting/,
    cause: 'starting-up',
    sentence: 'The server is starting up and takes no connections yet.',
    remedy: 'Wait a moment and try again.',
  },
] as const

const shuttingDown: Explain = () => ({
  step: 'authenticate',
  cause: 'shutting-down',
  sentence: 'The server is shutting down.',
  remedy: 'Wait until it is back and try again.',
  choices: ['retry'],
})

/** 55000: a template, or one that an administrator has closed. */
const databaseClosed: Explain = (_error, { database }) => ({
  step: 'database',
  cause: 'database-closed',
  sentence: `The database "${database}" takes no connections.`,
  remedy: 'Choose another database: a template cannot be connected to.',
  field: 'connectionString',
})

/** 08P01: how PgBouncer says that it knows no such database or role; it has no other code for that. */
const protocolViolation: Explain = () => ({
  step: 'authenticate',
  cause: 'pooler-refused',
  sentence: 'A pooler in front of the server refuses the connection.',
  remedy: 'Check role and database: a pooler such as PgBouncer knows only those that stand in its own files.',
  field: 'connectionString',
})

const refusals: Readonly<Record<string, Explain>> = {
  '28P01': wrongPassword,
  '28000': invalidAuthorization,
  '3D000': noSuchDatabase,
  '42501': connectDenied,
  '53300': tooMany,
  '57P03': cannotConnectNow,
  '57P01': shuttingDown,
  '57P02': shuttingDown,
  '55000': databaseClosed,
  '08P01': protocolViolation,
}
