import type { ReactNode } from 'react'

/** A column of a data table. */
export interface DataColumn<Row> {
  readonly key: string
  readonly title: string
  /** The cell. Left out: `value` as text. `shown`: all rows that the search leaves, in their order. */
  readonly cell?: (row: Row, shown: readonly Row[]) => ReactNode
  /** What the column sorts by and what the search reads; null sorts last. Left out: neither sortable nor searched. */
  readonly value?: (row: Row) => string | number | null
  readonly align?: 'left' | 'right'
  /** A CSS width. */
  readonly width?: string
}
