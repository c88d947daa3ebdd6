import { z } from 'zod'
import { sql } from '#shared/sql/sql.ts'
import { defineExpectation } from './definition.ts'
import { sqlParam } from './fields.ts'
import { say, valueText } from './prose.ts'
import { countOf } from './row-wise.ts'
import { userQueryOf } from './user-query.ts'

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
    const query = userQueryOf(unexpected_rows_query, batch)
    return {
      // The line break ends a comment that the query may close with.
      rows: { pass: 'own', kind: 'count', costs: 'query', query, statement: sql`SELECT count(*) FROM (${query}\n) AS unexpected_rows` },
    }
  },
  failing: ({ unexpected_rows_query }, batch) => ({ columns: [], rows: { query: userQueryOf(unexpected_rows_query, batch) } }),
  evaluate(_params, values) {
    const rows = countOf(values, 'rows')
    return { success: rows === 0n, observedValue: Number(rows), counts: null, details: {} }
  },
  prefill: () => ({ unexpected_rows_query: 'SELECT *\nFROM {batch}\nWHERE false' }),
})
