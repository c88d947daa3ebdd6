import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ConnectError, type ConnectionSettings, openConnection } from '#services/postgres/connect.ts'
import type { Connection } from '#services/postgres/connection.ts'
import { createRole } from '#services/setup/create-role.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'

/** The role script on a real server: it logs in, reads its schema, and is all or nothing. */

let database: TestDatabase
let admin: Connection
const roles: string[] = []

beforeAll(async () => {
  database = await createDatabase({ sql: 'CREATE SCHEMA "Odd ""Schema" ; CREATE TABLE "Odd ""Schema"."täble" AS SELECT 7 AS x' })
  admin = await openConnection(settings(database.user, database.password))
})
afterAll(async () => {
  await admin.dispose()
  for (const role of roles) {
    const name = `"${role.replaceAll('"', '""')}"`
    await database.run(`DROP OWNED BY ${name}`)
    await database.run(`DROP ROLE ${name}`)
  }
  await database.dispose()
})

function settings(user: string, password: string): ConnectionSettings {
  const { host, port, database: name } = database
  return {
    host,
    port,
    database: name,
    user,
    password: async () => password,
    sslmode: 'disable',
    rootCertificatePem: null,
    applicationName: 'plumbline/test',
  }
}

function planFor(role: string, schema = 'Odd "Schema') {
  return { role, database: database.database, schema, futureTables: true }
}

const suffix = randomBytes(4).toString('hex')

describe('a role that the wizard made', () => {
  test.each([
    ['plain', 'correct horse'],
    ['O\'Brien; "x"', `it's "quoted" \\ and $1 -- ;`],
    ['größe ☃', 'pä☃ße Ⅸ'],
    ['spaces', 'no\u00a0break soft\u00adhyphen'],
    ['emoji', '🔑 key'],
  ])('%s logs in with its password and reads', async (name, password) => {
    const role = `${name} ${suffix}`
    const outcome = await createRole(admin, planFor(role), password, undefined)
    expect(outcome).toMatchObject({ made: true, remedy: null })
    roles.push(role)
    expect(JSON.stringify(outcome)).not.toMatch(/SCRAM-SHA-256\$/)
    expect(JSON.stringify(outcome)).not.toContain(JSON.stringify(password).slice(1, -1))
    const connection = await openConnection(settings(role, password))
    try {
      expect((await connection.query({ text: 'SELECT x FROM "Odd ""Schema"."täble"', values: [] })).rows).toEqual([['7']])
      await expect(connection.query({ text: 'DELETE FROM "Odd ""Schema"."täble"', values: [] })).rejects.toMatchObject({
        sqlstate: '42501',
      })
    } finally {
      await connection.dispose()
    }
    const wrong: unknown = await openConnection(settings(role, `${password}x`)).catch((error: unknown) => error)
    expect(wrong).toBeInstanceOf(ConnectError)
    expect(wrong).toMatchObject({ failure: { cause: 'wrong-password', sqlstate: '28P01', choices: ['enter-password'] } })
  })

  test('that exists already is explained and keeps its password', async () => {
    const role = `there ${suffix}`
    await createRole(admin, planFor(role), 'first', undefined)
    roles.push(role)
    const outcome = await createRole(admin, planFor(role), 'second', undefined)
    expect(outcome.made).toBe(false)
    expect(outcome.statements.map((statement) => statement.outcome)).toEqual(['failed', 'not-run', 'not-run', 'not-run', 'not-run'])
    expect(outcome.statements[0]?.sqlstate).toBe('42710')
    await (await openConnection(settings(role, 'first'))).dispose()
  })

  test('is not left behind when a later statement fails', async () => {
    const role = `gone ${suffix}`
    const outcome = await createRole(admin, planFor(role, 'no such schema'), 'secret', undefined)
    expect(outcome.made).toBe(false)
    expect(outcome.statements.map((statement) => statement.outcome)).toEqual(['not-run', 'not-run', 'failed', 'not-run', 'not-run'])
    expect(outcome.statements[2]?.sqlstate).toBe('3F000')
    expect(await database.run(`SELECT 1 FROM pg_roles WHERE rolname = '${role}'`)).toEqual([])
    expect(admin.transactionStatus()).toBe('idle')
  })
})

test('an abort reaches the server: nothing of ours runs there afterwards, and the connection goes on', async () => {
  const connection = await openConnection(settings(database.user, database.password))
  try {
    const abort = new AbortController()
    const running = connection.query({ text: 'SELECT pg_sleep(600)', values: [] }, { signal: abort.signal })
    const outcome = expect(running).rejects.toMatchObject({ code: 'CANCELLED' })
    await expect
      .poll(() => database.run(`SELECT state FROM pg_stat_activity WHERE pid = ${connection.processId}`))
      .toEqual([{ state: 'active' }])
    abort.abort()
    await outcome
    expect(await database.run(`SELECT state FROM pg_stat_activity WHERE pid = ${connection.processId}`)).toEqual([{ state: 'idle' }])
    expect((await connection.query({ text: 'SELECT 1', values: [] })).rows).toEqual([['1']])
  } finally {
    await connection.dispose()
  }
})
