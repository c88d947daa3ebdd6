import { z } from 'zod'
import { type Sql, sql } from '#shared/sql/sql.ts'
import { columnProblems } from './columns.ts'
import { type Batch, defineExpectation } from './definition.ts'
import { columnParam, textParam } from './fields.ts'
import { columnName, say, valueText } from './prose.ts'
import { aggregate } from './scan-metric.ts'

/** Not one of GX's. How old the newest value is, by the clock of the server; a table without one is not fresh, and nor is one that ends in infinity. */
export const expectColumnNewestValueToBeRecent = defineExpectation({
  type: 'expect_column_newest_value_to_be_recent',
  title: 'Column newest value to be recent',
  summary: 'The newest date or time is not older than so much: the data is fresh.',
  beyondGx: true,
  issue: 'Volume',
  domain: 'column',
  params: z.strictObject({
    column: columnParam({ label: 'Column', accepts: 'ordered' }),
    max_age: textParam({ label: 'Oldest age', help: 'As PostgreSQL reads an interval: 1 day, 90 minutes, 2 weeks' }),
  }),
  prose: ({ column, max_age }) => say`The newest value of ${columnName(column)} is at most ${valueText(max_age)} old`,
  check({ column }, table) {
    const problems = columnProblems(table, 'column', column, 'order')
    const found = table.columns.find(({ name }) => name === column)
    if (problems.length > 0 || found === undefined || found.category === 'D') return problems
    return [{ field: 'column', sentence: `Column "${column}" has type ${found.type}. Pick a date or a timestamp.` }]
  },
  probes: ({ max_age }) => [sql`${max_age}::pg_catalog.interval`],
  metrics: ({ column, max_age }, batch) => ({
    newest: { ...aggregate('text', newest(column, batch), (value) => sql`${value}::pg_catalog.text`), indexed: true },
    recent: {
      // An infinite value would be newer than any age for ever.
      ...aggregate(
        'flag',
        newest(column, batch),
        (value) => sql`pg_catalog.isfinite(${value}) AND ${value} >= pg_catalog.now() - ${max_age}::pg_catalog.interval`,
      ),
      indexed: true,
    },
  }),
  evaluate: (_params, { newest, recent }) => ({
    success: recent === true,
    observedValue: typeof newest === 'string' ? newest : null,
    counts: null,
    details: {},
  }),
})

function newest(column: string, batch: Batch): Sql {
  return sql`max(${batch.column(column)})`
}
