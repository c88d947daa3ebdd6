import { z } from 'zod'
import { columnProblems } from './columns.ts'
import { defineExpectation } from './definition.ts'
import { columnParam, mostlyParam, textsParam } from './fields.ts'
import { columnName, say, valueList } from './prose.ts'
import { gxTypeName, isOfType } from './type-names.ts'

export const expectColumnValuesToBeInTypeList = defineExpectation({
  type: 'expect_column_values_to_be_in_type_list',
  title: 'Column values to be in type list',
  summary: 'The column has one of several types.',
  issue: 'Schema',
  domain: 'column',
  params: z.strictObject({ column: columnParam(), type_list: textsParam({ label: 'Types' }), mostly: mostlyParam() }),
  prose: ({ column, type_list }) => say`Column ${columnName(column)} has one of the types ${valueList(type_list)}`,
  check: ({ column }, table) => columnProblems(table, 'column', column),
  metrics: () => ({}),
  evaluate({ column, type_list }, _values, table) {
    const { type = '' } = table.columns.find(({ name }) => name === column) ?? {}
    const success = type_list.some((asked) => isOfType(asked, type))
    return { success, observedValue: gxTypeName(type), counts: null, details: {} }
  },
})
