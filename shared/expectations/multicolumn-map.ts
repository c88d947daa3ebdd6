import { z } from 'zod'
import type { DataQualityIssue } from '#shared/model/expectation.ts'
import { type Sql, sql } from '#shared/sql/sql.ts'
import { columnProblems } from './columns.ts'
import { type Batch, type ColumnAbilities, defineExpectation, type Prose } from './definition.ts'
import { mostlyParam, severalColumnsParam } from './fields.ts'
import { type IgnoredMany, ignoredRows, ignoreManyParam } from './ignored-rows.ts'
import { inShareOfRows } from './prose.ts'
import { countFailing, countOf, countRows, judgeRows } from './row-wise.ts'
import { countWhere } from './scan-metric.ts'

/** What expectations about several columns of a row share. */
export interface MulticolumnMap<Shape extends z.ZodRawShape> {
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

type Own<Shape extends z.ZodRawShape> = z.infer<z.ZodObject<Shape>> & { readonly column_list: readonly string[] }

export function defineMulticolumnMap<const Shape extends z.ZodRawShape>(map: MulticolumnMap<Shape>) {
  const own = (given: unknown) => given as Own<Shape> & { readonly mostly: number; readonly ignore_row_if: IgnoredMany }
  const ignored = (given: unknown, batch: Batch) => ignoredRows(own(given).column_list, own(given).ignore_row_if, batch)
  const failing = (given: unknown, batch: Batch) => sql`(NOT ${ignored(given, batch)} AND ${map.unexpected(own(given), batch)})`
  return defineExpectation({
    type: map.type,
    title: map.title,
    summary: map.summary,
    issue: map.issue,
    domain: 'columns',
    params: z.strictObject({
      column_list: severalColumnsParam({ label: 'Columns' }),
      ...map.params,
      ignore_row_if: ignoreManyParam(),
      mostly: mostlyParam(),
    }),
    prose: (given) => [...map.prose(own(given)), ...inShareOfRows(own(given).mostly)],
    check: (given, table) => own(given).column_list.flatMap((column) => columnProblems(table, 'column_list', column, map.need)),
    metrics: (given, batch) => ({
      rows: countRows,
      missing: countWhere(ignored(given, batch)),
      unexpected: countFailing(failing(given, batch), own(given).column_list),
    }),
    failing: (given, batch) => ({ columns: [...own(given).column_list], rows: { where: failing(given, batch) } }),
    evaluate: (given, values) =>
      judgeRows(
        { rows: countOf(values, 'rows'), missing: countOf(values, 'missing'), unexpected: countOf(values, 'unexpected') },
        own(given).mostly,
      ),
  })
}
