import { z } from 'zod'
import { ExpectationInput } from './expectation.ts'

/** An expectation that the table itself speaks for, and what it says. */
export const Suggestion = z.object({
  input: ExpectationInput,
  /** What speaks for it, in a sentence. */
  why: z.string(),
  /** How sure that is: something PostgreSQL enforces, how the column is declared, or what ANALYZE saw in a sample. */
  from: z.enum(['constraint', 'type', 'statistics']),
  /** PostgreSQL itself lets in no row that breaks it: there is little to check. */
  held: z.boolean(),
  /** Somebody did not want it. */
  dismissed: z.boolean(),
})
export type Suggestion = z.infer<typeof Suggestion>

/** What a suggestion is about: the same check with other figures or another severity is the same. */
export function suggestionSubject({ type, kwargs }: Pick<ExpectationInput, 'type' | 'kwargs'>): string {
  return JSON.stringify([type, kwargs.column ?? kwargs.column_list ?? null, kwargs.row_condition ?? null])
}
