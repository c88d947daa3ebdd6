import { assertNever } from '#shared/assert-never.ts'
import { SQL_TAG } from '#shared/model/names.ts'
import type { RoleStep } from '#shared/postgres/role-steps.ts'
import { type CompiledSql, compile, join, type Sql, sql } from '#shared/sql/sql.ts'

/**
 * Whether each step of the role script is so already, by the catalog. What is so is not done again; and what still is not so
 * after its statement was not granted, although the server took it (01007).
 */

/** Questions for so many steps go in one statement. */
const CHUNK = 100

/** For each step in order; null: only its statement can tell. */
export async function checkSteps(
  read: (statement: CompiledSql) => Promise<{ readonly rows: readonly (readonly (string | null)[])[] }>,
  steps: readonly RoleStep[],
): Promise<readonly (boolean | null)[]> {
  const answers: (boolean | null)[] = []
  for (let from = 0; from < steps.length; from += CHUNK) {
    const checks = steps.slice(from, from + CHUNK).map((step) => checkOf(step) ?? sql`NULL::pg_catalog.bool`)
    const { text, values } = compile(sql`SELECT ${join(checks, ',\n  ')}`)
    const { rows } = await read({ text: `/* ${SQL_TAG}setup */ ${text}`, values })
    answers.push(...(rows[0] ?? []).map((answer) => (answer === null ? null : answer === 't')))
  }
  return answers
}

function checkOf(step: RoleStep): Sql | null {
  switch (step.kind) {
    case 'create-role':
    case 'set-password':
      return null
    case 'bound-role': {
      const { connectionLimit, validUntil } = step.bounds
      return sql`EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.rolname = ${step.role}::pg_catalog.text AND NOT r.rolinherit
        AND r.rolconnlimit = ${connectionLimit}::pg_catalog.int4
        AND COALESCE(r.rolvaliduntil, 'infinity') = ${validUntil}::pg_catalog.timestamptz)`
    }
    case 'mark-role':
      return sql`COALESCE(pg_catalog.strpos(pg_catalog.shobj_description(${oidOf(step)}, 'pg_authid'), ${step.mark}::pg_catalog.text) > 0, false)`
    case 'fasten-belt':
      return sql`EXISTS (SELECT FROM pg_catalog.pg_db_role_setting s JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
        WHERE d.datname = ${step.database}::pg_catalog.text AND s.setrole = ${oidOf(step)}
          AND ${`${step.setting}=${step.value.replaceAll("'", '')}`}::pg_catalog.text = ANY (s.setconfig))`
    case 'grant-connect':
      return sql`EXISTS (SELECT FROM pg_catalog.pg_database d CROSS JOIN LATERAL pg_catalog.aclexplode(d.datacl) x
        WHERE d.datname = ${step.database}::pg_catalog.text AND x.grantee = ${oidOf(step)} AND x.privilege_type = 'CONNECT')`
    case 'grant-usage':
      return sql`EXISTS (SELECT FROM pg_catalog.pg_namespace n CROSS JOIN LATERAL pg_catalog.aclexplode(n.nspacl) x
        WHERE n.nspname = ${step.schema}::pg_catalog.text AND x.grantee = ${oidOf(step)} AND x.privilege_type = 'USAGE')`
    case 'grant-all-tables':
      return sql`EXISTS (SELECT FROM pg_catalog.pg_namespace n WHERE n.nspname = ${step.schema}::pg_catalog.text)
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname = ${step.schema}::pg_catalog.text AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT ${readsOf(step)})`
    case 'grant-table':
      return sql`EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = ${step.schema}::pg_catalog.text AND c.relname = ${step.name}::pg_catalog.text AND ${readsOf(step)})`
    case 'grant-future':
      return sql`EXISTS (SELECT FROM pg_catalog.pg_default_acl d JOIN pg_catalog.pg_roles o ON o.oid = d.defaclrole
        JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace CROSS JOIN LATERAL pg_catalog.aclexplode(d.defaclacl) x
        WHERE d.defaclobjtype = 'r' AND n.nspname = ${step.schema}::pg_catalog.text AND x.grantee = ${oidOf(step)} AND x.privilege_type = 'SELECT'
          AND o.rolname = COALESCE(${step.owner}::pg_catalog.text, current_user))`
    default:
      return assertNever(step)
  }
}

function oidOf({ role }: RoleStep): Sql {
  return sql`(SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname = ${role}::pg_catalog.text)`
}

/** Of pg_class c: the right was given to the role itself, or it is the owner's. What it has by way of others may be taken from them. */
function readsOf(step: RoleStep): Sql {
  return sql`(COALESCE(c.relowner = ${oidOf(step)}, false) OR EXISTS (SELECT FROM pg_catalog.aclexplode(c.relacl) x
    WHERE x.grantee = ${oidOf(step)} AND x.privilege_type = 'SELECT'))`
}
