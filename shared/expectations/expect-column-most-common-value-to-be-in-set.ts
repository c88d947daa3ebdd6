import { z } from 'zod'
import { sql } from '#shared/sql/sql.ts'
import { columnProblems } from './columns.ts'
import { defineExpectation } from './definition.ts'
import { columnParam, switchParam, valuesParam } from './fields.ts'
import { columnName, say, valueList } from './prose.ts'

export const expectColumnMostCommonValueToBeInSet = defineExpectation({
  type: 'expect_column_most_common_value_to_be_in_set',
  title: 'Column most common value to be in set',
  summary: 'The value that occurs most often is one of a fixed list.',
  issue: 'Validity',
  domain: 'column',
  params: z.strictObject({
    column: columnParam(),
    value_set: valuesParam({ label: 'Values' }),
    ties_okay: switchParam({
      label: 'Ties hold',
      help: 'On: of several that occur equally often, one in the list is enough.',
      initial: false,
    }),
  }),
  prose: ({ column, value_set }) => say`The most common value of ${columnName(column)} is one of ${valueList(value_set)}`,
  check: ({ column }, table) => columnProblems(table, 'column', column, 'equality'),
  metrics({ column, value_set }, batch) {
    const value = batch.column(column)
    const ordered = batch.table.columns.find(({ name }) => name === column)?.abilities?.order === true
    const inSet = value_set.every((member) => member === null) ? sql`false` : batch.inSet(column, value_set)
    return {
      common: {
        pass: 'own',
        kind: 'list',
        costs: 'hash',
        statement: sql`SELECT pg_catalog.format('%s', ranked.value), ranked.fits FROM (
          SELECT ${value} AS value, pg_catalog.bool_and(${inSet}) AS fits, pg_catalog.rank() OVER (ORDER BY pg_catalog.count(*) DESC) AS place
          FROM ${batch.source} WHERE NOT (${value} IS NULL) GROUP BY ${value}) AS ranked WHERE ranked.place = 1 ORDER BY ${ordered ? sql`ranked.value` : sql`1`} LIMIT 200`,
      },
    }
  },
  evaluate({ ties_okay, column }, { common }, table) {
    const rows = Array.isArray(common) ? (common as readonly (readonly (string | null)[])[]) : []
    const fitting = rows.filter(([, fits]) => fits === 't').length
    const success = ties_okay ? fitting > 0 : rows.length === 1 && fitting === 1
    const category = table.columns.find((each) => each.name === column)?.category
    return {
      success,
      observedValue: rows.map(([text = null]) => jsonOf(text, category)),
      counts: null,
      details: {},
    }
  },
})

/** A number or a boolean where JSON has the same one; else PostgreSQL's own text. */
function jsonOf(text: string | null, category: string | undefined): string | number | boolean | null {
  if (category === 'B' && text !== null) return text === 't'
  return category === 'N' && Number.isFinite(Number(text)) ? Number(text) : text
}
