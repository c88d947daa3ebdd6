import type { RolePlan } from '#shared/model/setup.ts'
import { quoteIdentifier, quoteLiteral } from '#shared/sql/sql.ts'

/** The script that makes a role which may read one schema: the five statements that GX Cloud users know. */

export type RolePassword =
  /** A placeholder, for reading along. */
  | { readonly kind: 'hidden' }
  /** For Copy, once a person has ticked it. */
  | { readonly kind: 'plain'; readonly password: string }
  /** What Execute sends: the server can check the password with it, but nobody can read it there. */
  | { readonly kind: 'verifier'; readonly verifier: string }

export interface RoleStatement {
  /** Without a semicolon. */
  readonly sql: string
  /** The same with the password hidden, for the screen and the report. */
  readonly shown: string
  /** What it is for. */
  readonly purpose: string
}

export interface RolePlanProblem {
  readonly field: 'role' | 'database' | 'schema'
  readonly sentence: string
}

/** What cannot work, at its field; empty when the script can be written. */
export function checkRolePlan(plan: RolePlan): readonly RolePlanProblem[] {
  const fields = ['role', 'database', 'schema'] as const
  const problems: RolePlanProblem[] = []
  for (const field of fields) {
    const sentence = problemOfName(plan[field])
    if (sentence !== null) problems.push({ field, sentence })
  }
  if (/^pg_/i.test(plan.role)) problems.push({ field: 'role', sentence: 'Names that begin with pg_ are reserved for PostgreSQL itself.' })
  if (/^(public|none)$/i.test(plan.role))
    problems.push({ field: 'role', sentence: `"${plan.role}" has a meaning of its own in PostgreSQL. Choose another name.` })
  return problems
}

/** @throws RangeError for a plan that checkRolePlan complains about */
export function roleStatements(plan: RolePlan, password: RolePassword): readonly RoleStatement[] {
  const role = quoteName(plan.role)
  const database = quoteName(plan.database)
  const schema = quoteName(plan.schema)
  const create = (secret: string) => `CREATE ROLE ${role} WITH LOGIN PASSWORD ${secret}`
  const statements: RoleStatement[] = [
    { sql: create(secretOf(password)), shown: create(HIDDEN), purpose: 'A role of its own, that can log in' },
    plain(`GRANT CONNECT ON DATABASE ${database} TO ${role}`, 'May connect to this database'),
    plain(`GRANT USAGE ON SCHEMA ${schema} TO ${role}`, 'May look into this schema'),
    plain(`GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO ${role}`, 'May read its tables and views, and change none'),
  ]
  if (plan.futureTables) {
    statements.push(
      plain(
        `ALTER DEFAULT PRIVILEGES IN SCHEMA ${schema} GRANT SELECT ON TABLES TO ${role}`,
        'Also tables that the role which runs this makes later',
      ),
    )
  }
  return statements
}

/** The script as text, a statement a line, for the editor and for Copy. */
export function roleScript(plan: RolePlan, password: RolePassword): string {
  const lines = [
    `-- Makes the role ${commentText(plan.role)}, which may read the schema ${commentText(plan.schema)} of the database ${commentText(plan.database)}, and change nothing.`,
    `-- Run it in that database.`,
    ...roleStatements(plan, password).map((statement) => `${password.kind === 'hidden' ? statement.shown : statement.sql};`),
  ]
  return `${lines.join('\n')}\n`
}

const HIDDEN = "'<password>'"

function secretOf(password: RolePassword): string {
  switch (password.kind) {
    case 'hidden':
      return HIDDEN
    case 'plain':
      return quoteLiteral(password.password)
    case 'verifier':
      return quoteLiteral(password.verifier)
  }
}

/** Plain where PostgreSQL would read it the same way, so that the script looks like one that a person would write. */
export function quoteName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !reserved.has(name) && name.length <= 63 ? name : quoteIdentifier(name)
}

/** Key words that cannot stand as a role, database or schema without quotes (manual, appendix "SQL Key Words"). */
const reserved: ReadonlySet<string> = new Set(
  (
    'all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case cast char character check coalesce collate ' +
    'collation column concurrently constraint create cross current_catalog current_date current_role current_schema current_time current_timestamp current_user ' +
    'dec decimal default deferrable desc distinct do else end except exists extract false fetch float for foreign freeze from full grant greatest group grouping ' +
    'having ilike in initially inner inout int integer intersect interval into is isnull join lateral leading least left like limit localtime localtimestamp national ' +
    'natural nchar none normalize not notnull null nullif numeric offset on only or order out outer overlaps overlay placing position precision primary real ' +
    'references returning right row select session_user setof similar smallint some substring symmetric system_user table tablesample then time timestamp to ' +
    'trailing treat trim true union unique user using values varchar variadic verbose when where window with xmlattributes xmlconcat xmlelement xmlexists ' +
    'xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable'
  ).split(' '),
)

function problemOfName(name: string): string | null {
  if (name === '') return 'A name is missing here.'
  try {
    quoteIdentifier(name)
    return null
  } catch (error) {
    if (error instanceof RangeError) return error.message
    throw error
  }
}

/** A name may hold a line break, which would end the comment and begin a statement. */
function commentText(name: string): string {
  return name.replace(/[\r\n\u2028\u2029\0]/g, ' ')
}

function plain(sql: string, purpose: string): RoleStatement {
  return { sql, shown: sql, purpose }
}
