import { join, type Sql, sql } from '#shared/sql/sql.ts'
import type { Batch } from './definition.ts'
import { choiceParam } from './fields.ts'

/** `ignore_row_if`: rows that are not judged, because values are missing. They stay in the count of all rows, and leave the share. */

export type IgnoredPair = 'both_values_are_missing' | 'either_value_is_missing' | 'neither'
export type IgnoredMany = 'all_values_are_missing' | 'any_value_is_missing' | 'never'

export function ignorePairParam() {
  return choiceParam({
    label: 'Leave out rows where',
    options: [
      { value: 'both_values_are_missing', label: 'both values are missing' },
      { value: 'either_value_is_missing', label: 'either value is missing' },
      { value: 'neither', label: 'none: judge every row' },
    ],
    initial: 'both_values_are_missing',
  })
}

export function ignoreManyParam() {
  return choiceParam({
    label: 'Leave out rows where',
    options: [
      { value: 'all_values_are_missing', label: 'all values are missing' },
      { value: 'any_value_is_missing', label: 'any value is missing' },
      { value: 'never', label: 'none: judge every row' },
    ],
    initial: 'all_values_are_missing',
  })
}

/** True for a row that is left out. */
export function ignoredRows(columns: readonly string[], when: IgnoredPair | IgnoredMany, batch: Batch): Sql {
  const missing = columns.map((column) => sql`${batch.column(column)} IS NULL`)
  switch (when) {
    case 'both_values_are_missing':
    case 'all_values_are_missing':
      return sql`(${join(missing, ' AND ')})`
    case 'either_value_is_missing':
    case 'any_value_is_missing':
      return sql`(${join(missing, ' OR ')})`
    case 'neither':
    case 'never':
      return sql`false`
  }
}
