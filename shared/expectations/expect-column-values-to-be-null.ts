import { z } from 'zod'
import { sql } from '#shared/sql/sql.ts'
import { columnProblems } from './columns.ts'
import { defineExpectation } from './definition.ts'
import { columnParam, mostlyParam } from './fields.ts'
import { columnName, inShareOfRows, say } from './prose.ts'
import { countOf, countRows, judgeRows } from './row-wise.ts'
import { countWhere } from './scan-metric.ts'

export const expectColumnValuesToBeNull = defineExpectation({
  type: 'expect_column_values_to_be_null',
  title: 'Column values to be null',
  summary: 'No row has a value in this column.',
  issue: 'Completeness',
  domain: 'column',
  params: z.strictObject({ column: columnParam(), mostly: mostlyParam() }),
  prose: ({ column, mostly }) => say`Values of ${columnName(column)} are null${inShareOfRows(mostly)}`,
  check: ({ column }, table) => columnProblems(table, 'column', column),
  // NOT (… IS NULL), because for a composite value IS NOT NULL means that none of its fields is.
  metrics: ({ column }, batch) => ({ rows: countRows, unexpected: countWhere(sql`NOT (${batch.column(column)} IS NULL)`) }),
  failing: ({ column }, batch) => ({ columns: [column], rows: { where: sql`NOT (${batch.column(column)} IS NULL)` } }),
  evaluate({ mostly }, values) {
    const judged = judgeRows({ rows: countOf(values, 'rows'), missing: 0n, unexpected: countOf(values, 'unexpected') }, mostly)
    const counts = judged.counts === null ? null : { ...judged.counts, missingCount: null, unexpectedPercentTotal: null }
    return { ...judged, counts }
  },
})
