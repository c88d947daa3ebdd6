import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openConnection } from '#services/postgres/connect.ts'
import type { Connection } from '#services/postgres/connection.ts'
import type { RoleOutcome } from '#shared/model/role-plan.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { asRole, catalogState, dropRoles, makeRole, newName, planFor, settingsFor } from './role-support.ts'

/** The role script, run by administrators who may not do all of it, or not for long. */

const chief = newName('chief')
const owner = newName('owner')
const roles: string[] = []
let database: TestDatabase
let admin: Connection

beforeAll(async () => {
  database = await createDatabase()
})
/** A hosted administrator: may create roles and owns the database, and is a member of one owner of tables. */
beforeEach(async () => {
  await database.run(`
    CREATE ROLE ${chief} LOGIN CREATEROLE PASSWORD 'chief'; CREATE ROLE ${owner}; GRANT ${owner} TO ${chief};
    ALTER DATABASE ${database.database} OWNER TO ${chief};
    CREATE SCHEMA sales AUTHORIZATION ${chief}; CREATE TABLE sales.orders (id int); ALTER TABLE sales.orders OWNER TO ${owner};
    CREATE SCHEMA vault AUTHORIZATION ${chief}; CREATE TABLE vault.theirs (id int); CREATE TABLE vault.ours (id int);
    ALTER TABLE vault.ours OWNER TO ${chief}`)
  admin = await openConnection(settingsFor(database, chief, 'chief'))
  return async () => {
    await admin.dispose()
    await database.run(
      `ALTER DATABASE ${database.database} OWNER TO ${database.user}; DROP SCHEMA IF EXISTS sales CASCADE; DROP SCHEMA IF EXISTS vault CASCADE`,
    )
    await dropRoles(database, [...roles.splice(0), chief, owner])
  }
})
afterAll(() => database.dispose())

function plan(change: Parameters<typeof planFor>[1] = {}) {
  const made = planFor(database, { schemas: ['sales', 'vault'], ...change })
  roles.push(made.role)
  return made
}

function failedOf(outcome: RoleOutcome) {
  return outcome.statements.filter((statement) => statement.outcome === 'failed')
}

/** Does something from another session just before a statement is sent. */
function justBefore(moment: string, work: () => Promise<unknown>): Connection {
  const query: Connection['query'] = async (statement, options) => {
    if (statement.text.includes(moment)) await work()
    return admin.query(statement, options)
  }
  return Object.assign(Object.create(admin, { usable: { get: () => admin.usable } }) as Connection, { query })
}

test('what it may not do is told with the statement for who may, and once that has run nothing is left to do', async () => {
  const wanted = plan()
  const outcome = await makeRole(admin, database, wanted)
  expect(outcome.result).toBe('partly')
  const failed = failedOf(outcome)
  expect(failed.map(({ sql, sqlstate }) => [sql, sqlstate])).toEqual([
    [`GRANT SELECT ON TABLE vault.theirs TO ${wanted.role}`, '42501'],
    [`ALTER DEFAULT PRIVILEGES FOR ROLE ${database.user} IN SCHEMA vault GRANT SELECT ON TABLES TO ${wanted.role}`, '42501'],
  ])
  expect(failed[0]?.sentence).toContain('theirs')
  // One table that it may not grant keeps nobody from the others of the schema.
  await asRole(database, wanted.role, 'secret', async (run) => {
    for (const table of ['sales.orders', 'vault.ours']) await run(`SELECT * FROM ${table}`)
    await expect(run('SELECT * FROM vault.theirs')).rejects.toMatchObject({ sqlstate: '42501' })
  })

  for (const { sql } of failed) await database.run(sql)
  const state = await catalogState(database, wanted.role)
  expect(await makeRole(admin, database, wanted)).toMatchObject({ result: 'unchanged' })
  expect(await catalogState(database, wanted.role)).toBe(state)
})

test('a grant that the server takes and does not carry out is no success', async () => {
  await database.run(`GRANT SELECT ON vault.theirs TO ${chief}`)
  const wanted = plan({ schemas: ['vault'], tables: [{ schema: 'vault', name: 'theirs' }], futureTables: false })
  const outcome = await makeRole(admin, database, wanted)
  expect(failedOf(outcome)).toMatchObject([{ sql: `GRANT SELECT ON TABLE vault.theirs TO ${wanted.role}`, sqlstate: '01007' }])
  expect(outcome.result).toBe('partly')
})

test('its undo script is one that it may run itself', async () => {
  const wanted = plan({ schemas: ['sales'] })
  const { undoScript, result } = await makeRole(admin, database, wanted)
  expect(result).toBe('made')
  for (const statement of (undoScript ?? '').split(';\n').filter((part) => part.trim() !== ''))
    await admin.query({ text: statement, values: [] })
  expect(await database.run(`SELECT FROM pg_roles WHERE rolname = '${wanted.role}'`)).toEqual([])
})

test('without the right to create roles, nothing is changed', async () => {
  await database.run(`ALTER ROLE ${chief} NOCREATEROLE`)
  const outcome = await makeRole(admin, database, plan())
  expect(outcome).toMatchObject({ result: 'not-made', undoScript: null })
  expect(outcome.statements.map((statement) => statement.outcome)).toEqual(['failed', ...outcome.statements.slice(1).map(() => 'not-run')])
  expect(outcome.statements[0]).toMatchObject({ sqlstate: '42501' })
  expect(outcome.remedy).toContain('may create roles')
})

describe('rights that are lost on the way', () => {
  test("to an owner's tables: what is behind it is done", async () => {
    const wanted = plan({
      schemas: ['sales', 'vault'],
      tables: [
        { schema: 'sales', name: 'orders' },
        { schema: 'vault', name: 'ours' },
      ],
      futureTables: false,
    })
    const losing = justBefore('GRANT SELECT ON TABLE sales.orders', () => database.run(`REVOKE ${owner} FROM ${chief}`))
    const outcome = await makeRole(losing, database, wanted)
    expect(failedOf(outcome)).toMatchObject([{ sql: `GRANT SELECT ON TABLE sales.orders TO ${wanted.role}`, sqlstate: '42501' }])
    await asRole(database, wanted.role, 'secret', (run) => run('SELECT * FROM vault.ours'))
  })

  test('to roles: what belongs to the role is told, and its grants are done', async () => {
    const wanted = plan({ schemas: ['sales'] })
    const losing = justBefore('SET default_transaction_read_only', () => database.run(`ALTER ROLE ${chief} NOCREATEROLE`))
    const outcome = await makeRole(losing, database, wanted)
    expect(outcome.result).toBe('partly')
    expect(failedOf(outcome).every(({ sql, sqlstate }) => sql.startsWith('ALTER ROLE') && sqlstate === '42501')).toBe(true)
    expect(failedOf(outcome).length).toBeGreaterThan(0)
    await asRole(database, wanted.role, 'secret', (run) => run('SELECT * FROM sales.orders'))
  })

  test('to mark the role: a role that could not be known again is not left behind', async () => {
    const wanted = plan()
    const losing = justBefore('COMMENT ON ROLE', () => database.run(`ALTER ROLE ${chief} NOCREATEROLE`))
    const outcome = await makeRole(losing, database, wanted)
    expect(outcome.result).toBe('not-made')
    expect(await database.run(`SELECT FROM pg_roles WHERE rolname = '${wanted.role}'`)).toEqual([])
  })

  test('with the connection: nothing is left behind', async () => {
    const wanted = plan()
    const losing = justBefore('GRANT USAGE ON SCHEMA sales', () => database.run(`SELECT pg_terminate_backend(${admin.processId})`))
    await expect(makeRole(losing, database, wanted)).rejects.toMatchObject({ code: 'CONNECTION_FAILED' })
    await expect.poll(() => database.run(`SELECT FROM pg_roles WHERE rolname = '${wanted.role}'`)).toEqual([])
  })
})

test('a server that checks passwords is explained, and nothing is made', async () => {
  await database.run(`ALTER DATABASE ${database.database} SET session_preload_libraries = 'passwordcheck'`)
  const checked = await openConnection(settingsFor(database, database.user, database.password))
  try {
    const wanted = plan()
    // Of a verifier, PostgreSQL's own check can only tell whether it is of the name itself.
    const outcome = await makeRole(checked, database, wanted, { password: wanted.role })
    expect(outcome).toMatchObject({ result: 'not-made', undoScript: null })
    expect(outcome.statements[0]).toMatchObject({ outcome: 'failed', sqlstate: '22023' })
    expect(outcome.statements[0]?.sentence).toMatch(
      /^The server checks passwords itself, and refused this one: .+ It was sent as a verifier/,
    )
    expect(outcome.remedy).toContain('Have another password made')
    expect(await makeRole(checked, database, wanted, { password: 'another and a long one' })).toMatchObject({ result: 'made' })
  } finally {
    await checked.dispose()
    await database.run(`ALTER DATABASE ${database.database} RESET session_preload_libraries`)
  }
})
