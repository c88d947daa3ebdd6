import { z } from 'zod'
import { defineExpectation } from './definition.ts'
import { columnsParam, switchParam } from './fields.ts'
import { say, valueList } from './prose.ts'

/**
 * The columns of the table are these, in any order. Names match regardless of case, as in GX since 1.5.3, unless one is
 * written in double quotes; a name that matches exactly takes precedence, since PostgreSQL can hold both "a" and "A".
 */
export const expectTableColumnsToMatchSet = defineExpectation({
  type: 'expect_table_columns_to_match_set',
  title: 'Table columns to match set',
  summary: 'The table has these columns, in any order. Finds columns that were added, dropped or renamed.',
  issue: 'Schema',
  domain: 'table',
  params: z.strictObject({
    column_set: columnsParam({ label: 'Columns' }),
    exact_match: switchParam({
      label: 'No other columns',
      help: 'Off: further columns are allowed.',
      initial: true,
    }),
  }),
  prose: ({ column_set, exact_match }) =>
    exact_match ? say`The columns are exactly ${valueList(column_set)}` : say`The columns include ${valueList(column_set)}`,
  metrics: () => ({}),
  evaluate({ column_set, exact_match }, _values, table) {
    const actual = table.columns.map((column) => column.name)
    const { missing, unexpected } = difference([...new Set(column_set)], actual)
    const differs = missing.length > 0 || unexpected.length > 0
    return {
      success: missing.length === 0 && (!exact_match || unexpected.length === 0),
      observedValue: sorted(actual),
      counts: null,
      details: differs
        ? {
            mismatched: {
              ...(unexpected.length > 0 ? { unexpected: sorted(unexpected) } : {}),
              ...(missing.length > 0 ? { missing: sorted(missing) } : {}),
            },
          }
        : {},
    }
  },
  prefill: (_column, _rowCount, columns) => (columns === undefined ? {} : { column_set: [...columns] }),
})

interface Difference {
  readonly missing: readonly string[]
  readonly unexpected: readonly string[]
}

function difference(expected: readonly string[], actual: readonly string[]): Difference {
  const left = new Set(actual)
  const inAnotherCase = expected.filter((name) => !left.delete(unquoted(name) ?? name))
  const byLowerCase = new Map([...left].map((name) => [name.toLowerCase(), name]))
  const missing = inAnotherCase.filter((name) => {
    const match = unquoted(name) === null ? byLowerCase.get(name.toLowerCase()) : undefined
    return match === undefined || !left.delete(match)
  })
  return { missing, unexpected: [...left] }
}

/** The name inside double quotes; null for a name that is not quoted. */
function unquoted(name: string): string | null {
  return /^".+"$/su.test(name) ? name.slice(1, -1).replaceAll('""', '"') : null
}

/** By code point, as Python sorts: the default order of JavaScript compares UTF-16 units. */
function sorted(names: readonly string[]): string[] {
  return [...names].sort((a, b) => {
    const [left, right] = [[...a], [...b]]
    const at = left.findIndex((character, index) => character !== right[index])
    if (at === -1) return left.length - right.length
    return (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? -1)
  })
}
