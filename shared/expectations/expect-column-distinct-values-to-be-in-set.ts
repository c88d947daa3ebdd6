import { defineDistinctSet } from './distinct-set.ts'

export const expectColumnDistinctValuesToBeInSet = defineDistinctSet({
  type: 'expect_column_distinct_values_to_be_in_set',
  title: 'Column distinct values to be in set',
  summary: 'Every different value is one of a fixed list.',
  verb: 'are all among',
  noOthers: true,
  allOfThem: false,
})
