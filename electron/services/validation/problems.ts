import { PostgresError } from '#services/postgres/errors.ts'
import { isAppError } from '#shared/contract/errors.ts'

/** What the server's errors mean to a validation, by SQLSTATE. */

/** Why one expectation could not be evaluated. */
export interface Problem {
  readonly sentence: string
  readonly sqlstate: string | null
  /** The server's message may quote a value of a row. */
  readonly aboutValues: boolean
}

/** Why a whole run stopped early. */
export interface Ending {
  readonly state: 'incomplete' | 'failed' | 'cancelled'
  readonly sentence: string
  readonly sqlstate: string | null
  /** A conflict with another server's replay or transaction: one more try may do. */
  readonly retry: boolean
}

/** true for an error that no other statement of the same transaction would survive. */
export function ends(error: unknown): boolean {
  return endingOf(error) !== null
}

/** null for an error that belongs to one statement only. */
export function endingOf(error: unknown): Ending | null {
  if (isAppError(error, 'CANCELLED')) return { state: 'cancelled', sentence: 'Cancelled.', sqlstate: null, retry: false }
  if (isAppError(error, 'CONNECTION_FAILED')) {
    return { state: 'incomplete', sentence: `The connection was lost: ${error.message}`, sqlstate: null, retry: false }
  }
  if (!(error instanceof PostgresError)) return null
  const sqlstate = error.sqlstate
  const ending = (sentence: string, retry = false): Ending => ({ state: 'incomplete', sentence, sqlstate, retry })
  switch (sqlstate) {
    case '57014': // query_canceled: by statement_timeout, or by somebody else
      return ending('The server stopped the statement, because its time was up or because somebody cancelled it.')
    case '25P03': // idle_in_transaction_session_timeout
    case '25P04': // transaction_timeout
      return ending('The server ended the session, because the time for one transaction was up.')
    case '55P03': // lock_not_available
      return ending(
        'Another session holds a lock on this table. Plumbline did not wait longer, so as not to hold up others. Try again later.',
      )
    case '40001': // serialization_failure: on a standby, a conflict with replay
    case '40P01': // deadlock_detected
      return ending('A conflict on the server stopped the run. On a standby, validate on the primary instead.', true)
    case '57P01': // admin_shutdown
    case '57P02': // crash_shutdown
    case '57P03': // cannot_connect_now
    case '57P05': // idle_session_timeout
      return ending('The server ended the session.')
    default:
      // 08P01 is about one message (a $1 that nobody fills, a NUL): its statement fails, and the connection goes on.
      if (sqlstate.startsWith('08') && sqlstate !== '08P01') return ending('The connection was lost.')
      if (sqlstate.startsWith('53')) return ending('The server ran out of a resource (memory, disk space or connections).')
      return null
  }
}

export function problemOf(error: PostgresError): Problem {
  const { sqlstate } = error
  const said = error.problem.message
  return {
    sentence: `${leads[sqlstate] ?? 'PostgreSQL could not compute this'}: ${said}${/[.!?]$/u.test(said) ? '' : '.'}`,
    sqlstate,
    // Of these the server's words are about the statement. Any other may quote a row: a function raises what it likes.
    aboutValues: !(sqlstate.startsWith('42') || ['2201B', '25006', '08P01'].includes(sqlstate)),
  }
}

/** The same problem without the server's words, for a data source that keeps no values. */
export function withoutValues(problem: Problem): Problem {
  if (!problem.aboutValues) return problem
  return {
    ...problem,
    sentence: `PostgreSQL could not compute this (SQLSTATE ${problem.sqlstate}). Its message is left out, because it may quote a value.`,
  }
}

const leads: Readonly<Record<string, string>> = {
  '2201B': 'The regular expression is not valid',
  '22P02': 'A value does not fit the type of the column',
  '22007': 'A value is not a date or time that PostgreSQL can read',
  '22008': 'A date or time is out of range',
  '22003': 'A number is out of range',
  '22012': 'Something is divided by zero',
  '42501': 'The role lacks a privilege',
  '42601': 'The query has a syntax error',
  '42703': 'A column is missing',
  '42P01': 'A table is missing',
  '42883': 'PostgreSQL has no such operator or function for these types',
  '08P01': 'The query holds a parameter ($1) or a character that cannot be sent',
  '25006': 'The query would write, and validations only read',
}
