import { defineColumnExtreme } from './column-extreme.ts'

export const expectColumnMaxToBeBetween = defineColumnExtreme({
  type: 'expect_column_max_to_be_between',
  title: 'Column maximum to be between',
  summary: 'The greatest value is within bounds: a number, a date, or anything else that PostgreSQL can sort.',
  which: 'max',
  noun: 'maximum',
})
