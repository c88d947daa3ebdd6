import type { Connection } from '#services/postgres/connection.ts'
import { PostgresError } from '#services/postgres/errors.ts'
import { SQL_TAG } from '#shared/model/names.ts'
import type { RoleOutcome, RolePlan } from '#shared/model/role-plan.ts'
import type { RoleStatement } from '#shared/postgres/role-script.ts'
import { type RoleStep, stepSql } from '#shared/postgres/role-steps.ts'
import { compile, sql } from '#shared/sql/sql.ts'
import { sentenceFor } from './role-failures.ts'

/** Runs the statements of the role script in the transaction that is open, each in a savepoint. */

export interface StatementRun {
  readonly statement: RoleStatement
  readonly outcome: RoleOutcome['statements'][number]
}

interface RunParts {
  readonly connection: Connection
  readonly plan: RolePlan
  readonly statements: readonly RoleStatement[]
  /** By place: true is so already and is not run. */
  readonly before: readonly (boolean | null)[]
  readonly signal: AbortSignal | undefined
}

/** `stopped`: what was refused is such that nothing of the script may stay. */
export async function runStatements(
  parts: RunParts,
): Promise<{ readonly done: readonly StatementRun[]; readonly stopped: PostgresError | null }> {
  const done: StatementRun[] = []
  for (const [index, statement] of parts.statements.entries()) {
    if (parts.before[index] === true) {
      done.push({ statement, outcome: { sql: statement.shown, outcome: 'unchanged', sentence: null, sqlstate: null } })
      continue
    }
    const error = await runInSavepoint(parts, statement.sql)
    const each = error?.sqlstate === '42501' ? await oneByOne(parts, statement) : null
    if (each !== null) done.push(...each)
    else done.push({ statement, outcome: outcomeOf(statement, error, parts.plan) })
    if (error !== null && isEssential(statement)) return { done, stopped: error }
  }
  return { done, stopped: null }
}

/** null: done. */
async function runInSavepoint({ connection, signal }: RunParts, text: string): Promise<PostgresError | null> {
  const run = (source: string) => connection.query({ text: `/* ${SQL_TAG}setup */ ${source}`, values: [] }, { signal })
  await run('SAVEPOINT step')
  try {
    await run(text)
    await run('RELEASE SAVEPOINT step')
    return null
  } catch (error) {
    if (!(error instanceof PostgresError)) throw error
    await run('ROLLBACK TO SAVEPOINT step')
    await run('RELEASE SAVEPOINT step')
    return error
  }
}

/** More tables than this are left to who may grant all of them at once. */
const MOST_TABLES = 1_000

/**
 * One table that the administrator may not grant fails the statement for the whole schema, so those that they may are granted
 * by themselves, and those that they may not are named. null: this statement is not of that kind, or there are too many.
 */
async function oneByOne(parts: RunParts, { step }: RoleStatement): Promise<readonly StatementRun[] | null> {
  if (step.kind !== 'grant-all-tables') return null
  const names = await ungrantedTables(parts, step)
  if (names.length === 0 || names.length > MOST_TABLES) return null
  const done: StatementRun[] = []
  for (const name of names) {
    const table: RoleStep = { kind: 'grant-table', role: step.role, schema: step.schema, name }
    const text = stepSql(table, '')
    const statement: RoleStatement = { step: table, sql: text, shown: text }
    done.push({ statement, outcome: outcomeOf(statement, await runInSavepoint(parts, text), parts.plan) })
  }
  return done
}

async function ungrantedTables({ connection, signal }: RunParts, { role, schema }: { role: string; schema: string }) {
  const { text, values } = compile(sql`SELECT c.relname
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ${schema}::pg_catalog.text AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND NOT EXISTS (SELECT FROM pg_catalog.aclexplode(c.relacl) x JOIN pg_catalog.pg_roles r ON r.oid = x.grantee
    WHERE r.rolname = ${role}::pg_catalog.text AND x.privilege_type = 'SELECT')
ORDER BY c.relname
LIMIT ${MOST_TABLES + 1}::pg_catalog.int4`)
  const { rows } = await connection.query({ text: `/* ${SQL_TAG}setup */ ${text}`, values }, { signal })
  return rows.map(([name]) => name ?? '')
}

/** Without the role nothing can be granted; without the mark the next run would take it for somebody else's. */
function isEssential({ step }: RoleStatement): boolean {
  return step.kind === 'create-role' || step.kind === 'mark-role' || step.kind === 'set-password'
}

function outcomeOf({ shown, step }: RoleStatement, error: PostgresError | null, plan: RolePlan): StatementRun['outcome'] {
  if (error === null) return { sql: shown, outcome: 'done', sentence: null, sqlstate: null }
  return { sql: shown, outcome: 'failed', sentence: sentenceFor(error, step, plan), sqlstate: error.sqlstate }
}
