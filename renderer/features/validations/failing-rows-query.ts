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

/** How many rows are read at first, and when more are asked for. */
export const rowLimits = [10_000, 100_000, 1_000_000] as const

/** null: this was the most. */
export function nextLimit(limit: number): number | null {
  return rowLimits.find((more) => more > limit) ?? null
}
