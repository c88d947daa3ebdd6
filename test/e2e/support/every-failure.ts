import type { ContractClient } from '#shared/contract/contract.ts'
import type { ExpectationInput, Kwargs, Severity } from '#shared/model/expectation.ts'

/** Expectations of the shop (expectations-support.ts) that fail, pass or break in every way that a result can be drawn. */
const everyKind: readonly (readonly [type: string, kwargs: Kwargs, severity: Severity])[] = [
  ['expect_table_row_count_to_be_between', { min_value: 1, max_value: 500 }, 'critical'],
  ['expect_table_row_count_to_equal', { value: 1000 }, 'info'],
  ['expect_table_columns_to_match_set', { column_set: ['id', 'email', 'status', 'amount', 'phone'] }, 'warning'],
  [
    'expect_table_columns_to_match_ordered_list',
    { column_list: ['id', 'status', 'email', 'amount', 'ordered_at', 'shipped_at', 'code', 'phone'] },
    'info',
  ],
  ['expect_column_distinct_values_to_be_in_set', { column: 'status', value_set: ['new', 'paid', 'shipped'] }, 'critical'],
  ['expect_column_distinct_values_to_equal_set', { column: 'status', value_set: ['new', 'paid', 'returned'] }, 'warning'],
  ['expect_column_values_to_be_in_set', { column: 'status', value_set: ['new', 'paid', 'shipped'], mostly: 0.95 }, 'info'],
  [
    'expect_column_kl_divergence_to_be_less_than',
    {
      column: 'status',
      partition_object: { values: ['new', 'paid', 'shipped'], weights: [0.6, 0.3, 0.1] },
      threshold: 0.1,
      tail_weight_holdout: 0.01,
    },
    'info',
  ],
  ['expect_column_values_to_not_be_null', { column: 'email' }, 'critical'],
  ['expect_column_values_to_be_unique', { column: 'email' }, 'critical'],
  [
    'expect_column_quantile_values_to_be_between',
    {
      column: 'amount',
      quantile_ranges: {
        quantiles: [0.05, 0.25, 0.5, 0.75],
        value_ranges: [
          [null, 40],
          [200, 300],
          [450, 480],
          [700, null],
        ],
      },
    },
    'warning',
  ],
  ['expect_column_mean_to_be_between', { column: 'amount', min_value: 400, max_value: 600, strict_max: true }, 'warning'],
  ['expect_column_min_to_be_between', { column: 'amount', min_value: 0, max_value: 10 }, 'critical'],
  ['expect_column_sum_to_be_between', { column: 'amount', min_value: 0, max_value: 100, strict_min: true }, 'info'],
  ['expect_column_values_to_be_between', { column: 'amount', min_value: 100, mostly: 0.95 }, 'warning'],
  ['expect_column_max_to_be_between', { column: 'ordered_at', min_value: '2026-01-01', max_value: '2026-02-01' }, 'warning'],
  ['expect_column_pair_values_a_to_be_greater_than_b', { column_A: 'shipped_at', column_B: 'ordered_at' }, 'critical'],
  ['expect_column_values_to_match_regex', { column: 'code', regex: '^AB-\\d+$', mostly: 0.99 }, 'warning'],
  ['expect_column_values_to_match_regex', { column: 'code', regex: '[' }, 'warning'],
  ['expect_column_values_to_not_be_null', { column: 'phone' }, 'info'],
  ['unexpected_rows_expectation', { unexpected_rows_query: 'SELECT id, amount FROM {batch} WHERE amount < 0' }, 'critical'],
]

export async function expectEveryKind(client: ContractClient, assetId: string): Promise<void> {
  for (const [type, kwargs, severity] of everyKind) await client.expectations.create({ assetId, input: inputOf(type, kwargs, severity) })
}

function inputOf(type: string, kwargs: Kwargs, severity: Severity): ExpectationInput {
  return { type, kwargs, severity, description: null, notes: null }
}
