import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Changes } from '#services/changes.ts'
import { RoleProofRecords } from '#services/role-proof/records.ts'
import { RoleProofs } from '#services/role-proof/role-proofs.ts'
import { AdminSessions } from '#services/setup/admin-sessions.ts'
import { Store } from '#services/store/store.ts'
import { Tasks } from '#services/tasks/tasks.ts'
import type { ProofArea, ProofLevel, RoleProof } from '#shared/model/role-proof.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { startApplication, type TestApplication } from './assets-support.ts'
import { openTestConnection } from './validation-support.ts'

/** The proof of a role, against roles that are made for each right that it looks for. */

let database: TestDatabase
let app: TestApplication
const group = `writers_${randomUUID()}`
const roles: string[] = [group]

beforeAll(async () => {
  database = await createDatabase({
    sql: `
    CREATE SCHEMA "Sales; --"; CREATE TABLE public.orders (id integer PRIMARY KEY, amount numeric, note text); CREATE SEQUENCE public.numbers;
    CREATE TABLE "Sales; --"."we""ird" (id integer);
    CREATE TABLE public.guarded (id integer); ALTER TABLE public.guarded ENABLE ROW LEVEL SECURITY;
    CREATE VIEW public.big AS SELECT * FROM public.orders;
    CREATE FUNCTION public.add_order(integer) RETURNS void LANGUAGE sql SECURITY DEFINER AS 'INSERT INTO public.orders VALUES ($1)';
    REVOKE EXECUTE ON FUNCTION public.add_order FROM PUBLIC;
    CREATE FOREIGN DATA WRAPPER plain; CREATE SERVER elsewhere FOREIGN DATA WRAPPER plain;
    SELECT lo_create(4711);
    CREATE ROLE "${group}"`,
  })
  await database.run(`REVOKE ALL ON DATABASE "${database.database}" FROM PUBLIC; REVOKE CREATE ON SCHEMA public FROM PUBLIC`)
  app = await startApplication()
})
afterAll(async () => {
  for (const role of roles.reverse()) await database.run(`DROP OWNED BY "${role}" CASCADE; DROP ROLE "${role}"`)
  await app.dispose()
  await database.dispose()
})

/** A role that may read schema public, and what `more` gives it. */
async function reader(more: (role: string) => string = () => ''): Promise<{ role: string; id: string }> {
  const role = `proof_${randomUUID()}`
  roles.push(role)
  await database.run(`CREATE ROLE "${role}" LOGIN PASSWORD 'secret'; GRANT CONNECT ON DATABASE "${database.database}" TO "${role}";
    GRANT USAGE ON SCHEMA public TO "${role}"; GRANT SELECT ON public.orders, public.big TO "${role}"; ${more(`"${role}"`)}`)
  const { host, port } = database
  return { role, id: await app.connect(`postgresql://${role}:secret@${host}:${port}/${database.database}`) }
}

const prove = (id: string) => app.client.roleProof.prove({ id, taskId: randomUUID() })

async function openAdmin(connectionString = database.connectionString): Promise<string> {
  const { session } = await app.client.setup.openAdmin({ connectionString, sslmode: null, plaintextConsent: false })
  return session?.adminId ?? ''
}

function faults(proof: RoleProof): readonly (readonly [ProofLevel, ProofArea, string])[] {
  return proof.findings
    .filter(({ level, area }) => level !== 'green' && area !== 'probes')
    .map(({ level, area, subject }) => [level, area, subject])
}

/** Everything that a probe or a mending could leave behind. */
function catalog(): Promise<readonly Record<string, unknown>[]> {
  return database.run(`SELECT 'class' AS what, relname::text AS name, relacl::text AS acl FROM pg_class WHERE relname !~ '^pg_toast'
    UNION ALL SELECT 'attribute', attrelid::regclass::text || attname, attacl::text FROM pg_attribute WHERE attacl IS NOT NULL
    UNION ALL SELECT 'namespace', nspname, nspacl::text FROM pg_namespace UNION ALL SELECT 'proc', proname, proacl::text FROM pg_proc WHERE prosecdef
    UNION ALL SELECT 'row', id::text, note FROM public.orders ORDER BY 1, 2, 3`)
}

test('a role that may read and nothing else is green throughout, and nothing is left behind', async () => {
  const { id, role } = await reader()
  expect(await app.client.roleProof.get({ id })).toBe(null)
  const before = await catalog()
  const proof = await prove(id)
  expect(await catalog()).toEqual(before)
  expect(faults(proof)).toEqual([])
  expect(proof).toMatchObject({ level: 'green', role, verdict: `The role ${role} can read, and cannot write.` })
  expect(proof.findings.filter(({ area }) => area === 'probes').map(({ sentence }) => sentence)).toEqual([
    expect.stringMatching(/^INSERT and DELETE.*: tried .* refused\.$/),
    expect.stringMatching(/^CREATE TABLE.*: tried .* refused\.$/),
    expect.stringMatching(/^CREATE TEMPORARY TABLE.*: tried .* refused\.$/),
  ])
  expect(Object.fromEntries(proof.reads.map(({ schema, name, access }) => [`${schema}.${name}`, access]))).toEqual({
    'Sales; --.we"ird': 'none',
    'public.big': 'all',
    'public.guarded': 'none',
    'public.orders': 'all',
  })
  expect(await app.client.roleProof.get({ id })).toEqual(proof)
})

const weird = '"Sales; --"."we""ird"'

describe.each<readonly [what: string, grant: (role: string) => string, level: ProofLevel, area: ProofArea, subject: string]>([
  ['INSERT on a table', (role) => `GRANT INSERT ON public.orders TO ${role}`, 'red', 'writes', 'public.orders'],
  ['UPDATE on a table with a hostile name', (role) => `GRANT UPDATE ON ${weird} TO ${role}`, 'red', 'writes', weird],
  ['DELETE', (role) => `GRANT DELETE ON public.orders TO ${role}`, 'red', 'writes', 'public.orders'],
  ['TRUNCATE', (role) => `GRANT TRUNCATE ON public.orders TO ${role}`, 'red', 'writes', 'public.orders'],
  ['REFERENCES', (role) => `GRANT REFERENCES ON public.orders TO ${role}`, 'red', 'writes', 'public.orders'],
  ['TRIGGER', (role) => `GRANT TRIGGER ON public.orders TO ${role}`, 'red', 'writes', 'public.orders'],
  [
    'INSERT on one column',
    (role) => `GRANT INSERT (note), UPDATE (amount) ON public.orders TO ${role}`,
    'red',
    'writes',
    'public.orders (columns)',
  ],
  ['a sequence', (role) => `GRANT USAGE ON SEQUENCE public.numbers TO ${role}`, 'red', 'writes', 'sequence public.numbers'],
  [
    'rights on tables that are made later',
    (role) => `ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT INSERT ON TABLES TO ${role}`,
    'red',
    'writes',
    'tables made later, FOR ROLE $admin IN SCHEMA public',
  ],
  ['a large object', (role) => `GRANT UPDATE ON LARGE OBJECT 4711 TO ${role}`, 'red', 'writes', 'large object 4711'],
  ['CREATE in a schema', (role) => `GRANT CREATE ON SCHEMA public TO ${role}`, 'red', 'creating', 'schema public'],
  ['CREATE in the database', (role) => `GRANT CREATE ON DATABASE ${database.database} TO ${role}`, 'red', 'creating', 'database $db'],
  ['TEMP', (role) => `GRANT TEMP ON DATABASE ${database.database} TO ${role}`, 'amber', 'creating', 'temporary tables in $db'],
  [
    'a SECURITY DEFINER function',
    (role) => `GRANT EXECUTE ON FUNCTION public.add_order TO ${role}`,
    'amber',
    'functions',
    'public.add_order(integer)',
  ],
  ['a foreign server', (role) => `GRANT USAGE ON FOREIGN SERVER elsewhere TO ${role}`, 'amber', 'beyond', 'foreign server elsewhere'],
  ['CREATEDB', (role) => `ALTER ROLE ${role} CREATEDB`, 'red', 'attributes', 'CREATEDB'],
  ['CREATEROLE', (role) => `ALTER ROLE ${role} CREATEROLE`, 'red', 'attributes', 'CREATEROLE'],
  ['REPLICATION', (role) => `ALTER ROLE ${role} REPLICATION`, 'red', 'attributes', 'REPLICATION'],
  ['BYPASSRLS', (role) => `ALTER ROLE ${role} BYPASSRLS`, 'red', 'attributes', 'BYPASSRLS'],
  ['SUPERUSER', (role) => `ALTER ROLE ${role} SUPERUSER`, 'red', 'attributes', 'SUPERUSER'],
  ['pg_write_all_data', (role) => `GRANT pg_write_all_data TO ${role}`, 'red', 'memberships', 'pg_write_all_data'],
  ['pg_execute_server_program', (role) => `GRANT pg_execute_server_program TO ${role}`, 'red', 'memberships', 'pg_execute_server_program'],
  ['membership without INHERIT', (role) => `ALTER ROLE ${role} NOINHERIT; GRANT "${group}" TO ${role}`, 'amber', 'memberships', group],
  [
    'ownership of a table',
    (role) => `CREATE TABLE public.own_${role.slice(7, 15)} (); ALTER TABLE public.own_${role.slice(7, 15)} OWNER TO ${role}`,
    'red',
    'ownership',
    '',
  ],
])('%s', (_what, grant, level, area, subject) => {
  test('is found, and what mends it leaves the role without it', async () => {
    const { id } = await reader(grant)
    const before = await catalog()
    const proof = await prove(id)
    expect(await catalog()).toEqual(before)
    const named = subject.replace('$db', database.database).replace('$admin', database.user)
    expect(faults(proof)).toContainEqual([level, area, subject === '' ? expect.stringMatching(/^table public\.own_/) : named])
    expect(proof.level).toBe(level)
    expect(proof.findings.filter((finding) => finding.level === 'red' && finding.mend.length === 0)).toEqual([])

    const adminId = await openAdmin()
    const findingIds = proof.findings.filter((finding) => finding.level !== 'green').map((finding) => finding.id)
    const mended = await app.client.roleProof.mend({ id, adminId, taskId: randomUUID(), findingIds })
    expect(mended.statements.filter(({ done }) => !done)).toEqual([])
    expect(faults(mended.proof)).toEqual([])
    expect(mended.proof.level).toBe('green')
    await app.client.setup.closeAdmin({ adminId })
  })
})

test('a right by a membership of a membership is found, with the way it comes', async () => {
  const { id } = await reader(
    (role) =>
      `CREATE ROLE "${group}_inner"; GRANT INSERT ON ${weird} TO "${group}_inner"; GRANT "${group}_inner" TO "${group}"; GRANT "${group}" TO ${role}`,
  )
  roles.push(`${group}_inner`)
  const proof = await prove(id)
  const found = proof.findings.find(({ area }) => area === 'writes')
  expect(found?.sentence).toContain(`Granted to ${group}_inner`)
  expect(found?.mend).toEqual([expect.stringContaining(`REVOKE "${group}" FROM `)])
})

test('what a role reads is told apart, and is no fault of its own', async () => {
  const { id } = await reader(
    (role) =>
      `GRANT SELECT ON public.guarded TO ${role}; REVOKE SELECT ON public.orders FROM ${role}; GRANT SELECT (id) ON public.orders TO ${role}`,
  )
  const proof = await prove(id)
  expect(proof.reads.filter(({ name }) => !name.startsWith('own_')).map(({ name, access, level }) => [name, access, level])).toEqual([
    ['we"ird', 'none', 'green'],
    ['big', 'all', 'green'],
    ['guarded', 'hidden-rows', 'amber'],
    ['orders', 'some-columns', 'amber'],
  ])
  expect(proof.verdict).toContain('cannot write to any table')
})

test("the server's own administrator is told as such and never mended, and nobody mends the role they are logged in as", async () => {
  const own = await app.connect(database.connectionString)
  const proof = await prove(own)
  expect(proof.level).toBe('red')
  expect(proof.findings.flatMap(({ mend }) => mend)).toEqual([])
  expect(proof.findings.find(({ subject }) => subject === 'SUPERUSER')?.sentence).toContain('leave it as it is')

  const { role, id } = await reader((name) => `ALTER ROLE ${name} SUPERUSER`)
  const findingIds = (await prove(id)).findings.map((finding) => finding.id)
  const { host, port } = database
  const adminId = await openAdmin(`postgresql://${role}:secret@${host}:${port}/${database.database}`)
  await expect(app.client.roleProof.mend({ id, adminId, taskId: randomUUID(), findingIds })).rejects.toMatchObject({ code: 'INVALID' })
  await app.client.setup.closeAdmin({ adminId })
  expect(await database.run(`SELECT rolsuper FROM pg_roles WHERE rolname = '${role}'`)).toEqual([{ rolsuper: true }])
})

test('the administrator must be connected to the database that was proven', async () => {
  const { id } = await reader((role) => `GRANT INSERT ON public.orders TO ${role}`)
  const proof = await prove(id)
  const other = await createDatabase()
  try {
    const adminId = await openAdmin(other.connectionString)
    const findingIds = proof.findings.map((finding) => finding.id)
    await expect(app.client.roleProof.mend({ id, adminId, taskId: randomUUID(), findingIds })).rejects.toMatchObject({ code: 'INVALID' })
    await app.client.setup.closeAdmin({ adminId })
  } finally {
    await other.dispose()
  }
  expect((await prove(id)).level).toBe('red')
})

test('an event trigger is not made to fire', async () => {
  const { id } = await reader()
  await database.run(`CREATE FUNCTION public.on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''fired''; END';
    CREATE EVENT TRIGGER watch ON ddl_command_start EXECUTE FUNCTION public.on_ddl()`)
  try {
    expect((await prove(id)).findings.filter(({ sentence }) => sentence.startsWith('Not tried'))).toHaveLength(2)
  } finally {
    await database.run('DROP EVENT TRIGGER watch; DROP FUNCTION public.on_ddl')
  }
})

test('a proof older than a week is made again before a run, and is a remark of the run; a younger one is left', async () => {
  const { id, role } = await reader()
  const store = Store.open(app.dataFolder, { migrate: false })
  let now = new Date('2026-03-01T00:00:00Z')
  const proofs = new RoleProofs({
    records: new RoleProofRecords(store),
    connections: {
      get: (dataSourceId) => app.client.dataSources.get({ id: dataSourceId }),
      lease: async () => {
        const connection = await openTestConnection(database, { name: role, password: 'secret' })
        return { connection, release: () => connection.dispose() }
      },
    },
    admins: new AdminSessions(),
    tasks: new Tasks(),
    changes: new Changes(),
    now: () => now,
  })
  try {
    const { signal } = new AbortController()
    expect(await proofs.remarks(id, signal)).toEqual([])
    await proofs.prove(id, randomUUID(), undefined)
    now = new Date('2026-03-08T00:00:00Z')
    expect(await proofs.remarks(id, signal)).toEqual([])
    await database.run(`GRANT INSERT ON public.orders TO "${role}"`)
    now = new Date('2026-03-08T00:00:01Z')
    expect(await proofs.remarks(id, signal)).toEqual([
      expect.stringMatching(/older than a week, so it was made again\. .* can change things/),
    ])
    expect(await proofs.remarks(id, signal)).toEqual([])
    // In the run itself: this proof is of a past month.
    const [assetId = ''] = await app.add(id, ['orders'], true)
    const { id: runId } = await app.client.validations.start({ assetId })
    const run = () => app.client.validations.get({ id: runId })
    await expect.poll(async () => (await run()).summary.state).toBe('done')
    expect((await run()).circumstances?.remarks).toContainEqual(expect.stringContaining('so it was made again'))
  } finally {
    store.dispose()
  }
})
