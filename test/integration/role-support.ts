import { randomBytes } from 'node:crypto'
import { openConnection } from '#services/postgres/connect.ts'
import type { Connection } from '#services/postgres/connection.ts'
import type { ConnectionSettings } from '#services/postgres/connection-settings.ts'
import { createRole } from '#services/setup/create-role.ts'
import { tryPassword } from '#services/setup/role-login.ts'
import type { RoleOutcome, RolePlan } from '#shared/model/role-plan.ts'
import { emptySetupDraft } from '#shared/model/setup.ts'
import { quoteIdentifier } from '#shared/sql/sql.ts'
import type { TestDatabase } from '#test/support/database.ts'

/** Making roles on the server of the run, and taking them back. */

export const MARK = 'Made by Plumbline (0123456789abcdef)'

/** A name that no other test has; roles belong to the whole server. */
export function newName(prefix: string): string {
  return `${prefix}_${randomBytes(5).toString('hex')}`
}

export function settingsFor(database: TestDatabase, user: string, password: string): ConnectionSettings {
  const { host, port, database: name } = database
  return {
    host,
    port,
    database: name,
    user,
    password: async () => password,
    sslmode: 'disable',
    rootCertificatePem: null,
    applicationName: 'plumbline/test',
  }
}

export function planFor(database: TestDatabase, change: Partial<RolePlan> = {}): RolePlan {
  return { ...emptySetupDraft.role, role: newName('reader'), database: database.database, ...change }
}

interface MakeOptions {
  readonly password?: string
  readonly setPassword?: boolean
  readonly mark?: string
  readonly signal?: AbortSignal
}

/** As the wizard does it, with the password tried on the server. */
export async function makeRole(
  admin: Connection,
  database: TestDatabase,
  plan: RolePlan,
  { password = 'secret', setPassword = false, mark = MARK, signal }: MakeOptions = {},
): Promise<RoleOutcome> {
  const { host, port } = database
  const login = {
    host,
    port,
    database: database.database,
    sslmode: 'disable',
    rootCertificatePem: null,
    user: plan.role,
    password,
  } as const
  return createRole(admin, { plan, password, setPassword, mark, tryPassword: (stop) => tryPassword(login, stop) }, signal)
}

/** Runs `work` as the role. */
export async function asRole<Result>(
  database: TestDatabase,
  user: string,
  password: string,
  work: (run: (sql: string) => Promise<readonly (readonly (string | null)[])[]>) => Promise<Result>,
): Promise<Result> {
  const connection = await openConnection(settingsFor(database, user, password))
  try {
    return await work(async (sql) => (await connection.query({ text: sql, values: [] })).rows)
  } finally {
    await connection.dispose()
  }
}

/** Those of the roles that are there, with all that they own and were given in this database. */
export async function dropRoles(database: TestDatabase, roles: readonly string[]): Promise<void> {
  for (const role of roles) {
    const there = await database.run(`SELECT FROM pg_roles WHERE rolname = ${pgLiteral(role)}`)
    if (there.length === 1) await database.run(`DROP OWNED BY ${quoteIdentifier(role)} CASCADE; DROP ROLE ${quoteIdentifier(role)}`)
  }
}

/**
 * Every row of the catalogs that a script for this role could touch, with the transaction that wrote it, so that even a statement
 * that writes the same again is seen. Of what belongs to the whole server, only what is of this role and this database.
 */
export async function catalogState(database: TestDatabase, role: string): Promise<string> {
  const oid = `(SELECT oid FROM pg_roles WHERE rolname = ${pgLiteral(role)})`
  const sources = {
    pg_authid: `oid = ${oid}`,
    pg_auth_members: `roleid = ${oid} OR member = ${oid}`,
    pg_db_role_setting: `setrole = ${oid} OR setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    pg_shdescription: `objoid = ${oid}`,
    pg_database: 'datname = current_database()',
    pg_namespace: 'true',
    pg_class: `relnamespace NOT IN ('pg_catalog'::regnamespace, 'pg_toast'::regnamespace)`,
    pg_attribute: `attacl IS NOT NULL`,
    pg_default_acl: 'true',
    pg_description: `objoid >= 16384`,
  }
  // Numbers of rows and pages are the server's own affair, and written in place.
  const kept = `to_jsonb(t) - ARRAY['relpages', 'reltuples', 'relallvisible', 'relallfrozen', 'relfrozenxid', 'relminmxid', 'datfrozenxid', 'datminmxid']`
  const parts = Object.entries(sources).map(
    ([table, condition]) =>
      `SELECT '${table}' AS source, t.xmin::text AS writer, (${kept})::text AS content FROM pg_catalog.${table} t WHERE ${condition}`,
  )
  const rows = await database.run(
    `SELECT source, writer, content FROM (${parts.join('\nUNION ALL ')}) everything ORDER BY source, content, writer`,
  )
  return rows.map((row) => JSON.stringify(row)).join('\n')
}

export function pgLiteral(text: string): string {
  return `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`
}
