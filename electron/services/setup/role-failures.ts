import type { PostgresError } from '#services/postgres/errors.ts'
import type { RoleOutcome, RolePlan } from '#shared/model/role-plan.ts'
import type { RoleStep } from '#shared/postgres/role-steps.ts'

/** What it means for a person that the role script, or a statement of it, was not carried out. */

/** Nothing was tried, because the role that is there is not simply to be changed. */
export function refusal(why: 'not-ours' | 'differs' | 'unknown', { role }: RolePlan): RoleOutcome {
  return { result: 'not-made', statements: [], asksForPasswordChange: why !== 'not-ours', undoScript: null, ...wordsFor(why, role) }
}

function wordsFor(why: 'not-ours' | 'differs' | 'unknown', role: string): Pick<RoleOutcome, 'sentence' | 'remedy'> {
  switch (why) {
    case 'not-ours':
      return {
        sentence: `There is a role "${role}" already, and it was not made here. It was not changed.`,
        remedy: 'Choose another role name, or go on with "I have a role already" and connect with it.',
      }
    case 'differs':
      return {
        sentence: `The role "${role}" was made here before, with another password. It was not changed.`,
        remedy: 'Type the password that it has, or agree to set this one: whatever else logs in with the role then needs it as well.',
      }
    case 'unknown':
      return {
        sentence: `The role "${role}" was made here before, and the server did not tell whether this is its password. It was not changed.`,
        remedy: 'Agree to set this password: whatever else logs in with the role then needs it as well.',
      }
  }
}

/** For codes that a person can do something about. Others show the server's own message, which cannot hold the password. */
export function sentenceFor(error: PostgresError, step: RoleStep, plan: RolePlan): string {
  switch (error.sqlstate) {
    case '42710':
    case '23505': // two runs at the same moment
      return `There is a role "${plan.role}" already. It was not changed.`
    case '42501':
      return `The administrator has no right to do this. ${error.problem.message}.`
    case '3F000':
      return `There is no such schema in the database "${plan.database}".`
    case '42P01':
      return `There is no such table in the database "${plan.database}".`
    case '55P03':
      return 'Another session holds a lock on what has to be changed.'
    default:
      return refusesVerifier(error.sqlstate, step)
        ? `The server checks passwords itself, and refused this one: ${error.problem.message}. It was sent as a verifier, which no check can look into.`
        : error.problem.message
  }
}

/** What to do when the role could not be made at all. */
export function remedyFor(sqlstate: string): string {
  switch (sqlstate) {
    case '42710':
    case '23505':
      return 'Choose another role name, or skip this step and connect with the role that is there.'
    case '42501':
      return 'Connect as a role that may create roles and owns the database, or copy the script for who administers the server.'
    case '55P03':
      return 'Wait a moment and execute it again.'
    case '22023':
    case '28P01':
      return 'Have another password made and execute it again. Where the server takes no verifier at all, copy the script with the password for who administers the server.'
    default:
      return 'Nothing was changed. Copy the script for who administers the server, or mend the cause and execute it again.'
  }
}

/** Codes that modules which check passwords use: PostgreSQL's own passwordcheck, and those that follow its example. */
function refusesVerifier(sqlstate: string, step: RoleStep): boolean {
  return (step.kind === 'create-role' || step.kind === 'set-password') && (sqlstate === '22023' || sqlstate === '28P01')
}
