import { z } from 'zod'
import { type Sql, sql } from '#shared/sql/sql.ts'
import { type Batch, defineExpectation, type Metrics } from './definition.ts'
import { mostlyParam, optionalTextParam, sqlParam } from './fields.ts'
import { inShareOfRows, say, valueText } from './prose.ts'
import { countOf } from './row-wise.ts'
import { userQuery, userQueryOf } from './user-query.ts'

interface Params {
  readonly base_query: string
  readonly comparison_query: string
}

/**
 * Two queries give the same rows, in any order, each as often; names of columns do not matter, their order does. GX looks at
 * the first 200 rows of each; here PostgreSQL compares all of them.
 */
export const expectQueryResultsToMatchComparison = defineExpectation({
  type: 'expect_query_results_to_match_comparison',
  title: 'Query results to match comparison',
  summary: 'Two queries of yours return the same rows.',
  issue: 'Multi-source',
  domain: 'query',
  params: z.strictObject({
    base_query: sqlParam({ label: 'Query', help: 'One SELECT. {batch} stands for the table of this data asset.' }),
    comparison_data_source_name: optionalTextParam({
      label: 'Data source of the comparison',
      help: 'Left empty: the one of this data asset.',
    }),
    comparison_query: sqlParam({ label: 'Comparison query', help: 'One SELECT with as many columns, in the same order.' }),
    mostly: mostlyParam(),
  }),
  prose: ({ base_query, comparison_data_source_name: source, comparison_query, mostly }) =>
    say`${valueText(oneLine(base_query))} returns the same rows as ${valueText(oneLine(comparison_query))}${
      source === '' ? [] : say` in ${valueText(source)}`
    }${inShareOfRows(mostly)}`,
  check: ({ comparison_data_source_name: source }, table) =>
    source === '' || source === table.dataSourceName
      ? []
      : [
          {
            field: 'comparison_data_source_name',
            sentence: 'Queries of two data sources cannot be compared yet. Leave it empty: both are asked of this one.',
          },
        ],
  metrics: (params, batch) => ({ base: countRowsOf(baseOf(params, batch)), comparison: countRowsOf(userQuery(params.comparison_query)) }),
  // Once each has proven to be a whole query by itself, they may stand in one statement.
  more(params, batch, values): Metrics {
    if (countOf(values, 'base') === 0n || countOf(values, 'comparison') === 0n) return {}
    const base = baseOf(params, batch)
    const statement = sql`SELECT pg_catalog.count(*) FROM (${onlyIn(base, userQuery(params.comparison_query))}) AS extra`
    return { extra: { pass: 'own', kind: 'count', costs: 'query', query: base, statement } }
  },
  failing(params, batch) {
    const [base, comparison] = [baseOf(params, batch), userQuery(params.comparison_query)]
    return {
      columns: [],
      rows: {
        query: sql`SELECT 'only in the query' AS found, extra.* FROM (${onlyIn(base, comparison)}) AS extra
UNION ALL
SELECT 'only in the comparison', missing.* FROM (${onlyIn(comparison, base)}) AS missing`,
      },
    }
  },
  evaluate({ mostly }, values) {
    const [base, comparison] = [Number(countOf(values, 'base')), Number(countOf(values, 'comparison'))]
    // Where one gives no rows at all, nothing matches.
    const matches = values.extra === undefined ? 0 : base - Number(countOf(values, 'extra'))
    const most = Math.max(base, comparison)
    const unexpectedPercent = most === 0 ? 0 : (1 - matches / most) * 100
    return {
      success: 100 - unexpectedPercent >= mostly * 100,
      observedValue: null,
      counts: {
        elementCount: most,
        missingCount: null,
        unexpectedCount: most - matches,
        unexpectedPercent,
        unexpectedPercentTotal: unexpectedPercent,
      },
      details: { base_rows: base, comparison_rows: comparison },
    }
  },
})

function baseOf({ base_query }: Params, batch: Batch): Sql {
  return userQueryOf(base_query, batch)
}

/** The line break ends a comment that a query may close with. */
function countRowsOf(query: Sql): Metrics[string] {
  return { pass: 'own', kind: 'count', costs: 'query', query, statement: sql`SELECT pg_catalog.count(*) FROM (${query}\n) AS counted` }
}

/** Rows of one that the other has not, or not as often. PostgreSQL finds one type for two columns, and compares by it. */
function onlyIn(one: Sql, other: Sql): Sql {
  return sql`SELECT * FROM (${one}\n) AS one EXCEPT ALL SELECT * FROM (${other}\n) AS other`
}

function oneLine(query: string): string {
  return query.replaceAll(/\s+/gu, ' ').trim()
}
