import { z } from 'zod'
import { GeneratedKind, RelationName } from './data-asset.ts'
import { Environment, Sslmode } from './data-source.ts'
import { DEFAULT_ROLE_NAME } from './names.ts'
import { RolePlan, RoleUndo } from './role-plan.ts'

/** The steps of the set-up wizard, in order. */
export const SetupStep = z.enum(['prerequisites', 'role', 'data-source', 'connect', 'tables', 'expectations', 'add-assets', 'done'])
export type SetupStep = z.infer<typeof SetupStep>

/** What the wizard remembers when it is closed. Never a password: `connectionString` is kept without it. */
export const SetupDraft = z.object({
  step: SetupStep,
  role: RolePlan,
  roleMade: z.boolean(),
  /** What takes the role back, until it is kept with the data source. */
  roleUndo: RoleUndo.nullable().default(null),
  dataSourceName: z.string().max(200),
  connectionString: z.string().max(8_192),
  sslmode: Sslmode.nullable(),
  environment: Environment,
  savePassword: z.boolean(),
  dataSourceId: z.uuid().nullable(),
  selected: z.array(RelationName).max(20_000),
  generate: z.array(GeneratedKind).default(['column-changes']),
  addedAssetIds: z.array(z.uuid()).max(20_000),
})
export type SetupDraft = z.infer<typeof SetupDraft>

export const emptySetupDraft: SetupDraft = {
  step: 'prerequisites',
  role: {
    extent: 'full',
    role: DEFAULT_ROLE_NAME,
    database: '',
    schemas: ['public'],
    tables: null,
    futureTables: true,
    // The window takes up to four, a run of the command line beside it two, and a cancel one more for a moment.
    connectionLimit: 10,
    validUntil: null,
    // Without a search path, a person who writes queries has to name every schema; that is offered and not imposed.
    seatBelts: ['read-only', 'statement-timeout', 'lock-timeout', 'idle-timeout'],
  },
  roleMade: false,
  roleUndo: null,
  dataSourceName: '',
  connectionString: '',
  sslmode: null,
  environment: 'none',
  savePassword: true,
  dataSourceId: null,
  selected: [],
  generate: ['column-changes'],
  addedAssetIds: [],
}

/** Connections that libpq's files on this computer name. Without passwords. */
export const LibpqEntries = z.object({
  entries: z.array(
    z.object({
      from: z.enum(['pg_service.conf', '.pgpass']),
      name: z.string(),
      connectionString: z.string(),
      hasPassword: z.boolean(),
    }),
  ),
  /** Why a file or an entry of it cannot be used. */
  problems: z.array(z.string()),
})
export type LibpqEntries = z.infer<typeof LibpqEntries>

/** An admin connection, open only while the wizard needs it; its password is in memory only. */
export const AdminSession = z.object({
  adminId: z.uuid(),
  role: z.string(),
  database: z.string(),
  host: z.string(),
  port: z.int(),
  /** The authority that was given for it (PEM); null: none was. A role on the same server needs it as well. */
  rootCertificatePem: z.string().nullable(),
  canCreateRole: z.boolean(),
  serverVersion: z.string(),
  schemas: z.array(z.string()),
})
export type AdminSession = z.infer<typeof AdminSession>
