import { z } from 'zod'
import { identifier, type Sql, sql } from '#shared/sql/sql.ts'
import { columnProblems } from './columns.ts'
import { type Batch, defineExpectation } from './definition.ts'
import { columnParam, mostlyParam, textParam } from './fields.ts'
import { columnName, inShareOfRows, say, valueText } from './prose.ts'
import { countMissing, countOf, countRows, judgeRows } from './row-wise.ts'
import { tablePlace } from './table-place.ts'

interface Params {
  readonly column: string
  readonly other_table: string
  readonly other_column: string
}

/** Not one of GX's: what a foreign key would guarantee, where there is none, also across schemas. Missing values refer to nothing. */
export const expectColumnValuesToExistInOtherTable = defineExpectation({
  type: 'expect_column_values_to_exist_in_other_table',
  title: 'Column values to exist in other table',
  summary: 'Each value occurs in a column of another table: what a foreign key would guarantee.',
  beyondGx: true,
  issue: 'Validity',
  domain: 'column',
  params: z.strictObject({
    column: columnParam(),
    other_table: textParam({ label: 'Other table', help: 'A name in the same schema, or with its schema: sales.customers' }),
    other_column: textParam({ label: 'Column of the other table' }),
    mostly: mostlyParam(),
  }),
  prose: ({ column, other_table, other_column, mostly }) =>
    say`Values of ${columnName(column)} occur in ${valueText(`${other_table}.${other_column}`)}${inShareOfRows(mostly)}`,
  check: ({ column }, table) => columnProblems(table, 'column', column, 'equality'),
  metrics: (params, batch) => ({
    rows: countRows,
    missing: countMissing(params.column, batch),
    unexpected: {
      pass: 'own',
      kind: 'count',
      costs: 'hash',
      statement: sql`SELECT pg_catalog.count(*) FROM ${batch.source} WHERE ${orphan(params, batch)}`,
    },
  }),
  failing: (params, batch) => ({ columns: [params.column], rows: { where: orphan(params, batch) } }),
  evaluate: ({ mostly }, values) =>
    judgeRows({ rows: countOf(values, 'rows'), missing: countOf(values, 'missing'), unexpected: countOf(values, 'unexpected') }, mostly),
})

function orphan({ column, other_table, other_column }: Params, batch: Batch): Sql {
  const other = identifier(...tablePlace(other_table, batch.table.schema))
  const equal = batch.compare(column, '=', sql`other.${identifier(other_column)}`)
  return sql`NOT (${batch.column(column)} IS NULL) AND NOT EXISTS (SELECT 1 FROM ${other} AS other WHERE ${equal})`
}
