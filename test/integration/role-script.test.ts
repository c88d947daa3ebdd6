import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openConnection } from '#services/postgres/connect.ts'
import type { Connection } from '#services/postgres/connection.ts'
import type { RoleOutcome } from '#shared/model/role-plan.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { asRole, catalogState, dropRoles, makeRole, newName, planFor, settingsFor } from './role-support.ts'

/** The role script on a real server: what it gives, that a second run changes nothing, and whose roles it leaves alone. */

const [loader, webApp] = [newName('loader'), newName('Web App')]
const roles: string[] = []
let database: TestDatabase
let admin: Connection

beforeAll(async () => {
  database = await createDatabase()
  await database.run(`
    CREATE ROLE ${loader}; CREATE ROLE "${webApp}";
    CREATE SCHEMA sales; GRANT USAGE, CREATE ON SCHEMA sales TO ${loader}, "${webApp}"; CREATE SCHEMA bare;
    CREATE TABLE sales.orders (id int, note text); INSERT INTO sales.orders VALUES (1, 'a');
    CREATE TABLE sales."Mixed Case" (id int); CREATE VIEW sales.recent AS SELECT * FROM sales.orders;
    CREATE MATERIALIZED VIEW sales.totals AS SELECT 1 AS n; CREATE TABLE public.people (id int);
    ALTER TABLE sales.orders OWNER TO ${loader}; ALTER TABLE sales."Mixed Case" OWNER TO "${webApp}"`)
  admin = await openConnection(settingsFor(database, database.user, database.password))
})
afterAll(async () => {
  await admin.dispose()
  await dropRoles(database, [...roles, loader, webApp])
  await database.dispose()
})

function plan(change: Parameters<typeof planFor>[1] = {}) {
  const made = planFor(database, change)
  roles.push(made.role)
  return made
}

function failedOf(outcome: RoleOutcome) {
  return outcome.statements.filter((statement) => statement.outcome === 'failed')
}

describe.each(['simple', 'full'] as const)('the %s script', (extent) => {
  test('gives what it says, and a second run changes nothing', async () => {
    const wanted = plan({ extent, schemas: ['sales', 'public', 'bare'], validUntil: '2099-12-31' })
    const first = await makeRole(admin, database, wanted)
    expect(first).toMatchObject({ result: 'made', remedy: null, sentence: null })
    expect(failedOf(first)).toEqual([])
    const state = await catalogState(database, wanted.role)
    const second = await makeRole(admin, database, wanted)
    expect(second.result).toBe('unchanged')
    expect(new Set(second.statements.map(({ outcome }) => outcome))).toEqual(new Set(['unchanged']))
    expect(second.undoScript).toBe(first.undoScript)
    expect(await catalogState(database, wanted.role)).toBe(state)
    await asRole(database, wanted.role, 'secret', async (run) => {
      for (const table of ['sales.orders', 'sales."Mixed Case"', 'sales.recent', 'sales.totals', 'public.people'])
        await run(`SELECT * FROM ${table}`)
      await run('SET default_transaction_read_only = off')
      await expect(run("INSERT INTO sales.orders VALUES (2, 'b')")).rejects.toMatchObject({ sqlstate: '42501' })
      await expect(run('CREATE TABLE public.mine (id int)')).rejects.toMatchObject({ sqlstate: '42501' })
    })
  })
})

test('the catalog is compared so that writing the same again is seen', async () => {
  const wanted = plan()
  await makeRole(admin, database, wanted)
  const state = await catalogState(database, wanted.role)
  await database.run(`ALTER ROLE "${wanted.role}" CONNECTION LIMIT 10`)
  expect(await catalogState(database, wanted.role)).not.toBe(state)
})

describe('the full script', () => {
  test('bounds the role and fastens the seat belts that were chosen', async () => {
    const wanted = plan({ connectionLimit: 1, validUntil: '2099-12-31', seatBelts: ['read-only', 'lock-timeout', 'search-path'] })
    await makeRole(admin, database, wanted)
    const [row] = await database.run(
      `SELECT rolsuper, rolinherit, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, rolconnlimit, rolvaliduntil = '2099-12-31 23:59:59+00' AS until
       FROM pg_roles WHERE rolname = '${wanted.role}'`,
    )
    expect(row).toEqual({
      rolsuper: false,
      rolinherit: false,
      rolcreatedb: false,
      rolcreaterole: false,
      rolreplication: false,
      rolbypassrls: false,
      rolconnlimit: 1,
      until: true,
    })
    await asRole(database, wanted.role, 'secret', async (run) => {
      const settings = ['default_transaction_read_only', 'lock_timeout', 'search_path', 'statement_timeout']
      const values = []
      for (const setting of settings) values.push((await run(`SHOW ${setting}`))[0]?.[0])
      expect(values).toEqual(['on', '2s', 'pg_catalog', '0'])
      await expect(openConnection(settingsFor(database, wanted.role, 'secret'))).rejects.toMatchObject({ failure: { sqlstate: '53300' } })
    })
  })

  test('gives the chosen tables and no other', async () => {
    const tables = [
      { schema: 'sales', name: 'Mixed Case' },
      { schema: 'public', name: 'people' },
    ]
    const wanted = plan({ schemas: ['sales'], tables, futureTables: false })
    expect(await makeRole(admin, database, wanted)).toMatchObject({ result: 'made' })
    await asRole(database, wanted.role, 'secret', async (run) => {
      await run('SELECT * FROM sales."Mixed Case"')
      for (const table of ['sales.orders', 'sales.recent', 'public.people'])
        await expect(run(`SELECT * FROM ${table}`)).rejects.toMatchObject({ sqlstate: '42501' })
    })
  })

  test('gives what each owner makes later, and so does that of a schema without tables', async () => {
    const wanted = plan({ schemas: ['sales', 'bare'] })
    const { statements } = await makeRole(admin, database, wanted)
    const owners = statements
      .filter(({ sql }) => sql.startsWith('ALTER DEFAULT'))
      .map(({ sql }) => /FOR ROLE (.+) IN SCHEMA (\w+)/.exec(sql)?.slice(1))
    expect(owners).toEqual([
      [`"${webApp}"`, 'sales'],
      [loader, 'sales'],
      [database.user, 'sales'],
      [database.user, 'bare'],
    ])
    const suffix = wanted.role.slice(-6)
    for (const owner of [loader, webApp])
      await database.run(`SET ROLE "${owner}"; CREATE TABLE sales."later of ${owner} ${suffix}" (id int)`)
    await database.run(`CREATE TABLE bare.later_${suffix} (id int)`)
    await asRole(database, wanted.role, 'secret', async (run) => {
      for (const owner of [loader, webApp]) await run(`SELECT * FROM sales."later of ${owner} ${suffix}"`)
      await run(`SELECT * FROM bare.later_${suffix}`)
    })
  })

  test('completes a role that was made by the simple one, and takes over changed limits', async () => {
    const wanted = plan({ extent: 'simple', schemas: ['public'] })
    await makeRole(admin, database, wanted)
    const outcome = await makeRole(admin, database, { ...wanted, extent: 'full', schemas: ['public', 'sales'], connectionLimit: 3 })
    expect(outcome.result).toBe('made')
    expect(outcome.statements.filter((statement) => statement.outcome === 'unchanged').map(({ sql }) => sql)).toContain(
      `GRANT USAGE ON SCHEMA public TO ${wanted.role}`,
    )
    expect(await database.run(`SELECT rolconnlimit, rolinherit FROM pg_roles WHERE rolname = '${wanted.role}'`)).toEqual([
      { rolconnlimit: 3, rolinherit: false },
    ])
  })
})

describe('a role that is there', () => {
  test.each([
    ['that a person made', null],
    ['that another installation made', 'Made by Plumbline (fedcba9876543210)'],
  ])('%s is not touched', async (_, comment) => {
    const wanted = plan()
    await database.run(`CREATE ROLE ${wanted.role} LOGIN PASSWORD 'theirs'`)
    if (comment !== null) await database.run(`COMMENT ON ROLE ${wanted.role} IS '${comment}'`)
    const state = await catalogState(database, wanted.role)
    for (const setPassword of [false, true]) {
      const outcome = await makeRole(admin, database, wanted, { password: 'theirs', setPassword })
      expect(outcome).toMatchObject({ result: 'not-made', statements: [], asksForPasswordChange: false, undoScript: null })
      expect(outcome.sentence).toContain('it was not made here')
    }
    expect(await catalogState(database, wanted.role)).toBe(state)
    expect(admin.transactionStatus()).toBe('idle')
  })

  test('of ours keeps its password until a person agrees to another one', async () => {
    const wanted = plan()
    await makeRole(admin, database, wanted, { password: 'first' })
    const state = await catalogState(database, wanted.role)
    expect(await makeRole(admin, database, wanted, { password: 'second' })).toMatchObject({
      result: 'not-made',
      asksForPasswordChange: true,
    })
    expect(await catalogState(database, wanted.role)).toBe(state)
    const changed = await makeRole(admin, database, wanted, { password: 'second', setPassword: true })
    expect(changed).toMatchObject({ result: 'made' })
    expect(changed.statements.filter(({ outcome }) => outcome === 'done').map(({ sql }) => sql)).toEqual([
      `ALTER ROLE ${wanted.role} WITH PASSWORD '<password>'`,
    ])
    await asRole(database, wanted.role, 'second', (run) => run('SELECT 1'))
    await expect(openConnection(settingsFor(database, wanted.role, 'first'))).rejects.toMatchObject({
      failure: { cause: 'wrong-password' },
    })
  })

  test('is made once by two runs at the same moment', async () => {
    const wanted = plan()
    const other = await openConnection(settingsFor(database, database.user, database.password))
    try {
      const outcomes = await Promise.all([makeRole(admin, database, wanted), makeRole(other, database, wanted)])
      expect(outcomes.filter(({ result }) => result === 'made')).toHaveLength(1)
      expect(outcomes.filter(({ result }) => result === 'not-made' || result === 'unchanged')).toHaveLength(1)
    } finally {
      await other.dispose()
    }
    await asRole(database, wanted.role, 'secret', (run) => run('SELECT * FROM public.people'))
  })
})

test('what is not there fails by itself, and the rest is done', async () => {
  const wanted = plan({
    schemas: ['none', 'sales'],
    tables: [
      { schema: 'sales', name: 'gone' },
      { schema: 'sales', name: 'orders' },
      { schema: 'none', name: 't' },
    ],
  })
  const outcome = await makeRole(admin, database, wanted)
  expect(outcome.result).toBe('partly')
  expect(failedOf(outcome).map(({ sql, sqlstate }) => [sql.split(' TO ')[0], sqlstate])).toEqual([
    ['GRANT USAGE ON SCHEMA "none"', '3F000'],
    ['GRANT SELECT ON TABLE "none".t', '3F000'],
    ['ALTER DEFAULT PRIVILEGES IN SCHEMA "none" GRANT SELECT ON TABLES', '3F000'],
    ['GRANT SELECT ON TABLE sales.gone', '42P01'],
  ])
  await asRole(database, wanted.role, 'secret', (run) => run('SELECT * FROM sales.orders'))
})

test('a plan for another database, or one that cannot be, is told before anything is sent', async () => {
  const wanted = plan()
  await expect(makeRole(admin, database, { ...wanted, database: 'other' })).rejects.toMatchObject({
    code: 'INVALID',
    detail: { field: 'database' },
  })
  await expect(makeRole(admin, database, { ...wanted, schemas: [] })).rejects.toMatchObject({
    code: 'INVALID',
    detail: { field: 'schemas' },
  })
  expect(await database.run(`SELECT FROM pg_roles WHERE rolname = '${wanted.role}'`)).toEqual([])
})

test('the undo script leaves nothing of the role', async () => {
  const wanted = plan({ schemas: ['sales', 'public', 'bare'] })
  const { undoScript } = await makeRole(admin, database, wanted)
  expect(undoScript).not.toMatch(/SCRAM|secret/)
  await database.run(undoScript ?? '')
  expect(await database.run(`SELECT FROM pg_roles WHERE rolname = '${wanted.role}'`)).toEqual([])
  expect(
    await database.run(
      `SELECT FROM pg_db_role_setting s WHERE NOT EXISTS (SELECT FROM pg_roles r WHERE r.oid = s.setrole) AND s.setrole <> 0`,
    ),
  ).toEqual([])
  expect(
    await database.run(
      `SELECT FROM pg_class c, aclexplode(c.relacl) x WHERE x.grantee <> 0 AND NOT EXISTS (SELECT FROM pg_roles r WHERE r.oid = x.grantee)`,
    ),
  ).toEqual([])
})
