import { defineDistinctSet } from './distinct-set.ts'

export const expectColumnDistinctValuesToEqualSet = defineDistinctSet({
  type: 'expect_column_distinct_values_to_equal_set',
  title: 'Column distinct values to equal set',
  summary: 'Exactly the values of a fixed list occur.',
  verb: 'are exactly',
  noOthers: true,
  allOfThem: true,
})
