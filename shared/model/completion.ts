import { z } from 'zod'
import { RelationKind } from './data-source.ts'

/** What the editor completes names from. */

export const CompletionRelation = z.object({ schema: z.string(), name: z.string(), kind: RelationKind })
export type CompletionRelation = z.infer<typeof CompletionRelation>

/** A part of the list of relations, by schema and name. */
export const CompletionPage = z.object({
  relations: z.array(CompletionRelation),
  /** The last of this part, where there are more. */
  next: z.object({ schema: z.string(), name: z.string() }).nullable(),
})
export type CompletionPage = z.infer<typeof CompletionPage>

/** What is few enough to be read at once. */
export const CompletionWords = z.object({
  schemas: z.array(z.string()),
  /** The schemas whose names need no prefix, in their order, without the system's own. */
  searchPath: z.array(z.string()),
  /** One entry a name. `schema` null: it needs no prefix. */
  functions: z.array(z.object({ schema: z.string().nullable(), name: z.string(), signature: z.string() })),
  /** As `format_type` writes them: quoted and prefixed where that is needed. */
  types: z.array(z.string()),
})
export type CompletionWords = z.infer<typeof CompletionWords>

/** The columns of one relation, and what they refer to. */
export const CompletionColumns = z.object({
  schema: z.string(),
  name: z.string(),
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  /** Foreign keys of it. */
  references: z.array(z.object({ columns: z.array(z.string()), schema: z.string(), name: z.string(), theirColumns: z.array(z.string()) })),
})
export type CompletionColumns = z.infer<typeof CompletionColumns>
