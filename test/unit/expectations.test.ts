import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { boundsProse, isWithin } from '#shared/expectations/bounds.ts'
import type { TableShape } from '#shared/expectations/definition.ts'
import { fieldOf } from '#shared/expectations/fields.ts'
import { parseKwargs } from '#shared/expectations/kwargs.ts'
import { proseText } from '#shared/expectations/prose.ts'
import { expectationDefinitions, findExpectation } from '#shared/expectations/registry.ts'
import { judgeRows } from '#shared/expectations/row-wise.ts'
import { DataQualityIssue, type Kwargs } from '#shared/model/expectation.ts'
import { fc } from '#test/support/chance.ts'

const table: TableShape = {
  schema: 'public',
  name: 't',
  keyColumns: [],
  columns: ['id', 'Name'].map((name, index) => ({
    name,
    position: index + 1,
    type: 'text',
    category: 'S',
    nullable: true,
    primaryKey: false,
    comment: null,
    abilities: { equality: true, order: true, pattern: true, mean: false, distinct: 'hash' },
  })),
}

/** The smallest kwargs of each type, and the sentence that they make. */
const sentences: Readonly<Record<string, readonly [Kwargs, string]>> = {
  expect_table_row_count_to_be_between: [
    { min_value: 1, max_value: 5, strict_max: true },
    'The number of rows is at least 1 and less than 5',
  ],
  expect_table_columns_to_match_set: [{ column_set: ['id', 'Name'] }, 'The columns are exactly id, Name'],
  expect_table_column_types_to_match_set: [
    { column_types: ['id integer', 'Name text'] },
    'The columns and their types are id integer, Name text',
  ],
  expect_column_proportion_of_non_null_values_to_be_between: [
    { column: 'id', min_value: 0.5, strict_min: true },
    'The proportion of non-null values in id is greater than 0.5',
  ],
  expect_column_to_exist: [{ column: 'id', column_index: 0 }, 'Column id exists at place 0, counted from 0'],
  expect_column_values_to_not_be_null: [{ column: 'id', mostly: 0.95 }, 'Values of id are not null, in at least 95 % of rows'],
  expect_column_values_to_be_unique: [{ column: 'id' }, 'Values of id are unique'],
  expect_column_values_to_be_in_set: [{ column: 'id', value_set: ['a', 1, null] }, 'Values of id are one of a, 1, NULL'],
  expect_column_values_to_be_between: [{ column: 'id', min_value: 'a', strict_min: true }, 'Values of id are greater than a'],
  expect_column_mean_to_be_between: [{ column: 'id' }, 'Column id has a mean'],
  expect_column_pair_values_a_to_be_greater_than_b: [
    { column_A: 'id', column_B: 'Name', or_equal: true },
    'id is greater than or equal to Name',
  ],
  expect_column_values_to_match_regex: [{ column: 'id', regex: '^a$' }, 'Values of id match ^a$'],
  expect_table_row_count_to_equal: [{ value: 5 }, 'The number of rows is 5'],
  expect_table_row_count_to_equal_other_table: [{ other_table_name: 'sales.orders' }, 'The number of rows equals that of sales.orders'],
  expect_table_column_count_to_be_between: [{ min_value: 1, max_value: 5 }, 'The number of columns is at least 1 and at most 5'],
  expect_table_column_count_to_equal: [{ value: 2 }, 'The number of columns is 2'],
  expect_table_columns_to_match_ordered_list: [{ column_list: ['id', 'Name'] }, 'The columns are, in this order, id, Name'],
  expect_column_values_to_be_of_type: [{ column: 'id', type_: 'integer' }, 'Column id has the type integer'],
  expect_column_values_to_be_in_type_list: [
    { column: 'id', type_list: ['integer', 'TEXT'] },
    'Column id has one of the types integer, TEXT',
  ],
  expect_column_values_to_be_null: [{ column: 'id' }, 'Values of id are null'],
  expect_compound_columns_to_be_unique: [{ column_list: ['id', 'Name'] }, 'The combination of id, Name is unique'],
  expect_select_column_values_to_be_unique_within_record: [
    { column_list: ['id', 'Name'] },
    'The values of id, Name differ from one another in each row',
  ],
  expect_column_unique_value_count_to_be_between: [{ column: 'id', min_value: 3 }, 'The number of different values of id is at least 3'],
  expect_column_proportion_of_unique_values_to_be_between: [
    { column: 'id', max_value: 0.5 },
    'The proportion of different values of id is at most 0.5',
  ],
  expect_column_distinct_values_to_be_in_set: [{ column: 'id', value_set: [1, 2] }, 'The values of id are all among 1, 2'],
  expect_column_distinct_values_to_contain_set: [{ column: 'id', value_set: [1, 2] }, 'The values of id contain each of 1, 2'],
  expect_column_distinct_values_to_equal_set: [{ column: 'id', value_set: [1, 2] }, 'The values of id are exactly 1, 2'],
  expect_column_most_common_value_to_be_in_set: [{ column: 'id', value_set: [1] }, 'The most common value of id is one of 1'],
  expect_column_newest_value_to_be_recent: [
    { column: 'id', max_age: '1 day', max_ahead: '1 hour' },
    'The newest value of id is at most 1 day old, and at most 1 hour in the future',
  ],
  expect_column_values_to_exist_in_other_table: [
    { column: 'id', other_table: 'sales.orders', other_column: 'id' },
    'Values of id occur in sales.orders.id',
  ],
  expect_column_values_to_be_json_parseable: [{ column: 'id' }, 'Values of id are JSON'],
  expect_column_values_to_not_be_in_set: [{ column: 'id', value_set: [1, 'x'] }, 'Values of id are none of 1, x'],
  expect_column_value_lengths_to_be_between: [{ column: 'id', min_value: 2 }, 'The length of values of id is at least 2'],
  expect_column_value_lengths_to_equal: [{ column: 'id', value: 2 }, 'Values of id have 2 characters'],
  expect_column_values_to_not_match_regex: [{ column: 'id', regex: '^a' }, 'Values of id do not match ^a'],
  expect_column_values_to_match_regex_list: [
    { column: 'id', regex_list: ['^a', 'b$'], match_on: 'all' },
    'Values of id match all of ^a, b$',
  ],
  expect_column_values_to_not_match_regex_list: [{ column: 'id', regex_list: ['^a'] }, 'Values of id match none of ^a'],
  expect_column_values_to_match_like_pattern: [{ column: 'id', like_pattern: 'a%' }, 'Values of id are like a%'],
  expect_column_values_to_not_match_like_pattern: [{ column: 'id', like_pattern: 'a%' }, 'Values of id are not like a%'],
  expect_column_values_to_match_like_pattern_list: [
    { column: 'id', like_pattern_list: ['a%', 'b%'] },
    'Values of id are like any of a%, b%',
  ],
  expect_column_values_to_not_match_like_pattern_list: [{ column: 'id', like_pattern_list: ['a%'] }, 'Values of id are like none of a%'],
  expect_column_value_z_scores_to_be_less_than: [
    { column: 'id', threshold: 3 },
    'Values of id lie within 3 standard deviations of the mean',
  ],
  expect_column_values_to_not_be_outliers: [
    { column: 'id', method: 'std', multiplier: 3 },
    'Values of id lie within 3 standard deviations of the mean',
  ],
  expect_column_max_to_be_between: [{ column: 'id', max_value: 5 }, 'The maximum of id is at most 5'],
  expect_column_min_to_be_between: [
    { column: 'id', min_value: '2026-01-01', strict_min: true },
    'The minimum of id is greater than 2026-01-01',
  ],
  expect_column_median_to_be_between: [{ column: 'id', min_value: 1 }, 'The median of id is at least 1'],
  expect_column_stdev_to_be_between: [{ column: 'id', max_value: 1 }, 'The standard deviation of id is at most 1'],
  expect_column_sum_to_be_between: [{ column: 'id' }, 'The sum of id may be anything'],
  expect_column_quantile_values_to_be_between: [
    {
      column: 'id',
      quantile_ranges: {
        quantiles: [0.5, 0.9],
        value_ranges: [
          [1, 2],
          [3, null],
        ],
      },
    },
    'Quantiles of id: 0.5 between 1 and 2; 0.9 between 3 and ∞',
  ],
  expect_column_kl_divergence_to_be_less_than: [
    { column: 'id', partition_object: { values: ['a', 'b'], weights: [0.5, 0.5] }, threshold: 0.1 },
    'The divergence of id from what is expected is at most 0.1',
  ],
  expect_column_pair_values_to_be_equal: [{ column_A: 'id', column_B: 'Name' }, 'id equals Name'],
  expect_column_pair_values_to_be_in_set: [
    {
      column_A: 'id',
      column_B: 'Name',
      value_pairs_set: [
        ['a', 1],
        ['b', null],
      ],
    },
    'id and Name are one of (a, 1), (b, NULL)',
  ],
  expect_multicolumn_sum_to_equal: [{ column_list: ['id', 'Name'], sum_total: 10 }, 'The sum of id, Name is 10'],
  expect_multicolumn_values_to_be_equal: [{ column_list: ['id', 'Name'] }, 'The values of id, Name are equal'],
  expect_column_type_to_be: [{ column: 'id', type_: 'VARCHAR(10)' }, 'The type of column id is VARCHAR(10)'],
  expect_column_values_to_match_strftime_format: [{ column: 'id', strftime_format: '%Y-%m-%d' }, 'Values of id are written as %Y-%m-%d'],
  expect_column_values_to_match_json_schema: [
    { column: 'id', json_schema: { type: 'object' } },
    'Values of id match the JSON Schema {"type":"object"}',
  ],
  expect_column_values_to_be_increasing: [
    { column: 'id', order_by: 'Name', strictly: true },
    'Values of id strictly increase in the order of Name',
  ],
  expect_column_values_to_be_decreasing: [{ column: 'id', order_by: 'Name' }, 'Values of id decrease in the order of Name'],
  expect_column_pair_ranges_to_not_overlap: [
    { column_A: 'id', column_B: 'Name', group_by: ['id'] },
    'Ranges from id to Name do not overlap within each id',
  ],
  expect_query_results_to_match_comparison: [
    { base_query: 'SELECT 1\nFROM {batch}', comparison_data_source_name: 'Other', comparison_query: 'SELECT 2', mostly: 0.5 },
    'SELECT 1 FROM {batch} returns the same rows as SELECT 2 in Other, in at least 50 % of rows',
  ],
  unexpected_rows_expectation: [{ unexpected_rows_query: 'SELECT 1\nFROM {batch}' }, 'The query returns no rows: SELECT 1 FROM {batch}'],
}

describe.each(expectationDefinitions.map((definition) => [definition.type, definition] as const))('%s', (type, definition) => {
  const [kwargs, sentence] = sentences[type] ?? [{}, '']

  test('has a sentence, and kwargs that survive being stored', () => {
    const parsed = parseKwargs(definition, kwargs)
    if (!parsed.ok) throw new Error(parsed.sentence)
    expect(proseText(definition.prose(parsed.params))).toBe(sentence)
    expect(parsed.kwargs).toEqual(kwargs)
    expect(parseKwargs(definition, parsed.kwargs)).toEqual(parsed)
  })

  test('has a field for each param, an issue, and words for the picker', () => {
    for (const schema of Object.values(definition.params.shape)) expect(fieldOf(schema)?.label).toMatch(/^[A-Z]/u)
    expect(DataQualityIssue.options).toContain(definition.issue)
    expect(definition.summary).toMatch(/^[A-Z].*\.$/u)
    expect(findExpectation(type)).toBe(definition)
  })

  test('names what it cannot use at its param', () => {
    for (const field of ['column', 'column_A', 'column_B'].filter(
      (name) => name in definition.params.shape && definition.check !== undefined,
    )) {
      const problems = definition.check?.({ ...kwargs, [field]: 'name' }, table) ?? []
      expect(problems).toContainEqual({ field, sentence: 'There is no column "name" in public.t. Did you mean "Name"?' })
    }
    expect(parseKwargs(definition, { ...kwargs, colour: 'red' })).toMatchObject({ ok: false, field: 'colour' })
  })
})

test('the engine mentions no expectation: adding one is a file, a line in the registry and a case table', () => {
  const folders = ['validation', 'expectations'].map((name) => fileURLToPath(new URL(`../../electron/services/${name}/`, import.meta.url)))
  const sources = folders.flatMap((folder) => readdirSync(folder).map((file) => [file, readFileSync(`${folder}/${file}`, 'utf8')] as const))
  expect(sources.length).toBeGreaterThan(15)
  const mentions = sources
    .filter(([, source]) => /expect_[a-z]|unexpected_rows_|expectations\/(expect-|unexpected-)/u.test(source))
    .map(([file]) => file)
  expect(mentions).toEqual([])
})

describe('columns that match a set', () => {
  const definition = findExpectation('expect_table_columns_to_match_set')
  test.each([
    [['Name', 'id'], true, true, undefined],
    [['ID', 'name'], true, true, undefined],
    [['id', '"name"'], true, false, { unexpected: ['Name'], missing: ['"name"'] }],
    [['id', '"Name"'], true, true, undefined],
    [['id'], true, false, { unexpected: ['Name'] }],
    [['id'], false, true, { unexpected: ['Name'] }],
    [['id', 'Name', 'new'], false, false, { missing: ['new'] }],
  ])('%j, exactly: %s → %s', (column_set, exact_match, success, mismatched) => {
    const evaluation = definition?.evaluate({ column_set, exact_match }, {}, table)
    expect([evaluation?.success, evaluation?.details.mismatched]).toEqual([success, mismatched])
  })
})

describe('arithmetic is GX’s, in doubles', () => {
  test.each([
    [{ rows: 10n, missing: 1n, unexpected: 7n }, 1, false, 77.77777777777779, 70],
    [{ rows: 250n, missing: 0n, unexpected: 143n }, 1, false, 57.199999999999996, 57.199999999999996],
    [{ rows: 1000n, missing: 0n, unexpected: 333n }, 0.667, true, 33.300000000000004, 33.300000000000004],
    [{ rows: 10n, missing: 10n, unexpected: 0n }, 1, true, null, 0],
    [{ rows: 0n, missing: 0n, unexpected: 0n }, 1, true, null, null],
    [{ rows: 3n, missing: 0n, unexpected: 3n }, 0, true, 100, 100],
  ])('%o with mostly %d', (counts, mostly, success, percent, total) => {
    const judged = judgeRows(counts, mostly)
    expect([judged.success, judged.counts?.unexpectedPercent, judged.counts?.unexpectedPercentTotal]).toEqual([success, percent, total])
  })

  test('NaN is within nothing that has a bound, and no value fails even without one', () => {
    const open = { min_value: null, max_value: null, strict_min: false, strict_max: false }
    expect([isWithin(Number.NaN, { ...open, min_value: 0 }), isWithin(Number.NaN, open), isWithin(null, open)]).toEqual([
      false,
      true,
      false,
    ])
  })

  test('strict bounds exclude exactly the bound', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (value) => {
        const at = { min_value: value, max_value: value }
        expect(isWithin(value, { ...at, strict_min: false, strict_max: false })).toBe(true)
        expect(isWithin(value, { ...at, strict_min: true, strict_max: false })).toBe(false)
      }),
    )
    expect(proseText(boundsProse({ min_value: 1, max_value: 1, strict_min: false, strict_max: false }) ?? [])).toBe('exactly 1')
  })
})
