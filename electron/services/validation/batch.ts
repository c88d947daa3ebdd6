import type { Batch, Comparison, Operand } from '#shared/expectations/definition.ts'
import { identifier, isSql, join, type Sql, sql } from '#shared/sql/sql.ts'
import type { ColumnType, TableFacts } from './table-facts.ts'

/**
 * What expectations build their SQL from. Operators are written with the schema of the type's own default operator
 * class: under a search_path without it, `=` on a citext column silently compares as text and finds other rows.
 * `rows`: the condition of a batch, on the alias b; null: the whole table.
 */
export function batchOf(facts: TableFacts, rows: Sql | null = null): Batch {
  const whole = facts.relation
  // PostgreSQL merges a plain sub-select into the query around it, so an index on the column is used as if it stood there.
  const relation = rows === null ? whole : sql`(SELECT * FROM ${whole} AS b WHERE ${rows})`
  const type = (name: string): ColumnType => {
    const found = facts.types.get(name)
    if (found === undefined) throw new RangeError(`There is no column "${name}".`)
    return found
  }
  const column = (name: string): Sql => {
    type(name)
    return sql`b.${identifier(name)}`
  }
  const compare = (left: string, operator: Comparison, right: Sql | Operand): Sql => {
    const operand = isSql(right) ? right : operandOf(right)
    if (operator === '<>') return sql`NOT (${compare(left, '=', operand)})`
    const schema = operator === '=' ? type(left).equalitySchema : type(left).orderSchema
    if (schema === null) throw new RangeError(`Values of column "${left}" cannot be compared by ${operator}.`)
    return sql`${column(left)} OPERATOR(${identifier(schema)}.${operators[operator]}) ${operand}`
  }
  const extreme = (name: string, which: 'max' | 'min'): Sql | null => {
    const aggregate = which === 'max' ? type(name).maximum : type(name).minimum
    return aggregate === null ? null : sql`${identifier(aggregate.schema, aggregate.name)}(${column(name)})`
  }
  return {
    table: facts.shape,
    source: sql`${relation} AS b`,
    // OFFSET 0 keeps the two conditions apart; the index on a column of the batch is used all the same.
    fencedSource: rows === null ? sql`${whole} AS b` : sql`(SELECT * FROM ${whole} AS b WHERE ${rows} OFFSET 0) AS b`,
    relation: rows === null ? whole : sql`(SELECT * FROM ${whole} AS b WHERE ${rows} OFFSET 0)`,
    column,
    compare,
    matches(name, regex) {
      const schema = type(name).patternSchema
      if (schema === null) throw new RangeError(`Column "${name}" has no match with a regular expression.`)
      return sql`(${column(name)} OPERATOR(${identifier(schema)}.~) ${regex})`
    },
    like(name, pattern) {
      const schema = type(name).patternSchema
      if (schema === null) throw new RangeError(`Column "${name}" has no match with a pattern.`)
      return sql`(${column(name)} OPERATOR(${identifier(schema)}.~~) ${pattern})`
    },
    inSet(name, values) {
      const operands = values.filter((value) => value !== null)
      if (operands.length === 0) return sql`(${column(name)} IS NULL)`
      // PostgreSQL finds one type for all members of an IN: `real IN (0.1, 1.5)` compares as real, where `= 0.1` compares as double.
      if (type(name).equalitySchema === 'pg_catalog') return sql`(${column(name)} IN (${join(operands.map(operandOf), ', ')}))`
      return sql`(${join(
        operands.map((value) => compare(name, '=', value)),
        ' OR ',
      )})`
    },
    extreme,
    extremeIs(name, which, operator, bound) {
      const schema = type(name).orderSchema
      if (extreme(name, which) === null || schema === null) return null
      return (found) => sql`${found} OPERATOR(${identifier(schema)}.${operators[operator]}) ${operandOf(bound)}`
    },
    distinctRows(names) {
      const hashes = names.map((name, place) => {
        const { distinct, hashFunction } = type(name)
        if (hashFunction === null || (distinct !== 'count' && distinct !== 'hash')) return null
        const hash = sql`${identifier(hashFunction.schema, hashFunction.name)}(${column(name)}, 0)`
        // Shifted, so that two columns of the same values do not put each other out.
        return place === 0 ? hash : sql`(${hash} << ${place}::pg_catalog.int4)`
      })
      const known = hashes.filter((hash) => hash !== null)
      return known.length < names.length ? null : sql`count(DISTINCT ${join(known, ' # ')})`
    },
    distinct(name) {
      const { distinct, hashFunction } = type(name)
      if (distinct === 'count') return sql`count(DISTINCT ${column(name)})`
      if (distinct !== 'hash' || hashFunction === null) return null
      return sql`count(DISTINCT ${identifier(hashFunction.schema, hashFunction.name)}(${column(name)}, 0))`
    },
  }
}

/** A closed set, so that no name of an operator ever becomes text of a statement. */
const operators: Record<Exclude<Comparison, '<>'>, Sql> = { '=': sql`=`, '<': sql`<`, '<=': sql`<=`, '>': sql`>`, '>=': sql`>=` }

/** A number gets the type that the same digits have as a literal; a text stays without one, and the column decides. */
function operandOf(value: Operand): Sql {
  if (typeof value === 'string') return sql`${value}`
  if (typeof value === 'boolean') return sql`${value}::pg_catalog.bool`
  if (!Number.isSafeInteger(value)) return sql`${decimal(value)}::pg_catalog.numeric`
  return Math.abs(value) < 2 ** 31 ? sql`${value}::pg_catalog.int4` : sql`${value}::pg_catalog.int8`
}

/** `1e+40` as PostgreSQL's numeric reads it, too; text, because the driver would send a number by its own rules. */
function decimal(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? BigInt(value).toString() : String(value)
}
