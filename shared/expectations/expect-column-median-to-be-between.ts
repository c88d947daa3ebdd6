import { sql } from '#shared/sql/sql.ts'
import { defineColumnAggregate } from './column-aggregate.ts'
import { countMissing, countOf, countRows } from './row-wise.ts'

/**
 * The middle value, or the mean of the two in the middle, each as it stands in the table: percentile_cont would compute on
 * another way and end in other last digits.
 */
export const expectColumnMedianToBeBetween = defineColumnAggregate({
  type: 'expect_column_median_to_be_between',
  title: 'Column median to be between',
  summary: 'The middle value is within bounds.',
  issue: 'Numeric',
  need: 'mean',
  noun: 'median',
  metrics: (column, batch) => ({ rows: countRows, missing: countMissing(column, batch) }),
  follows: 'sort',
  more(column, batch, values) {
    const count = countOf(values, 'rows') - countOf(values, 'missing')
    if (count === 0n) return {}
    // Half a place before each, because a fraction in binary may be rounded up to the next place.
    const [lower, upper] = [(count + 1n) / 2n, count / 2n + 1n].map((place) => (Number(place) - 0.5) / Number(count))
    const places = sql`ARRAY[${String(lower)}::pg_catalog.float8, ${String(upper)}::pg_catalog.float8]`
    const value = batch.column(column)
    return {
      middle: {
        pass: 'own',
        kind: 'list',
        costs: 'sort',
        statement: sql`SELECT pg_catalog.unnest(pg_catalog.percentile_disc(${places}) WITHIN GROUP (ORDER BY ${value}))::pg_catalog.float8 FROM ${batch.source}`,
      },
    }
  },
  observed({ middle }) {
    if (!Array.isArray(middle)) return null
    const [lower, upper] = (middle as readonly (readonly (string | null)[])[]).map(([text]) => Number(text))
    return lower === undefined || upper === undefined ? null : (lower + upper) / 2
  },
})
