import { z } from 'zod'

/** The log as a person reads it. It holds events of the program: no SQL, no value of a row, no password. */

export const LogLevel = z.enum(['info', 'warn', 'error'])
export type LogLevel = z.infer<typeof LogLevel>

export const LogLine = z.object({
  at: z.string(),
  level: LogLevel,
  /** `window`, or `cli` for the command line beside it. */
  program: z.enum(['window', 'cli']),
  event: z.string(),
  /** What a message on the screen has named. */
  id: z.string().nullable(),
  /** Whatever else the event says of itself, as text. */
  detail: z.string(),
})
export type LogLine = z.infer<typeof LogLine>
