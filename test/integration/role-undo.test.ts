import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AdminSessions } from '#services/setup/admin-sessions.ts'
import { roleUndoScript } from '#shared/postgres/role-script.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { startApplication, type TestApplication } from './assets-support.ts'

/** The undo script in the store, and questions on an administrator's connection beside scripts. */

let database: TestDatabase
let app: TestApplication

beforeAll(async () => {
  database = await createDatabase()
  app = await startApplication()
})
afterAll(async () => {
  await app.dispose()
  await database.dispose()
})

test('the undo script is made for the role, whatever was kept, and shown as long as the data source goes where the role was made', async () => {
  const id = await app.connect(database.connectionString)
  const { host, port, user: role } = database
  const undo = { host, port, database: database.database, role, script: 'DROP DATABASE somebody;\n' }
  const script = roleUndoScript({ role, database: database.database })
  expect(await app.client.setup.undoScript({ id })).toEqual({ script: null })
  await app.client.setup.keepUndo({ id, undo })
  expect(await app.client.setup.undoScript({ id })).toEqual({ script })

  const { name } = await app.client.dataSources.get({ id })
  const input = { name, sslmode: 'disable', plaintextConsent: true, savePassword: false, environment: 'none' } as const
  await app.client.dataSources.update({
    id,
    input: { ...input, connectionString: `postgresql://other@${host}:${port}/${database.database}` },
  })
  expect(await app.client.setup.undoScript({ id })).toEqual({ script: null })
  await app.client.dataSources.update({ id, input: { ...input, connectionString: database.connectionString } })
  expect(await app.client.setup.undoScript({ id })).toEqual({ script })

  const copy = await app.client.dataSources.duplicate({ id })
  expect(await app.client.setup.undoScript({ id: copy.id })).toEqual({ script: null })
  await expect(app.client.setup.keepUndo({ id: randomUUID(), undo })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(app.client.setup.undoScript({ id: randomUUID() })).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('the mark stays the same, and another installation has another', async () => {
  const { mark } = await app.client.setup.roleMark({})
  expect(mark).toMatch(/^Made by Plumbline \([0-9a-f]{32}\)$/)
  expect(await app.client.setup.roleMark({})).toEqual({ mark })
  const other = await startApplication()
  expect((await other.client.setup.roleMark({})).mark).not.toBe(mark)
  await other.dispose()
})

test('a question waits for its turn, and a script waits for the question', async () => {
  const admins = new AdminSessions()
  const { session } = await admins.open({ connectionString: database.connectionString, sslmode: null, plaintextConsent: false }, undefined)
  const adminId = session?.adminId ?? ''
  const order: string[] = []
  const work = (name: string) => async (connection: { query(statement: { text: string; values: [] }): Promise<unknown> }) => {
    order.push(`${name} begins`)
    await connection.query({ text: 'SELECT pg_sleep(0.05)', values: [] })
    order.push(`${name} ends`)
  }
  const first = admins.read(adminId, work('first question'))
  await Promise.all([first, admins.use(adminId, work('script')), admins.read(adminId, work('second question'))])
  expect(order.map((line) => line.replace(/ (begins|ends)$/, '')).filter((name, index, all) => name !== all[index - 1])).toHaveLength(3)
  await admins.dispose()
})
