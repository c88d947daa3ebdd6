import { listLibpqEntries, theseLibpqPlaces } from '#services/data-sources/libpq-files.ts'
import { rpc } from '#services/rpc.ts'
import type { AdminSessions } from './admin-sessions.ts'
import { createRole } from './create-role.ts'
import { diagnoseLogin } from './diagnose-login.ts'
import type { SetupDrafts } from './draft.ts'

/** The contract's `setup`. */
export function setupProcedures({ drafts, admins }: { readonly drafts: SetupDrafts; readonly admins: AdminSessions }) {
  return {
    load: rpc.setup.load.handler(() => drafts.load()),
    save: rpc.setup.save.handler(({ input }) => {
      drafts.save(input)
      return {}
    }),
    clear: rpc.setup.clear.handler(() => {
      drafts.clear()
      return {}
    }),
    libpqEntries: rpc.setup.libpqEntries.handler(() => listLibpqEntries(theseLibpqPlaces)),
    openAdmin: rpc.setup.openAdmin.handler(({ input, signal }) => admins.open(input, signal)),
    diagnoseLogin: rpc.setup.diagnoseLogin.handler(({ input, signal }) =>
      admins.use(input.adminId, (connection) => diagnoseLogin(connection, input.role, input.database, { signal })),
    ),
    closeAdmin: rpc.setup.closeAdmin.handler(async ({ input }) => {
      await admins.close(input.adminId)
      return {}
    }),
    createRole: rpc.setup.createRole.handler(({ input, signal }) =>
      admins.use(input.adminId, (connection) => createRole(connection, input.plan, input.password, signal)),
    ),
  }
}
