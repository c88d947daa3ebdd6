import { z } from 'zod'
import { defineExpectation } from './definition.ts'
import { textsParam } from './fields.ts'
import { say, valueList } from './prose.ts'

/** Whatever the case of the names: as in GX. */
export const expectTableColumnsToMatchOrderedList = defineExpectation({
  type: 'expect_table_columns_to_match_ordered_list',
  title: 'Table columns to match ordered list',
  summary: 'The table has exactly these columns, in this order.',
  issue: 'Schema',
  domain: 'table',
  params: z.strictObject({ column_list: textsParam({ label: 'Columns, in their order' }) }),
  prose: ({ column_list }) => say`The columns are, in this order, ${valueList(column_list)}`,
  metrics: () => ({}),
  evaluate({ column_list }, _values, table) {
    const found = table.columns.map(({ name }) => name)
    const places = Array.from({ length: Math.max(found.length, column_list.length) }, (_none, index) => index)
    const mismatched = places
      .filter((index) => found[index]?.toLowerCase() !== column_list[index]?.toLowerCase())
      .map((index) => ({ 'Expected Column Position': index, Expected: column_list[index] ?? null, Found: found[index] ?? null }))
    return {
      success: mismatched.length === 0,
      observedValue: found,
      counts: null,
      details: mismatched.length === 0 ? {} : { mismatched },
    }
  },
  prefill: (_column, _rowCount, columns) => (columns === undefined ? {} : { column_list: [...columns] }),
})
