import { afterAll, beforeAll, expect, test } from 'vitest'
import { openConnection } from '#services/postgres/connect.ts'
import type { Connection } from '#services/postgres/connection.ts'
import { checkRolePlan } from '#shared/postgres/role-script.ts'
import { quoteName } from '#shared/sql/quote-name.ts'
import { quoteIdentifier } from '#shared/sql/sql.ts'
import { fc } from '#test/support/chance.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { anyName, lookalikes } from '#test/support/names.ts'
import { asRole, dropRoles, makeRole, newName, pgLiteral, planFor, settingsFor } from './role-support.ts'

/** Any names on a real server, among others that look like them: never a syntax error, never another object touched. */

let database: TestDatabase
let admin: Connection

beforeAll(async () => {
  database = await createDatabase()
  admin = await openConnection(settingsFor(database, database.user, database.password))
})
afterAll(async () => {
  await admin.dispose()
  await database.dispose()
})

const q = quoteIdentifier

/** Names of roles belong to the whole server, where the superuser and other tests have theirs. */
const roleName = anyName.filter((role) => {
  const { length } = checkRolePlan(planFor(database, { role }))
  return length === 0 && role !== database.user && !/_[0-9a-f]{10}$/.test(role)
})
const schemaName = anyName.filter((schema) => checkRolePlan(planFor(database, { schemas: [schema] })).length === 0 && schema !== 'public')

test('what the script gives is what was named, and nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(roleName, roleName, schemaName, anyName, fc.boolean(), async (role, owner, schema, table, chosen) => {
      fc.pre(role !== owner)
      const others = await lookalikeObjects({ role, owner, schema, table })
      try {
        const before = await everyRight()
        const wanted = planFor(database, { role, schemas: [schema], tables: chosen ? [{ schema, name: table }] : null })
        const outcome = await makeRole(admin, database, wanted)
        expect(outcome.statements.filter((statement) => statement.outcome !== 'done')).toEqual([])
        const given = (await everyRight()).filter((right) => !before.includes(right))
        const expected = [
          ['database', database.database, role, 'CONNECT'],
          ['future', schema, owner, role, 'SELECT'],
          ['schema', schema, role, 'USAGE'],
          ['table', schema, table, role, 'SELECT'],
          ...(chosen ? [] : others.siblings.map((name) => ['table', schema, name, role, 'SELECT'])),
          ...[
            'default_transaction_read_only=on',
            'statement_timeout=5min',
            'lock_timeout=2s',
            'idle_in_transaction_session_timeout=60s',
          ].map((setting) => ['setting', database.database, role, setting]),
        ].map((right) => JSON.stringify(right))
        expect(given.sort()).toEqual(expected.sort())
        // Nobody has lost a right either, nor been written to.
        const after = await everyRight()
        expect(before.filter((right) => !after.includes(right))).toEqual([])
        expect(await makeRole(admin, database, wanted)).toMatchObject({ result: 'unchanged' })
        await asRole(database, role, 'secret', (run) => run(`SELECT * FROM ${q(schema)}.${q(table)}`))
      } finally {
        await others.drop()
      }
    }),
    { numRuns: process.env.PLUMBLINE_NIGHTLY === '1' ? 100 : 20 },
  )
})

test('a database of any name', async () => {
  for (const name of [
    `a"b'c\\; -- ${newName('x')}`,
    `${'名'.repeat(14)}${newName('x').slice(0, 21)}`.slice(0, 30),
    `SELECT ${newName('x')}`,
  ]) {
    await database.run(`CREATE DATABASE ${q(name)}`)
    const odd = { ...database, database: name }
    const chief = await openConnection(settingsFor(odd, database.user, database.password))
    const wanted = planFor(odd)
    try {
      expect(await makeRole(chief, odd, wanted)).toMatchObject({ result: 'made' })
      const granted = await database.run(
        `SELECT d.datname FROM pg_database d, aclexplode(d.datacl) x JOIN pg_roles r ON r.oid = x.grantee WHERE r.rolname = ${pgLiteral(wanted.role)}`,
      )
      expect(granted).toEqual([{ datname: name }])
      await asRole(odd, wanted.role, 'secret', async (run) => expect(await run('SHOW lock_timeout')).toEqual([['2s']]))
      expect(await makeRole(chief, odd, wanted)).toMatchObject({ result: 'unchanged' })
    } finally {
      await chief.dispose()
      await database.run(`DROP DATABASE ${q(name)} WITH (FORCE)`)
      await dropRoles(database, [wanted.role])
    }
  }
})

test('every key word of the server can be the name of a role, a schema and a table', async () => {
  const words = (await database.run('SELECT word FROM pg_get_keywords() ORDER BY word')).map(({ word }) => String(word))
  expect(words.length).toBeGreaterThan(400)
  await admin.query({ text: 'BEGIN', values: [] })
  try {
    for (const word of words) {
      const name = quoteName(word)
      // PostgreSQL keeps these two to itself, whatever the quotes; the plan is refused before.
      if (word === 'none') continue
      await admin.query({ text: 'SAVEPOINT word', values: [] })
      for (const text of [
        `CREATE ROLE ${name}`,
        `CREATE SCHEMA ${name}`,
        `GRANT USAGE ON SCHEMA ${name} TO ${name}`,
        `CREATE TABLE ${name}.${name} ()`,
      ])
        await admin.query({ text, values: [] })
      await admin.query({ text: `GRANT SELECT ON TABLE ${name}.${name} TO ${name}`, values: [] })
      const { rows } = await admin.query({
        text: 'SELECT r.rolname FROM pg_namespace n, aclexplode(n.nspacl) x JOIN pg_roles r ON r.oid = x.grantee WHERE n.nspname = $1::text AND x.grantee <> n.nspowner',
        values: [word],
      })
      expect(rows).toEqual([[word]])
      await admin.query({ text: 'ROLLBACK TO SAVEPOINT word', values: [] })
    }
  } finally {
    await admin.query({ text: 'ROLLBACK', values: [] })
  }
})

interface Named {
  readonly role: string
  readonly owner: string
  readonly schema: string
  readonly table: string
}

/** The owner, the schema and the table, and beside each of them what could be mistaken for it. */
async function lookalikeObjects({ role, owner, schema, table }: Named) {
  const usable = (name: string) => !/^pg_|^public$|^none$/i.test(name) && name !== 'information_schema' && name !== database.user
  const otherRoles = [...new Set([...lookalikes(role), ...lookalikes(owner)])].filter(
    (name) => usable(name) && name !== role && name !== owner,
  )
  const otherSchemas = lookalikes(schema).filter(usable)
  const siblings = lookalikes(table)
  // Roles belong to the whole server: one that is there is another test's.
  const taken = await database.run(`SELECT FROM pg_roles WHERE rolname IN (${[role, owner, ...otherRoles].map(pgLiteral).join(', ')})`)
  fc.pre(taken.length === 0)
  await database.run(
    [
      ...[owner, ...otherRoles].map((name) => `CREATE ROLE ${q(name)}`),
      ...[schema, ...otherSchemas].flatMap((name) => [
        `CREATE SCHEMA ${q(name)}`,
        ...[table, ...siblings].map((relation) => `CREATE TABLE ${q(name)}.${q(relation)} (id int)`),
        ...[table, ...siblings].map((relation) => `ALTER TABLE ${q(name)}.${q(relation)} OWNER TO ${q(owner)}`),
      ]),
    ].join('; '),
  )
  return {
    siblings,
    drop: async () => {
      for (const name of [schema, ...otherSchemas]) await database.run(`DROP SCHEMA IF EXISTS ${q(name)} CASCADE`)
      await dropRoles(database, [role, owner, ...otherRoles])
    },
  }
}

/** Every right in this database and every setting and comment of a role of it, each as JSON. */
async function everyRight(): Promise<readonly string[]> {
  const name = `COALESCE(g.rolname, 'PUBLIC')`
  const rows = await database.run(`
    SELECT 'table' AS a, n.nspname AS b, c.relname AS c, ${name} AS d, x.privilege_type AS e FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
      aclexplode(c.relacl) x LEFT JOIN pg_roles g ON g.oid = x.grantee WHERE x.grantee <> c.relowner
    UNION ALL SELECT 'column', a.attrelid::text, a.attname, ${name}, x.privilege_type FROM pg_attribute a, aclexplode(a.attacl) x LEFT JOIN pg_roles g ON g.oid = x.grantee
    UNION ALL SELECT 'schema', n.nspname, ${name}, x.privilege_type, NULL FROM pg_namespace n, aclexplode(n.nspacl) x LEFT JOIN pg_roles g ON g.oid = x.grantee WHERE x.grantee <> n.nspowner
    UNION ALL SELECT 'database', d.datname, ${name}, x.privilege_type, NULL FROM pg_database d, aclexplode(d.datacl) x LEFT JOIN pg_roles g ON g.oid = x.grantee
      WHERE d.datname = current_database() AND x.grantee NOT IN (0, d.datdba)
    UNION ALL SELECT 'future', n.nspname, o.rolname, ${name}, x.privilege_type FROM pg_default_acl d JOIN pg_roles o ON o.oid = d.defaclrole
      LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace, aclexplode(d.defaclacl) x LEFT JOIN pg_roles g ON g.oid = x.grantee
    UNION ALL SELECT 'setting', d.datname, g.rolname, unnest(s.setconfig), NULL FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
      LEFT JOIN pg_roles g ON g.oid = s.setrole WHERE d.datname = current_database()`)
  return rows.map((row) => JSON.stringify(Object.values(row).filter((value) => value !== null)))
}
