import { sql } from '#shared/sql/sql.ts'
import { defineColumnAggregate, doubleOf } from './column-aggregate.ts'

export const expectColumnSumToBeBetween = defineColumnAggregate({
  type: 'expect_column_sum_to_be_between',
  title: 'Column sum to be between',
  summary: 'The sum of the values is within bounds.',
  issue: 'Numeric',
  need: 'mean',
  noun: 'sum',
  metrics: (column, batch) => ({
    sum: { pass: 'scan', kind: 'text', sql: sql`pg_catalog.sum(${batch.column(column)})::pg_catalog.float8` },
  }),
  observed: (values) => doubleOf(values, 'sum'),
})
