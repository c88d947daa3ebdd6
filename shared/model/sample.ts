import { z } from 'zod'

/** The embedded PostgreSQL with its small shop. */
export const SampleState = z.object({
  state: z.enum(['absent', 'stopped', 'starting', 'running', 'removing', 'unsupported']),
  /** The data source that stands for it, once made. */
  dataSourceId: z.uuid().nullable(),
  /** A column has been renamed on purpose. */
  broken: z.boolean(),
  /** What "Break something" did, for the screen: for example `customers.email is now customers.e_mail`. */
  brokenSentence: z.string().nullable(),
  serverVersion: z.string().nullable(),
  sizeBytes: z.number().nullable(),
  /** Why it cannot be used on this computer. */
  sentence: z.string().nullable(),
})
export type SampleState = z.infer<typeof SampleState>
