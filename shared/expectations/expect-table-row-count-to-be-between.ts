import { z } from 'zod'
import { boundsProse, isWithin } from './bounds.ts'
import { defineExpectation } from './definition.ts'
import { integerParam, switchParam } from './fields.ts'
import { say } from './prose.ts'
import { countOf, countRows } from './row-wise.ts'

export const expectTableRowCountToBeBetween = defineExpectation({
  type: 'expect_table_row_count_to_be_between',
  title: 'Table row count to be between',
  summary: 'The number of rows is within bounds.',
  issue: 'Volume',
  domain: 'table',
  params: z.strictObject({
    min_value: integerParam({ label: 'Fewest rows', min: 0, unit: 'rows' }),
    max_value: integerParam({ label: 'Most rows', min: 0, unit: 'rows' }),
    strict_min: switchParam({ label: 'More than the fewest', help: 'On: the bound itself fails.', initial: false }),
    strict_max: switchParam({ label: 'Fewer than the most', help: 'On: the bound itself fails.', initial: false }),
  }),
  prose(params) {
    const bounds = boundsProse(params)
    return bounds === null ? say`The number of rows may be anything` : say`The number of rows is ${bounds}`
  },
  metrics: () => ({ rows: countRows }),
  evaluate(params, values) {
    const rows = Number(countOf(values, 'rows'))
    return { success: isWithin(rows, params), observedValue: rows, counts: null, details: {} }
  },
  prefill: (_column, rowCount) => ({ min_value: Math.floor(rowCount * 0.9), max_value: Math.ceil(rowCount * 1.1) }),
})
