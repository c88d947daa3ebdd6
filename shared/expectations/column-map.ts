import { z } from 'zod'
import type { DataQualityIssue, Kwargs } from '#shared/model/expectation.ts'
import type { Sql } from '#shared/sql/sql.ts'
import { columnProblems } from './columns.ts'
import {
  type Batch,
  type ColumnAbilities,
  defineExpectation,
  type ExpectationDefinition,
  type ParamProblem,
  type Prose,
  type TableShape,
} from './definition.ts'
import { columnParam, mostlyParam } from './fields.ts'
import { inShareOfRows } from './prose.ts'
import { countFailing, countMissing, countOf, countRows, judgeRows } from './row-wise.ts'

/** What expectations about each value of one column share: GX calls them column map expectations. Each says only which values fail. */
export interface ColumnMap<Shape extends z.ZodRawShape> {
  readonly type: string
  readonly title: string
  readonly summary: string
  readonly beyondGx?: true
  readonly issue: DataQualityIssue
  readonly accepts?: 'any' | 'number' | 'text' | 'ordered'
  /** What the type of the column must be able to do. */
  readonly need?: keyof ColumnAbilities
  /** Beside `column` and `mostly`, which all have. */
  readonly params: Shape
  /** Conditions between params. */
  readonly refine?: { readonly path: string; readonly error: string; holds(params: Own<Shape>): boolean }
  prose(params: Own<Shape>): Prose
  /** True for a value that fails. For a missing value it is false or NULL. */
  unexpected(params: Own<Shape>, batch: Batch): Sql
  readonly probes?: (params: Own<Shape>) => readonly Sql[]
  readonly check?: (params: Own<Shape>, table: TableShape) => readonly ParamProblem[]
  readonly prefill?: ExpectationDefinition['prefill']
  /** Facts for the result that follow from the params alone. */
  readonly details?: (params: Own<Shape>) => Kwargs
}

type Own<Shape extends z.ZodRawShape> = z.infer<z.ZodObject<Shape>> & { readonly column: string }

export function defineColumnMap<const Shape extends z.ZodRawShape>(map: ColumnMap<Shape>) {
  const { type, title, summary, issue, accepts = 'any', need, prefill } = map
  const base = z.strictObject({ column: columnParam({ label: 'Column', accepts }), ...map.params, mostly: mostlyParam() })
  const { refine } = map
  const params = (refine === undefined
    ? base
    : base.refine((given) => refine.holds(given as unknown as Own<Shape>), {
        path: [refine.path],
        error: refine.error,
      })) as unknown as typeof base
  // Of a shape that is not known here, TypeScript cannot tell that the whole object holds it.
  const own = (given: unknown) => given as Own<Shape> & { readonly mostly: number }
  return defineExpectation({
    type,
    title,
    summary,
    ...(map.beyondGx === undefined ? {} : { beyondGx: map.beyondGx }),
    issue,
    domain: 'column',
    params,
    prose: (given) => [...map.prose(own(given)), ...inShareOfRows(own(given).mostly)],
    check: (given, table) => [...columnProblems(table, 'column', own(given).column, need), ...(map.check?.(own(given), table) ?? [])],
    ...(map.probes === undefined ? {} : { probes: (given: unknown) => map.probes?.(own(given)) ?? [] }),
    metrics: (given, batch) => ({
      rows: countRows,
      missing: countMissing(own(given).column, batch),
      unexpected: countFailing(map.unexpected(own(given), batch), [own(given).column]),
    }),
    failing: (given, batch) => ({ columns: [own(given).column], rows: { where: map.unexpected(own(given), batch) } }),
    evaluate(given, values) {
      const counts = { rows: countOf(values, 'rows'), missing: countOf(values, 'missing'), unexpected: countOf(values, 'unexpected') }
      return { ...judgeRows(counts, own(given).mostly), details: map.details?.(own(given)) ?? {} }
    },
    ...(prefill === undefined ? {} : { prefill }),
  })
}
