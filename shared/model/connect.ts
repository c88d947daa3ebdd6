import { z } from 'zod'
import { Sslmode } from './data-source.ts'

/** An attempt to connect: its steps while they are taken, and how it ended. */

/** In the order in which they are taken. */
export const ConnectStep = z.enum(['parse', 'resolve', 'reach', 'tls', 'authenticate', 'database', 'inspect'])
export type ConnectStep = z.infer<typeof ConnectStep>

/** What the server asked for before it let the role in. `none`: nothing that shows from here (trust, peer, a client certificate). */
export const AuthenticationMethod = z.enum(['none', 'cleartext', 'md5', 'scram-sha-256', 'scram-sha-256-plus'])
export type AuthenticationMethod = z.infer<typeof AuthenticationMethod>

/** The one that the server showed, trusted or not. */
export const ServerCertificate = z.object({
  subject: z.string(),
  issuer: z.string(),
  /** Host names and addresses that it is for. */
  names: z.array(z.string()),
  validFrom: z.iso.datetime(),
  validTo: z.iso.datetime(),
})
export type ServerCertificate = z.infer<typeof ServerCertificate>

/** How far an attempt has come. */
export const ConnectTrace = z.object({
  steps: z.array(
    z.object({
      step: ConnectStep,
      /** `skipped`: there was nothing to do, for example no name to look up for an address. */
      state: z.enum(['running', 'done', 'skipped', 'failed']),
      /** How long it took, or has taken so far. */
      ms: z.number(),
    }),
  ),
  /** The whole attempt ends after this many milliseconds. */
  limitMs: z.int(),
  /** What the host name stands for. Empty: not looked up. */
  addresses: z.array(z.string()),
  /** The address that answered, or the socket's path. */
  address: z.string().nullable(),
  tls: z.object({ protocol: z.string().nullable(), cipher: z.string().nullable(), certificate: ServerCertificate.nullable() }).nullable(),
  authentication: AuthenticationMethod.nullable(),
})
export type ConnectTrace = z.infer<typeof ConnectTrace>

/** Who speaks PostgreSQL's protocol there, found out by evidence: the protocol's own version number proves nothing. */
export const ServerEngine = z.enum([
  'postgresql',
  'citus',
  'timescaledb',
  'aurora',
  'alloydb',
  'neon',
  'cockroachdb',
  'yugabytedb',
  'redshift',
  'greenplum',
  'materialize',
  'risingwave',
  'unknown',
])
export type ServerEngine = z.infer<typeof ServerEngine>

/** What validation would like to use. Each is asked for, never inferred from a version. */
export const Capability = z.enum([
  'ctid',
  'tablesample',
  'percentile',
  'filter',
  'grouping-sets',
  'distinct-from',
  'regex-lookaround',
  'export-snapshot',
  'privilege-functions',
  'statistics',
])
export type Capability = z.infer<typeof Capability>

export const ServerFacts = z.object({
  version: z.string(),
  versionNumber: z.int(),
  engine: ServerEngine,
  /** The engine's own version where it is not PostgreSQL's. */
  engineVersion: z.string().nullable(),
  /** A pooler such as PgBouncer stands in between. */
  pooled: z.boolean(),
  /** What this server cannot do. */
  missing: z.array(Capability),
  database: z.string(),
  role: z.string(),
  isSuperuser: z.boolean(),
  encrypted: z.boolean(),
  /** For example `TLSv1.3`. null when not encrypted. */
  tlsProtocol: z.string().nullable(),
  inRecovery: z.boolean(),
  timeZone: z.string(),
  encoding: z.string(),
  latencyMs: z.number(),
  /** Tables, views and their kin outside the system's schemas, and how many of them the role may read. null: the server does not say. */
  relations: z.object({ schemas: z.int(), all: z.int(), readable: z.int() }).nullable(),
})
export type ServerFacts = z.infer<typeof ServerFacts>

/** A failed attempt is an expected outcome, so it is a value. */
export const ConnectReport = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), server: ServerFacts, sslmode: Sslmode, trace: ConnectTrace }),
  z.object({
    ok: z.literal(false),
    step: ConnectStep,
    /** A stable word for the cause, for example `wrong-password`; see services/postgres/connect-failures.ts for the list. */
    cause: z.string(),
    /** One sentence: what happened. */
    sentence: z.string(),
    /** One sentence: what to do. */
    remedy: z.string(),
    /** The form field it belongs to. */
    field: z.enum(['name', 'connectionString', 'sslmode', 'certificates', 'password']).nullable(),
    sqlstate: z.string().nullable(),
    /** The choices that would let it go on, offered as buttons. */
    choices: z.array(z.enum(['accept-unverified', 'accept-plaintext', 'enter-password', 'retry'])),
    /** null: it was refused before anything was tried. */
    trace: ConnectTrace.nullable(),
  }),
])
export type ConnectReport = z.infer<typeof ConnectReport>

/** `settled` is the last. */
export const ConnectEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), trace: ConnectTrace }),
  z.object({ type: z.literal('settled'), report: ConnectReport }),
])
export type ConnectEvent = z.infer<typeof ConnectEvent>

/** What an administrator's view of the server says about a role that was not let in: the server tells the role itself almost nothing. */
export const LoginDiagnosis = z.object({
  findings: z.array(
    z.object({
      cause: z.enum([
        'no-such-role',
        'role-may-not-log-in',
        'no-password',
        'password-expired',
        'old-password-hash',
        'role-limit',
        'no-such-database',
        'database-closed',
        'database-limit',
        'connect-denied',
        'hba-broken',
      ]),
      sentence: z.string(),
      /** What an administrator would run. null: no statement mends it. */
      sql: z.string().nullable(),
    }),
  ),
  /** What to do when nothing is wrong on the server, or when it could not all be seen. */
  otherwise: z.string(),
})
export type LoginDiagnosis = z.infer<typeof LoginDiagnosis>
