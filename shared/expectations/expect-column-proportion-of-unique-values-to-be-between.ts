import { defineColumnAggregate } from './column-aggregate.ts'
import { countDifferent } from './distinct.ts'
import { countMissing, countOf, countRows } from './row-wise.ts'

export const expectColumnProportionOfUniqueValuesToBeBetween = defineColumnAggregate({
  type: 'expect_column_proportion_of_unique_values_to_be_between',
  title: 'Column proportion of unique values to be between',
  summary: 'The number of different values, as a share of all values, is within bounds.',
  issue: 'Uniqueness',
  accepts: 'any',
  need: 'equality',
  noun: 'proportion of different values',
  metrics: (column, batch) => ({
    rows: countRows,
    missing: countMissing(column, batch),
    // Of a key, all values are different.
    different: { ...countDifferent(column, batch), proof: { claim: { kind: 'unique', columns: [column] }, gives: { different: null } } },
  }),
  // GX's: of no values, 0.
  observed(values) {
    const count = countOf(values, 'rows') - countOf(values, 'missing')
    if (count === 0n) return 0
    return values.different === null ? 1 : Number(countOf(values, 'different')) / Number(count)
  },
})
