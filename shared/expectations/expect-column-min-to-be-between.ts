import { defineColumnExtreme } from './column-extreme.ts'

export const expectColumnMinToBeBetween = defineColumnExtreme({
  type: 'expect_column_min_to_be_between',
  title: 'Column minimum to be between',
  summary: 'The least value is within bounds: a number, a date, or anything else that PostgreSQL can sort.',
  which: 'min',
  noun: 'minimum',
})
