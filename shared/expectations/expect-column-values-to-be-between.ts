import { z } from 'zod'
import { join, type Sql, sql } from '#shared/sql/sql.ts'
import { type Bounds, boundsProse } from './bounds.ts'
import { columnProblems } from './columns.ts'
import { type Batch, defineExpectation } from './definition.ts'
import { boundParam, columnParam, mostlyParam, switchParam } from './fields.ts'
import { columnName, inShareOfRows, say } from './prose.ts'
import { countFailing, countMissing, countOf, countRows, judgeRows } from './row-wise.ts'

type Params = Bounds<string | number> & { readonly column: string }

export const expectColumnValuesToBeBetween = defineExpectation({
  type: 'expect_column_values_to_be_between',
  title: 'Column values to be between',
  summary: 'Each value is within bounds: numbers, dates, times, or anything else that PostgreSQL can sort.',
  issue: 'Numeric',
  domain: 'column',
  params: z
    .strictObject({
      column: columnParam({ label: 'Column', accepts: 'ordered' }),
      min_value: boundParam({ label: 'Lowest' }),
      max_value: boundParam({ label: 'Highest' }),
      strict_min: switchParam({ label: 'Above the lowest', help: 'On: the bound itself fails.', initial: false }),
      strict_max: switchParam({ label: 'Below the highest', help: 'On: the bound itself fails.', initial: false }),
      mostly: mostlyParam(),
    })
    .refine(({ min_value, max_value }) => min_value !== null || max_value !== null, {
      path: ['min_value'],
      error: 'Give at least one of the two bounds.',
    })
    .refine(({ min_value: min, max_value: max }) => typeof min !== 'number' || typeof max !== 'number' || min <= max, {
      path: ['max_value'],
      error: 'The highest value is below the lowest.',
    }),
  prose: ({ column, mostly, ...bounds }) => say`Values of ${columnName(column)} are ${boundsProse(bounds) ?? []}${inShareOfRows(mostly)}`,
  check: ({ column }, table) => columnProblems(table, 'column', column, 'order'),
  metrics: (params, batch) => ({
    rows: countRows,
    missing: countMissing(params.column, batch),
    unexpected: countFailing(outside(params, batch), [params.column]),
  }),
  failing: (params, batch) => ({ columns: [params.column], rows: { where: outside(params, batch) } }),
  evaluate: ({ mostly }, values) =>
    judgeRows({ rows: countOf(values, 'rows'), missing: countOf(values, 'missing'), unexpected: countOf(values, 'unexpected') }, mostly),
  prefill(column) {
    if (column === null || column.min === null || column.max === null) return {}
    return { min_value: bound(column.min, column.category), max_value: bound(column.max, column.category) }
  },
})

/** NULL for a missing value, which FILTER and WHERE leave out. */
function outside(params: Params, batch: Batch): Sql {
  const within: Sql[] = []
  if (params.min_value !== null) within.push(batch.compare(params.column, params.strict_min ? '>' : '>=', params.min_value))
  if (params.max_value !== null) within.push(batch.compare(params.column, params.strict_max ? '<' : '<=', params.max_value))
  return sql`NOT (${join(within, ' AND ')})`
}

/** A number where JSON holds it without loss; else PostgreSQL's own text. */
function bound(text: string, category: string): string | number {
  return category === 'N' && String(Number(text)) === text ? Number(text) : text
}
