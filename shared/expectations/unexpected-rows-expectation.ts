import { z } from 'zod'
import { type Sql, sql, toDisplayText, type UserSql, userSql } from '#shared/sql/sql.ts'
import { type Batch, defineExpectation } from './definition.ts'
import { sqlParam } from './fields.ts'
import { say, valueText } from './prose.ts'
import { countOf } from './row-wise.ts'

export const unexpectedRowsExpectation = defineExpectation({
  type: 'unexpected_rows_expectation',
  title: 'Custom SQL',
  summary: 'A query of yours that finds rows which should not be there. It passes when it returns none.',
  issue: 'SQL',
  domain: 'query',
  params: z.strictObject({
    unexpected_rows_query: sqlParam({
      label: 'Query for unexpected rows',
      help: 'One SELECT. {batch} stands for the table of this data asset.',
    }),
  }),
  prose: ({ unexpected_rows_query }) => say`The query returns no rows: ${valueText(unexpected_rows_query.replaceAll(/\s+/gu, ' ').trim())}`,
  metrics({ unexpected_rows_query }, batch) {
    const query = userQuery(unexpected_rows_query, batch)
    return {
      // The line break ends a comment that the query may close with.
      rows: { pass: 'own', kind: 'count', costs: 'query', query, statement: sql`SELECT count(*) FROM (${query}\n) AS unexpected_rows` },
    }
  },
  failing: ({ unexpected_rows_query }, batch) => ({ columns: [], rows: { query: userQuery(unexpected_rows_query, batch) } }),
  evaluate(_params, values) {
    const rows = countOf(values, 'rows')
    return { success: rows === 0n, observedValue: Number(rows), counts: null, details: {} }
  },
  prefill: () => ({ unexpected_rows_query: 'SELECT *\nFROM {batch}\nWHERE false' }),
})

/**
 * The query with `{batch}` put in: the relation itself, or the rows of the batch as a sub-select, which gets a name where
 * the query gives it none (before 16, PostgreSQL wants one). `FROM {batch}` and `FROM {batch} AS b` both work.
 * SECURITY: the text of a user. It runs in a read-only transaction, and the engine first checks that it is one whole query by itself.
 */
function userQuery(source: string, batch: Batch): Sql {
  const text = source.trim().replace(/;+\s*$/u, '')
  const relation = toDisplayText(batch.relation)
  const isSubSelect = relation.startsWith('(')
  return userSql(
    text.replaceAll(/\{batch\}(?=(\s+(?:as\s+)?(?:"|[a-z_][\w$]*))?)/giu, (_whole, next: string | undefined) =>
      isSubSelect && !isName(next) ? `${relation} AS batch` : relation,
    ) as UserSql,
  )
}

/** Whether what follows the table is a name for it, and not the next part of the query. */
function isName(next: string | undefined): boolean {
  return next !== undefined && !afterTable.has(next.trim().toLowerCase())
}

const afterTable: ReadonlySet<string> = new Set(
  (
    'where group having window union intersect except order limit offset fetch for on using join inner left right full cross natural ' +
    'tablesample returning and or then when end'
  ).split(' '),
)
