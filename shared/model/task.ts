import { z } from 'zod'

/** Work that may take longer than a second: shown in the status bar, with progress and cancel. */
export const Task = z.object({
  id: z.uuid(),
  kind: z.enum(['validation', 'add-assets', 'profile', 'sample', 'query', 'export', 'role-proof', 'secrets']),
  title: z.string(),
  /** What it does right now; of a script that failed, how far its statements came. */
  detail: z.string().nullable(),
  done: z.number(),
  /** null: the end is not known. */
  total: z.number().nullable(),
  state: z.enum(['running', 'cancelling', 'done', 'failed', 'cancelled']),
  startedAt: z.iso.datetime(),
  /** Why it failed. */
  sentence: z.string().nullable(),
  cancellable: z.boolean(),
})
export type Task = z.infer<typeof Task>
