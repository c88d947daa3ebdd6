import { defineColumnAggregate } from './column-aggregate.ts'
import { countDifferent } from './distinct.ts'
import { countOf } from './row-wise.ts'

export const expectColumnUniqueValueCountToBeBetween = defineColumnAggregate({
  type: 'expect_column_unique_value_count_to_be_between',
  title: 'Column unique value count to be between',
  summary: 'The number of different values is within bounds.',
  issue: 'Uniqueness',
  accepts: 'any',
  need: 'equality',
  noun: 'number of different values',
  metrics: (column, batch) => ({ different: countDifferent(column, batch) }),
  observed: (values) => Number(countOf(values, 'different')),
})
