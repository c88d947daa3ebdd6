import { z } from 'zod'
import type { Kwargs } from '#shared/model/expectation.ts'
import { type Sql, sql } from '#shared/sql/sql.ts'
import { type Batch, defineExpectation, type Metrics, type MetricValues } from './definition.ts'
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
 * the first 200 rows of each; here PostgreSQL compares all of them. Of two data sources, the rows of the other one are brought here first.
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
      help: 'Its name. Left empty: the one of this data asset. Up to 10,000 rows of another one are compared.',
    }),
    comparison_query: sqlParam({ label: 'Comparison query', help: 'One SELECT with as many columns, in the same order.' }),
    mostly: mostlyParam(),
  }),
  prose: ({ base_query, comparison_data_source_name: source, comparison_query, mostly }) =>
    say`${valueText(oneLine(base_query))} returns the same rows as ${valueText(oneLine(comparison_query))}${
      source === '' ? [] : say` in ${valueText(source)}`
    }${inShareOfRows(mostly)}`,
  elsewhere: ({ comparison_data_source_name: dataSource, comparison_query }, table) =>
    dataSource === '' || dataSource === table.dataSourceName ? null : { dataSource, query: userQuery(comparison_query) },
  metrics: (params, batch) => ({
    base: countRowsOf(baseOf(params, batch)),
    // What was read elsewhere is at hand, and no query of the user's any more.
    comparison:
      batch.elsewhere === undefined
        ? countRowsOf(userQuery(params.comparison_query))
        : { pass: 'own', kind: 'count', costs: 'index', statement: countSql(batch.elsewhere) },
  }),
  // Once each has proven to be a whole query by itself, they may stand in one statement.
  more(params, batch, values): Metrics {
    const [base, comparison] = [baseOf(params, batch), comparisonOf(params, batch)]
    const extra = sql`SELECT pg_catalog.count(*) FROM (${onlyIn(base, comparison)}) AS extra`
    const query = { pass: 'own', costs: 'query', query: base } as const
    const both = countOf(values, 'base') > 0n && countOf(values, 'comparison') > 0n
    return {
      ...(both ? { extra: { ...query, kind: 'count', statement: extra } } : {}),
      // There is no one statement that finds them and could be shown.
      ...(batch.elsewhere === undefined ? {} : { differences: { ...query, kind: 'list', statement: differencesSql(base, comparison) } }),
    }
  },
  failing(params, batch) {
    if (batch.elsewhere !== undefined) return null
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
      details: { base_rows: base, comparison_rows: comparison, ...differencesOf(values) },
    }
  },
})

function baseOf({ base_query }: Params, batch: Batch): Sql {
  return userQueryOf(base_query, batch)
}

/** The line break ends a comment that a query may close with. */
function countRowsOf(query: Sql): Metrics[string] {
  return { pass: 'own', kind: 'count', costs: 'query', query, statement: countSql(query) }
}

function countSql(query: Sql): Sql {
  return sql`SELECT pg_catalog.count(*) FROM (${query}\n) AS counted`
}

function comparisonOf({ comparison_query }: Params, batch: Batch): Sql {
  return batch.elsewhere ?? userQuery(comparison_query)
}

/** The first of those on either side. */
function differencesSql(base: Sql, comparison: Sql): Sql {
  const some = (place: string, one: Sql, other: Sql) =>
    sql`(SELECT ${place}::pg_catalog.text, pg_catalog."left"(different::pg_catalog.text, 200), pg_catalog.count(*) FROM (${onlyIn(one, other)}) AS different
    GROUP BY 2 ORDER BY 2 LIMIT 20::pg_catalog.int8)`
  return sql`${some('only in the query', base, comparison)} UNION ALL ${some('only in the comparison', comparison, base)}`
}

function differencesOf({ differences }: MetricValues): Kwargs {
  const rows = Array.isArray(differences) ? (differences as readonly (readonly (string | null)[])[]) : []
  if (rows.length === 0) return {}
  return { unexpected_values: rows.map(([place, row, copies]) => ({ value: `${place}: ${row}`, count: Number(copies) })) }
}

/** Rows of one that the other has not, or not as often. PostgreSQL finds one type for two columns, and compares by it. */
function onlyIn(one: Sql, other: Sql): Sql {
  return sql`SELECT * FROM (${one}\n) AS one EXCEPT ALL SELECT * FROM (${other}\n) AS other`
}

function oneLine(query: string): string {
  return query.replaceAll(/\s+/gu, ' ').trim()
}
