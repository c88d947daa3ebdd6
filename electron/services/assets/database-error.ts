import { PostgresError } from '#services/postgres/errors.ts'
import { endingOf, problemOf } from '#services/validation/problems.ts'
import { AppError } from '#shared/contract/errors.ts'

/** What the server refused, as an error that a person can read; anything else as it is. */
export function databaseError(error: unknown): unknown {
  if (!(error instanceof PostgresError)) return error
  const { detail, hint } = error.problem
  const sentence = endingOf(error)?.sentence ?? problemOf(error).sentence
  return new AppError('DATABASE', sentence, { sqlstate: error.sqlstate, detail, hint }, { cause: error })
}
