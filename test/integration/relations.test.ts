import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Relation } from '#shared/model/data-source.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { startApplication, type TestApplication } from './assets-support.ts'

/** What "Select tables" is told by the server, as a role that may not read everything. */

const role = `reader_${randomBytes(4).toString('hex')}`
let database: TestDatabase
let app: TestApplication
let source: string

beforeAll(async () => {
  database = await createDatabase({
    sql: `
      CREATE ROLE ${role} LOGIN PASSWORD 'reads only';
      CREATE SCHEMA hidden; CREATE TABLE hidden.inside (id int);
      CREATE TABLE orders (id int PRIMARY KEY, note text); INSERT INTO orders SELECT i, 'note' FROM generate_series(1, 500) i; ANALYZE orders;
      COMMENT ON TABLE orders IS 'What was ordered';
      CREATE TABLE never_analysed (id int);
      CREATE TABLE secret (id int);
      CREATE TABLE partly (id int, salary int); GRANT SELECT (id) ON partly TO ${role};
      CREATE TABLE guarded (id int); ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
      CREATE VIEW order_ids AS SELECT id FROM orders;
      CREATE MATERIALIZED VIEW order_copy AS SELECT * FROM orders;
      CREATE EXTENSION file_fdw; CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
      CREATE FOREIGN TABLE log (line text) SERVER files OPTIONS (filename '/dev/null');
      CREATE TABLE events (at date, n int) PARTITION BY RANGE (at);
      CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY RANGE (at);
      CREATE TABLE events_2025_h1 PARTITION OF events_2025 FOR VALUES FROM ('2025-01-01') TO ('2025-07-01');
      CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
      INSERT INTO events SELECT '2025-02-01', i FROM generate_series(1, 300) i; INSERT INTO events SELECT '2026-02-01', i FROM generate_series(1, 200) i;
      ANALYZE events_2025_h1; ANALYZE events_2026;
      CREATE TABLE parent (id int); CREATE TABLE heir () INHERITS (parent);
      GRANT SELECT ON orders, never_analysed, guarded, order_ids, order_copy, log, events, events_2025_h1, parent TO ${role};`,
  })
  app = await startApplication()
  const { host, port, database: name } = database
  source = await app.connect(`postgresql://${role}:reads%20only@${host}:${port}/${name}`)
})

afterAll(async () => {
  await app?.dispose()
  await database?.run(`DROP OWNED BY ${role}; DROP ROLE ${role}`)
  await database?.dispose()
})

const list = async () => new Map((await app.client.dataSources.relations({ id: source })).map((relation) => [relation.name, relation]))
const one = async (name: string): Promise<Relation> => {
  const relation = (await list()).get(name)
  if (relation === undefined) throw new Error(`${name} is not listed`)
  return relation
}

test('every kind, and whether the role can read it', async () => {
  const relations = await list()
  expect(
    [...relations.values()].map(({ schema, name, kind, readable }) => `${schema}.${name}: ${kind}${readable ? '' : ', cannot read'}`),
  ).toEqual([
    'hidden.inside: table, cannot read',
    'public.events: partitioned table',
    'public.events_2025: partitioned table, cannot read',
    'public.events_2025_h1: table',
    'public.events_2026: table, cannot read',
    'public.guarded: table',
    'public.heir: table, cannot read',
    'public.log: foreign table',
    'public.never_analysed: table',
    'public.order_copy: materialized view',
    'public.order_ids: view',
    'public.orders: table',
    'public.parent: table',
    'public.partly: table',
    'public.secret: table, cannot read',
  ])
  expect([relations.get('guarded')?.rowSecurity, relations.get('orders')?.rowSecurity]).toEqual([true, false])
})

test('rows, size and comment; what was never counted is not called empty', async () => {
  const orders = await one('orders')
  expect(orders).toMatchObject({ estimatedRows: 500, comment: 'What was ordered', columnCount: 2, assetId: null })
  expect(orders.sizeBytes).toBeGreaterThan(8_192)
  expect(await one('never_analysed')).toMatchObject({ estimatedRows: null, sizeBytes: 0 })
  expect(await one('order_ids')).toMatchObject({ estimatedRows: null, sizeBytes: null })
})

test('a partition names the table that it is a part of; that table has the rows and the size of all of them', async () => {
  const [events, year, half, other] = [await one('events'), await one('events_2025'), await one('events_2025_h1'), await one('events_2026')]
  expect([events.partitionOf, year.partitionOf, half.partitionOf, other.partitionOf]).toEqual([null, events.oid, year.oid, events.oid])
  expect([events.estimatedRows, year.estimatedRows]).toEqual([500, 300])
  expect(events.sizeBytes).toBe((half.sizeBytes ?? 0) + (other.sizeBytes ?? 0))
  expect(half.sizeBytes).toBeGreaterThan(0)
  expect((await one('heir')).partitionOf, 'an heir holds rows of its own and stands by itself').toBeNull()
})

test('of very many tables the sizes are those of the last analyze, and what was never analysed is measured', async () => {
  const many = await createDatabase({
    sql: `DO $$ BEGIN FOR i IN 1..1100 LOOP EXECUTE format('CREATE TABLE t%s (id int)', i); END LOOP; END $$;
      INSERT INTO t1 SELECT generate_series(1, 5000); INSERT INTO t2 SELECT generate_series(1, 5000);
      DO $$ BEGIN FOR i IN 2..200 LOOP EXECUTE format('ANALYZE t%s', i); END LOOP; END $$; INSERT INTO t2 SELECT generate_series(1, 50000);`,
  })
  try {
    const id = await app.connect(many.connectionString)
    const listed = new Map((await app.client.dataSources.relations({ id })).map(({ name, sizeBytes }) => [name, sizeBytes]))
    const [size] = await many.run("SELECT pg_total_relation_size('t1')::int AS t1, pg_total_relation_size('t2')::int AS t2")
    expect(listed.size).toBe(1_100)
    expect([...listed.values()].filter((bytes) => bytes === null)).toEqual([])
    expect(listed.get('t1')).toBe(size?.t1)
    expect([listed.get('t2'), Number(size?.t2) > 1_000_000]).toEqual([188_416, true])
    await app.client.dataSources.remove({ id })
  } finally {
    await many.dispose()
  }
})

test('what is a data asset already says so', async () => {
  const [assetId] = await app.add(source, ['orders'])
  expect((await one('orders')).assetId).toBe(assetId)
})
