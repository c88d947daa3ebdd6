import { z } from 'zod'

/** Plumbline's own data as a whole: its size, backups of it, and copies that are kept beside it. */

export const BackupContents = z.object({
  dataSources: z.int(),
  assets: z.int(),
  expectations: z.int(),
  runs: z.int(),
  queries: z.int(),
  /** The last thing that was done in it; null: it is empty. */
  newestAt: z.string().nullable(),
})
export type BackupContents = z.infer<typeof BackupContents>

/** A file beside the data file that holds an earlier state of it. */
export const KeptCopy = z.object({
  name: z.string(),
  /** `daily`: made at a start, once a day. `replaced`: what a restore replaced. `update`: before an update changed the tables. `lost`: the last daily one before the file was found damaged. `damaged`: the damaged file. */
  kind: z.enum(['daily', 'replaced', 'update', 'lost', 'damaged']),
  sizeBytes: z.int(),
  at: z.iso.datetime(),
})
export type KeptCopy = z.infer<typeof KeptCopy>

export const OwnDataOverview = z.object({
  sizeBytes: z.int(),
  /** Newest first. */
  copies: z.array(KeptCopy),
})
export type OwnDataOverview = z.infer<typeof OwnDataOverview>

/** What a part of a file may hold, so that no message is large. */
export const PART_BYTES = 512 * 1024
