import { z } from 'zod'
import { type Sql, sql } from '#shared/sql/sql.ts'
import { type Bounds, boundsProse } from './bounds.ts'
import { columnProblems } from './columns.ts'
import { type Batch, type Comparison, defineExpectation, type Metric, type Operand } from './definition.ts'
import { boundParam, columnParam, switchParam } from './fields.ts'
import { columnName, say } from './prose.ts'
import { aggregate } from './scan-metric.ts'

/**
 * The greatest and the least value of a column. PostgreSQL compares it with the bounds, by the type's own order. Of a type without
 * such an aggregate: the greatest is at most a bound when every value is, and at least a bound when one value is.
 */
interface ColumnExtreme {
  readonly type: string
  readonly title: string
  readonly summary: string
  readonly which: 'max' | 'min'
  readonly noun: string
}

type Params = Bounds<string | number> & { readonly column: string }

export function defineColumnExtreme({ type, title, summary, which, noun }: ColumnExtreme) {
  return defineExpectation({
    type,
    title,
    summary,
    issue: 'Numeric',
    domain: 'column',
    params: z.strictObject({
      column: columnParam({ label: 'Column', accepts: 'ordered' }),
      min_value: boundParam({ label: 'Lowest' }),
      max_value: boundParam({ label: 'Highest' }),
      strict_min: switchParam({ label: 'Above the lowest', help: 'On: the bound itself fails.', initial: false }),
      strict_max: switchParam({ label: 'Below the highest', help: 'On: the bound itself fails.', initial: false }),
    }),
    prose({ column, ...bounds }) {
      const words = boundsProse(bounds)
      const subject = say`${{ kind: 'text', text: `The ${noun} of ` }}${columnName(column)}`
      return words === null ? say`${subject} may be anything` : say`${subject} is ${words}`
    },
    check: ({ column }, table) => columnProblems(table, 'column', column, 'order'),
    metrics: (params, batch) => ({
      observed: observed(params.column, which, batch),
      ...holds('lower', params.min_value, params.strict_min ? '>' : '>=', which, params, batch),
      ...holds('upper', params.max_value, params.strict_max ? '<' : '<=', which, params, batch),
    }),
    evaluate({ column }, values, table) {
      const text = typeof values.observed === 'string' ? values.observed : null
      const category = table.columns.find(({ name }) => name === column)?.category
      // As of every other number of a whole column: NaN is within nothing that has a bound (bounds.ts).
      const notANumber = category === 'N' && text === 'NaN'
      const within = [values.lower, values.upper].every((value) => value === undefined || (value === true && !notANumber))
      return { success: text !== null && within, observedValue: category === 'N' ? numberOf(text) : text, counts: null, details: {} }
    },
    prefill(column) {
      const value = which === 'max' ? column?.max : column?.min
      if (value == null) return {}
      const bound = column?.category === 'N' && String(Number(value)) === value ? Number(value) : value
      return which === 'max' ? { max_value: bound } : { min_value: bound }
    },
  })
}

/** Of a type without such an aggregate (uuid before 18, boolean), the first in its order. */
function observed(column: string, which: 'max' | 'min', batch: Batch): Metric {
  const extreme = batch.extreme(column, which)
  if (extreme !== null) return { ...aggregate('text', extreme, (found) => sql`${found}::pg_catalog.text`), indexed: true }
  const value = batch.column(column)
  const order = which === 'max' ? sql`${value} DESC` : value
  const statement = sql`SELECT ${value}::pg_catalog.text FROM ${batch.source} WHERE NOT (${value} IS NULL) ORDER BY ${order} LIMIT 1`
  return { pass: 'own', kind: 'text', costs: 'index', statement }
}

/** The extreme is within a bound on its own side only if all values are; within the other if one is. */
function holds(
  name: 'lower' | 'upper',
  bound: Operand | null,
  operator: Exclude<Comparison, '<>'>,
  which: 'max' | 'min',
  { column }: Params,
  batch: Batch,
): Readonly<Record<string, Metric>> {
  if (bound === null) return {}
  const extreme = batch.extreme(column, which)
  const isWithin = batch.extremeIs(column, which, operator, bound)
  if (extreme !== null && isWithin !== null) return { [name]: { ...aggregate('flag', extreme, isWithin), indexed: true } }
  const compared: Sql = batch.compare(column, operator, bound)
  const every = sql`pg_catalog.bool_and(${compared})`
  return { [name]: aggregate('flag', (name === 'upper') === (which === 'max') ? every : sql`pg_catalog.bool_or(${compared})`) }
}

/** A number where JavaScript has the same one; else PostgreSQL's own text: of a bigint or a long numeric, the last digits count as well. */
function numberOf(text: string | null): number | string | null {
  const number = Number(text)
  if (text === null || !Number.isFinite(number)) return text
  const digits = text
    .replace(/e.*$/i, '')
    .replace(/^-?0*\.?0*/, '')
    .replace('.', '').length
  return digits <= 15 || String(number) === text ? number : text
}
