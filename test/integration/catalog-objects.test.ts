import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findNames, listObjects, readObjectDetails } from '#services/postgres/catalog-objects.ts'
import type { Connection } from '#services/postgres/connection.ts'
import { readRelationDetails } from '#services/postgres/relation-details.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { openTestConnection } from './validation-support.ts'

/** What the object tree shows: read from a real catalog, and written as statements that make the same again. */

const made = `
  CREATE SCHEMA "odd schema"; SET search_path = "odd schema", public;
  CREATE TYPE mood AS ENUM ('sad', 'it''s ok');
  CREATE DOMAIN positive AS integer DEFAULT 1 NOT NULL CONSTRAINT above CHECK (VALUE > 0);
  CREATE TYPE pair AS (a integer, "b c" text);
  CREATE SEQUENCE counter INCREMENT BY 5 START WITH 100 CYCLE MAXVALUE 1000;
  CREATE FUNCTION double(n integer, OUT twice integer) LANGUAGE sql AS 'SELECT n * 2';
  CREATE FUNCTION double(n text) RETURNS text LANGUAGE sql AS $$ SELECT n || n $$;
  CREATE PROCEDURE nothing() LANGUAGE sql AS '';
  CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0');
  CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE TABLE owners (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "Full Name" text COLLATE "C" NOT NULL UNIQUE);
  COMMENT ON TABLE owners IS 'Who answers for it';
  CREATE UNLOGGED TABLE things (
    id bigint PRIMARY KEY, owner integer REFERENCES owners ON DELETE CASCADE, state mood DEFAULT 'sad', amount numeric(8, 2) CHECK (amount >= 0),
    twice numeric GENERATED ALWAYS AS (amount * 2) STORED, at timestamptz DEFAULT now(), tags text[]) WITH (fillfactor = 70);
  COMMENT ON COLUMN things.amount IS 'In euros';
  CREATE INDEX "by owner" ON things (owner DESC, abs(amount)) WHERE amount > 5;
  CREATE TRIGGER noted BEFORE UPDATE OF amount ON things FOR EACH ROW WHEN (OLD.amount IS DISTINCT FROM NEW.amount) EXECUTE FUNCTION note();
  ALTER TABLE things ENABLE ROW LEVEL SECURITY;
  CREATE POLICY mine ON things FOR SELECT USING (owner = 1);
  CREATE TABLE parted (day date NOT NULL, n integer) PARTITION BY RANGE (day);
  CREATE TABLE parted_2026 PARTITION OF parted FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
  CREATE TABLE child (more text) INHERITS (owners);
  CREATE VIEW seen AS SELECT id, amount FROM things WHERE amount > 1;
  CREATE MATERIALIZED VIEW kept AS SELECT count(*) AS n FROM things;
  CREATE TABLE nothing_in_it ();
  GRANT SELECT, UPDATE ON things TO PUBLIC`

let database: TestDatabase
let connection: Connection

beforeAll(async () => {
  database = await createDatabase({ sql: made })
  connection = await openTestConnection(database)
})

afterAll(async () => {
  await connection.dispose()
  await database.dispose()
})

const SCHEMA = 'odd schema'

test('functions, sequences and types of a schema, each with what tells it from others', async () => {
  const objects = await listObjects(connection, SCHEMA)
  expect(objects.map(({ kind, name, detail }) => [kind, name, detail])).toEqual([
    ['aggregate', 'total', '(integer) → integer'],
    ['function', 'double', '(n integer, OUT twice integer) → integer'],
    ['function', 'double', '(n text) → text'],
    ['function', 'note', '() → trigger'],
    ['procedure', 'nothing', '()'],
    ['sequence', 'counter', ''],
    ['sequence', 'owners_id_seq', 'of owners.id'],
    ['type', 'mood', 'enum'],
    ['type', 'pair', 'composite'],
    ['type', 'positive', 'domain'],
  ])
  const all = await listObjects(connection, null)
  expect(all).toContainEqual(expect.objectContaining({ kind: 'extension', name: 'plpgsql' }))
  expect(all).toContainEqual(expect.objectContaining({ kind: 'role', name: database.user, detail: expect.stringContaining('superuser') }))
})

describe('the statements that make it anew make the same', () => {
  /** In an order in which they can be made. */
  const relations = ['owners', 'things', 'parted', 'parted_2026', 'child', 'seen', 'kept', 'nothing_in_it']

  test('everything, in a database of its own', async () => {
    const other = await createDatabase({ sql: 'CREATE SCHEMA "odd schema"' })
    const second = await openTestConnection(other)
    const objects = (await listObjects(connection, SCHEMA)).filter(({ name }) => name !== 'owners_id_seq')
    const firstFew = ['type', 'sequence', 'function', 'procedure', 'aggregate']
    for (const object of objects.toSorted((a, b) => firstFew.indexOf(a.kind) - firstFew.indexOf(b.kind)))
      await other.run((await readObjectDetails(connection, object)).ddl)
    for (const relation of relations) await other.run((await readRelationDetails(connection, SCHEMA, relation)).ddl)
    for (const relation of relations) {
      const [was, is] = [await readRelationDetails(connection, SCHEMA, relation), await readRelationDetails(second, SCHEMA, relation)]
      expect({ ...is, sizeBytes: null, estimatedRows: null }, relation).toEqual({ ...was, sizeBytes: null, estimatedRows: null })
    }
    const again = await listObjects(second, SCHEMA)
    for (const [index, object] of (await listObjects(connection, SCHEMA)).entries())
      expect(await readObjectDetails(second, again[index] ?? object), object.name).toEqual(await readObjectDetails(connection, object))
    await second.dispose()
    await other.dispose()
  })

  test('with keys, indexes, triggers, policies and grants by their names', async () => {
    const { constraints, indexes, triggers, policies, grants, owner, ddl, sizeBytes } = await readRelationDetails(
      connection,
      SCHEMA,
      'things',
    )
    expect(constraints.map(({ name }) => name)).toEqual(['things_pkey', 'things_amount_check', 'things_owner_fkey'])
    expect(constraints.at(-1)?.definition).toBe('FOREIGN KEY (owner) REFERENCES "odd schema".owners(id) ON DELETE CASCADE')
    expect(indexes.map(({ name }) => name)).toEqual(['by owner', 'things_pkey'])
    expect([triggers[0]?.name, policies[0]?.name, owner]).toEqual(['noted', 'mine', database.user])
    expect(grants).toContainEqual({ grantee: 'PUBLIC', privileges: ['SELECT', 'UPDATE'] })
    expect(ddl).toMatch(/^CREATE UNLOGGED TABLE "odd schema"\."things" \(\n {4}"id" bigint NOT NULL,/)
    expect(sizeBytes).toBeGreaterThan(0)
  })

  test('what is gone is not found', async () => {
    await expect(readRelationDetails(connection, SCHEMA, 'gone')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(readObjectDetails(connection, { kind: 'function', oid: 1 })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

test('the server finds tables and columns by parts of their names, letters like % included', async () => {
  const found = async (...words: string[]) => (await findNames(connection, words)).map(({ relation, column }) => [relation, column])
  expect(await found('thing')).toEqual([
    ['things', null],
    ['nothing_in_it', null],
  ])
  expect(await found('FULL', 'name')).toEqual([
    ['child', 'Full Name'],
    ['owners', 'Full Name'],
  ])
  expect(await found('odd', 'see')).toEqual([['seen', null]])
  expect(await found('%')).toEqual([])
  expect(await found()).toEqual([])
})
