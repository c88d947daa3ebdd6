import { describe, expect, test } from 'vitest'
import { checkRolePlan, roleScript, roleStatements } from '#shared/postgres/role-script.ts'

const plan = { role: 'gx_role', database: 'shop', schema: 'public', futureTables: true }

describe('the role script', () => {
  test('is the five statements that a GX Cloud user knows', () => {
    expect(roleStatements(plan, { kind: 'hidden' }).map((statement) => statement.sql)).toEqual([
      "CREATE ROLE gx_role WITH LOGIN PASSWORD '<password>'",
      'GRANT CONNECT ON DATABASE shop TO gx_role',
      'GRANT USAGE ON SCHEMA public TO gx_role',
      'GRANT SELECT ON ALL TABLES IN SCHEMA public TO gx_role',
      'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO gx_role',
    ])
    expect(roleStatements({ ...plan, futureTables: false }, { kind: 'hidden' })).toHaveLength(4)
  })

  test('quotes any name, and no name can leave its place', () => {
    const script = roleScript(
      { role: 'a"; DROP TABLE t; --', database: 'My "Db"', schema: 'x\n; DROP', futureTables: false },
      { kind: 'hidden' },
    )
    expect(script).toContain('CREATE ROLE "a""; DROP TABLE t; --" WITH LOGIN')
    expect(script).toContain('GRANT CONNECT ON DATABASE "My ""Db""" TO')
    expect(script.split('\n').filter((line) => line.startsWith('; DROP'))).toHaveLength(2)
    expect(script.split('\n')[0]).toMatch(/^-- /)
  })

  test.each(['select', 'user', 'Sales', 'über', '1st'])('the name %s is quoted', (schema) => {
    expect(roleStatements({ ...plan, schema }, { kind: 'hidden' })[2]?.sql).toContain(`"${schema}"`)
  })

  test('shows the password only where it was asked for', () => {
    const [create] = roleStatements(plan, { kind: 'plain', password: "it's\\" })
    expect(create?.sql).toContain("E'it''s\\\\'")
    expect(create?.shown).not.toContain("it''s")
    expect(roleScript(plan, { kind: 'hidden' })).not.toContain("it''s")
  })
})

test.each([
  [{ role: '' }, 'role'],
  [{ role: 'pg_mine' }, 'role'],
  [{ role: 'public' }, 'role'],
  [{ role: 'a\0' }, 'role'],
  [{ database: 'ä'.repeat(32) }, 'database'],
  [{ schema: '' }, 'schema'],
])('%j is told at the field %s', (change, field) => {
  expect(checkRolePlan({ ...plan, ...change }).map((problem) => problem.field)).toContain(field)
})
