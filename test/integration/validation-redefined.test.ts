import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Connection } from '#services/postgres/connection.ts'
import type { AssetSource } from '#services/validation/source-relations.ts'
import type { Expectation } from '#shared/model/expectation.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { expectation, interrupting, openTestConnection, validate } from './validation-support.ts'

/** Views and functions that somebody replaces while a query of the user's reads through them: its numbers are of one definition, or it is incomplete. */

let database: TestDatabase
let connection: Connection

beforeAll(async () => {
  database = await createDatabase()
})

// Each id is there twice; and a table whose ids are new.
beforeEach(async () => {
  await database.run(`DROP SCHEMA public CASCADE; CREATE SCHEMA public;
    CREATE TABLE calls (id integer);
    INSERT INTO calls SELECT i / 2 FROM generate_series(2, 1001) i;
    CREATE TABLE fresh (id integer);
    INSERT INTO fresh SELECT generate_series(1, 1000);
    CREATE VIEW inner_calls AS SELECT id FROM calls;
    CREATE VIEW outer_calls AS SELECT id FROM inner_calls;
    CREATE FUNCTION read_calls() RETURNS SETOF integer LANGUAGE plpgsql STABLE AS 'BEGIN RETURN QUERY SELECT id FROM public.calls; END';
    CREATE FUNCTION through() RETURNS SETOF integer LANGUAGE plpgsql STABLE AS 'BEGIN RETURN QUERY SELECT * FROM public.read_calls(); END';
    CREATE VIEW of_function AS SELECT f.id FROM read_calls() AS f(id);
    CREATE FUNCTION stranger() RETURNS integer LANGUAGE sql AS 'SELECT 1';
    CREATE VIEW unread AS SELECT id FROM calls`)
  connection = await openTestConnection(database)
  return () => connection.dispose()
})

afterAll(async () => database.dispose())

const unique = expectation('expect_column_values_to_be_unique', { column: 'id' })
const rows = expectation('expect_table_row_count_to_equal', { value: 1000 })
const query = (text: string): AssetSource => ({ schema: '', relation: 'q', query: text })

/** Right before the values that repeat are counted, and the number of rows is known. */
const between = /^(?!.*EXPLAIN).*(count\(DISTINCT|HAVING count)/su

async function during(change: string, source: AssetSource, checks: readonly Expectation[] = [rows, unique], when = between) {
  let [reached, changed] = [false, false]
  const racing = interrupting(connection, when, async () => {
    reached = true
    await database.run(`SET lock_timeout = '300ms'; ${change}`).then(
      () => {
        changed = true
      },
      (error: { code: string }) => expect(error.code).toBe('55P03'),
    )
  })
  const { results, ending } = await validate(racing, '', checks, { source })
  // Else nothing was done meanwhile, and nothing would be shown.
  expect(reached).toBe(true)
  return { changed, ending: ending?.state ?? null, sentence: ending?.sentence ?? null, outcomes: results.map(({ outcome }) => outcome) }
}

const whole = { changed: false, ending: null, outcomes: ['passed', 'failed'] }
const incomplete = { changed: true, ending: 'incomplete', outcomes: ['incomplete', 'incomplete'] }

const ofFresh = `CREATE OR REPLACE FUNCTION read_calls() RETURNS SETOF integer LANGUAGE plpgsql STABLE AS 'BEGIN RETURN QUERY SELECT id FROM public.fresh; END'`

describe('a view inside a query', () => {
  test.each([
    ['is made anew', 'CREATE OR REPLACE VIEW outer_calls AS SELECT id FROM fresh'],
    ['or one inside of it', 'CREATE OR REPLACE VIEW inner_calls AS SELECT id FROM fresh'],
    ['is put in place of another', 'ALTER VIEW outer_calls RENAME TO old; CREATE VIEW outer_calls AS SELECT id FROM fresh'],
    ['is dropped and made again', 'DROP VIEW outer_calls; CREATE VIEW outer_calls AS SELECT id FROM fresh'],
  ])('%s: it waits for the run', async (_what, change) => {
    expect(await during(change, query('SELECT id FROM outer_calls'))).toMatchObject(whole)
  })
})

describe('a function', () => {
  test.each([
    ['inside a query', query('SELECT f.id FROM read_calls() AS f(id)'), 'read_calls'],
    ['inside a function inside a query', query('SELECT f.id FROM public."through"() AS f(id)'), 'through'],
    ['inside a view inside a query', query('SELECT id FROM of_function'), 'of_function'],
    ['inside a view', { schema: 'public', relation: 'of_function', query: null }, 'of_function'],
  ])('%s is replaced: nothing is green, and the run says where', async (_what, source, where) => {
    const outcome = await during(ofFresh, source)
    expect(outcome).toMatchObject(incomplete)
    expect(outcome.sentence).toContain(`public.${where}`)
  })

  test.each([
    ['another function is replaced', `CREATE OR REPLACE FUNCTION stranger() RETURNS integer LANGUAGE sql AS 'SELECT 2'`],
    ['another view is replaced', 'CREATE OR REPLACE VIEW unread AS SELECT id FROM fresh'],
    ['a right is granted on what is locked', 'GRANT SELECT ON calls TO PUBLIC'],
  ])('%s: nobody’s concern', async (_what, change) => {
    const outcome = await during(change, query('SELECT f.id FROM read_calls() AS f(id) WHERE EXISTS (SELECT FROM calls)'))
    expect(outcome).toMatchObject({ changed: true, ending: null, outcomes: ['passed', 'failed'] })
  })
})

describe('beside the asset', () => {
  /** After the snapshot, before the query is sent. */
  const first = /^(?!.*EXPLAIN).*count\(\*\)/su
  const among = (text: string) => expectation('unexpected_rows_expectation', { unexpected_rows_query: text })
  const count = expectation('expect_table_row_count_to_equal', { value: 1000 })
  const table: AssetSource = { schema: 'public', relation: 'fresh', query: null }
  // Made since the snapshot, so empty to it: green would be a lie.
  const made = 'CREATE TABLE later AS SELECT * FROM calls;'

  test.each([
    [
      'a view',
      'SELECT id FROM {batch} WHERE id IN (SELECT id FROM outer_calls)',
      'CREATE OR REPLACE VIEW outer_calls AS SELECT id FROM later',
    ],
    [
      'a view inside a view',
      'SELECT id FROM {batch} WHERE id IN (SELECT id FROM outer_calls)',
      'CREATE OR REPLACE VIEW inner_calls AS SELECT id FROM later',
    ],
    ['a function', 'SELECT id FROM {batch} WHERE id IN (SELECT read_calls())', ofFresh.replace('fresh', 'later')],
    [
      'a table by another',
      'SELECT id FROM {batch} WHERE id IN (SELECT id FROM calls)',
      'ALTER TABLE calls RENAME TO old; ALTER TABLE later RENAME TO calls',
    ],
  ])('%s is replaced: nothing is green', async (_what, text, change) => {
    const before = await validate(connection, 'fresh', [among(text)])
    expect(before.results[0]?.outcome).toBe('failed')
    expect(await during(`${made} ${change}`, table, [count, among(text)], first)).toMatchObject(incomplete)
  })

  test('a view that a check names is replaced: nothing is green', async () => {
    const kwargs = { column: 'id', other_table: 'public.outer_calls', other_column: 'id' }
    const exists = expectation('expect_column_values_to_exist_in_other_table', kwargs)
    const change = 'CREATE OR REPLACE VIEW outer_calls AS SELECT id FROM fresh'
    const outcome = await during(change, table, [count, exists], first)
    expect(outcome).toMatchObject(incomplete)
  })
})
