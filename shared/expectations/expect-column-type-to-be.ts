import { z } from 'zod'
import { columnProblems } from './columns.ts'
import { defineExpectation } from './definition.ts'
import { columnParam, textParam } from './fields.ts'
import { columnName, say, valueText } from './prose.ts'
import { gxTypeName, isOfType } from './type-names.ts'

/** GX 1.24: what "values to be of type" says, about the column and not about a share of its values. */
export const expectColumnTypeToBe = defineExpectation({
  type: 'expect_column_type_to_be',
  title: 'Column type to be',
  summary: 'The column is declared with a given type.',
  issue: 'Schema',
  domain: 'column',
  params: z.strictObject({
    column: columnParam(),
    type_: textParam({
      label: 'Type',
      help: 'As PostgreSQL writes it, for example numeric(10,2), or as GX writes it, for example NUMERIC(10, 2).',
    }),
  }),
  prose: ({ column, type_ }) => say`The type of column ${columnName(column)} is ${valueText(type_)}`,
  check: ({ column }, table) => columnProblems(table, 'column', column),
  metrics: () => ({}),
  evaluate({ column, type_ }, _values, table) {
    const { type = '' } = table.columns.find(({ name }) => name === column) ?? {}
    return { success: isOfType(type_, type), observedValue: gxTypeName(type), counts: null, details: {} }
  },
})
