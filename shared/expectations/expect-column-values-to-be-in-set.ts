import { z } from 'zod'
import { sql } from '#shared/sql/sql.ts'
import { columnProblems } from './columns.ts'
import { defineExpectation } from './definition.ts'
import { columnParam, mostlyParam, valuesParam } from './fields.ts'
import { columnName, inShareOfRows, say, valueList } from './prose.ts'
import { countFailing, countMissing, countOf, countRows, judgeRows } from './row-wise.ts'

export const expectColumnValuesToBeInSet = defineExpectation({
  type: 'expect_column_values_to_be_in_set',
  title: 'Column values to be in set',
  summary: 'Each value is one of a fixed list.',
  issue: 'Validity',
  domain: 'column',
  params: z.strictObject({ column: columnParam(), value_set: valuesParam({ label: 'Allowed values' }), mostly: mostlyParam() }),
  prose: ({ column, value_set, mostly }) => say`Values of ${columnName(column)} are one of ${valueList(value_set)}${inShareOfRows(mostly)}`,
  check: ({ column }, table) => columnProblems(table, 'column', column, 'equality'),
  metrics: ({ column, value_set }, batch) => ({
    rows: countRows,
    missing: countMissing(column, batch),
    unexpected: countFailing(sql`NOT ${batch.inSet(column, value_set)}`, [column]),
  }),
  failing: ({ column, value_set }, batch) => ({ columns: [column], rows: { where: sql`NOT ${batch.inSet(column, value_set)}` } }),
  evaluate: ({ mostly, value_set }, values) => {
    const judged = judgeRows(
      { rows: countOf(values, 'rows'), missing: countOf(values, 'missing'), unexpected: countOf(values, 'unexpected') },
      mostly,
    )
    return value_set.includes(null) ? { ...judged, details: { ignored_in_value_set: [null] } } : judged
  },
  prefill(column) {
    const top = column?.topValues
    if (column === null || top === null || top === undefined || top.length === 0) return {}
    return { value_set: top.map(({ value }) => plainNumber(value, column.category) ?? value) }
  },
})

/** A number that JSON can hold without loss; anything else stays text, which PostgreSQL reads by the column's type. */
function plainNumber(text: string, category: string): number | null {
  const number = Number(text)
  return category === 'N' && String(number) === text ? number : null
}
