import { z } from 'zod'
import type { DataQualityIssue } from '#shared/model/expectation.ts'
import { boundsProse, isWithin } from './bounds.ts'
import { columnProblems } from './columns.ts'
import {
  type Batch,
  type ColumnAbilities,
  defineExpectation,
  type ExpectationDefinition,
  type Metrics,
  type MetricValues,
} from './definition.ts'
import { columnParam, numberParam, switchParam } from './fields.ts'
import { columnName, say } from './prose.ts'

/** What expectations about one number of a whole column share: GX calls them column aggregate expectations. */
export interface ColumnAggregate {
  readonly type: string
  readonly title: string
  readonly summary: string
  readonly issue: DataQualityIssue
  readonly accepts?: 'any' | 'number' | 'text' | 'ordered'
  readonly need?: keyof ColumnAbilities
  /** As in "The sum of amount is …". */
  readonly noun: string
  metrics(column: string, batch: Batch): Metrics
  readonly follows?: ExpectationDefinition['follows']
  readonly more?: (column: string, batch: Batch, values: MetricValues) => Metrics
  /** null: there is none, which is within nothing. */
  observed(values: MetricValues): number | null
  readonly prefill?: ExpectationDefinition['prefill']
}

export function defineColumnAggregate(aggregate: ColumnAggregate) {
  const { type, title, summary, issue, accepts = 'number', need, noun, more, follows, prefill } = aggregate
  return defineExpectation({
    type,
    title,
    summary,
    issue,
    domain: 'column',
    params: z.strictObject({
      column: columnParam({ label: 'Column', accepts }),
      min_value: numberParam({ label: `Lowest ${noun}` }),
      max_value: numberParam({ label: `Highest ${noun}` }),
      strict_min: switchParam({ label: 'Above the lowest', help: 'On: the bound itself fails.', initial: false }),
      strict_max: switchParam({ label: 'Below the highest', help: 'On: the bound itself fails.', initial: false }),
    }),
    prose({ column, ...bounds }) {
      const words = boundsProse(bounds)
      const subject = say`${{ kind: 'text', text: `The ${noun} of ` }}${columnName(column)}`
      return words === null ? say`${subject} may be anything` : say`${subject} is ${words}`
    },
    check: ({ column }, table) => columnProblems(table, 'column', column, need),
    metrics: ({ column }, batch) => aggregate.metrics(column, batch),
    ...(follows === undefined ? {} : { follows }),
    ...(more === undefined
      ? {}
      : { more: ({ column }: { column: string }, batch: Batch, values: MetricValues) => more(column, batch, values) }),
    evaluate(params, values) {
      const observed = aggregate.observed(values)
      return { success: isWithin(observed, params), observedValue: jsonNumber(observed), counts: null, details: {} }
    },
    ...(prefill === undefined ? {} : { prefill }),
  })
}

/** JSON has no NaN and no infinities: these are their names. */
export function jsonNumber(value: number | null): number | string | null {
  return value === null || Number.isFinite(value) ? value : String(value)
}

/** A metric of kind `text` as a double; null where it is NULL. */
export function doubleOf(values: MetricValues, name: string): number | null {
  const value = values[name]
  return typeof value === 'string' ? Number(value.replace(/^-?inf.*/i, (word) => (word.startsWith('-') ? '-Infinity' : 'Infinity'))) : null
}
