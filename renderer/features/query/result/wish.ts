import type { ResultCondition, ResultSort } from '#shared/model/query-result.ts'

/** How the rows of a result are to stand: sorted, filtered, or as they came. The services do it; nothing runs again. */
export interface Wish {
  /** The first decides. */
  readonly sort: readonly ResultSort[]
  readonly conditions: readonly ResultCondition[]
}

export const asItCame: Wish = { sort: [], conditions: [] }

/** Rising, falling, as it came. `adds`: within the order that is there. */
export function toggled(sort: readonly ResultSort[], column: number, adds: boolean): readonly ResultSort[] {
  const before = sort.find((one) => one.column === column)
  const next = before === undefined ? { column, descending: false } : before.descending ? null : { column, descending: true }
  if (!adds) return next === null ? [] : [next]
  if (before === undefined) return next === null ? sort : [...sort, next]
  return sort.flatMap((one) => (one.column !== column ? [one] : next === null ? [] : [next]))
}
