import { z } from 'zod'
import { defineExpectation } from './definition.ts'
import { requiredIntegerParam } from './fields.ts'
import { say, valueText } from './prose.ts'

export const expectTableColumnCountToEqual = defineExpectation({
  type: 'expect_table_column_count_to_equal',
  title: 'Table column count to equal',
  summary: 'The table has a given number of columns.',
  issue: 'Schema',
  domain: 'table',
  params: z.strictObject({ value: requiredIntegerParam({ label: 'Columns', min: 0, unit: 'columns' }) }),
  prose: ({ value }) => say`The number of columns is ${valueText(value)}`,
  metrics: () => ({}),
  evaluate: ({ value }, _values, table) => ({
    success: table.columns.length === value,
    observedValue: table.columns.length,
    counts: null,
    details: {},
  }),
  prefill: (_column, _rowCount, columns) => (columns === undefined ? {} : { value: columns.length }),
})
