import { z } from 'zod'
import { ConnectReport, LoginDiagnosis } from '#shared/model/connect.ts'
import { Certificates, Relation, Sslmode } from '#shared/model/data-source.ts'
import { RoleOutcome, RolePlan, RoleSurroundings, RoleUndo } from '#shared/model/role-plan.ts'
import { AdminSession, LibpqEntries, SetupDraft } from '#shared/model/setup.ts'
import { byId, nothing, procedure } from './procedure.ts'

export const setup = {
  load: procedure.input(nothing).output(SetupDraft.nullable()),
  save: procedure.input(SetupDraft).output(nothing),
  clear: procedure.input(nothing).output(nothing),
  /** What `.pgpass` and `pg_service.conf` offer, read now. */
  libpqEntries: procedure.input(nothing).output(LibpqEntries),
  /** Opens the admin connection that makes the role; kept in memory only, closed after ten idle minutes. */
  openAdmin: procedure
    .input(
      z.strictObject({
        connectionString: z.string().max(8_192),
        sslmode: Sslmode.nullable(),
        plaintextConsent: z.boolean(),
        certificates: Certificates.optional(),
        certificateFiles: z.boolean().optional(),
      }),
    )
    .output(z.object({ session: AdminSession.nullable(), report: ConnectReport })),
  /** Why the server does not let a role in, as an administrator can see it. */
  diagnoseLogin: procedure
    .input(z.strictObject({ adminId: z.uuid(), role: z.string().max(200), database: z.string().max(200) }))
    .output(LoginDiagnosis),
  closeAdmin: procedure.input(z.strictObject({ adminId: z.uuid() })).output(nothing),
  /** The comment by which a role is known as made by this installation. */
  roleMark: procedure.input(nothing).output(z.object({ mark: z.string() })),
  /** What the role script depends on, read now. */
  surroundings: procedure
    .input(z.strictObject({ adminId: z.uuid(), role: RolePlan.shape.role, schemas: RolePlan.shape.schemas }))
    .output(RoleSurroundings),
  /** The tables and views of these schemas, to choose from; all of them `readable`, because the right is still to be given. */
  relations: procedure.input(z.strictObject({ adminId: z.uuid(), schemas: RolePlan.shape.schemas })).output(z.array(Relation)),
  /**
   * Runs the role script in one transaction, each statement in a savepoint, with a SCRAM verifier in place of the password.
   * A role that was not made here is never changed; one that was gets another password only with `setPassword`.
   */
  createRole: procedure
    .input(z.strictObject({ adminId: z.uuid(), plan: RolePlan, password: z.string().min(1).max(1_024), setPassword: z.boolean() }))
    .output(RoleOutcome),
  /** Keeps the script that takes a role back with the data source that connects as it. */
  keepUndo: procedure.input(z.strictObject({ id: z.uuid(), undo: RoleUndo })).output(nothing),
  /** null: there is none, or the data source goes elsewhere by now. */
  undoScript: procedure.input(byId).output(z.object({ script: z.string().nullable() })),
}
