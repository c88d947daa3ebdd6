import { sql } from '#shared/sql/sql.ts'
import { defineColumnAggregate, doubleOf } from './column-aggregate.ts'
import { aggregate, asDouble } from './scan-metric.ts'

/** The sample's (n − 1). Of a single value there is none. */
export const expectColumnStdevToBeBetween = defineColumnAggregate({
  type: 'expect_column_stdev_to_be_between',
  title: 'Column standard deviation to be between',
  summary: 'How far the values spread around their mean is within bounds.',
  issue: 'Numeric',
  need: 'mean',
  noun: 'standard deviation',
  metrics: (column, batch) => ({
    deviation: aggregate('text', sql`pg_catalog.stddev_samp(${batch.column(column)})`, asDouble),
  }),
  observed: (values) => doubleOf(values, 'deviation'),
})
