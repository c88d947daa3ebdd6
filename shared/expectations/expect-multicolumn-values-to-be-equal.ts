import { join, sql } from '#shared/sql/sql.ts'
import { defineMulticolumnMap } from './multicolumn-map.ts'
import { say, valueList } from './prose.ts'

/** NULL is equal to NULL here, and to nothing else. */
export const expectMulticolumnValuesToBeEqual = defineMulticolumnMap({
  type: 'expect_multicolumn_values_to_be_equal',
  title: 'Multicolumn values to be equal',
  summary: 'In each row, several columns have the same value.',
  issue: 'Validity',
  need: 'equality',
  params: {},
  prose: ({ column_list }) => say`The values of ${valueList(column_list)} are equal`,
  unexpected({ column_list: [first = '', ...others] }, batch) {
    const same = others.map((other) => {
      const equal = batch.compare(first, '=', batch.column(other))
      return sql`COALESCE(${equal}, ${batch.column(first)} IS NULL AND ${batch.column(other)} IS NULL)`
    })
    return sql`NOT (${join(same, ' AND ')})`
  },
})
