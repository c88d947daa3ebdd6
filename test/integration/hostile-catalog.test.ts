import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeRelations } from '#services/assets/describe-relations.ts'
import { listColumns, listRelationNames, listRelations } from '#services/postgres/catalog.ts'
import type { Connection } from '#services/postgres/connection.ts'
import { readTable } from '#services/validation/read-table.ts'
import { compile } from '#shared/sql/sql.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { openTestConnection } from './validation-support.ts'

/** What whoever may write a comment can do to whoever only reads the catalog. */

let database: TestDatabase
let connection: Connection

beforeAll(async () => {
  database = await createDatabase({
    sql: `
      CREATE TABLE talkative (id int);
      DO $$ BEGIN
        EXECUTE 'COMMENT ON TABLE talkative IS ' || quote_literal(repeat('c', 20000000));
        EXECUTE 'COMMENT ON COLUMN talkative.id IS ' || quote_literal(repeat('c', 20000000));
      END $$`,
  })
  connection = await openTestConnection(database)
})
afterAll(async () => {
  await connection?.dispose()
  await database?.dispose()
})

test('comments of 20 MB are read in part, everywhere', async () => {
  const relations = await listRelations(connection)
  expect(relations.map(({ comment }) => comment?.length)).toEqual([2_000])
  expect((await listRelationNames(connection, 'public')).map(({ comment }) => comment?.length)).toEqual([2_000])
  expect((await listColumns(connection, 'public', 'talkative')).map(({ comment }) => comment?.length)).toEqual([2_000])
  const described = await describeRelations(connection, [{ schema: 'public', name: 'talkative' }], new AbortController().signal)
  expect(described.map(({ comment }) => comment?.length)).toEqual([2_000])
  const table = await readTable((statement) => connection.query(compile(statement)), 'public', 'talkative')
  expect(table?.shape.columns.map(({ comment }) => comment?.length)).toEqual([2_000])
})
