import { join, sql } from '#shared/sql/sql.ts'
import { defineColumnPairMap } from './column-pair-map.ts'
import { pairsParam } from './fields.ts'
import { columnName, say, valueList } from './prose.ts'

/** A null in a pair stands for a missing value. Otherwise equality with NULL is not known, and what is not known does not fail: as in GX. */
export const expectColumnPairValuesToBeInSet = defineColumnPairMap({
  type: 'expect_column_pair_values_to_be_in_set',
  title: 'Column pair values to be in set',
  summary: 'In each row, the values of two columns are one of a list of pairs.',
  issue: 'Validity',
  need: 'equality',
  params: { value_pairs_set: pairsParam({ label: 'Pairs', help: 'A list of pairs as JSON: [["DE", "EUR"], ["US", "USD"]]' }) },
  prose: ({ column_A, column_B, value_pairs_set }) =>
    say`${columnName(column_A)} and ${columnName(column_B)} are one of ${valueList(value_pairs_set.map(([a, b]) => `(${a ?? 'NULL'}, ${b ?? 'NULL'})`))}`,
  unexpected({ column_A, column_B, value_pairs_set }, batch) {
    const pairs = value_pairs_set.map(([a, b]) => {
      const left = a === null ? sql`${batch.column(column_A)} IS NULL` : batch.compare(column_A, '=', a)
      const right = b === null ? sql`${batch.column(column_B)} IS NULL` : batch.compare(column_B, '=', b)
      return sql`(${left} AND ${right})`
    })
    return pairs.length === 0 ? sql`true` : sql`NOT (${join(pairs, ' OR ')})`
  },
})
