import { z } from 'zod'
import { columnProblems } from './columns.ts'
import { defineExpectation } from './definition.ts'
import { columnParam, mostlyParam, textParam } from './fields.ts'
import { columnName, say, valueText } from './prose.ts'
import { gxTypeName, isOfType } from './type-names.ts'

export const expectColumnValuesToBeOfType = defineExpectation({
  type: 'expect_column_values_to_be_of_type',
  title: 'Column values to be of type',
  summary: 'The column has a given type.',
  issue: 'Schema',
  domain: 'column',
  params: z.strictObject({
    column: columnParam(),
    type_: textParam({
      label: 'Type',
      help: 'As PostgreSQL writes it, for example numeric(10,2), or as GX writes it, for example NUMERIC(10, 2).',
    }),
    mostly: mostlyParam(),
  }),
  prose: ({ column, type_ }) => say`Column ${columnName(column)} has the type ${valueText(type_)}`,
  check: ({ column }, table) => columnProblems(table, 'column', column),
  metrics: () => ({}),
  evaluate({ column, type_ }, _values, table) {
    const { type = '' } = table.columns.find(({ name }) => name === column) ?? {}
    return { success: isOfType(type_, type), observedValue: gxTypeName(type), counts: null, details: {} }
  },
})
