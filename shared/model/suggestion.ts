import { z } from 'zod'
import { ExpectationInput } from './expectation.ts'

/** An expectation that the table itself speaks for, and what it says. */
export const Suggestion = z.object({
  input: ExpectationInput,
  /** What speaks for it, in a sentence. */
  why: z.string(),
  /** How sure that is: something PostgreSQL enforces, how the column is declared, or what ANALYZE saw in a sample. */
  from: z.enum(['constraint', 'type', 'statistics']),
})
export type Suggestion = z.infer<typeof Suggestion>
