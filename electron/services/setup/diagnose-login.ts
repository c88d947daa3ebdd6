import { boundedRead } from '#services/postgres/bounded-read.ts'
import type { Connection } from '#services/postgres/connection.ts'
import { PostgresError } from '#services/postgres/errors.ts'
import type { LoginDiagnosis } from '#shared/model/connect.ts'
import { SQL_TAG } from '#shared/model/names.ts'
import { compile, identifier, type Sql, sql } from '#shared/sql/sql.ts'

/**
 * Why a role is not let in. The server answers a wrong password, an unknown role and an expired password alike, so that
 * nobody can try names; an administrator sees the difference in the catalog. Reads only.
 */
export async function diagnoseLogin(
  connection: Connection,
  role: string,
  database: string,
  options: { readonly signal?: AbortSignal | undefined },
): Promise<LoginDiagnosis> {
  const ask = async (question: Sql) => (await boundedRead(connection, compile(question), options)).rows[0] ?? []
  const [oid, canLogIn, limit, expiredAt, sessions] = await ask(roleSql(role))
  if (oid == null) {
    const near = (await ask(nearSql(role)))[0]
    const hint = near == null ? '' : ` There is "${near}".`
    return {
      findings: [{ cause: 'no-such-role', sentence: `There is no role "${role}" on this server.${hint}`, sql: null }],
      otherwise: '',
    }
  }
  const [databaseOid, open, databaseLimit, databaseSessions, mayConnect] = await ask(databaseSql(role, database))
  const stored = await storedPassword(connection, role, options)
  const findings: LoginDiagnosis['findings'] = []
  const find = (cause: Finding['cause'], sentence: string, mend: Sql | null) =>
    findings.push({ cause, sentence, sql: mend === null ? null : `${compile(mend).text};` })
  const name = identifier(role)
  if (canLogIn !== 't') find('role-may-not-log-in', `The role "${role}" may not log in.`, sql`ALTER ROLE ${name} LOGIN`)
  if (expiredAt != null) {
    find('password-expired', `Its password is over since ${expiredAt}.`, sql`ALTER ROLE ${name} VALID UNTIL 'infinity'`)
  }
  if (stored === 'none') find('no-password', 'It has no password, so no password is right. Set one with \\password in psql.', null)
  if (stored === 'md5') {
    find(
      'old-password-hash',
      'Its password is stored in the old MD5 form, which a server that asks for SCRAM cannot check. Set it again with \\password in psql.',
      null,
    )
  }
  if (limit != null && Number(limit) >= 0 && Number(sessions) >= Number(limit)) {
    find('role-limit', `It may have ${limit} connections at a time, and has ${sessions}.`, sql`ALTER ROLE ${name} CONNECTION LIMIT -1`)
  }
  if (databaseOid == null) find('no-such-database', `There is no database "${database}" on this server.`, null)
  else {
    const place = identifier(database)
    if (open !== 't') {
      find('database-closed', `The database "${database}" takes no connections.`, sql`ALTER DATABASE ${place} ALLOW_CONNECTIONS true`)
    }
    if (databaseLimit != null && Number(databaseLimit) >= 0 && Number(databaseSessions) >= Number(databaseLimit)) {
      find(
        'database-limit',
        `The database may have ${databaseLimit} connections at a time, and has ${databaseSessions}.`,
        sql`ALTER DATABASE ${place} CONNECTION LIMIT -1`,
      )
    }
    if (mayConnect !== 't') {
      find('connect-denied', `The role has no right to connect to "${database}".`, sql`GRANT CONNECT ON DATABASE ${place} TO ${name}`)
    }
  }
  const broken = await brokenRule(connection, options)
  if (broken !== null) find('hba-broken', `The server's pg_hba.conf cannot be read whole: ${broken}`, null)
  return { findings, otherwise: otherwise(role, database, await clientAddress(ask)) }
}

type Finding = LoginDiagnosis['findings'][number]

function otherwise(role: string, database: string, address: string | null): string {
  const from = address === null ? '' : ` Seen from there, this computer is ${address}.`
  return (
    `Where nothing else is wrong, the password is: set it anew with \\password in psql. ` +
    `Or pg_hba.conf has no line for "${role}", "${database}" and this computer.${from}`
  )
}

function roleSql(role: string): Sql {
  return sql`SELECT r.oid, r.rolcanlogin, r.rolconnlimit, CASE WHEN r.rolvaliduntil <= pg_catalog.now() THEN r.rolvaliduntil::text END,
    (SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_activity a WHERE a.usesysid = r.oid)
    FROM pg_catalog.pg_roles r WHERE r.rolname = ${role}::text`
}

function nearSql(role: string): Sql {
  return sql`SELECT rolname FROM pg_catalog.pg_roles WHERE pg_catalog.lower(rolname::text) = pg_catalog.lower(${role}::text) ORDER BY rolname LIMIT 1`
}

function databaseSql(role: string, database: string): Sql {
  return sql`SELECT d.oid, d.datallowconn, d.datconnlimit,
    (SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_activity a WHERE a.datid = d.oid AND a.backend_type = 'client backend'),
    pg_catalog.has_database_privilege(${role}::name, d.oid, 'CONNECT')
    FROM pg_catalog.pg_database d WHERE d.datname = ${database}::text`
}

/** `unseen`: only a superuser may look. SECURITY: of the stored form, its first letters leave the server. */
async function storedPassword(
  connection: Connection,
  role: string,
  options: { readonly signal?: AbortSignal | undefined },
): Promise<'none' | 'md5' | 'scram' | 'unseen'> {
  const question = sql`SELECT CASE WHEN rolpassword IS NULL THEN 'none' WHEN rolpassword LIKE 'md5%' THEN 'md5' ELSE 'scram' END
    FROM pg_catalog.pg_authid WHERE rolname = ${role}::text`
  const answer = await unlessDenied(async () => (await boundedRead(connection, compile(question), options)).rows[0]?.[0] ?? null)
  return answer === 'none' || answer === 'md5' || answer === 'scram' ? answer : 'unseen'
}

/** A line that the server could not read keeps all changes of the file from working. */
async function brokenRule(connection: Connection, options: { readonly signal?: AbortSignal | undefined }): Promise<string | null> {
  const question = {
    text: `/* ${SQL_TAG}setup */ SELECT line_number, error FROM pg_catalog.pg_hba_file_rules WHERE error IS NOT NULL LIMIT 1`,
    values: [],
  }
  const row = await unlessDenied(async () => (await boundedRead(connection, question, options)).rows[0] ?? null)
  return row === null ? null : `line ${row[0]}: ${row[1]}.`
}

async function clientAddress(ask: (question: Sql) => Promise<readonly (string | null)[]>): Promise<string | null> {
  return (await unlessDenied(() => ask(sql`SELECT pg_catalog.host(pg_catalog.inet_client_addr())`)))?.[0] ?? null
}

/** null: this administrator may not see it, or the server does not have it. */
async function unlessDenied<Result>(work: () => Promise<Result>): Promise<Result | null> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof PostgresError && /^(42|0A)/.test(error.sqlstate)) return null
    throw error
  }
}
