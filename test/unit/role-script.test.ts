import { describe, expect, test } from 'vitest'
import { makeVerifier } from '#parts/role-verifier.ts'
import { scramVerifier } from '#services/postgres/scram.ts'
import type { RolePlan, RoleSurroundings } from '#shared/model/role-plan.ts'
import { emptySetupDraft } from '#shared/model/setup.ts'
import { checkRolePlan, roleScript, roleStatements } from '#shared/postgres/role-script.ts'

const simple: RolePlan = { ...emptySetupDraft.role, extent: 'simple', role: 'gx_role', database: 'shop' }
const full: RolePlan = { ...simple, extent: 'full' }
const options = { mark: 'Made by a test', surroundings: null, setPassword: false }
const hidden = { kind: 'hidden' } as const

function statementsOf(plan: RolePlan, surroundings: RoleSurroundings | null = null, setPassword = false): readonly string[] {
  return roleStatements(plan, { ...options, surroundings, setPassword }, hidden).map(({ sql }) => sql)
}

function around(change: Partial<RoleSurroundings> = {}): RoleSurroundings {
  return { existing: 'none', admin: 'postgres', schemas: [{ name: 'public', exists: true, owners: ['loader', 'Web App'] }], ...change }
}

const seed = [
  "CREATE ROLE gx_role WITH LOGIN PASSWORD '<password>'",
  'GRANT CONNECT ON DATABASE shop TO gx_role',
  'GRANT USAGE ON SCHEMA public TO gx_role',
  'GRANT SELECT ON ALL TABLES IN SCHEMA public TO gx_role',
  'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO gx_role',
]

describe('the simple script', () => {
  test('is the five statements that a GX Cloud user knows, and the mark', () => {
    expect(statementsOf(simple)).toEqual([...seed, "COMMENT ON ROLE gx_role IS 'Made by a test'"])
    expect(statementsOf(simple, around())).toEqual(statementsOf(simple))
    expect(statementsOf({ ...simple, futureTables: false })).not.toContain(seed[4])
  })
})

describe('the full script', () => {
  test('bounds the role, fastens its seat belts, and grants for each owner', () => {
    expect(statementsOf({ ...full, validUntil: '2030-01-31' }, around())).toEqual([
      "CREATE ROLE gx_role WITH LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS CONNECTION LIMIT 10 VALID UNTIL '2030-01-31 23:59:59+00' PASSWORD '<password>'",
      "COMMENT ON ROLE gx_role IS 'Made by a test'",
      'ALTER ROLE gx_role IN DATABASE shop SET default_transaction_read_only = on',
      "ALTER ROLE gx_role IN DATABASE shop SET statement_timeout = '5min'",
      "ALTER ROLE gx_role IN DATABASE shop SET lock_timeout = '2s'",
      "ALTER ROLE gx_role IN DATABASE shop SET idle_in_transaction_session_timeout = '60s'",
      'GRANT CONNECT ON DATABASE shop TO gx_role',
      'GRANT USAGE ON SCHEMA public TO gx_role',
      'GRANT SELECT ON ALL TABLES IN SCHEMA public TO gx_role',
      'ALTER DEFAULT PRIVILEGES FOR ROLE loader IN SCHEMA public GRANT SELECT ON TABLES TO gx_role',
      'ALTER DEFAULT PRIVILEGES FOR ROLE "Web App" IN SCHEMA public GRANT SELECT ON TABLES TO gx_role',
    ])
  })

  test('grants only the chosen tables, and those of the chosen schemas only', () => {
    const tables = [
      { schema: 'sales', name: 'Orders' },
      { schema: 'other', name: 'hidden' },
    ]
    const statements = statementsOf({ ...full, schemas: ['public', 'sales'], tables, futureTables: false })
    expect(statements.filter((sql) => sql.includes('SELECT'))).toEqual(['GRANT SELECT ON TABLE sales."Orders" TO gx_role'])
  })

  test('does not make a role again that is there, and gives it a password only where that is wished', () => {
    const there = around({ existing: 'ours' })
    expect(statementsOf(full, there)[0]).toBe("ALTER ROLE gx_role WITH NOINHERIT CONNECTION LIMIT 10 VALID UNTIL 'infinity'")
    expect(statementsOf(full, there, true)[0]).toBe("ALTER ROLE gx_role WITH PASSWORD '<password>'")
    expect(statementsOf(full, there).join()).not.toMatch(/CREATE ROLE|PASSWORD/)
    expect(statementsOf(simple, there)[0]).toBe(seed[1])
  })

  test('says what is not known yet', () => {
    expect(roleScript(full, options, hidden)).toContain('FOR ROLE for each other role')
    expect(roleScript(full, { ...options, surroundings: around() }, hidden)).not.toContain('for each other role')
  })
})

test('no name can leave its place', () => {
  const plan = { ...simple, role: 'a"; DROP TABLE t; --', database: 'My "Db"', schemas: ['x\n; DROP'] }
  const script = roleScript(plan, options, hidden)
  expect(script).toContain('CREATE ROLE "a""; DROP TABLE t; --" WITH LOGIN')
  expect(script).toContain('GRANT CONNECT ON DATABASE "My ""Db""" TO')
  // Both stand inside of quotes that begin on the line before.
  expect(script.split('\n').filter((line) => line.startsWith('; DROP"'))).toHaveLength(3)
  expect(script.split('\n')[0]).toMatch(/^-- /)
})

test.each(['select', 'user', 'Sales', 'über', '1st'])('the name %s is quoted', (schema) => {
  expect(statementsOf({ ...simple, schemas: [schema] })[2]).toContain(`"${schema}"`)
})

test('the password is shown only where it was asked for', () => {
  const [create] = roleStatements(simple, options, { kind: 'plain', password: "it's\\" })
  expect(create?.sql).toContain("E'it''s\\\\'")
  expect(create?.shown).not.toContain("it''s")
  expect(roleScript(simple, options, hidden)).not.toContain("it''s")
})

test.each([
  [{ role: '' }, 'role'],
  [{ role: 'pg_mine' }, 'role'],
  [{ role: 'public' }, 'role'],
  [{ role: 'a\0' }, 'role'],
  [{ role: 'half \ud83d' }, 'role'],
  [{ database: 'ä'.repeat(32) }, 'database'],
  [{ schemas: [] }, 'schemas'],
  [{ schemas: ['public', ''] }, 'schemas'],
  [{ schemas: ['pg_catalog'] }, 'schemas'],
  [{ tables: [] }, 'tables'],
  [{ tables: [{ schema: 'other', name: 't' }] }, 'tables'],
  [{ tables: [{ schema: 'public', name: 'x'.repeat(64) }] }, 'tables'],
  [{ validUntil: '2026-01-31' }, 'validUntil'],
])('%j is told at the field %s', (change, field) => {
  expect(checkRolePlan({ ...full, ...change }, new Date('2026-02-01T12:00:00Z')).map((problem) => problem.field)).toEqual([field])
})

test('what the simple script leaves out cannot be wrong in it', () => {
  expect(checkRolePlan({ ...simple, tables: [], validUntil: '2000-01-01' })).toEqual([])
})

test.each(['secret', 'pä☃ße Ⅸ', 'no\u00a0break soft\u00adhyphen', '🔑', '\u0007 bell'])(
  'the page makes the same verifier of %j as the services',
  async (password) => {
    const salt = new Uint8Array(16).fill(7)
    expect(await makeVerifier(password, salt)).toBe(await scramVerifier(password, { salt: Buffer.from(salt) }))
  },
)
