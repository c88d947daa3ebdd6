import { z } from 'zod'
import { type Sql, sql } from '#shared/sql/sql.ts'
import { columnProblems } from './columns.ts'
import { type Batch, defineExpectation, type Metric, type Proof } from './definition.ts'
import { columnParam, mostlyParam } from './fields.ts'
import { columnName, inShareOfRows, say } from './prose.ts'
import { countMissing, countOf, countRows, judgeRows } from './row-wise.ts'

/** Every row of a repeated value fails, all copies counted. NULLs are not values. */
export const expectColumnValuesToBeUnique = defineExpectation({
  type: 'expect_column_values_to_be_unique',
  title: 'Column values to be unique',
  summary: 'No value occurs twice in this column.',
  issue: 'Uniqueness',
  domain: 'column',
  params: z.strictObject({ column: columnParam(), mostly: mostlyParam() }),
  prose: ({ column, mostly }) => say`Values of ${columnName(column)} are unique${inShareOfRows(mostly)}`,
  check: ({ column }, table) => columnProblems(table, 'column', column, 'distinct'),
  metrics({ column }, batch) {
    // What will not be proven by a count is not counted first.
    const repeats = batch.table.columns.find(({ name }) => name === column)?.repeats === true
    const distinct = repeats ? null : batch.distinct(column)
    return {
      rows: countRows,
      missing: countMissing(column, batch),
      ...(distinct === null ? { unexpected: countRepeated(column, batch) } : { distinct: countDistinct(column, distinct, batch) }),
    }
  },
  // As many different values (or hashes) as rows that have one: proven. Fewer: a value repeats, or two hashes met by chance; only grouping tells.
  more({ column }, batch, values): Record<string, Metric> {
    if (values.unexpected !== undefined) return {}
    const proven = countOf(values, 'distinct') === countOf(values, 'rows') - countOf(values, 'missing')
    return proven ? {} : { unexpected: countRepeated(column, batch) }
  },
  // A join with the few repeated values, by the type's own equality: IN would take whichever "=" the search_path offers.
  failing: ({ column }, batch) => ({
    columns: [column],
    rows: {
      where: sql`EXISTS (SELECT 1 FROM (${repeated(column, batch)}) AS repeated WHERE ${batch.compare(column, '=', sql`repeated.value`)})`,
    },
  }),
  evaluate({ mostly }, values) {
    const unexpected = values.unexpected === undefined ? 0n : countOf(values, 'unexpected')
    return judgeRows({ rows: countOf(values, 'rows'), missing: countOf(values, 'missing'), unexpected }, mostly)
  },
})

function countDistinct(column: string, distinct: Sql, batch: Batch): Metric {
  return { pass: 'own', kind: 'count', costs: 'sort', statement: sql`SELECT ${distinct} FROM ${batch.source}`, proof: unique(column) }
}

function countRepeated(column: string, batch: Batch): Metric {
  return {
    pass: 'own',
    kind: 'count',
    costs: 'hash',
    statement: sql`SELECT coalesce(sum(repeated.copies), 0) FROM (${repeated(column, batch)}) AS repeated`,
    proof: unique(column),
  }
}

function unique(column: string): Proof {
  return { claim: { kind: 'unique', columns: [column] }, gives: { unexpected: 0n } }
}

function repeated(column: string, batch: Batch): Sql {
  const value = batch.column(column)
  return sql`SELECT ${value} AS value, count(*) AS copies FROM ${batch.source} WHERE NOT (${value} IS NULL) GROUP BY ${value} HAVING count(*) > 1`
}
