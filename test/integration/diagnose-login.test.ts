import { afterAll, beforeAll, expect, test } from 'vitest'
import { openConnection } from '#services/postgres/connect.ts'
import type { Connection } from '#services/postgres/connection.ts'
import { diagnoseLogin } from '#services/setup/diagnose-login.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'

/** What the server does not tell the role, it tells an administrator. */

let database: TestDatabase
let admin: Connection
const own = (name: string) => `${name}_${database.database}`

beforeAll(async () => {
  database = await createDatabase()
  await database.run(`
    CREATE ROLE ${own('good')} LOGIN PASSWORD 'x';
    CREATE ROLE ${own('sleeper')} NOLOGIN PASSWORD 'x';
    CREATE ROLE ${own('late')} LOGIN PASSWORD 'x' VALID UNTIL '2001-02-03 04:05:06+00';
    CREATE ROLE ${own('mute')} LOGIN;
    CREATE ROLE ${own('single')} LOGIN PASSWORD 'x' CONNECTION LIMIT 0;
    CREATE ROLE ${own('old')} LOGIN PASSWORD 'md5aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
    CREATE ROLE ${own('chief')} LOGIN CREATEROLE PASSWORD 'x';
    CREATE ROLE "${own('Mixed')}" LOGIN PASSWORD 'x';
  `)
  admin = await connectAs(database.user, database.password)
})
afterAll(async () => {
  await admin?.dispose()
  const roles = ['good', 'sleeper', 'late', 'mute', 'single', 'old', 'chief'].map(own)
  await database.run(`DROP ROLE ${roles.join(', ')}, "${own('Mixed')}"`)
  await database.dispose()
})

function connectAs(user: string, password: string): Promise<Connection> {
  const { host, port } = database
  return openConnection({
    host,
    port,
    user,
    database: database.database,
    password: async () => password,
    sslmode: 'disable',
    rootCertificatePem: null,
    applicationName: 'plumbline/test',
  })
}

async function causes(role: string, where = database.database): Promise<readonly string[]> {
  return (await diagnoseLogin(admin, role, where, {})).findings.map(({ cause }) => cause)
}

test.each([
  ['good', []],
  ['sleeper', ['role-may-not-log-in']],
  ['late', ['password-expired']],
  ['mute', ['no-password']],
  ['single', ['role-limit']],
  ['old', ['old-password-hash']],
])('%s', async (name, expected) => {
  expect(await causes(own(name))).toEqual(expected)
})

test('no such role, with the one that was meant', async () => {
  const { findings } = await diagnoseLogin(admin, own('mixed').toLowerCase(), database.database, {})
  expect(findings).toMatchObject([{ cause: 'no-such-role', sentence: expect.stringContaining(`There is "${own('Mixed')}".`) }])
})

test('the database: none of that name, and one that the role may not enter', async () => {
  expect(await causes(own('good'), 'none')).toEqual(['no-such-database'])
  await database.run(`REVOKE CONNECT ON DATABASE ${database.database} FROM PUBLIC`)
  const { findings } = await diagnoseLogin(admin, own('good'), database.database, {})
  expect(findings).toMatchObject([{ cause: 'connect-denied' }])
  // What it offers mends it.
  await database.run(findings[0]?.sql ?? '')
  expect(await causes(own('good'))).toEqual([])
  await database.run(
    `GRANT CONNECT ON DATABASE ${database.database} TO PUBLIC; REVOKE CONNECT ON DATABASE ${database.database} FROM ${own('good')}`,
  )
})

test('every statement that it offers can be run', async () => {
  for (const name of ['sleeper', 'late', 'single']) {
    const { findings } = await diagnoseLogin(admin, own(name), database.database, {})
    await database.run(findings[0]?.sql ?? '')
    expect(await causes(own(name))).toEqual([])
  }
})

test('an administrator who may not see passwords is told the rest', async () => {
  const chief = await connectAs(own('chief'), 'x')
  expect((await diagnoseLogin(chief, own('mute'), database.database, {})).findings).toEqual([])
  expect((await diagnoseLogin(chief, own('mute'), database.database, {})).otherwise).toContain('127.0.0.1')
  await chief.dispose()
})

test('a name that is an attack is a name', async () => {
  expect(await causes(`x"; DROP ROLE ${own('good')}; --`)).toEqual(['no-such-role'])
  expect(await causes(own('good'))).toEqual([])
})
