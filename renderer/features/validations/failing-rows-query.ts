import type { ExpectationResult } from '#shared/model/run.ts'
import { countOf, formatCount } from '#ui/format.ts'

/** By which column the rows stand; null: in the order of the query itself, which is the key's. */
export interface RowOrder {
  /** From 0, in the order of the query's columns. */
  readonly column: number
  readonly descending: boolean
}

/**
 * The query that is run, shown, copied and exported. A column is named by its place, because two may have one name.
 * The line breaks end a comment that the query may close with.
 */
export function orderedQuery(sql: string, order: RowOrder | null): string {
  if (order === null) return sql
  return `SELECT * FROM (\n${sql}\n) AS failing_rows\nORDER BY ${order.column + 1}${order.descending ? ' DESC NULLS LAST' : ''}`
}

/** A click on a column: rising, falling, then as before. */
export function nextOrder(order: RowOrder | null, column: number): RowOrder | null {
  if (order?.column !== column) return { column, descending: false }
  return order.descending ? null : { column, descending: true }
}

/**
 * How many rows the run found to fail; null: that is not known. Decided by GX's keys: a query of unexpected rows is observed by their number, and
 * where two queries are compared a row that differs is counted once and found twice.
 */
export function failingRowCount({
  kwargs,
  counts,
  observedValue,
}: Pick<ExpectationResult, 'kwargs' | 'counts' | 'observedValue'>): number | null {
  if ('comparison_query' in kwargs) return null
  if (counts !== null) return counts.unexpectedCount
  return 'unexpected_rows_query' in kwargs && typeof observedValue === 'number' ? observedValue : null
}

/** What is said of the first rows, where there are more. They are read now, and the run counted then: fewer than are there say nothing. */
export function firstRowsSentence(read: number, counted: number | null): string {
  if (counted === null || counted <= read) return `The first ${countOf(read, 'row')}`
  return `The first ${formatCount(read)} of ${countOf(counted, 'row')} that the run counted`
}

/** How many rows are read at first, and when more are asked for. */
export const rowLimits = [10_000, 100_000, 1_000_000] as const

/** null: this was the most. */
export function nextLimit(limit: number): number | null {
  return rowLimits.find((more) => more > limit) ?? null
}
