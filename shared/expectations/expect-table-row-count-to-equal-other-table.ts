import { z } from 'zod'
import { identifier, sql } from '#shared/sql/sql.ts'
import { defineExpectation } from './definition.ts'
import { textParam } from './fields.ts'
import { say, valueText } from './prose.ts'
import { countOf, countRows } from './row-wise.ts'
import { tablePlace } from './table-place.ts'

export const expectTableRowCountToEqualOtherTable = defineExpectation({
  type: 'expect_table_row_count_to_equal_other_table',
  title: 'Table row count to equal other table',
  summary: 'The number of rows is that of another table of the same database.',
  issue: 'Volume',
  domain: 'table',
  params: z.strictObject({
    other_table_name: textParam({ label: 'Other table', help: 'A name in the same schema, or with its schema: sales.orders' }),
  }),
  prose: ({ other_table_name }) => say`The number of rows equals that of ${valueText(other_table_name)}`,
  metrics: ({ other_table_name }, batch) => ({
    rows: countRows,
    other: {
      pass: 'own',
      kind: 'count',
      costs: 'index',
      statement: sql`SELECT pg_catalog.count(*) FROM ${identifier(...tablePlace(other_table_name, batch.table.schema))}`,
    },
  }),
  evaluate(_params, values) {
    const [self, other] = [Number(countOf(values, 'rows')), Number(countOf(values, 'other'))]
    return { success: self === other, observedValue: { self, other }, counts: null, details: {} }
  },
})
