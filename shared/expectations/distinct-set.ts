import { z } from 'zod'
import type { Kwargs } from '#shared/model/expectation.ts'
import { columnProblems } from './columns.ts'
import { defineExpectation, type MetricValues, type Operand } from './definition.ts'
import { occurrences, strangers } from './distinct.ts'
import { columnParam, valuesParam } from './fields.ts'
import { columnName, say, valueList } from './prose.ts'
import { countOf } from './row-wise.ts'

/** Expectations about the set of a column's values: that no others occur, that all of a list do, or both. */
interface DistinctSet {
  readonly type: string
  readonly title: string
  readonly summary: string
  readonly verb: string
  readonly noOthers: boolean
  readonly allOfThem: boolean
}

export function defineDistinctSet({ type, title, summary, verb, noOthers, allOfThem }: DistinctSet) {
  return defineExpectation({
    type,
    title,
    summary,
    issue: 'Uniqueness',
    domain: 'column',
    params: z.strictObject({ column: columnParam(), value_set: valuesParam({ label: 'Values' }) }),
    prose: ({ column, value_set }) => say`The values of ${columnName(column)} ${{ kind: 'text', text: verb }} ${valueList(value_set)}`,
    check: ({ column }, table) => columnProblems(table, 'column', column, 'equality'),
    metrics({ column, value_set }, batch) {
      const { count, list } = strangers(column, value_set, batch)
      return {
        ...(noOthers ? { others: count, otherValues: list } : {}),
        ...(allOfThem ? occurrences(column, members(value_set), batch) : {}),
      }
    },
    evaluate({ value_set }, values) {
      const others = noOthers ? countOf(values, 'others') : 0n
      const missing = allOfThem ? members(value_set).filter((_member, index) => values[`member${index}`] !== true) : []
      return {
        success: others === 0n && missing.length === 0,
        observedValue: null,
        counts: null,
        details: detailsOf(others, values, missing),
      }
    },
    prefill(column) {
      const top = column?.topValues
      return top == null || top.length === 0 ? {} : { value_set: top.map(({ value }) => value) }
    },
  })
}

/** A missing value is in no set. */
function members(set: readonly (Operand | null)[]): readonly Operand[] {
  return set.filter((member) => member !== null)
}

function detailsOf(others: bigint, values: MetricValues, missing: readonly Operand[]): Kwargs {
  const list = Array.isArray(values.otherValues) ? (values.otherValues as readonly (readonly (string | null)[])[]) : []
  return {
    ...(others === 0n
      ? {}
      : {
          unexpected_count: Number(others),
          unexpected_values: list.map(([value, count]) => ({ value: value ?? null, count: Number(count) })),
        }),
    ...(missing.length === 0 ? {} : { missing_values: [...missing] }),
  }
}
