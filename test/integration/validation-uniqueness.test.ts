import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Connection } from '#services/postgres/connection.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { expectation, openTestConnection, validate, validateOne } from './validation-support.ts'

/** Counting hashes proves that values differ only if equal values have equal hashes, and never that they are equal. */

let database: TestDatabase
let connection: Connection

beforeAll(async () => {
  // A type like text whose values all have the same 64-bit hash, which no ordinary values are known to have.
  const functions = ['eq', 'lt', 'le', 'gt', 'ge'].map(
    (name) =>
      `CREATE FUNCTION clash_${name}(clash, clash) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'text${name === 'eq' ? 'eq' : `_${name}`}'`,
  )
  database = await createDatabase({
    sql: `CREATE TYPE clash;
      CREATE FUNCTION clash_in(cstring) RETURNS clash LANGUAGE internal IMMUTABLE STRICT AS 'textin';
      CREATE FUNCTION clash_out(clash) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
      CREATE TYPE clash (INPUT = clash_in, OUTPUT = clash_out, LIKE = text, CATEGORY = 'U', COLLATABLE = true);
      ${functions.join(';\n')};
      CREATE FUNCTION clash_cmp(clash, clash) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS 'bttextcmp';
      CREATE FUNCTION clash_hash(clash) RETURNS integer LANGUAGE sql IMMUTABLE STRICT AS 'SELECT 7';
      CREATE FUNCTION clash_hash64(clash, bigint) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT AS 'SELECT 7::bigint';
      CREATE OPERATOR = (LEFTARG = clash, RIGHTARG = clash, FUNCTION = clash_eq, HASHES, MERGES, COMMUTATOR = =);
      CREATE OPERATOR < (LEFTARG = clash, RIGHTARG = clash, FUNCTION = clash_lt);
      CREATE OPERATOR <= (LEFTARG = clash, RIGHTARG = clash, FUNCTION = clash_le);
      CREATE OPERATOR > (LEFTARG = clash, RIGHTARG = clash, FUNCTION = clash_gt);
      CREATE OPERATOR >= (LEFTARG = clash, RIGHTARG = clash, FUNCTION = clash_ge);
      CREATE OPERATOR CLASS clash_order DEFAULT FOR TYPE clash USING btree AS
        OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 clash_cmp(clash, clash);
      CREATE OPERATOR CLASS clash_hashes DEFAULT FOR TYPE clash USING hash AS
        OPERATOR 1 =, FUNCTION 1 clash_hash(clash), FUNCTION 2 clash_hash64(clash, bigint);
      CREATE TABLE clashing (different clash, twice clash, n integer);
      INSERT INTO clashing VALUES ('a', 'a', 1), ('b', 'b', 1), ('c', 'a', 1), (NULL, NULL, 1);

      CREATE COLLATION regardless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
      CREATE TABLE equals (f4 real, f8 double precision, n numeric, i interval, c text COLLATE regardless, j jsonb, b char(5), tz timetz, m macaddr, o oid);
      INSERT INTO equals VALUES
        ('-0', '-0', 1.0, '1 day', 'Straße', '{"a": 1, "b": 2}', 'x', '12:00+00', '08:00:2b:01:02:03', 1),
        ('0', '0', 1.00, '24 hours', 'STRASSE', '{"b": 2.0, "a": 1.0}', 'x ', '12:00+00', '08-00-2b-01-02-03', 1),
        ('1', '1', 2, '2 days', 'Weg', '1', 'y', '13:00+01', '08:00:2b:01:02:04', 2);
      UPDATE equals SET c = 'strasse' WHERE n = 1.0 AND f8::text = '0'; UPDATE equals SET c = 'Strasse' WHERE f8::text = '-0';
      CREATE TABLE keys (a integer, b text, c numeric);
      INSERT INTO keys VALUES (1, 'x', 1.0), (1, 'x', NULL), (1, 'x', NULL), (NULL, NULL, NULL), (NULL, NULL, NULL), (2, 'x', 1.00), (1, 'y', 1);`,
  })
  connection = await openTestConnection(database)
})

afterAll(async () => {
  await connection.dispose()
  await database.dispose()
})

const unique = 'expect_column_values_to_be_unique'
const compound = 'expect_compound_columns_to_be_unique'

describe('hashes that meet by chance', () => {
  test('are no copies: the values themselves are asked', async () => {
    expect(await validateOne(connection, 'clashing', unique, { column: 'different' })).toMatchObject({
      outcome: 'passed',
      counts: { elementCount: 4, missingCount: 1, unexpectedCount: 0 },
    })
  })

  test('do not make copies of others', async () => {
    expect(await validateOne(connection, 'clashing', unique, { column: 'twice' })).toMatchObject({
      outcome: 'failed',
      counts: { unexpectedCount: 2 },
      failingValues: [['a'], ['a']],
    })
  })

  test('nor among several columns', async () => {
    expect((await validateOne(connection, 'clashing', compound, { column_list: ['different', 'n'] })).counts?.unexpectedCount).toBe(0)
    expect((await validateOne(connection, 'clashing', compound, { column_list: ['twice', 'n'] })).counts?.unexpectedCount).toBe(2)
  })

  test('and are counted once each where different values are counted', async () => {
    const result = await validateOne(connection, 'clashing', 'expect_column_unique_value_count_to_be_between', { column: 'different' })
    expect(result.observedValue).toBe(3)
  })
})

describe('values that are equal and written differently are copies', () => {
  const columns = ['f4', 'f8', 'n', 'i', 'c', 'j', 'b', 'm', 'o']
  test.each(columns)('%s', async (column) => {
    const result = await validateOne(connection, 'equals', unique, { column })
    expect([result.outcome, result.counts?.unexpectedCount, result.failingValues.length]).toEqual(['failed', 2, 2])
  })

  test.each(columns.slice(0, -1))('%s, in a key of two columns', async (column) => {
    const result = await validateOne(connection, 'equals', compound, { column_list: [column, 'o'] })
    expect([result.outcome, result.counts?.unexpectedCount]).toEqual(['failed', 2])
  })

  test('the same time of day in two zones is not the same to PostgreSQL', async () => {
    const result = await validateOne(connection, 'equals', unique, { column: 'tz' })
    expect(result.counts?.unexpectedCount).toBe(2)
  })
})

describe('a key with a value missing is a copy of nothing', () => {
  test.each([
    ['all_values_are_missing', 2],
    ['any_value_is_missing', 4],
    ['never', 0],
  ] as const)('ignore_row_if %s only says which rows are counted', async (ignore_row_if, missing) => {
    const abc = await validateOne(connection, 'keys', compound, { column_list: ['a', 'b', 'c'], ignore_row_if })
    expect(abc).toMatchObject({ outcome: 'passed', counts: { elementCount: 7, missingCount: missing, unexpectedCount: 0 } })
    const ab = await validateOne(connection, 'keys', compound, { column_list: ['a', 'b'], ignore_row_if })
    expect(ab).toMatchObject({ outcome: 'failed', counts: { unexpectedCount: 3 } })
  })
})

describe('what the statistics of the server say of copies', () => {
  const statementsOf = async (table: string) => {
    const { results, circumstances } = await validate(connection, table, [expectation(unique, { column: 'id' })], {
      keepFailingValues: false,
    })
    return {
      answer: results.map(({ outcome, counts }) => [outcome, counts?.unexpectedCount]),
      statements: circumstances?.statementCount ?? 0,
    }
  }

  test('spares a count that proves nothing, and is no answer itself', async () => {
    await database.run(
      `CREATE TABLE copies AS SELECT i % 1000 AS id FROM generate_series(1, 2000) i; ALTER TABLE copies SET (autovacuum_enabled = off)`,
    )
    const before = await statementsOf('copies')
    await database.run('ANALYZE copies')
    const after = await statementsOf('copies')
    expect([before.answer, after.answer]).toEqual([[['failed', 2_000]], [['failed', 2_000]]])
    expect(after.statements).toBeLessThan(before.statements)
    // The statistics are old now, and wrong.
    await database.run('TRUNCATE copies; INSERT INTO copies SELECT generate_series(1, 2000)')
    expect((await statementsOf('copies')).answer).toEqual([['passed', 0]])
  })
})
