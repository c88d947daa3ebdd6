import { z } from 'zod'
import type { TableShape } from './definition.ts'
import { defineExpectation } from './definition.ts'
import { textsParam } from './fields.ts'
import { say, valueList } from './prose.ts'

/** Not one of GX's: its own look at the names of columns only, or at one column's class of type, so that a length or a precision may change unseen. */
export const expectTableColumnTypesToMatchSet = defineExpectation({
  type: 'expect_table_column_types_to_match_set',
  title: 'Table column types to match set',
  summary: 'Every column has the type that it had, its length and precision included.',
  beyondGx: true,
  issue: 'Schema',
  domain: 'table',
  params: z.strictObject({
    column_types: textsParam({
      label: 'Columns with their types',
      help: 'A name, a blank and the type as PostgreSQL writes it, for example: amount numeric(10,2)',
    }),
  }),
  prose: ({ column_types }) => say`The columns and their types are ${valueList(column_types)}`,
  metrics: () => ({}),
  evaluate({ column_types }, _values, table) {
    const [expected, found] = [new Set(column_types), new Set(columnTypesOf(table))]
    const missing = [...expected].filter((entry) => !found.has(entry)).sort()
    const unexpected = [...found].filter((entry) => !expected.has(entry)).sort()
    return {
      success: missing.length === 0 && unexpected.length === 0,
      observedValue: [...found],
      counts: null,
      details: {
        ...(missing.length === 0 && unexpected.length === 0
          ? {}
          : { mismatched: { ...(missing.length === 0 ? {} : { missing }), ...(unexpected.length === 0 ? {} : { unexpected }) } }),
      },
    }
  },
})

/** One entry a column, `name type`. No two tables of different shape have the same entries, because a column's name is part of its entry. */
export function columnTypesOf({ columns }: Pick<TableShape, 'columns'>): string[] {
  return columns.map(({ name, type }) => `${name} ${type}`)
}
