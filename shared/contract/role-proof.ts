import { z } from 'zod'
import { MendOutcome, RoleProof } from '#shared/model/role-proof.ts'
import { byId, procedure } from './procedure.ts'

export const roleProof = {
  /** The last one; null when the role was never proven, or the data source now goes elsewhere. */
  get: procedure.input(byId).output(RoleProof.nullable()),
  /** Reads the catalog as the role and tries what it must not be able to do, all of it rolled back. */
  prove: procedure.input(z.strictObject({ id: z.uuid(), taskId: z.uuid() })).output(RoleProof),
  /** Runs the mending statements of these findings of the last proof on an administrator's connection, then proves again. */
  mend: procedure
    .input(
      z.strictObject({ id: z.uuid(), adminId: z.uuid(), taskId: z.uuid(), findingIds: z.array(z.string().max(1_000)).min(1).max(20_000) }),
    )
    .output(MendOutcome),
}
