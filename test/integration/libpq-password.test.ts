import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { withoutPassword } from '#shared/postgres/connection-string.ts'
import { reported } from '#test/support/attempt.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { startApplication, type TestApplication } from './assets-support.ts'

let database: TestDatabase
let application: TestApplication
let folder: string

beforeAll(async () => {
  database = await createDatabase()
  application = await startApplication()
  folder = mkdtempSync(join(tmpdir(), 'pl-pgpass-'))
})
afterEach(() => vi.unstubAllEnvs())
afterAll(async () => {
  await application.dispose()
  await database.dispose()
  rmSync(folder, { recursive: true })
})

test('a password in .pgpass connects where its line says, and is stored like one that was typed; without being asked for it is not read', async () => {
  const { host, port, user, password } = database
  const file = join(folder, 'pgpass')
  writeFileSync(file, `${host}:${port}:*:${user}:${password.replaceAll(/[:\\]/g, '\\$&')}\n`, { mode: 0o600 })
  vi.stubEnv('PGPASSFILE', file)
  const { client } = application
  const input = {
    name: 'From a file',
    connectionString: withoutPassword(database.connectionString) ?? '',
    sslmode: 'disable',
    plaintextConsent: false,
    savePassword: false,
    environment: 'none',
  } as const
  expect((await client.setup.libpqEntries({})).entries).toMatchObject([{ from: '.pgpass', name: `${user}@${host}:${port}` }])
  expect(await reported(client.dataSources.test(input))).toMatchObject({ ok: false, step: 'authenticate' })
  expect(await reported(client.dataSources.test({ ...input, passwordFromFile: true }))).toMatchObject({ ok: true })
  const { id, passwordState } = await client.dataSources.create({ ...input, passwordFromFile: true })
  expect(passwordState).toBe('in-memory')
  vi.unstubAllEnvs()
  expect(await reported(client.dataSources.connect({ id }))).toMatchObject({ ok: true })
})
