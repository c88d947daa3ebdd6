import { z } from 'zod'
import { identifier, join, type Sql, sql } from '#shared/sql/sql.ts'
import { columnProblems } from './columns.ts'
import { type Batch, type Comparison, defineExpectation } from './definition.ts'
import { columnParam, mostlyParam, switchParam } from './fields.ts'
import { columnName, inShareOfRows, say } from './prose.ts'
import { countOf, countRows, judgeRows } from './row-wise.ts'
import { countWhere } from './scan-metric.ts'

/**
 * Values that go up, or down, from row to row. A table has no order of its own, so a column gives it; rows that are equal in
 * it come in the order of their values. A row in which either is missing is left out.
 */
interface OrderedValues {
  readonly type: string
  readonly title: string
  readonly summary: string
  readonly word: 'increase' | 'decrease'
}

interface Params {
  readonly column: string
  readonly order_by: string
  readonly strictly: boolean
}

export function defineOrderedValues({ type, title, summary, word }: OrderedValues) {
  const up = word === 'increase'
  const turns = (params: Params, batch: Batch): Sql => {
    const operator: Comparison = up ? (params.strictly ? '<=' : '<') : params.strictly ? '>=' : '>'
    return batch.compare(params.column, operator, sql`b.${previousOf(batch)}`)
  }
  const walked = (params: Params, batch: Batch, columns: readonly string[]): Sql => {
    const value = batch.column(params.column)
    const order = sql`${batch.column(params.order_by)}, ${value}${up ? sql`` : sql` DESC`}`
    const shown = [...new Set([...columns, params.column])].map((name) => batch.column(name))
    return sql`SELECT ${join(shown, ', ')}, pg_catalog.lag(${value}) OVER (ORDER BY ${order}) AS ${previousOf(batch)} FROM ${batch.source} WHERE NOT (${missing(params, batch)})`
  }
  return defineExpectation({
    type,
    title,
    summary,
    beyondGx: true,
    issue: 'Validity',
    domain: 'column',
    params: z.strictObject({
      column: columnParam({ label: 'Column', accepts: 'ordered' }),
      order_by: columnParam({ label: 'In the order of', accepts: 'ordered', help: 'A date, a time or a number that rows follow.' }),
      strictly: switchParam({ label: 'Strictly', help: 'On: a value that repeats fails as well.', initial: false }),
      mostly: mostlyParam(),
    }),
    prose: ({ column, order_by, strictly, mostly }) =>
      say`Values of ${columnName(column)} ${{ kind: 'text', text: strictly ? `strictly ${word}` : word }} in the order of ${columnName(order_by)}${inShareOfRows(mostly)}`,
    check: ({ column, order_by }, table) => [
      ...columnProblems(table, 'column', column, 'order'),
      ...columnProblems(table, 'order_by', order_by, 'order'),
    ],
    metrics: (params, batch) => ({
      rows: countRows,
      missing: countWhere(missing(params, batch)),
      unexpected: {
        pass: 'own',
        kind: 'count',
        costs: 'sort',
        statement: sql`SELECT pg_catalog.count(*) FROM (${walked(params, batch, [])}) AS b WHERE ${turns(params, batch)}`,
      },
    }),
    failing: (params, batch) => ({
      columns: [],
      rows: {
        query: sql`SELECT * FROM (${walked(params, batch, [...batch.table.keyColumns, params.order_by])}) AS b\nWHERE ${turns(params, batch)}\nORDER BY ${batch.column(params.order_by)}, ${batch.column(params.column)}`,
      },
    }),
    evaluate: ({ mostly }, values) =>
      judgeRows({ rows: countOf(values, 'rows'), missing: countOf(values, 'missing'), unexpected: countOf(values, 'unexpected') }, mostly),
  })
}

function missing({ column, order_by }: Params, batch: Batch): Sql {
  return sql`(${batch.column(column)} IS NULL OR ${batch.column(order_by)} IS NULL)`
}

/** The value of the row before, under a name that no column has. */
function previousOf(batch: Batch): Sql {
  return identifier(freeName('previous value', batch))
}

export function freeName(wanted: string, { table }: Batch): string {
  const taken = new Set(table.columns.map(({ name }) => name))
  let name = wanted
  while (taken.has(name)) name = `${name}_`
  return name
}
