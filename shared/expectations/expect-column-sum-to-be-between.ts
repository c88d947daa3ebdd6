import { sql } from '#shared/sql/sql.ts'
import { defineColumnAggregate, doubleOf } from './column-aggregate.ts'
import { aggregate, asDouble } from './scan-metric.ts'

export const expectColumnSumToBeBetween = defineColumnAggregate({
  type: 'expect_column_sum_to_be_between',
  title: 'Column sum to be between',
  summary: 'The sum of the values is within bounds.',
  issue: 'Numeric',
  need: 'mean',
  noun: 'sum',
  metrics: (column, batch) => ({
    sum: aggregate('text', sql`pg_catalog.sum(${batch.column(column)})`, asDouble),
  }),
  observed: (values) => doubleOf(values, 'sum'),
})
