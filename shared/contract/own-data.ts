import { z } from 'zod'
import { BackupContents, KeptCopy, OwnDataOverview, PART_BYTES } from '#shared/model/own-data.ts'
import { byId, nothing, procedure } from './procedure.ts'

const Base64 = z.base64().max(Math.ceil(PART_BYTES / 3) * 4)

/** Backup and restore of Plumbline's own data. Files go over the wire in parts. No secret is in them: those are in the vault alone. */
export const ownData = {
  overview: procedure.input(nothing).output(OwnDataOverview),
  /** Makes a backup of this moment; `part` reads it, `close` throws it away. */
  backup: procedure.input(nothing).output(z.object({ id: z.uuid(), name: z.string(), sizeBytes: z.int() })),
  part: procedure
    .input(z.strictObject({ id: z.uuid(), from: z.int().min(0) }))
    .output(z.object({ content: Base64, next: z.int().nullable() })),
  /** Takes in a file, part after part; `close` throws it away. */
  open: procedure.input(nothing).output(byId),
  write: procedure.input(z.strictObject({ id: z.uuid(), from: z.int().min(0), content: Base64 })).output(nothing),
  /** A copy that is kept here, instead of a file that is taken in. */
  openKept: procedure.input(z.strictObject({ name: KeptCopy.shape.name })).output(byId),
  /** What is in it. Refuses what is no backup, is damaged, or is newer than this program. */
  inspect: procedure.input(byId).output(BackupContents),
  /** Puts it in place of everything; what was there is kept as a copy. The pages load themselves anew. `askAgain`: names of data sources that will ask who logs in. */
  restore: procedure.input(byId).output(z.object({ keptAs: z.string(), askAgain: z.array(z.string()) })),
  close: procedure.input(byId).output(nothing),
}
