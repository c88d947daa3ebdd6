import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Connection } from '#services/postgres/connection.ts'
import type { Kwargs } from '#shared/model/expectation.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { openTestConnection, validateOne } from './validation-support.ts'

/** What the cases of the conformance suite do not hold: other schemas, types, kinds of relations, and NULLs in odd places. */

let database: TestDatabase
let connection: Connection

beforeAll(async () => {
  database = await createDatabase({
    sql: `
      CREATE SCHEMA ext; CREATE SCHEMA "My Schema"; CREATE EXTENSION citext SCHEMA ext; CREATE EXTENSION hstore SCHEMA ext;
      CREATE TYPE "My Schema".mood AS ENUM ('sad', 'ok', 'happy');
      CREATE TYPE "My Schema".pair AS (x integer, y integer);
      CREATE DOMAIN "My Schema".code AS varchar(8) CHECK (value <> '');
      CREATE TABLE "My Schema"."Things" (
        id integer PRIMARY KEY, ci ext.citext, h ext.hstore, mood "My Schema".mood, pair "My Schema".pair, code "My Schema".code,
        u uuid, js jsonb, j json, arr text[], tstz timestamptz, ch char(4), money money, p point, bits bit(3), flag boolean, r int4range, ip inet, vc varchar(10));
      INSERT INTO "My Schema"."Things" VALUES
        (1, 'Apple', 'a=>1', 'sad', (1, 2), 'AB-1', '00000000-0000-0000-0000-000000000001', '{"a":1}', '{}', '{x}', '2024-01-01 00:00+00', 'ab', 1, '(1,1)', b'101', true, '[1,5)', '10.0.0.1', 'a'),
        (2, 'APPLE', 'a=>1', 'ok', (1, NULL), 'AB-2', '00000000-0000-0000-0000-000000000002', '{"a":1.0}', '{}', '{x}', '2024-01-01 01:00+01', 'ab', 1, '(1,1)', b'101', false, '[1,4]', '10.0.0.2', 'b'),
        (3, 'pear', NULL, 'happy', (NULL, NULL), 'zz', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
      CREATE TABLE none (LIKE "My Schema"."Things"); CREATE TABLE dates (a timestamptz, b date, n numeric, f float8);
      INSERT INTO dates VALUES ('infinity', '2024-01-02', 'NaN', 'NaN'), ('2024-01-01 12:00+00', '2024-01-01', 1, 1), (NULL, NULL, NULL, NULL);
      CREATE VIEW things AS SELECT id, ci, code FROM "My Schema"."Things";
      CREATE MATERIALIZED VIEW things_copy AS SELECT * FROM things;
      CREATE TABLE texts (t text); INSERT INTO texts VALUES ('{"a": [1, null]}'), ('"x"'), ('{a: 1}'), (''), (NULL);
      CREATE TABLE fresh (at timestamptz, d date); INSERT INTO fresh VALUES (now() - interval '2 hours', current_date - 3);
      CREATE TABLE half (id integer, n integer); INSERT INTO half VALUES (1, 4);
      CREATE FUNCTION twice(i integer) RETURNS integer LANGUAGE sql AS 'SELECT half.n * 2 FROM half WHERE half.id = $1';
      CREATE VIEW doubled AS SELECT id, twice(id) AS n FROM half;
      CREATE TABLE parent (id integer, at date) PARTITION BY RANGE (at);
      CREATE TABLE parent_2024 PARTITION OF parent FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
      CREATE TABLE parent_2025 PARTITION OF parent FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
      INSERT INTO parent VALUES (1, '2024-05-05'), (1, '2025-05-05');
      CREATE EXTENSION file_fdw; CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
      CREATE FOREIGN TABLE numbers (n integer) SERVER files OPTIONS (program 'seq 1 5');`,
  })
  connection = await openTestConnection(database)
})

afterAll(async () => {
  await connection.dispose()
  await database.dispose()
})

const Things = ['My Schema', 'Things'] as const
type Row = readonly [
  title: string,
  relation: string | readonly [string, string],
  kwargs: Kwargs,
  failing: number | 'error',
  missing?: number | null,
]

/** Runs each row as its own expectation: how many rows fail, how many have no value; and what is shown finds as many rows. */
function cases(type: string, rows: readonly Row[]): void {
  describe(type, () => {
    test.each(rows.map((row) => [row[0], row] as const))('%s', async (_title, [, relation, kwargs, failing, missing]) => {
      const result = await validateOne(connection, relation, type, kwargs)
      if (failing === 'error') {
        expect([result.outcome, result.counts]).toEqual(['error', null])
        return
      }
      expect(result.problem).toBeNull()
      expect([result.counts?.unexpectedCount, ...(missing === undefined ? [] : [result.counts?.missingCount])]).toEqual([
        failing,
        ...(missing === undefined ? [] : [missing]),
      ])
      const shown = result.failingRowsSql === null ? [] : (await connection.query({ text: result.failingRowsSql, values: [] })).rows
      expect([shown.length, result.failingValues.length]).toEqual([failing, failing])
    })
  })
}

const over2 = { type: 'comparison', column: { name: 'n' }, operator: '>', parameter: 2 }
const under5 = { type: 'comparison', column: { name: 'n' }, operator: '<', parameter: 5 }

/** Only rows for which the condition is true are there: for counts, shares, samples and what needs a sort. */
cases('expect_column_values_to_be_between', [
  ['all rows', 'numbers', { column: 'n', max_value: 3 }, 2],
  ['one condition', 'numbers', { column: 'n', max_value: 3, row_condition: under5 }, 1],
  ['both conditions', 'numbers', { column: 'n', max_value: 3, row_condition: { type: 'and', conditions: [over2, under5] } }, 1],
  [
    'either',
    'numbers',
    { column: 'n', max_value: 0, row_condition: { type: 'or', conditions: [over2, { ...under5, operator: '==', parameter: 1 }] } },
    4,
  ],
  ['a condition that is not known for a row', 'dates', { column: 'n', max_value: 0, row_condition: { ...over2, operator: '<=' } }, 1],
  ['a column that is not there', 'numbers', { column: 'n', max_value: 3, row_condition: { ...over2, column: { name: 'none' } } }, 'error'],
])

cases('expect_column_values_to_be_unique', [
  ['copies among all rows', 'parent', { column: 'id' }, 2],
  ['but not among these', 'parent', { column: 'id', row_condition: { ...over2, column: { name: 'at' }, parameter: '2025-01-01' } }, 0],
])

cases('expect_column_values_to_exist_in_other_table', [
  ['each is there', 'half', { column: 'id', other_table: 'parent', other_column: 'id' }, 0],
  ['of another schema, and not all', 'numbers', { column: 'n', other_table: '"My Schema"."Things"', other_column: 'id' }, 2],
  ['no such table', 'half', { column: 'id', other_table: 'none.none', other_column: 'id' }, 'error'],
  ['missing values refer to nothing', 'dates', { column: 'n', other_table: 'half', other_column: 'id' }, 1],
])

cases('expect_column_values_to_be_json_parseable', [
  ['words', 'texts', { column: 't' }, 2],
  ['JSON itself', Things, { column: 'js' }, 'error'],
])

cases('expect_column_values_to_not_be_outliers', [
  ['within the fences', 'numbers', { column: 'n' }, 0],
  ['fences at the quartiles', 'numbers', { column: 'n', multiplier: 0 }, 2],
  ['by deviation', 'numbers', { column: 'n', method: 'std', multiplier: 1 }, 2],
  ['of one value', 'half', { column: 'n', method: 'std' }, 0],
  ['of no values', 'none', { column: 'id' }, 0],
])

cases('expect_multicolumn_values_to_be_equal', [
  ['different', 'half', { column_list: ['id', 'n'] }, 1],
  ['missing and not', 'dates', { column_list: ['n', 'f'] }, 0],
])

cases('expect_column_values_to_not_be_null', [
  ['a composite of nulls is null, one with a null inside is not', Things, { column: 'pair' }, 1, null],
  ['an empty table', 'none', { column: 'ci' }, 0, null],
  ['json, which nothing compares', Things, { column: 'j' }, 1, null],
  ['a foreign table', 'numbers', { column: 'n' }, 0, null],
])

cases('expect_column_values_to_be_unique', [
  ['citext in another schema', Things, { column: 'ci' }, 2, 0],
  ['jsonb by value', Things, { column: 'js' }, 2, 1],
  ['hstore', Things, { column: 'h' }, 2, 1],
  ['an enum', Things, { column: 'mood' }, 0, 0],
  ['uuid', Things, { column: 'u' }, 0, 1],
  ['arrays', Things, { column: 'arr' }, 2, 1],
  ['the same moment in two zones', Things, { column: 'tstz' }, 2, 1],
  ['char, blanks aside', Things, { column: 'ch' }, 2, 1],
  ['money', Things, { column: 'money' }, 2, 1],
  ['bits', Things, { column: 'bits' }, 2, 1],
  ['equal ranges', Things, { column: 'r' }, 2, 1],
  ['a domain', Things, { column: 'code' }, 0, 0],
  ['json has no equality', Things, { column: 'j' }, 'error'],
  ['point has no equality', Things, { column: 'p' }, 'error'],
  ['an empty table', 'none', { column: 'ci' }, 0, 0],
  ['over partitions, whose keys are their own', 'parent', { column: 'id' }, 2, 0],
  ['NaN equals itself', 'dates', { column: 'n' }, 0, 1],
  ['a materialized view', 'things_copy', { column: 'ci' }, 2, 0],
  ['a foreign table', 'numbers', { column: 'n' }, 0, 0],
])

cases('expect_column_values_to_be_in_set', [
  ['citext regardless of case', Things, { column: 'ci', value_set: ['apple'] }, 1, 0],
  ['an enum', Things, { column: 'mood', value_set: ['sad', 'ok'] }, 1, 0],
  ['a value that the enum lacks', Things, { column: 'mood', value_set: ['angry'] }, 'error'],
  [
    'uuid in capitals',
    Things,
    { column: 'u', value_set: ['00000000-0000-0000-0000-00000000000A', '00000000-0000-0000-0000-000000000001'] },
    1,
    1,
  ],
  ['jsonb', Things, { column: 'js', value_set: ['{"a": 1}'] }, 0, 1],
  ['arrays', Things, { column: 'arr', value_set: ['{x}'] }, 0, 1],
  ['booleans', Things, { column: 'flag', value_set: [true] }, 1, 1],
  ['a moment, written in another zone', Things, { column: 'tstz', value_set: ['2023-12-31 19:00-05'] }, 0, 1],
  ['a view', 'things', { column: 'ci', value_set: ['APPLE', 'PEAR'] }, 0, 0],
  ['text that looks like SQL', Things, { column: 'code', value_set: ["AB-1'); DROP TABLE half; --", 'AB-1', 'a\\b'] }, 2, 0],
])

cases('expect_column_values_to_be_between', [
  [
    'timestamptz, bounds in zones',
    Things,
    { column: 'tstz', min_value: '2024-01-01T00:00:00+00:00', max_value: '2024-01-01T02:00:00+02:00' },
    0,
    1,
  ],
  ['infinity is beyond every bound', 'dates', { column: 'a', max_value: '9999-12-31' }, 1, 1],
  ['NaN is above every number', 'dates', { column: 'f', max_value: 1e300 }, 1, 1],
  ['an enum, in its own order', Things, { column: 'mood', min_value: 'ok' }, 1, 0],
  ['inet', Things, { column: 'ip', max_value: '10.0.0.1' }, 1, 1],
  ['citext', Things, { column: 'ci', min_value: 'B' }, 2, 0],
  ['a number against an enum', Things, { column: 'mood', min_value: 1 }, 'error'],
  ['a date that is none', 'dates', { column: 'b', min_value: 'soon' }, 'error'],
  ['json has no order', Things, { column: 'j', min_value: 'a' }, 'error'],
  ['a view whose function needs the search_path of its users', 'doubled', { column: 'n', min_value: 8 }, 0, 0],
])

cases('expect_column_values_to_match_regex', [
  ['citext regardless of case', Things, { column: 'ci', regex: '^apple$' }, 1, 0],
  ['a domain over varchar', Things, { column: 'code', regex: '^AB-[0-9]$' }, 1, 0],
  ['char', Things, { column: 'ch', regex: '^ab' }, 0, 1],
  ['varchar', Things, { column: 'vc', regex: 'a' }, 1, 1],
  ['an enum has no match', Things, { column: 'mood', regex: 'a' }, 'error'],
  ['an integer has no match', Things, { column: 'id', regex: '1' }, 'error'],
])

cases('expect_column_pair_values_a_to_be_greater_than_b', [
  ['a moment and a date', 'dates', { column_A: 'a', column_B: 'b' }, 0, 1],
  ['types that do not compare', Things, { column_A: 'id', column_B: 'code' }, 'error'],
  ['every row is judged', 'dates', { column_A: 'n', column_B: 'f', ignore_row_if: 'neither' }, 2, 0],
  ['equal holds too', 'dates', { column_A: 'n', column_B: 'f', or_equal: true }, 0, 1],
])

describe('of a whole table', () => {
  test.each([
    ['an inherited count', 'parent', 'expect_table_row_count_to_be_between', { min_value: 2, max_value: 2 }, true, 2],
    ['one partition', 'parent_2024', 'expect_table_row_count_to_be_between', { max_value: 1 }, true, 1],
    ['a strict bound', 'parent', 'expect_table_row_count_to_be_between', { min_value: 2, strict_min: true }, false, 2],
    ['a mean with NaN', 'dates', 'expect_column_mean_to_be_between', { column: 'n', min_value: 0 }, false, 'NaN'],
    [
      'a proportion of half',
      'dates',
      'expect_column_proportion_of_non_null_values_to_be_between',
      { column: 'n', min_value: 0.6, max_value: 0.7 },
      true,
      2 / 3,
    ],
    [
      'a proportion of no rows',
      'none',
      'expect_column_proportion_of_non_null_values_to_be_between',
      { column: 'id', max_value: 0 },
      true,
      0,
    ],
    [
      'a proportion that is a bound',
      'half',
      'expect_column_proportion_of_non_null_values_to_be_between',
      { column: 'n', min_value: 1, strict_min: true },
      false,
      1,
    ],
    ['fresh enough', 'fresh', 'expect_column_newest_value_to_be_recent', { column: 'at', max_age: '1 day' }, true, expect.any(String)],
    ['too old', 'fresh', 'expect_column_newest_value_to_be_recent', { column: 'd', max_age: '1 day' }, false, expect.any(String)],
    ['nothing is not fresh', 'none', 'expect_column_newest_value_to_be_recent', { column: 'tstz', max_age: '1 day' }, false, null],
    ['a mean of nothing', 'none', 'expect_column_mean_to_be_between', { column: 'id' }, false, null],
    ['a mean of a foreign table', 'numbers', 'expect_column_mean_to_be_between', { column: 'n', min_value: 3, max_value: 3 }, true, 3],
    [
      '{batch} with an alias, twice',
      'parent',
      'unexpected_rows_expectation',
      { unexpected_rows_query: 'SELECT 1 FROM {batch} AS x JOIN {batch} AS y USING (at) WHERE x.id <> y.id;' },
      true,
      0,
    ],
    [
      'a query under the search_path of its users',
      'half',
      'unexpected_rows_expectation',
      { unexpected_rows_query: 'SELECT * FROM half WHERE twice(id) > 5' },
      false,
      1,
    ],
  ])('%s', async (_title, relation, type, kwargs, passes, observed) => {
    const result = await validateOne(connection, relation, type, kwargs)
    expect([result.outcome, result.observedValue]).toEqual([passes ? 'passed' : 'failed', observed])
  })
})
