import { listLibpqEntries, theseLibpqPlaces } from '#services/data-sources/libpq-files.ts'
import { boundedRead } from '#services/postgres/bounded-read.ts'
import { listRelations } from '#services/postgres/catalog.ts'
import { rpc } from '#services/rpc.ts'
import type { AdminSessions } from './admin-sessions.ts'
import { createRole } from './create-role.ts'
import { diagnoseLogin } from './diagnose-login.ts'
import type { SetupDrafts } from './draft.ts'
import { tryPassword } from './role-login.ts'
import { readSurroundings } from './role-surroundings.ts'
import type { RoleUndoRecords } from './role-undo.ts'

export interface SetupParts {
  readonly drafts: SetupDrafts
  readonly admins: AdminSessions
  readonly undo: RoleUndoRecords
}

/** The contract's `setup`. */
export function setupProcedures({ drafts, admins, undo }: SetupParts) {
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
    roleMark: rpc.setup.roleMark.handler(() => ({ mark: undo.mark() })),
    surroundings: rpc.setup.surroundings.handler(({ input, signal }) =>
      admins.read(input.adminId, (connection) =>
        readSurroundings((statement) => boundedRead(connection, statement, { signal }), input, undo.mark()),
      ),
    ),
    relations: rpc.setup.relations.handler(({ input, signal }) =>
      admins.read(input.adminId, async (connection) => {
        const schemas = new Set(input.schemas)
        const relations = await listRelations(connection, { signal })
        // Who may not read a table may still be able to grant it, and whether so is told by the server.
        return relations.filter(({ schema }) => schemas.has(schema)).map((relation) => ({ ...relation, readable: true, assetId: null }))
      }),
    ),
    createRole: rpc.setup.createRole.handler(({ input: { adminId, plan, password, setPassword }, signal }) =>
      admins.use(adminId, (connection, place) => {
        const login = (stop: AbortSignal | undefined) => tryPassword({ ...place, user: plan.role, password }, stop)
        return createRole(connection, { plan, password, setPassword, mark: undo.mark(), tryPassword: login }, signal)
      }),
    ),
    keepUndo: rpc.setup.keepUndo.handler(({ input }) => {
      undo.keep(input.id, input.undo)
      return {}
    }),
    undoScript: rpc.setup.undoScript.handler(({ input }) => ({ script: undo.find(input.id) })),
  }
}
