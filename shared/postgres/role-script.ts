import type { RolePlan } from '#shared/model/role-plan.ts'
import { quoteName } from '#shared/sql/quote-name.ts'
import { quoteIdentifier, quoteLiteral } from '#shared/sql/sql.ts'
import { type RoleStep, type RoleStepOptions, roleSteps, stepSql } from './role-steps.ts'

/** The script that makes a role which may read and not write, as text, and the one that takes it back. */

export type RolePassword =
  /** A placeholder, for reading along. */
  | { readonly kind: 'hidden' }
  /** For Copy, once a person has ticked it. */
  | { readonly kind: 'plain'; readonly password: string }
  /** What Execute sends: the server can check the password with it, but nobody can read it there. */
  | { readonly kind: 'verifier'; readonly verifier: string }

export interface RoleStatement {
  readonly step: RoleStep
  /** Without a semicolon. */
  readonly sql: string
  /** The same with the password hidden, for the screen and the report. */
  readonly shown: string
}

export interface RolePlanProblem {
  readonly field: 'role' | 'database' | 'schemas' | 'tables' | 'validUntil'
  readonly sentence: string
}

/** What cannot work, at its field; empty when the script can be written. */
export function checkRolePlan(plan: RolePlan, now: Date = new Date()): readonly RolePlanProblem[] {
  const problems: RolePlanProblem[] = []
  for (const field of ['role', 'database'] as const) {
    const sentence = problemOfName(plan[field])
    if (sentence !== null) problems.push({ field, sentence })
  }
  if (/^pg_/i.test(plan.role)) problems.push({ field: 'role', sentence: 'Names that begin with pg_ are reserved for PostgreSQL itself.' })
  // SECURITY: PostgreSQL reads "public" as everybody, also in quotes.
  if (/^(public|none)$/i.test(plan.role))
    problems.push({ field: 'role', sentence: `"${plan.role}" has a meaning of its own in PostgreSQL. Choose another name.` })
  problems.push(...problemsOfSchemas(plan.schemas))
  if (plan.extent === 'full') problems.push(...problemsOfExtent(plan, now))
  return problems
}

/** @throws RangeError for a plan that checkRolePlan complains about */
export function roleStatements(plan: RolePlan, options: RoleStepOptions, password: RolePassword): readonly RoleStatement[] {
  const secret = secretOf(password)
  return roleSteps(plan, options).map((step) => ({ step, sql: stepSql(step, secret), shown: stepSql(step, HIDDEN) }))
}

/** The script as text, a statement a line, for the editor and for Copy. */
export function roleScript(plan: RolePlan, options: RoleStepOptions, password: RolePassword): string {
  const there = options.surroundings?.existing === 'ours'
  const schemas = plan.schemas.map(commentText).join(', ')
  const statements = roleStatements(plan, options, password).flatMap(({ step, sql }, index, all) => [
    ...((plan.extent === 'full' || step.kind === 'mark-role') && titleOf(step) !== titleOf(all[index - 1]?.step)
      ? [`-- ${titleOf(step)}`]
      : []),
    `${sql};`,
  ])
  const unknownOwners = plan.extent === 'full' && plan.futureTables && options.surroundings === null
  const lines = [
    `-- ${there ? 'Completes' : 'Makes'} the role ${commentText(plan.role)}, which may read from ${schemas} in the database ${commentText(plan.database)}, and change nothing.`,
    '-- Run it in that database.',
    ...statements,
    ...(unknownOwners ? ['-- The same with FOR ROLE for each other role that makes tables there: Refresh finds them.'] : []),
  ]
  return `${lines.join('\n')}\n`
}

/** The membership is for an administrator who is no superuser: DROP OWNED asks for the rights of the role. It goes with the role. */
export function roleUndoScript({ role, database }: Pick<RolePlan, 'role' | 'database'>): string {
  const name = quoteName(role)
  return `-- Takes back all that the role ${commentText(role)} was given in the database ${commentText(database)}, and then the role.
-- Run it in that database. Where the role was given rights in other databases, run DROP OWNED there first.
GRANT ${name} TO CURRENT_USER;
DROP OWNED BY ${name};
DROP ROLE ${name};
`
}

export const HIDDEN = "'<password>'"

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

function titleOf(step: RoleStep | undefined): string | null {
  switch (step?.kind) {
    case undefined:
      return null
    case 'create-role':
      return 'A role of its own'
    case 'mark-role':
      return 'A mark, by which a second run knows the role'
    case 'set-password':
    case 'bound-role':
      return 'The role is there already'
    case 'fasten-belt':
      return 'Seat belts: they guard against accidents, because the role can undo them'
    case 'grant-connect':
    case 'grant-usage':
    case 'grant-all-tables':
    case 'grant-table':
    case 'grant-future':
      return 'What it may read'
  }
}

function problemsOfSchemas(schemas: readonly string[]): readonly RolePlanProblem[] {
  if (schemas.length === 0) return [{ field: 'schemas', sentence: 'Name at least one schema.' }]
  for (const schema of schemas) {
    const sentence = problemOfName(schema)
    if (sentence !== null) return [{ field: 'schemas', sentence: schemas.length === 1 ? sentence : `"${schema}": ${sentence}` }]
    if (/^pg_/.test(schema) || schema === 'information_schema')
      return [{ field: 'schemas', sentence: `"${schema}" belongs to PostgreSQL itself, and what is public in it can be read already.` }]
  }
  return []
}

function problemsOfExtent(plan: RolePlan, now: Date): readonly RolePlanProblem[] {
  const problems: RolePlanProblem[] = []
  const chosen = plan.tables?.filter(({ schema }) => plan.schemas.includes(schema)) ?? null
  if (chosen !== null && chosen.length === 0)
    problems.push({ field: 'tables', sentence: 'Choose at least one table of these schemas, or all of them.' })
  const odd = chosen?.find(({ name }) => problemOfName(name) !== null)
  if (odd !== undefined) problems.push({ field: 'tables', sentence: `"${odd.name}": ${problemOfName(odd.name)}` })
  if (plan.validUntil !== null && plan.validUntil < now.toISOString().slice(0, 10))
    problems.push({ field: 'validUntil', sentence: 'This day is over. The role could never log in.' })
  return problems
}

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
