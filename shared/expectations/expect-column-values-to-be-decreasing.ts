import { defineOrderedValues } from './ordered-values.ts'

export const expectColumnValuesToBeDecreasing = defineOrderedValues({
  type: 'expect_column_values_to_be_decreasing',
  title: 'Column values to be decreasing',
  summary: 'From row to row, in the order of another column, values decrease.',
  word: 'decrease',
})
