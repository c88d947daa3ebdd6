import { z } from 'zod'
import { SecretPlace } from './secret.ts'

/** A server, a database and a role to log in as: what GX calls a data source. Holds no secret; those are in the vault. */

/** libpq's words for what is checked. Stored; the screens show `sslmodeTitle` of shared/postgres/tls-policy.ts. */
export const Sslmode = z.enum(['verify-full', 'verify-ca', 'require', 'disable'])
export type Sslmode = z.infer<typeof Sslmode>

export const Environment = z.enum(['none', 'development', 'staging', 'production'])
export type Environment = z.infer<typeof Environment>

/** Where a data source's password is, as far as it can be told without showing it. */
export const PasswordState = z.enum([
  'saved', // in the OS keychain
  'in-vault', // in the passphrase vault, which is unlocked
  'vault-locked', // in the vault, whose passphrase is to be given first
  'in-memory', // until this program ends
  'missing', // never given, or forgotten: ask at the point of use
  'unavailable', // the place that should hold it cannot be read now: never the same as missing
  'not-needed', // the sample, or a server that asks for none
])
export type PasswordState = z.infer<typeof PasswordState>

/** What a data source may have of secrets. */
export const SecretKind = z.enum(['password', 'client-key'])
export type SecretKind = z.infer<typeof SecretKind>

/** One of them, and where it is. Never what it is. */
export const SecretEntry = z.object({
  dataSourceId: z.uuid(),
  dataSourceName: z.string(),
  kind: SecretKind,
  /** Where it is saved; null: nowhere. */
  place: SecretPlace.nullable(),
  state: PasswordState,
})
export type SecretEntry = z.infer<typeof SecretEntry>

/** How a move went. `left`: what stayed where it was, and why. `notReached`: how many, as it was cancelled before it came to them. */
export const MovedSecrets = z.object({
  moved: z.int(),
  notReached: z.int(),
  left: z.array(SecretEntry.pick({ dataSourceId: true, dataSourceName: true, kind: true }).extend({ sentence: z.string() })),
})
export type MovedSecrets = z.infer<typeof MovedSecrets>

/** A day. */
export const MAX_STATEMENT_TIMEOUT_MS = 86_400_000

export const DataSource = z.object({
  id: z.uuid(),
  name: z.string(),
  /** `sample`: the embedded server, whose port is looked up at each use. */
  kind: z.enum(['postgres', 'sample']),
  /** A host name, an address, or the folder of a Unix socket (begins with `/`). */
  host: z.string(),
  port: z.int().min(1).max(65_535),
  database: z.string(),
  user: z.string(),
  sslmode: Sslmode,
  /** Certificate authorities, by content (PEM). null: the system's own. */
  rootCertificatePem: z.string().nullable(),
  /** What this computer shows of itself (PEM); its key is in the vault. null: nothing. */
  clientCertificatePem: z.string().nullable(),
  /** Schemas of `?options=-csearch_path%3D…`. null: the role's own. */
  searchPath: z.array(z.string()).nullable(),
  environment: Environment,
  /** The query pane may not write, whatever its own switch says. */
  readOnly: z.boolean(),
  /** Whether up to 20 failing values are kept with each result. */
  keepFailingValues: z.boolean(),
  /** What a person runs in the query pane is cancelled after this long. null: never. */
  statementTimeoutMs: z.int().min(1).max(MAX_STATEMENT_TIMEOUT_MS).nullable(),
  passwordState: PasswordState,
  createdAt: z.iso.datetime(),
})
export type DataSource = z.infer<typeof DataSource>

/** How much text may be given for one of them: cloud services hand out bundles of authorities of hundreds of kilobytes. */
export const MAX_PEM_LENGTH = 1_000_000

/** PEM, as typed or chosen. The key goes one way only. */
export const Certificates = z.strictObject({
  /** Empty: one is wanted and was not given yet, which is refused. null: the authorities of this computer. */
  rootCertificatePem: z.string().max(MAX_PEM_LENGTH).nullable(),
  clientCertificatePem: z.string().max(MAX_PEM_LENGTH).nullable(),
  /** null: the one that is stored stays, or that in the text of the certificate is taken. */
  clientKeyPem: z.string().max(MAX_PEM_LENGTH).nullable(),
})
export type Certificates = z.infer<typeof Certificates>

/** What a person typed into the Data source step. The connection string holds the password and goes one way only. */
export const DataSourceInput = z.object({
  name: z.string().max(200),
  connectionString: z.string().max(8_192),
  /** Set when the string says no sslmode, or when a person chose another one on the screen. */
  sslmode: Sslmode.nullable(),
  /** The person has agreed, in words shown to them, to a connection without encryption to a host off this computer. */
  plaintextConsent: z.boolean(),
  /** With no password given: look it up in libpq's files on this computer, by their own rules. */
  passwordFromFile: z.boolean().optional(),
  /** What was pasted or chosen (PEM). Left out: what is stored stays. */
  certificates: Certificates.optional(),
  /** Read the files that sslrootcert, sslcert and sslkey of the string name, and keep what is in them. */
  certificateFiles: z.boolean().optional(),
  /** false: keep the password in memory only. */
  savePassword: z.boolean(),
  environment: Environment,
})
export type DataSourceInput = z.infer<typeof DataSourceInput>

export const RelationKind = z.enum(['table', 'partitioned table', 'view', 'materialized view', 'foreign table'])
export type RelationKind = z.infer<typeof RelationKind>

/** A relation as the catalog lists it for the role of the data source. */
export const Relation = z.object({
  oid: z.int(),
  schema: z.string(),
  name: z.string(),
  kind: RelationKind,
  /** pg_class.reltuples; null when never analysed. Of a partitioned table: all of its partitions together, as the size is. */
  estimatedRows: z.number().nullable(),
  sizeBytes: z.number().nullable(),
  comment: z.string().nullable(),
  columnCount: z.int(),
  /** The role may SELECT from it. */
  readable: z.boolean(),
  /** Row-level security is on: the role may see only part of the rows. */
  rowSecurity: z.boolean(),
  /** oid of the partitioned table that it is a part of; null: of none. */
  partitionOf: z.int().nullable(),
  /** The asset that stands for it already. */
  assetId: z.uuid().nullable(),
})
export type Relation = z.infer<typeof Relation>

export const Column = z.object({
  name: z.string(),
  position: z.int(),
  /** As `format_type` writes it, for example `numeric(10,2)`. */
  type: z.string(),
  /** pg_type.typcategory: N numeric, S string, D date or time, B boolean, … */
  category: z.string(),
  nullable: z.boolean(),
  primaryKey: z.boolean(),
  comment: z.string().nullable(),
})
export type Column = z.infer<typeof Column>
