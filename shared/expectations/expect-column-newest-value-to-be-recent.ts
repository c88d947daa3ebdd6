import { z } from 'zod'
import { type Sql, sql } from '#shared/sql/sql.ts'
import { columnProblems } from './columns.ts'
import { type Batch, defineExpectation } from './definition.ts'
import { columnParam, defaultTextParam, textParam } from './fields.ts'
import { columnName, say, valueText } from './prose.ts'
import { aggregate } from './scan-metric.ts'

/** What clocks that are set by the network differ by, and more. */
const AHEAD = '5 minutes'

/**
 * Not one of GX's. How old the newest value is, by the clock of the server; a table without one is not fresh. Nor is one whose newest value lies in
 * the future, or in infinity: it would be newer than any age for as long, and nobody would see that the data stopped.
 */
export const expectColumnNewestValueToBeRecent = defineExpectation({
  type: 'expect_column_newest_value_to_be_recent',
  title: 'Column newest value to be recent',
  summary: 'The newest date or time is not older than so much, and does not lie in the future: the data is fresh.',
  beyondGx: true,
  issue: 'Volume',
  domain: 'column',
  params: z.strictObject({
    column: columnParam({ label: 'Column', accepts: 'ordered' }),
    max_age: textParam({ label: 'Oldest age', help: 'As PostgreSQL reads an interval: 1 day, 90 minutes, 2 weeks' }),
    max_ahead: defaultTextParam({
      label: 'Furthest in the future',
      initial: AHEAD,
      help: `For clocks and time zones that differ: ${AHEAD} unless given. A value that lies further ahead is not fresh: it would hide that the data stopped`,
    }),
  }),
  prose: ({ column, max_age, max_ahead }) => [
    ...say`The newest value of ${columnName(column)} is at most ${valueText(max_age)} old`,
    ...(max_ahead === AHEAD ? [] : say`, and at most ${valueText(max_ahead)} in the future`),
  ],
  check({ column }, table) {
    const problems = columnProblems(table, 'column', column, 'order')
    const found = table.columns.find(({ name }) => name === column)
    if (problems.length > 0 || found === undefined || found.category === 'D') return problems
    return [{ field: 'column', sentence: `Column "${column}" has type ${found.type}. Pick a date or a timestamp.` }]
  },
  probes: ({ max_age, max_ahead }) => [sql`${max_age}::pg_catalog.interval`, sql`${max_ahead}::pg_catalog.interval`],
  metrics: ({ column, max_age, max_ahead }, batch) => ({
    newest: { ...aggregate('text', newest(column, batch), (value) => sql`${value}::pg_catalog.text`), indexed: true },
    ahead: {
      // How far; null: not too far. Infinity is no distance.
      ...aggregate(
        'text',
        newest(column, batch),
        (value) => sql`CASE WHEN pg_catalog.isfinite(${value}) AND ${value} > pg_catalog.now() + ${max_ahead}::pg_catalog.interval
          THEN pg_catalog.date_trunc('second', ${value}::pg_catalog.timestamptz - pg_catalog.now())::pg_catalog.text END`,
      ),
      indexed: true,
    },
    recent: {
      ...aggregate(
        'flag',
        newest(column, batch),
        (value) => sql`pg_catalog.isfinite(${value}) AND ${value} >= pg_catalog.now() - ${max_age}::pg_catalog.interval`,
      ),
      indexed: true,
    },
  }),
  evaluate: (_params, { newest, recent, ahead }) => ({
    success: recent === true && ahead === null,
    observedValue: typeof newest === 'string' ? newest : null,
    counts: null,
    details: typeof ahead === 'string' ? { reason: `The newest value lies ${ahead} in the future.` } : {},
  }),
})

function newest(column: string, batch: Batch): Sql {
  return sql`max(${batch.column(column)})`
}
