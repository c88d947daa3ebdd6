import { z } from 'zod'

/**
 * The closed set of errors that cross the boundary. Each has a code, a sentence for a person (`message`), typed
 * detail, and an action that the screen can offer. What is not in this table reaches the page as INTERNAL, with the
 * id under which the log holds the rest.
 */

export const ErrorAction = z.enum(['retry', 'enter-password', 'unlock-vault', 'edit-data-source', 'show-choices', 'open-log', 'none'])
export type ErrorAction = z.infer<typeof ErrorAction>

const withAction = { action: ErrorAction }

export const errorMap = {
  /** Input that cannot be used. `field` is the form field, or null where the whole is meant. */
  INVALID: { data: z.object({ ...withAction, field: z.string().nullable() }) },
  NOT_FOUND: { data: z.object({ ...withAction, entity: z.string() }) },
  /** It exists already, or another change came first. */
  CONFLICT: { data: z.object({ ...withAction, field: z.string().nullable() }) },
  CONNECTION_FAILED: {
    data: z.object({
      ...withAction,
      dataSourceId: z.string().nullable(),
      cause: z.string(),
      remedy: z.string(),
      sqlstate: z.string().nullable(),
    }),
  },
  PASSWORD_NEEDED: {
    data: z.object({ ...withAction, dataSourceId: z.string(), reason: z.enum(['missing', 'unavailable', 'rejected', 'locked']) }),
  },
  /** The server refused a statement of ours. */
  DATABASE: {
    data: z.object({ ...withAction, sqlstate: z.string().nullable(), detail: z.string().nullable(), hint: z.string().nullable() }),
  },
  CANCELLED: { data: z.object({ ...withAction }) },
  /** The same thing is under way already. */
  BUSY: { data: z.object({ ...withAction }) },
  /** Something on this computer is missing or full; the sentence says what to do. */
  UNAVAILABLE: { data: z.object({ ...withAction, cause: z.string() }) },
  INTERNAL: { data: z.object({ ...withAction, logId: z.string() }) },
} as const

export type ErrorCode = keyof typeof errorMap
export type ErrorDetail<Code extends ErrorCode> = Omit<z.infer<(typeof errorMap)[Code]['data']>, 'action'>

/** The one error class of the application. `message` is a neutral sentence for a person: no secret, no row data, no stack. */
export class AppError<Code extends ErrorCode = ErrorCode> extends Error {
  readonly code: Code
  readonly detail: ErrorDetail<Code>
  readonly action: ErrorAction

  constructor(code: Code, sentence: string, detail: ErrorDetail<Code>, options: { action?: ErrorAction; cause?: unknown } = {}) {
    super(sentence, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.detail = detail
    this.action = options.action ?? 'none'
  }
}

export function isAppError<Code extends ErrorCode>(error: unknown, code?: Code): error is AppError<Code> {
  return error instanceof AppError && (code === undefined || error.code === code)
}

export function notFound(entity: string): AppError<'NOT_FOUND'> {
  return new AppError('NOT_FOUND', `This ${entity} does not exist any more.`, { entity })
}

export function invalid(sentence: string, field: string | null = null): AppError<'INVALID'> {
  return new AppError('INVALID', sentence, { field })
}

export function cancelled(): AppError<'CANCELLED'> {
  return new AppError('CANCELLED', 'Cancelled.', {})
}
