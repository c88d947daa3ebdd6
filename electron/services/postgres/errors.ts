import pg from 'pg'
import { AppError } from '#shared/contract/errors.ts'
import type { DatabaseProblem } from '#shared/model/query.ts'

/** What a server answers when it refuses a statement, as values. What a failed attempt to connect means is in connect-failures.ts. */

/** What the server refused. `sqlstate` as in the manual's appendix "PostgreSQL Error Codes". */
export class PostgresError extends Error {
  readonly problem: DatabaseProblem
  readonly sqlstate: string

  constructor(problem: DatabaseProblem, cause: unknown) {
    super(problem.message, { cause })
    this.name = 'PostgresError'
    this.problem = problem
    this.sqlstate = problem.sqlstate ?? 'XX000'
  }
}

export function isDatabaseError(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError
}

/** From an error or a notice, as pg hands them over. */
export function toProblem(message: object): DatabaseProblem {
  const field = (name: string): string | null => {
    const value: unknown = Reflect.get(message, name)
    return typeof value === 'string' && value !== '' ? clipped(value) : null
  }
  const position = Number(field('position') ?? Number.NaN)
  return {
    sqlstate: field('code'),
    severity: field('severity') ?? 'ERROR',
    message: field('message') ?? '',
    detail: field('detail'),
    hint: field('hint'),
    where: field('where'),
    position: Number.isInteger(position) ? position : null,
  }
}

/** SECURITY: a server may send megabytes, and what it says is shown, stored with runs and listed with the history. */
const MAX_FIELD_LENGTH = 20_000

function clipped(text: string): string {
  return text.length > MAX_FIELD_LENGTH ? `${text.slice(0, MAX_FIELD_LENGTH).toWellFormed()}…` : text
}

/** A connection that was lost at work. */
export function connectionLost(cause: unknown): AppError<'CONNECTION_FAILED'> {
  return new AppError(
    'CONNECTION_FAILED',
    'The connection to the server was lost.',
    {
      dataSourceId: null,
      cause: 'dropped',
      remedy: 'Try again. When it happens each time, look into the log of the server.',
      sqlstate: null,
    },
    { action: 'retry', cause },
  )
}
