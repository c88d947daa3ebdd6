import { defineDistinctSet } from './distinct-set.ts'

export const expectColumnDistinctValuesToContainSet = defineDistinctSet({
  type: 'expect_column_distinct_values_to_contain_set',
  title: 'Column distinct values to contain set',
  summary: 'Every value of a fixed list occurs.',
  verb: 'contain each of',
  noOthers: false,
  allOfThem: true,
})
