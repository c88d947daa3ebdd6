import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ConnectError, openConnection } from '#services/postgres/connect.ts'
import type { Connection } from '#services/postgres/connection.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { asRole, dropRoles, makeRole, planFor, settingsFor } from './role-support.ts'

/** A role of the script on a real server: it logs in with its password, and reads its schema. */

let database: TestDatabase
let admin: Connection
const roles: string[] = []

beforeAll(async () => {
  database = await createDatabase({ sql: 'CREATE SCHEMA "Odd ""Schema" ; CREATE TABLE "Odd ""Schema"."täble" AS SELECT 7 AS x' })
  admin = await openConnection(settingsFor(database, database.user, database.password))
})
afterAll(async () => {
  await admin.dispose()
  await dropRoles(database, roles)
  await database.dispose()
})

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
    roles.push(role)
    const outcome = await makeRole(admin, database, planFor(database, { role, schemas: ['Odd "Schema'] }), { password })
    expect(outcome).toMatchObject({ result: 'made', remedy: null })
    expect(JSON.stringify(outcome)).not.toMatch(/SCRAM-SHA-256\$/)
    expect(JSON.stringify(outcome)).not.toContain(JSON.stringify(password).slice(1, -1))
    await asRole(database, role, password, async (run) => {
      expect(await run('SELECT x FROM "Odd ""Schema"."täble"')).toEqual([['7']])
      await run('SET default_transaction_read_only = off')
      await expect(run('DELETE FROM "Odd ""Schema"."täble"')).rejects.toMatchObject({ sqlstate: '42501' })
    })
    const wrong: unknown = await openConnection(settingsFor(database, role, `${password}x`)).catch((error: unknown) => error)
    expect(wrong).toBeInstanceOf(ConnectError)
    expect(wrong).toMatchObject({ failure: { cause: 'wrong-password', sqlstate: '28P01', choices: ['enter-password'] } })
  })
})

test('an abort reaches the server: nothing of ours runs there afterwards, and the connection goes on', async () => {
  const connection = await openConnection(settingsFor(database, database.user, database.password))
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
