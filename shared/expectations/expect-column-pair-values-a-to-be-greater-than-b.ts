import { z } from 'zod'
import { type Sql, sql } from '#shared/sql/sql.ts'
import { columnProblems } from './columns.ts'
import { type Batch, defineExpectation } from './definition.ts'
import { choiceParam, columnParam, mostlyParam, switchParam } from './fields.ts'
import { columnName, inShareOfRows, say } from './prose.ts'
import { countFailing, countOf, countRows, judgeRows } from './row-wise.ts'
import { countWhere } from './scan-metric.ts'

type Ignored = 'both_values_are_missing' | 'either_value_is_missing' | 'neither'
interface Params {
  readonly column_A: string
  readonly column_B: string
  readonly or_equal: boolean
  readonly ignore_row_if: Ignored
}

/** A row with one value missing has no order: it is judged (unless left out) and does not fail. */
export const expectColumnPairValuesAToBeGreaterThanB = defineExpectation({
  type: 'expect_column_pair_values_a_to_be_greater_than_b',
  title: 'Column pair values A to be greater than B',
  summary: 'In each row, one column is greater than another: a delivery after its order, a price above its cost.',
  issue: 'Numeric',
  domain: 'column pair',
  params: z.strictObject({
    column_A: columnParam({ label: 'Column A, the greater', accepts: 'ordered' }),
    column_B: columnParam({ label: 'Column B', accepts: 'ordered' }),
    or_equal: switchParam({ label: 'Equal values hold too', initial: false }),
    ignore_row_if: choiceParam({
      label: 'Leave out rows where',
      options: [
        { value: 'both_values_are_missing', label: 'both values are missing' },
        { value: 'either_value_is_missing', label: 'either value is missing' },
        { value: 'neither', label: 'none: judge every row' },
      ],
      initial: 'both_values_are_missing',
    }),
    mostly: mostlyParam(),
  }),
  prose: ({ column_A, column_B, or_equal, mostly }) =>
    or_equal
      ? say`${columnName(column_A)} is greater than or equal to ${columnName(column_B)}${inShareOfRows(mostly)}`
      : say`${columnName(column_A)} is greater than ${columnName(column_B)}${inShareOfRows(mostly)}`,
  check: ({ column_A, column_B }, table) => [
    ...columnProblems(table, 'column_A', column_A, 'order'),
    ...columnProblems(table, 'column_B', column_B, 'order'),
  ],
  metrics: (params, batch) => ({
    rows: countRows,
    missing: countWhere(ignored(params, batch)),
    unexpected: countFailing(outOfOrder(params, batch), [params.column_A, params.column_B]),
  }),
  failing: (params, batch) => ({ columns: [params.column_A, params.column_B], rows: { where: outOfOrder(params, batch) } }),
  evaluate: ({ mostly }, values) =>
    judgeRows({ rows: countOf(values, 'rows'), missing: countOf(values, 'missing'), unexpected: countOf(values, 'unexpected') }, mostly),
})

function ignored({ column_A, column_B, ignore_row_if }: Params, batch: Batch): Sql {
  const [a, b] = [batch.column(column_A), batch.column(column_B)]
  if (ignore_row_if === 'both_values_are_missing') return sql`${a} IS NULL AND ${b} IS NULL`
  if (ignore_row_if === 'either_value_is_missing') return sql`${a} IS NULL OR ${b} IS NULL`
  return sql`false`
}

/** Never true where a value is missing, so it needs no second test for the rows that are left out. */
function outOfOrder({ column_A, column_B, or_equal }: Params, batch: Batch): Sql {
  return sql`NOT (${batch.compare(column_A, or_equal ? '>=' : '>', batch.column(column_B))})`
}
