import { z } from 'zod'
import type { DataQualityIssue } from '#shared/model/expectation.ts'
import { type Sql, sql } from '#shared/sql/sql.ts'
import { columnProblems } from './columns.ts'
import { type Batch, type ColumnAbilities, defineExpectation, type Prose } from './definition.ts'
import { columnParam, mostlyParam } from './fields.ts'
import { type IgnoredPair, ignoredRows, ignorePairParam } from './ignored-rows.ts'
import { inShareOfRows } from './prose.ts'
import { countFailing, countOf, countRows, judgeRows } from './row-wise.ts'
import { countWhere } from './scan-metric.ts'

/** What expectations about two columns of a row share. */
export interface ColumnPairMap<Shape extends z.ZodRawShape> {
  readonly type: string
  readonly title: string
  readonly summary: string
  readonly issue: DataQualityIssue
  readonly need: keyof ColumnAbilities
  readonly params: Shape
  prose(params: Own<Shape>): Prose
  /** True for a row that fails; rows that are left out need not be thought of. */
  unexpected(params: Own<Shape>, batch: Batch): Sql
}

type Own<Shape extends z.ZodRawShape> = z.infer<z.ZodObject<Shape>> & { readonly column_A: string; readonly column_B: string }

export function defineColumnPairMap<const Shape extends z.ZodRawShape>(map: ColumnPairMap<Shape>) {
  const own = (given: unknown) => given as Own<Shape> & { readonly mostly: number; readonly ignore_row_if: IgnoredPair }
  const ignored = (given: unknown, batch: Batch) => ignoredRows([own(given).column_A, own(given).column_B], own(given).ignore_row_if, batch)
  const failing = (given: unknown, batch: Batch) => sql`(NOT ${ignored(given, batch)} AND ${map.unexpected(own(given), batch)})`
  return defineExpectation({
    type: map.type,
    title: map.title,
    summary: map.summary,
    issue: map.issue,
    domain: 'column pair',
    params: z.strictObject({
      column_A: columnParam({ label: 'Column A' }),
      column_B: columnParam({ label: 'Column B' }),
      ...map.params,
      ignore_row_if: ignorePairParam(),
      mostly: mostlyParam(),
    }),
    prose: (given) => [...map.prose(own(given)), ...inShareOfRows(own(given).mostly)],
    check: (given, table) => [
      ...columnProblems(table, 'column_A', own(given).column_A, map.need),
      ...columnProblems(table, 'column_B', own(given).column_B, map.need),
    ],
    metrics: (given, batch) => ({
      rows: countRows,
      missing: countWhere(ignored(given, batch)),
      unexpected: countFailing(failing(given, batch), [own(given).column_A, own(given).column_B]),
    }),
    failing: (given, batch) => ({ columns: [own(given).column_A, own(given).column_B], rows: { where: failing(given, batch) } }),
    evaluate: (given, values) =>
      judgeRows(
        { rows: countOf(values, 'rows'), missing: countOf(values, 'missing'), unexpected: countOf(values, 'unexpected') },
        own(given).mostly,
      ),
  })
}
