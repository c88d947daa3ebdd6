import { defineOrderedValues } from './ordered-values.ts'

export const expectColumnValuesToBeIncreasing = defineOrderedValues({
  type: 'expect_column_values_to_be_increasing',
  title: 'Column values to be increasing',
  summary: 'From row to row, in the order of another column, values increase.',
  word: 'increase',
})
