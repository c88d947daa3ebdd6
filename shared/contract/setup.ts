import { z } from 'zod'
import { ConnectReport, LoginDiagnosis } from '#shared/model/connect.ts'
import { Sslmode } from '#shared/model/data-source.ts'
import { AdminSession, LibpqEntries, RoleOutcome, RolePlan, SetupDraft } from '#shared/model/setup.ts'
import { nothing, procedure } from './procedure.ts'

export const setup = {
  load: procedure.input(nothing).output(SetupDraft.nullable()),
  save: procedure.input(SetupDraft).output(nothing),
  clear: procedure.input(nothing).output(nothing),
  /** What `.pgpass` and `pg_service.conf` offer, read now. */
  libpqEntries: procedure.input(nothing).output(LibpqEntries),
  /** Opens the admin connection that makes the role; kept in memory only, closed after ten idle minutes. */
  openAdmin: procedure
    .input(z.strictObject({ connectionString: z.string().max(8_192), sslmode: Sslmode.nullable(), plaintextConsent: z.boolean() }))
    .output(z.object({ session: AdminSession.nullable(), report: ConnectReport })),
  /** Why the server does not let a role in, as an administrator can see it. */
  diagnoseLogin: procedure
    .input(z.strictObject({ adminId: z.uuid(), role: z.string().max(200), database: z.string().max(200) }))
    .output(LoginDiagnosis),
  closeAdmin: procedure.input(z.strictObject({ adminId: z.uuid() })).output(nothing),
  /** Runs the role script in one transaction, with a SCRAM verifier in place of the password. */
  createRole: procedure
    .input(z.strictObject({ adminId: z.uuid(), plan: RolePlan, password: z.string().min(1).max(1_024) }))
    .output(RoleOutcome),
}
