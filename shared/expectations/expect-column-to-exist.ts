import { z } from 'zod'
import { defineExpectation } from './definition.ts'
import { columnParam, integerParam } from './fields.ts'
import { columnName, say, valueText } from './prose.ts'

export const expectColumnToExist = defineExpectation({
  type: 'expect_column_to_exist',
  title: 'Column to exist',
  summary: 'The table has a column of this name, if you like at a certain place.',
  issue: 'Schema',
  domain: 'column',
  params: z.strictObject({
    column: columnParam(),
    column_index: integerParam({ label: 'Place', help: 'Counted from 0. Leave it empty for any place.', min: 0 }),
  }),
  prose: ({ column, column_index }) =>
    column_index === null
      ? say`Column ${columnName(column)} exists`
      : say`Column ${columnName(column)} exists at place ${valueText(column_index)}, counted from 0`,
  metrics: () => ({}),
  evaluate({ column, column_index }, _values, table) {
    const place = table.columns.findIndex((candidate) => candidate.name === column)
    return {
      success: place !== -1 && (column_index === null || place === column_index),
      observedValue: null,
      counts: null,
      details: {},
    }
  },
})
