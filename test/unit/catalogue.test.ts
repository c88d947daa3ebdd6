import { describe, expect, test } from 'vitest'
import { parseKwargs } from '#shared/expectations/kwargs.ts'
import { expectationDefinitions, findExpectation } from '#shared/expectations/registry.ts'
import type { Kwargs } from '#shared/model/expectation.ts'

/** GX Core's catalogue as written down from its documentation, and what this program makes of each name in it. */

/** Every type that GX Core 1.24 offers on PostgreSQL. */
const onPostgresql = `
  expect_table_row_count_to_be_between expect_table_row_count_to_equal expect_table_row_count_to_equal_other_table
  expect_table_column_count_to_be_between expect_table_column_count_to_equal
  expect_table_columns_to_match_ordered_list expect_table_columns_to_match_set expect_column_to_exist
  expect_column_type_to_be expect_column_values_to_be_of_type expect_column_values_to_be_in_type_list
  expect_column_values_to_not_be_null expect_column_values_to_be_null expect_column_proportion_of_non_null_values_to_be_between
  expect_column_values_to_be_unique expect_compound_columns_to_be_unique expect_select_column_values_to_be_unique_within_record
  expect_column_unique_value_count_to_be_between expect_column_proportion_of_unique_values_to_be_between
  expect_column_distinct_values_to_be_in_set expect_column_distinct_values_to_contain_set expect_column_distinct_values_to_equal_set
  expect_column_most_common_value_to_be_in_set expect_column_values_to_be_in_set expect_column_values_to_not_be_in_set
  expect_column_values_to_be_between expect_column_value_lengths_to_be_between expect_column_value_lengths_to_equal
  expect_column_values_to_match_regex expect_column_values_to_not_match_regex
  expect_column_values_to_match_regex_list expect_column_values_to_not_match_regex_list
  expect_column_values_to_match_like_pattern expect_column_values_to_not_match_like_pattern
  expect_column_values_to_match_like_pattern_list expect_column_values_to_not_match_like_pattern_list
  expect_column_value_z_scores_to_be_less_than expect_column_values_to_not_be_outliers expect_column_values_to_match_strftime_format
  expect_column_max_to_be_between expect_column_min_to_be_between expect_column_mean_to_be_between expect_column_median_to_be_between
  expect_column_stdev_to_be_between expect_column_sum_to_be_between expect_column_quantile_values_to_be_between
  expect_column_kl_divergence_to_be_less_than
  expect_column_pair_values_a_to_be_greater_than_b expect_column_pair_values_to_be_equal expect_column_pair_values_to_be_in_set
  expect_multicolumn_sum_to_equal expect_multicolumn_values_to_be_equal
  unexpected_rows_expectation expect_query_results_to_match_comparison`
  .trim()
  .split(/\s+/)

/** GX has these for other engines; here PostgreSQL decides them. */
const elsewhere = [
  'expect_column_values_to_be_increasing',
  'expect_column_values_to_be_decreasing',
  'expect_column_values_to_be_json_parseable',
  'expect_column_values_to_match_json_schema',
]

/** GX has these for other engines, and SQL has no honest answer: a parser that guesses, and tests that draw at random. */
const undecided = [
  'expect_column_values_to_be_dateutil_parseable',
  'expect_column_bootstrapped_ks_test_p_value_to_be_greater_than',
  'expect_column_chisquare_test_p_value_to_be_greater_than',
  'expect_column_parameterized_distribution_ks_test_p_value_to_be_greater_than',
  'expect_column_pair_cramers_phi_value_to_be_less_than',
]

test('every type of the catalogue that PostgreSQL can decide is there', () => {
  expect([...onPostgresql, ...elsewhere].filter((type) => findExpectation(type) === null)).toEqual([])
  expect(undecided.filter((type) => findExpectation(type) !== null)).toEqual([])
})

test('what is beyond it is marked as such, and nothing else', () => {
  const marked = expectationDefinitions.filter(({ beyondGx }) => beyondGx === true).map(({ type }) => type)
  const others = expectationDefinitions.map(({ type }) => type).filter((type) => !onPostgresql.includes(type))
  expect(marked.toSorted()).toEqual(others.toSorted())
  expect(others.filter((type) => !elsewhere.includes(type))).toEqual([
    'expect_column_newest_value_to_be_recent',
    'expect_table_column_types_to_match_set',
    'expect_column_values_to_exist_in_other_table',
    'expect_column_pair_ranges_to_not_overlap',
  ])
})

describe('a param that cannot be used is refused at its field', () => {
  const json = (json_schema: Kwargs[string]): [string, Kwargs, string, RegExp] => [
    'expect_column_values_to_match_json_schema',
    { column: 'a', json_schema },
    'json_schema',
    /schema/i,
  ]
  const format = (strftime_format: string, sentence: RegExp): [string, Kwargs, string, RegExp] => [
    'expect_column_values_to_match_strftime_format',
    { column: 'a', strftime_format },
    'strftime_format',
    sentence,
  ]
  test.each<[string, Kwargs, string, RegExp]>([
    format('%Y-%Q', /There is no %Q/),
    format('%Y-%m-%d %Z', /%Z depends on/),
    format('2024', /directives/),
    format('%Y-%y', /the year twice/),
    format('%Y %', /There is no %/),
    json({ type: 'text' }),
    json({ properties: { a: { colour: 'red' } } }),
    json({ anyOf: [] }),
    json({ items: [{ type: 'string' }] }),
    json('object'),
    ['expect_column_values_to_be_increasing', { column: 'a' }, 'order_by', /Pick a column/],
    ['expect_column_pair_ranges_to_not_overlap', { column_A: 'a', column_B: 'b', ends: 'maybe' }, 'ends', /choices/],
    ['expect_query_results_to_match_comparison', { base_query: '', comparison_query: 'SELECT 1' }, 'base_query', /Write a query/],
    ['expect_query_results_to_match_comparison', { base_query: 'SELECT 1' }, 'comparison_query', /Write a query/],
    ['expect_column_type_to_be', { column: 'a', type_: '' }, 'type_', /Give a text/],
  ])('%s %j', (type, kwargs, field, sentence) => {
    const definition = findExpectation(type)
    const parsed = definition === null ? null : parseKwargs(definition, kwargs)
    expect(parsed).toMatchObject({ ok: false, field, sentence: expect.stringMatching(sentence) })
  })
})
