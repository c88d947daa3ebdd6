import type { ResultColumn } from '#shared/model/query.ts'
import type { ConditionTest, ResultCondition } from '#shared/model/query-result.ts'

/** Filters as they are chosen and read. */

export const testTitles: Readonly<Record<ConditionTest, string>> = {
  contains: 'contains',
  lacks: 'does not contain',
  equals: 'is',
  differs: 'is not',
  less: 'is less than',
  'at-most': 'is at most',
  greater: 'is greater than',
  'at-least': 'is at least',
}

export function conditionText({ column, test, value }: ResultCondition, columns: readonly ResultColumn[]): string {
  const name = columns[column]?.name ?? ''
  if (value === null) return `${name} is ${test === 'equals' ? 'null' : 'not null'}`
  const shown = value.length > 40 ? `${[...value].slice(0, 40).join('')}…` : value
  return `${name} ${testTitles[test]} ${shown === '' ? 'empty' : shown}`
}
