import { z } from 'zod'
import { boundsProse, isWithin } from './bounds.ts'
import { defineExpectation } from './definition.ts'
import { integerParam } from './fields.ts'
import { say } from './prose.ts'

export const expectTableColumnCountToBeBetween = defineExpectation({
  type: 'expect_table_column_count_to_be_between',
  title: 'Table column count to be between',
  summary: 'The number of columns is within bounds.',
  issue: 'Schema',
  domain: 'table',
  params: z.strictObject({
    min_value: integerParam({ label: 'Fewest columns', min: 0, unit: 'columns' }),
    max_value: integerParam({ label: 'Most columns', min: 0, unit: 'columns' }),
  }),
  prose(params) {
    const bounds = boundsProse({ ...params, strict_min: false, strict_max: false })
    return bounds === null ? say`The number of columns may be anything` : say`The number of columns is ${bounds}`
  },
  metrics: () => ({}),
  evaluate: (params, _values, table) => ({
    success: isWithin(table.columns.length, { ...params, strict_min: false, strict_max: false }),
    observedValue: table.columns.length,
    counts: null,
    details: {},
  }),
})
