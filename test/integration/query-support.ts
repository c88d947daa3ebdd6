import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { type Client, type OpenWire, wires } from '#test/support/wires.ts'
import { startApplication, type TestApplication } from './assets-support.ts'

/** What the query pane has before it: a database, the whole application, and its contract over the wire of the web host. */
export interface QueryPane {
  readonly database: TestDatabase
  readonly app: TestApplication
  readonly client: Client
  readonly dataSourceId: string
  dispose(): Promise<void>
}

/** `sql`: what the database holds. */
export async function openQueryPane(options: { readonly sql?: string } = {}): Promise<QueryPane> {
  const database = await createDatabase(options)
  const app = await startApplication()
  const wire = await openWire(app)
  return {
    database,
    app,
    client: wire.client,
    dataSourceId: await app.connect(database.connectionString),
    dispose: async () => {
      await wire.dispose()
      await app.dispose()
      await database.dispose()
    },
  }
}

/** One more page of the same application. */
export async function openWire({ application }: TestApplication): Promise<OpenWire> {
  const socket = wires.at(-1)
  if (socket === undefined) throw new Error('There is no wire.')
  return socket.open(application)
}
