import { assertNever } from '#shared/assert-never.ts'
import type { RolePlan, RoleSurroundings, SeatBelt } from '#shared/model/role-plan.ts'
import { quoteName } from '#shared/sql/quote-name.ts'
import { quoteLiteral } from '#shared/sql/sql.ts'

/** The role script as data: its steps in order, and the statement of each. The script that is shown and the one that runs come from here. */

export type RoleStep =
  | { readonly kind: 'create-role'; readonly role: string; readonly bounds: RoleBounds | null }
  | { readonly kind: 'set-password'; readonly role: string }
  | { readonly kind: 'bound-role'; readonly role: string; readonly bounds: RoleBounds }
  | { readonly kind: 'mark-role'; readonly role: string; readonly mark: string }
  | { readonly kind: 'fasten-belt'; readonly role: string; readonly database: string; readonly setting: string; readonly value: string }
  | { readonly kind: 'grant-connect'; readonly role: string; readonly database: string }
  | { readonly kind: 'grant-usage'; readonly role: string; readonly schema: string }
  | { readonly kind: 'grant-all-tables'; readonly role: string; readonly schema: string }
  | { readonly kind: 'grant-table'; readonly role: string; readonly schema: string; readonly name: string }
  /** `owner` null: whoever runs it. */
  | { readonly kind: 'grant-future'; readonly role: string; readonly schema: string; readonly owner: string | null }

export interface RoleBounds {
  /** -1: no limit, as the catalog has it. */
  readonly connectionLimit: number
  /** ISO 8601 with its zone, so that no DateStyle reads it otherwise; or `infinity`. */
  readonly validUntil: string
}

export interface RoleStepOptions {
  /** The comment by which the role is known as ours. */
  readonly mark: string
  /** null: not read yet. The steps are then those for a role that is not there, and for tables of whoever runs them. */
  readonly surroundings: RoleSurroundings | null
  /** A role of ours that is there gets this password. */
  readonly setPassword: boolean
}

/** The steps that lead to what the plan says. A role that is there is not made again. */
export function roleSteps(plan: RolePlan, { mark, surroundings, setPassword }: RoleStepOptions): readonly RoleStep[] {
  const { role, database } = plan
  const full = plan.extent === 'full'
  const bounds = full ? boundsOf(plan) : null
  const steps: RoleStep[] = []
  if (surroundings?.existing === 'ours') {
    if (setPassword) steps.push({ kind: 'set-password', role })
    if (bounds !== null) steps.push({ kind: 'bound-role', role, bounds })
  } else {
    steps.push({ kind: 'create-role', role, bounds })
    if (full) steps.push({ kind: 'mark-role', role, mark })
  }
  if (full) {
    for (const belt of seatBelts.filter(({ id }) => plan.seatBelts.includes(id)))
      steps.push({ kind: 'fasten-belt', role, database, setting: belt.setting, value: belt.value })
  }
  steps.push({ kind: 'grant-connect', role, database })
  for (const schema of new Set(plan.schemas)) {
    steps.push({ kind: 'grant-usage', role, schema }, ...grants(plan, schema))
    if (plan.futureTables) steps.push(...futureGrants(plan, schema, surroundings))
  }
  // Behind the five that people know, which stay together.
  if (!full && surroundings?.existing !== 'ours') steps.push({ kind: 'mark-role', role, mark })
  return steps
}

/** `secret` is what stands for the password, as an SQL literal. Without a semicolon. @throws RangeError for a name that cannot be one */
export function stepSql(step: RoleStep, secret: string): string {
  const role = quoteName(step.role)
  switch (step.kind) {
    case 'create-role':
      return step.bounds === null
        ? `CREATE ROLE ${role} WITH LOGIN PASSWORD ${secret}`
        : `CREATE ROLE ${role} WITH LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS ${boundsSql(step.bounds)} PASSWORD ${secret}`
    case 'set-password':
      return `ALTER ROLE ${role} WITH PASSWORD ${secret}`
    case 'bound-role':
      return `ALTER ROLE ${role} WITH NOINHERIT CONNECTION LIMIT ${step.bounds.connectionLimit} VALID UNTIL ${quoteLiteral(step.bounds.validUntil)}`
    case 'mark-role':
      return `COMMENT ON ROLE ${role} IS ${quoteLiteral(step.mark)}`
    case 'fasten-belt':
      return `ALTER ROLE ${role} IN DATABASE ${quoteName(step.database)} SET ${step.setting} = ${step.value}`
    case 'grant-connect':
      return `GRANT CONNECT ON DATABASE ${quoteName(step.database)} TO ${role}`
    case 'grant-usage':
      return `GRANT USAGE ON SCHEMA ${quoteName(step.schema)} TO ${role}`
    case 'grant-all-tables':
      return `GRANT SELECT ON ALL TABLES IN SCHEMA ${quoteName(step.schema)} TO ${role}`
    case 'grant-table':
      return `GRANT SELECT ON TABLE ${quoteName(step.schema)}.${quoteName(step.name)} TO ${role}`
    case 'grant-future': {
      const owner = step.owner === null ? '' : ` FOR ROLE ${quoteName(step.owner)}`
      return `ALTER DEFAULT PRIVILEGES${owner} IN SCHEMA ${quoteName(step.schema)} GRANT SELECT ON TABLES TO ${role}`
    }
    default:
      return assertNever(step)
  }
}

/** In the order in which they stand in the script; the values are written as the server keeps them. */
export const seatBelts: readonly { readonly id: SeatBelt; readonly setting: string; readonly value: string; readonly title: string }[] = [
  { id: 'read-only', setting: 'default_transaction_read_only', value: 'on', title: 'Transactions are read-only' },
  { id: 'statement-timeout', setting: 'statement_timeout', value: "'5min'", title: 'A statement may take 5 minutes' },
  { id: 'lock-timeout', setting: 'lock_timeout', value: "'2s'", title: 'Waits 2 seconds for a lock' },
  {
    id: 'idle-timeout',
    setting: 'idle_in_transaction_session_timeout',
    value: "'60s'",
    title: 'An idle transaction ends after 60 seconds',
  },
  { id: 'search-path', setting: 'search_path', value: 'pg_catalog', title: 'Names need their schema (search_path = pg_catalog)' },
]

function boundsOf({ connectionLimit, validUntil }: RolePlan): RoleBounds {
  return { connectionLimit: connectionLimit ?? -1, validUntil: validUntil === null ? 'infinity' : `${validUntil} 23:59:59+00` }
}

function boundsSql({ connectionLimit, validUntil }: RoleBounds): string {
  const until = validUntil === 'infinity' ? '' : ` VALID UNTIL ${quoteLiteral(validUntil)}`
  return `CONNECTION LIMIT ${connectionLimit}${until}`
}

function grants(plan: RolePlan, schema: string): readonly RoleStep[] {
  const { role, tables } = plan
  if (plan.extent === 'simple' || tables === null) return [{ kind: 'grant-all-tables', role, schema }]
  const names = new Set(tables.filter((table) => table.schema === schema).map(({ name }) => name))
  return [...names].sort().map((name) => ({ kind: 'grant-table', role, schema, name }))
}

function futureGrants(plan: RolePlan, schema: string, surroundings: RoleSurroundings | null): readonly RoleStep[] {
  const { role } = plan
  const owners = plan.extent === 'simple' ? [] : (surroundings?.schemas.find(({ name }) => name === schema)?.owners ?? [])
  // What the role itself makes is its own without a grant.
  const others = owners.filter((owner) => owner !== role)
  if (others.length === 0) return [{ kind: 'grant-future', role, schema, owner: null }]
  return others.map((owner) => ({ kind: 'grant-future', role, schema, owner }))
}
