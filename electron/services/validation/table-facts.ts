import type { ColumnAbilities, TableShape } from '#shared/expectations/definition.ts'
import type { Sql } from '#shared/sql/sql.ts'

/** What the catalog says about a relation and its columns' types: plain data, so that plans can be made and tested without a server. */

export interface TableFacts {
  readonly shape: TableShape
  readonly kind: 'table' | 'partitioned table' | 'view' | 'materialized view' | 'foreign table' | 'query'
  /** As an item of FROM, without an alias. */
  readonly relation: Sql
  /** pg_class.reltuples; null when never analysed, or for a view. */
  readonly estimatedRows: number | null
  readonly types: ReadonlyMap<string, ColumnType>
}

/** Operators and functions of a column's type. Each is the name of the schema it lives in; null: there is none. */
export interface ColumnType {
  /** Schema of the default btree operator class's operators: <, <=, =, >=, >. */
  readonly orderSchema: string | null
  /** Schema of the equality operator, of the btree class or else of the hash class. */
  readonly equalitySchema: string | null
  /** Schema of `~` for this very type. */
  readonly patternSchema: string | null
  /** The default hash operator class's 64-bit function. */
  readonly hashFunction: { readonly schema: string; readonly name: string } | null
  /** Aggregates by the default btree operator class. null: the type has none. */
  readonly maximum: { readonly schema: string; readonly name: string } | null
  readonly minimum: { readonly schema: string; readonly name: string } | null
  readonly distinct: ColumnAbilities['distinct']
  readonly mean: boolean
}

export function abilitiesOf(type: ColumnType): ColumnAbilities {
  return {
    equality: type.equalitySchema !== null,
    order: type.orderSchema !== null,
    pattern: type.patternSchema !== null,
    mean: type.mean,
    distinct: type.distinct,
  }
}
