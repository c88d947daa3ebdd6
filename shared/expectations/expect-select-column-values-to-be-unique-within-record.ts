import { join, sql } from '#shared/sql/sql.ts'
import { defineMulticolumnMap } from './multicolumn-map.ts'
import { say, valueList } from './prose.ts'

/** Two missing values count as equal: as in GX. */
export const expectSelectColumnValuesToBeUniqueWithinRecord = defineMulticolumnMap({
  type: 'expect_select_column_values_to_be_unique_within_record',
  title: 'Select column values to be unique within record',
  summary: 'In each row, no two of several columns have the same value.',
  issue: 'Uniqueness',
  need: 'equality',
  params: {},
  prose: ({ column_list }) => say`The values of ${valueList(column_list)} differ from one another in each row`,
  unexpected({ column_list }, batch) {
    const pairs = column_list.flatMap((left, index) => column_list.slice(index + 1).map((right) => [left, right] as const))
    const same = pairs.map(([left, right]) => {
      const equal = batch.compare(left, '=', batch.column(right))
      return sql`COALESCE(${equal}, ${batch.column(left)} IS NULL AND ${batch.column(right)} IS NULL)`
    })
    return sql`(${join(same, ' OR ')})`
  },
})
