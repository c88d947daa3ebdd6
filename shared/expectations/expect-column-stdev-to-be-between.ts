import { sql } from '#shared/sql/sql.ts'
import { defineColumnAggregate, doubleOf } from './column-aggregate.ts'

/** The sample's (n − 1). Of a single value there is none. */
export const expectColumnStdevToBeBetween = defineColumnAggregate({
  type: 'expect_column_stdev_to_be_between',
  title: 'Column standard deviation to be between',
  summary: 'How far the values spread around their mean is within bounds.',
  issue: 'Numeric',
  need: 'mean',
  noun: 'standard deviation',
  metrics: (column, batch) => ({
    deviation: { pass: 'scan', kind: 'text', sql: sql`pg_catalog.stddev_samp(${batch.column(column)})::pg_catalog.float8` },
  }),
  observed: (values) => doubleOf(values, 'deviation'),
})
