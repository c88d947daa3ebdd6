import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { formatConnectionString, parseConnectionString } from '#shared/postgres/connection-string.ts'
import { reported } from '#test/support/attempt.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { startApplication } from './assets-support.ts'

/** `${NAME}` in a connection string: looked up when it connects, and told to nobody. */

let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase()
})
afterAll(() => database.dispose())
afterEach(() => vi.unstubAllEnvs())

const source = { name: 'Shop', sslmode: 'disable', plaintextConsent: true, savePassword: false, environment: 'none' } as const
const text = () => `postgresql://\${PL_USER}:\${PL_PASSWORD}@\${PL_HOST}:${database.port}/\${PL_DB}`

function setAll(): void {
  vi.stubEnv('PL_USER', database.user)
  vi.stubEnv('PL_PASSWORD', database.password)
  vi.stubEnv('PL_HOST', database.host)
  vi.stubEnv('PL_DB', database.database)
}

test('they stay references when the string is read and written', () => {
  const parsed = parseConnectionString(text())
  expect(parsed).toMatchObject({ ok: true, fields: { user: '${PL_USER}', password: '${PL_PASSWORD}', host: '${PL_HOST}' } })
  if (parsed.ok) expect(formatConnectionString(parsed.fields, { withPassword: true })).toBe(text())
})

test('a data source holds the references, and connects with what they stand for at that moment', async () => {
  setAll()
  const { client, dispose } = await startApplication()
  expect(await reported(client.dataSources.test({ ...source, connectionString: text() }))).toMatchObject({
    ok: true,
    server: { role: database.user, database: database.database },
  })
  const { id } = await client.dataSources.create({ ...source, connectionString: text() })
  expect(await client.dataSources.get({ id })).toMatchObject({ host: '${PL_HOST}', user: '${PL_USER}', database: '${PL_DB}' })
  expect(await client.dataSources.relations({ id })).toEqual([])
  vi.stubEnv('PL_PASSWORD', 'another')
  expect(await reported(client.dataSources.connect({ id }))).toMatchObject({ ok: false, cause: 'wrong-password' })
  await dispose()
})

test('one that is not set is named, at its field', async () => {
  setAll()
  const { client, dispose } = await startApplication()
  vi.stubEnv('PL_HOST', undefined)
  expect(await reported(client.dataSources.test({ ...source, connectionString: text() }))).toMatchObject({
    ok: false,
    cause: 'variable-missing',
    sentence: 'The environment variable PL_HOST is not set.',
    field: 'connectionString',
  })
  vi.stubEnv('PL_HOST', database.host)
  vi.stubEnv('PL_PASSWORD', undefined)
  expect(await reported(client.dataSources.test({ ...source, connectionString: text() }))).toMatchObject({
    ok: false,
    step: 'authenticate',
    cause: 'variable-missing',
    field: 'password',
  })
  await dispose()
})

test('SECURITY: what a variable holds does not come back in a sentence', async () => {
  setAll()
  vi.stubEnv('PL_HOST', 'canary-7f3a.invalid')
  const { client, dispose } = await startApplication()
  for (const connectionString of [text(), `postgresql://\${PL_HOST}@127.0.0.1:1/db`, `postgresql://a@127.0.0.1:1/\${PL_HOST}`]) {
    const report = await reported(client.dataSources.test({ ...source, connectionString }))
    expect(report.ok).toBe(false)
    expect(JSON.stringify(report)).not.toContain('canary')
  }
  await dispose()
})
