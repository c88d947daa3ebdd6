import { z } from 'zod'
import { sql } from '#shared/sql/sql.ts'
import { columnProblems } from './columns.ts'
import { defineExpectation } from './definition.ts'
import { columnParam, mostlyParam, patternParam } from './fields.ts'
import { columnName, inShareOfRows, say, valueText } from './prose.ts'
import { countFailing, countMissing, countOf, countRows, judgeRows } from './row-wise.ts'

export const expectColumnValuesToMatchRegex = defineExpectation({
  type: 'expect_column_values_to_match_regex',
  title: 'Column values to match regex',
  summary: 'Each value contains a match of a regular expression.',
  issue: 'Validity',
  domain: 'column',
  params: z.strictObject({
    column: columnParam({ label: 'Column', accepts: 'text' }),
    regex: patternParam({
      label: 'Regular expression',
      help: "PostgreSQL's own (POSIX) expressions. It may match anywhere in the value: write ^ and $ for the whole of it.",
    }),
    mostly: mostlyParam(),
  }),
  prose: ({ column, regex, mostly }) => say`Values of ${columnName(column)} match ${valueText(regex)}${inShareOfRows(mostly)}`,
  check: ({ column }, table) => columnProblems(table, 'column', column, 'pattern'),
  // A broken pattern is found when it is first used (2201B), so one use comes before the scan that everybody shares.
  probes: ({ regex }) => [sql`''::pg_catalog.text OPERATOR(pg_catalog.~) ${regex}::pg_catalog.text`],
  metrics: ({ column, regex }, batch) => ({
    rows: countRows,
    missing: countMissing(column, batch),
    unexpected: countFailing(sql`NOT ${batch.matches(column, sql`${regex}`)}`, [column]),
  }),
  failing: ({ column, regex }, batch) => ({ columns: [column], rows: { where: sql`NOT ${batch.matches(column, sql`${regex}`)}` } }),
  evaluate: ({ mostly }, values) =>
    judgeRows({ rows: countOf(values, 'rows'), missing: countOf(values, 'missing'), unexpected: countOf(values, 'unexpected') }, mostly),
})
