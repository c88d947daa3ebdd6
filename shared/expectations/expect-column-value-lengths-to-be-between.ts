import { join, type Sql, sql } from '#shared/sql/sql.ts'
import { boundsProse } from './bounds.ts'
import { defineColumnMap } from './column-map.ts'
import { columnProblems } from './columns.ts'
import type { ParamProblem, TableShape } from './definition.ts'
import { integerParam, switchParam } from './fields.ts'
import { columnName, say } from './prose.ts'

/** Lengths in characters, as PostgreSQL's length() counts them. */
export const expectColumnValueLengthsToBeBetween = defineColumnMap({
  type: 'expect_column_value_lengths_to_be_between',
  title: 'Column value lengths to be between',
  summary: 'The number of characters of each value is within bounds.',
  issue: 'Validity',
  accepts: 'text',
  params: {
    min_value: integerParam({ label: 'Fewest characters', min: 0 }),
    max_value: integerParam({ label: 'Most characters', min: 0 }),
    strict_min: switchParam({ label: 'More than the fewest', help: 'On: the bound itself fails.', initial: false }),
    strict_max: switchParam({ label: 'Fewer than the most', help: 'On: the bound itself fails.', initial: false }),
  },
  refine: {
    path: 'min_value',
    error: 'Give at least one of the two bounds.',
    holds: ({ min_value, max_value }) => min_value !== null || max_value !== null,
  },
  prose: ({ column, ...bounds }) => say`The length of values of ${columnName(column)} is ${boundsProse(bounds) ?? []}`,
  check: lengthProblems,
  unexpected({ column, min_value: min, max_value: max, strict_min, strict_max }, batch) {
    const length = lengthOf(batch.column(column))
    const within: Sql[] = []
    if (min !== null) within.push(strict_min ? sql`${length} > ${min}::pg_catalog.int4` : sql`${length} >= ${min}::pg_catalog.int4`)
    if (max !== null) within.push(strict_max ? sql`${length} < ${max}::pg_catalog.int4` : sql`${length} <= ${max}::pg_catalog.int4`)
    return sql`NOT (${join(within, ' AND ')})`
  },
})

/** For every type of text, of char(n) without the blanks that fill it up; of bytea in bytes. */
export function lengthOf(column: Sql): Sql {
  return sql`pg_catalog.length(${column})`
}

export function lengthProblems({ column }: { readonly column: string }, table: TableShape): readonly ParamProblem[] {
  const isBytea = table.columns.some(({ name, type }) => name === column && type === 'bytea')
  return isBytea ? [] : columnProblems(table, 'column', column, 'pattern')
}
