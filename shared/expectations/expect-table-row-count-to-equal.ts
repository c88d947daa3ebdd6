import { z } from 'zod'
import { defineExpectation } from './definition.ts'
import { requiredIntegerParam } from './fields.ts'
import { say, valueText } from './prose.ts'
import { countOf, countRows } from './row-wise.ts'

export const expectTableRowCountToEqual = defineExpectation({
  type: 'expect_table_row_count_to_equal',
  title: 'Table row count to equal',
  summary: 'The number of rows is a given one.',
  issue: 'Volume',
  domain: 'table',
  params: z.strictObject({ value: requiredIntegerParam({ label: 'Rows', min: 0, unit: 'rows' }) }),
  prose: ({ value }) => say`The number of rows is ${valueText(value)}`,
  metrics: () => ({ rows: countRows }),
  evaluate({ value }, values) {
    const rows = Number(countOf(values, 'rows'))
    return { success: rows === value, observedValue: rows, counts: null, details: {} }
  },
  prefill: (_column, rowCount) => ({ value: rowCount }),
})
