import { z } from 'zod'
import { sql } from '#shared/sql/sql.ts'
import { columnProblems } from './columns.ts'
import { defineExpectation } from './definition.ts'
import { columnParam, mostlyParam } from './fields.ts'
import { columnName, inShareOfRows, say } from './prose.ts'
import { countOf, countRows, judgeRows } from './row-wise.ts'
import { countWhere } from './scan-metric.ts'

export const expectColumnValuesToNotBeNull = defineExpectation({
  type: 'expect_column_values_to_not_be_null',
  title: 'Column values to not be null',
  summary: 'Every row has a value in this column.',
  issue: 'Completeness',
  domain: 'column',
  params: z.strictObject({ column: columnParam(), mostly: mostlyParam() }),
  prose: ({ column, mostly }) => say`Values of ${columnName(column)} are not null${inShareOfRows(mostly)}`,
  check: ({ column }, table) => columnProblems(table, 'column', column),
  // IS NULL and not count(column): a composite value whose fields are all null counts as a value there, and as null here and in GX.
  metrics: ({ column }, batch) => ({
    rows: countRows,
    unexpected: {
      ...countWhere(sql`${batch.column(column)} IS NULL`),
      proof: { claim: { kind: 'not null', column }, gives: { unexpected: 0n } },
    },
  }),
  failing: ({ column }, batch) => ({ columns: [column], rows: { where: sql`${batch.column(column)} IS NULL` } }),
  evaluate({ mostly }, values) {
    const judged = judgeRows({ rows: countOf(values, 'rows'), missing: 0n, unexpected: countOf(values, 'unexpected') }, mostly)
    // A missing value is what fails here, so GX reports no missing count and no second percentage.
    const counts = judged.counts === null ? null : { ...judged.counts, missingCount: null, unexpectedPercentTotal: null }
    return { ...judged, counts }
  },
  prefill: (column, rowCount) =>
    column === null || column.nullCount === 0 || rowCount === 0
      ? {}
      : { mostly: Math.floor((1 - column.nullCount / rowCount) * 100) / 100 },
})
