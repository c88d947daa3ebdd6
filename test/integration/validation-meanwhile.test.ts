import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Connection } from '#services/postgres/connection.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { expectation, interrupting, openTestConnection, validate } from './validation-support.ts'

/** What others do to the parts of an asset between two statements of a run: its numbers are of one moment, or it is incomplete. */

let database: TestDatabase
let connection: Connection

beforeAll(async () => {
  database = await createDatabase()
})

// Parted, and inherited, tables in which each id is there twice; and rows beside them, whose ids are new.
beforeEach(async () => {
  await database.run(`DROP SCHEMA public CASCADE; CREATE SCHEMA public;
    CREATE TABLE parted (part integer, id integer) PARTITION BY LIST (part);
    CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
    CREATE TABLE parted_2 PARTITION OF parted FOR VALUES IN (2);
    CREATE TABLE parted_3 (part integer, id integer);
    INSERT INTO parted SELECT 1, i / 2 FROM generate_series(2, 1001) i;
    INSERT INTO parted SELECT 2, 10000 + i FROM generate_series(1, 500) i;
    INSERT INTO parted_3 SELECT 3, 20000 + i FROM generate_series(1, 500) i;
    CREATE VIEW over_parted AS SELECT * FROM parted;
    CREATE TABLE parent (id integer);
    CREATE TABLE child () INHERITS (parent);
    CREATE TABLE stranger (id integer);
    INSERT INTO child SELECT i / 2 FROM generate_series(2, 1001) i;
    INSERT INTO stranger SELECT 20000 + i FROM generate_series(1, 500) i;
    ANALYZE`)
  connection = await openTestConnection(database)
  return () => connection.dispose()
})

afterAll(async () => database.dispose())

const unique = expectation('expect_column_values_to_be_unique', { column: 'id' })
const rows = (value: number) => expectation('expect_table_row_count_to_equal', { value })

/** Right before the values that repeat are counted, and the number of rows is known. */
const between = /^(?!.*EXPLAIN).*(count\(DISTINCT|HAVING count)/su

async function during(change: string, relation: string, before: number) {
  let [reached, changed] = [false, false]
  const racing = interrupting(connection, between, async () => {
    reached = true
    await database.run(`SET lock_timeout = '300ms'; ${change}`).then(
      () => {
        changed = true
      },
      (error: { code: string }) => expect(error.code).toBe('55P03'),
    )
  })
  const { results, ending } = await validate(racing, relation, [rows(before), unique])
  // Else nothing was done meanwhile, and nothing would be shown.
  expect(reached).toBe(true)
  return { changed, ending: ending?.state ?? null, outcomes: results.map(({ outcome }) => outcome) }
}

const whole = { ending: null, outcomes: ['passed', 'failed'] }
const incomplete = { ending: 'incomplete', outcomes: ['incomplete', 'incomplete'] }

describe('a part that comes or goes while a run is under way', () => {
  test.each([
    ['a partition is attached', 'ALTER TABLE parted ATTACH PARTITION parted_3 FOR VALUES IN (3)', 'parted', 1500],
    ['below a view', 'ALTER TABLE parted ATTACH PARTITION parted_3 FOR VALUES IN (3)', 'over_parted', 1500],
    ['a table becomes a child', 'ALTER TABLE stranger INHERIT parent', 'parent', 1000],
  ])('%s: incomplete, because its numbers are of two moments', async (_what, change, relation, before) => {
    expect(await during(change, relation, before)).toEqual({ changed: true, ...incomplete })
  })

  test.each([
    ['a partition is detached', 'ALTER TABLE parted DETACH PARTITION parted_2', 'parted', 1500],
    ['a partition is emptied', 'TRUNCATE parted_2', 'parted', 1500],
    ['a partition is dropped', 'DROP TABLE parted_1', 'parted', 1500],
    ['a partition is made', 'CREATE TABLE parted_4 PARTITION OF parted FOR VALUES IN (4)', 'parted', 1500],
    ['a child is no child any more', 'ALTER TABLE child NO INHERIT parent', 'parent', 1000],
    ['a child is emptied', 'TRUNCATE child', 'parent', 1000],
    ['the table below a view is emptied', 'TRUNCATE parted', 'over_parted', 1500],
    ['the view is made anew', 'CREATE OR REPLACE VIEW over_parted AS SELECT * FROM parted WHERE part = 2', 'over_parted', 1500],
  ])('%s: it waits for the run', async (_what, change, relation, before) => {
    expect(await during(change, relation, before)).toEqual({ changed: false, ...whole })
  })

  test('a partition is detached concurrently: it goes on being read, or the run is incomplete', async () => {
    let detaching: Promise<unknown> = Promise.resolve()
    const racing = interrupting(connection, between, async () => {
      detaching = database.run('ALTER TABLE parted DETACH PARTITION parted_1 CONCURRENTLY')
      const pending = async () => (await database.run('SELECT FROM pg_inherits WHERE inhdetachpending')).length
      await expect.poll(pending).toBe(1)
    })
    const { results, ending } = await validate(racing, 'parted', [rows(1500), unique])
    await detaching
    const outcomes = results.map(({ outcome }) => outcome)
    expect([whole.outcomes, incomplete.outcomes]).toContainEqual(outcomes)
    expect(ending === null).toBe(outcomes[0] === 'passed')
  })
})

describe('a table that an expectation reads beside the asset', () => {
  const query = (text: string) => expectation('unexpected_rows_expectation', { unexpected_rows_query: text })
  const among = query('SELECT id FROM {batch} WHERE id IN (SELECT id FROM stranger) ORDER BY id')
  /** After the snapshot, before the query is sent. */
  const first = /^(?!.*EXPLAIN).*count\(\*\)/su

  // Some ids are among those of the other table: green would be a lie.
  beforeEach(async () => {
    await database.run('INSERT INTO stranger SELECT generate_series(1, 10); CREATE VIEW over_stranger AS SELECT * FROM stranger')
  })

  test.each([
    ['emptied', 'TRUNCATE stranger', among],
    ['emptied and filled again', 'BEGIN; TRUNCATE stranger; INSERT INTO stranger SELECT generate_series(1, 1000); COMMIT', among],
    ['rewritten', 'DROP VIEW over_stranger; ALTER TABLE stranger ALTER id TYPE bigint', among],
    ['emptied below a view', 'TRUNCATE stranger', query('SELECT id FROM {batch} WHERE id IN (SELECT id FROM over_stranger)')],
  ])('%s: nothing is green', async (_what, change, check) => {
    const before = await validate(connection, 'parent', [check])
    expect(before.results[0]?.outcome).toBe('failed')
    const racing = interrupting(connection, first, () => database.run(change))
    const { results, ending } = await validate(racing, 'parent', [rows(1000), check])
    expect([ending?.state, results.map(({ outcome }) => outcome)]).toEqual(['incomplete', ['incomplete', 'incomplete']])
  })

  test('one that is only written to has the rows that it had', async () => {
    const racing = interrupting(connection, first, () => database.run('DELETE FROM stranger; INSERT INTO stranger VALUES (500)'))
    const { results, ending } = await validate(racing, 'parent', [rows(1000), among])
    expect([ending, results.map(({ observedValue }) => observedValue)]).toEqual([null, [1000, 20]])
  })
})
