import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listPartitions, listRelationNames, listSchemas } from '#services/postgres/catalog.ts'
import { createDatabase, runOnServer, type TestDatabase } from '#test/support/database.ts'
import { startApplication, type TestApplication } from './assets-support.ts'
import { openTestConnection } from './validation-support.ts'

/** Partitions stand below their table in the object tree: by range, by list and by hash, in other schemas, and in partitions of partitions. */

const made = `
  CREATE SCHEMA sales; CREATE SCHEMA archive;
  CREATE TABLE sales.events (day date NOT NULL, region text, n int) PARTITION BY RANGE (day);
  CREATE TABLE sales.events_2026 PARTITION OF sales.events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') PARTITION BY LIST (region);
  CREATE TABLE sales."events 2026 north" PARTITION OF sales.events_2026 FOR VALUES IN ('north', 'it''s');
  CREATE TABLE sales.events_2026_rest PARTITION OF sales.events_2026 DEFAULT PARTITION BY HASH (n);
  CREATE TABLE sales.events_2026_rest_0 PARTITION OF sales.events_2026_rest FOR VALUES WITH (modulus 2, remainder 0);
  CREATE TABLE archive.events_old PARTITION OF sales.events FOR VALUES FROM (MINVALUE) TO ('2026-01-01');
  CREATE TABLE sales.nothing_yet (i int) PARTITION BY RANGE (i);
  CREATE TABLE sales.parent (i int);
  CREATE TABLE sales.child () INHERITS (sales.parent);
  CREATE TABLE sales.left_again (day date NOT NULL, region text, n int);
  ALTER TABLE sales.events ATTACH PARTITION sales.left_again FOR VALUES FROM ('2028-01-01') TO ('2029-01-01');
  ALTER TABLE sales.events DETACH PARTITION sales.left_again;`

let database: TestDatabase
let app: TestApplication
let dataSourceId: string

beforeAll(async () => {
  database = await createDatabase({ sql: made })
  app = await startApplication()
  dataSourceId = await app.connect(database.connectionString)
})
afterAll(async () => {
  await app.dispose()
  await database.dispose()
})

test('a schema lists its tables without the partitions of one, and counts what it lists', async () => {
  const { schemas, relations } = app.client.query
  const names = await relations({ dataSourceId, schema: 'sales' })
  expect(names.map(({ name, kind, partitionCount }) => [name, kind, partitionCount])).toEqual([
    ['child', 'table', null],
    ['events', 'partitioned table', 2],
    ['left_again', 'table', null],
    ['nothing_yet', 'partitioned table', 0],
    ['parent', 'table', null],
  ])
  expect(await relations({ dataSourceId, schema: 'archive' })).toEqual([])
  expect(await schemas({ dataSourceId })).toEqual([
    { name: 'archive', relationCount: 0 },
    { name: 'public', relationCount: 0 },
    { name: 'sales', relationCount: 5 },
  ])
})

test('the partitions of a table come with what is in them, a level at a time', async () => {
  const partitions = (schema: string, relation: string) => app.client.query.partitions({ dataSourceId, schema, relation })
  expect(await partitions('sales', 'events')).toEqual([
    {
      schema: 'archive',
      name: 'events_old',
      kind: 'table',
      bound: "FOR VALUES FROM (MINVALUE) TO ('2026-01-01')",
      partitionCount: null,
    },
    {
      schema: 'sales',
      name: 'events_2026',
      kind: 'partitioned table',
      bound: "FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
      partitionCount: 2,
    },
  ])
  expect(await partitions('sales', 'events_2026')).toEqual([
    { schema: 'sales', name: 'events 2026 north', kind: 'table', bound: "FOR VALUES IN ('north', 'it''s')", partitionCount: null },
    { schema: 'sales', name: 'events_2026_rest', kind: 'partitioned table', bound: 'DEFAULT', partitionCount: 1 },
  ])
  const [hashed] = await partitions('sales', 'events_2026_rest')
  expect(hashed).toMatchObject({ name: 'events_2026_rest_0', bound: 'FOR VALUES WITH (modulus 2, remainder 0)' })
  // Inheritance is no partition, and what is gone has none.
  expect(await Promise.all(['nothing_yet', 'parent', 'gone'].map((relation) => partitions('sales', relation)))).toEqual([[], [], []])
})

test('a search finds a partition by its name, like any other table', async () => {
  const found = await app.client.query.find({ dataSourceId, search: 'events rest' })
  expect(found.map(({ schema, relation, relationKind }) => [schema, relation, relationKind])).toEqual([
    ['sales', 'events_2026_rest', 'partitioned table'],
    ['sales', 'events_2026_rest_0', 'table'],
  ])
})

describe('a role that may not look into the schema of the table', () => {
  const role = `reader_${randomBytes(4).toString('hex')}`
  afterAll(async () => {
    await database.run(`DROP OWNED BY ${role}`)
    await runOnServer(`DROP ROLE ${role}`)
  })

  test('finds a partition in its own schema, as it would find it nowhere else', async () => {
    await database.run(`CREATE ROLE ${role} LOGIN PASSWORD 'reader'; GRANT USAGE ON SCHEMA archive TO ${role}`)
    const connection = await openTestConnection(database, { name: role, password: 'reader' })
    try {
      expect(await listSchemas(connection)).toContainEqual({ name: 'archive', relationCount: 1 })
      expect((await listRelationNames(connection, 'archive')).map(({ name }) => name)).toEqual(['events_old'])
      await database.run(`GRANT USAGE ON SCHEMA sales TO ${role}`)
      expect(await listRelationNames(connection, 'archive')).toEqual([])
      expect((await listPartitions(connection, 'sales', 'events')).map(({ name }) => name)).toEqual(['events_old', 'events_2026'])
    } finally {
      await connection.dispose()
    }
  })
})
