import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AdminSessions } from '#services/setup/admin-sessions.ts'
import { createRole, type RoleWish } from '#services/setup/create-role.ts'
import { SetupDrafts } from '#services/setup/draft.ts'
import { Store } from '#services/store/store.ts'
import type { RolePlan } from '#shared/model/role-plan.ts'
import { emptySetupDraft } from '#shared/model/setup.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'

/** The administrator's connection, the script that it runs, and what the wizard remembers. */

let database: TestDatabase
const roles: string[] = []

beforeAll(async () => {
  database = await createDatabase({ sql: 'CREATE TABLE people (id integer)' })
})
afterAll(async () => {
  for (const role of roles) await database.run(`DROP OWNED BY "${role}"; DROP ROLE "${role}"`)
  await database.dispose()
})

function newPlan() {
  return { ...emptySetupDraft.role, role: `reader_${randomUUID()}`, database: database.database }
}

function wishFor(plan: RolePlan): RoleWish {
  return { plan, password: 'secret', setPassword: false, mark: 'Made by a test', tryPassword: async () => 'unknown' }
}

async function openAdmin(admins: AdminSessions): Promise<string> {
  const { session, report } = await admins.open(
    { connectionString: database.connectionString, sslmode: null, plaintextConsent: false },
    undefined,
  )
  expect(report).toMatchObject({ ok: true })
  return session?.adminId ?? ''
}

function adminBackends(): Promise<readonly Record<string, unknown>[]> {
  return database.run("SELECT state FROM pg_stat_activity WHERE application_name = 'plumbline/setup' AND datname = current_database()")
}

async function exists(role: string): Promise<boolean> {
  return (await database.run(`SELECT FROM pg_roles WHERE rolname = '${role}'`)).length === 1
}

describe('an administrator connection', () => {
  test('is closed after idle minutes, and then says so', async () => {
    const admins = new AdminSessions(5_000)
    const adminId = await openAdmin(admins)
    expect(await adminBackends()).toHaveLength(1)
    await expect.poll(adminBackends).toEqual([])
    await expect(admins.use(adminId, async () => 1)).rejects.toMatchObject({ code: 'NOT_FOUND', action: 'retry' })
  })

  test('is not idle while it works', async () => {
    const admins = new AdminSessions(50)
    const adminId = await openAdmin(admins)
    const rows = await admins.use(
      adminId,
      async (connection) => (await connection.query({ text: 'SELECT pg_sleep(0.3), 1', values: [] })).rows,
    )
    expect(rows).toEqual([['', '1']])
    await expect.poll(adminBackends).toEqual([])
  })

  test('runs one script at a time; the second is told that it is busy, and the first is whole', async () => {
    const admins = new AdminSessions()
    const adminId = await openAdmin(admins)
    const [first, second] = [newPlan(), newPlan()]
    roles.push(first.role)
    const outcomes = await Promise.allSettled(
      [first, second].map((plan) => admins.use(adminId, (connection) => createRole(connection, wishFor(plan), undefined))),
    )
    expect(outcomes).toMatchObject([
      { status: 'fulfilled', value: { result: 'made' } },
      { status: 'rejected', reason: { code: 'BUSY' } },
    ])
    expect([await exists(first.role), await exists(second.role)]).toEqual([true, false])
    roles.push(second.role)
    expect(await admins.use(adminId, (connection) => createRole(connection, wishFor(second), undefined))).toMatchObject({ result: 'made' })
    await admins.dispose()
    await expect.poll(adminBackends).toEqual([])
  })

  test('that cannot be had is a report, and leaves nothing open', async () => {
    const admins = new AdminSessions()
    const connectionString = database.connectionString.replace(database.database, 'none')
    expect(await admins.open({ connectionString, sslmode: null, plaintextConsent: false }, undefined)).toMatchObject({
      session: null,
      report: { ok: false, cause: 'no-such-database' },
    })
    expect(await admins.open({ connectionString: 'nonsense', sslmode: null, plaintextConsent: false }, undefined)).toMatchObject({
      session: null,
    })
    expect(await adminBackends()).toEqual([])
  })

  test('that the server ends is not used again', async () => {
    const admins = new AdminSessions()
    const adminId = await openAdmin(admins)
    await database.run(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'plumbline/setup' AND datname = current_database()",
    )
    await expect.poll(() => admins.use(adminId, async () => 'used').catch((error: { code: string }) => error.code)).toBe('NOT_FOUND')
  })
})

describe('cancelling the script', () => {
  test.each([
    ['BEGIN', false],
    ['CREATE ROLE', false],
    ['GRANT SELECT', false],
    ['COMMIT', true],
  ])('while %s runs says what is so', async (moment, made) => {
    const admins = new AdminSessions()
    const adminId = await openAdmin(admins)
    const plan = newPlan()
    const abort = new AbortController()
    const outcome = await admins.use(adminId, async (connection) => {
      // Aborts as this statement is sent, whatever it is in the middle of.
      const query = connection.query.bind(connection)
      const watched: typeof connection = Object.create(connection, { usable: { get: () => connection.usable } })
      Object.assign(watched, {
        query: (statement: Parameters<typeof query>[0], options: Parameters<typeof query>[1]) => {
          const sent = query(statement, options)
          if (statement.text.includes(` ${moment}`)) abort.abort()
          return sent
        },
      })
      return createRole(watched, wishFor(plan), abort.signal).catch((error: { code: string }) => error.code)
    })
    const there = await exists(plan.role)
    if (there) roles.push(plan.role)
    expect(there).toBe(made)
    expect(outcome).toEqual(made ? expect.objectContaining({ result: 'made' }) : 'CANCELLED')
    await admins.dispose()
  })
})

describe('what the wizard remembers', () => {
  test.each([
    ['postgresql+psycopg2://u:TOPSECRET@host:5432/db?sslmode=require', 'postgresql://u@host:5432/db?sslmode=require'],
    ['postgresql://u:TOP@SECRET@host/db', 'postgresql://u@host:5432/db'],
    ['postgresql://u:TOPSECRET/x@host/db', ''],
    ['postgresql://u@host/db?password=TOPSECRET', ''],
    ['password=TOPSECRET host=h', ''],
    ['TOPSECRET', ''],
    ['', ''],
  ])('%s is kept as %j', (connectionString, kept) => {
    const folder = mkdtempSync(join(tmpdir(), 'plumbline-setup-'))
    const store = Store.open(folder, { migrate: true })
    try {
      const drafts = new SetupDrafts(store)
      expect(drafts.load()).toBe(null)
      drafts.save({ ...emptySetupDraft, step: 'connect', dataSourceName: 'Shop', connectionString })
      expect(drafts.load()).toEqual({ ...emptySetupDraft, step: 'connect', dataSourceName: 'Shop', connectionString: kept })
      expect(JSON.stringify(store.database.prepare('SELECT * FROM setup_draft').all())).not.toMatch(/SECRET|TOP/)
      drafts.clear()
      expect(drafts.load()).toBe(null)
    } finally {
      store.dispose()
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
