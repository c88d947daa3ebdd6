import { type Sql, sql } from '#shared/sql/sql.ts'
import type { Batch, Metric, Operand } from './definition.ts'
import { aggregate } from './scan-metric.ts'

/** The different values of a column, for expectations about the set of them. NULLs are not values. */

/** Exact: a count of hashes may be short of one where two hashes meet. */
export function countDifferent(column: string, batch: Batch): Metric {
  // Short values of fixed width are sorted faster than they are grouped, and their count is not one of hashes.
  const exact = batch.table.columns.find(({ name }) => name === column)?.abilities?.distinct === 'count' ? batch.distinct(column) : null
  if (exact !== null) return { pass: 'own', kind: 'count', costs: 'sort', statement: sql`SELECT ${exact} FROM ${batch.source}` }
  return {
    pass: 'own',
    kind: 'count',
    costs: 'hash',
    statement: sql`SELECT pg_catalog.count(*) FROM (${differentValues(column, batch)}) AS different`,
  }
}

export function differentValues(column: string, batch: Batch): Sql {
  const value = batch.column(column)
  return sql`SELECT ${value} AS value FROM ${batch.source} WHERE NOT (${value} IS NULL) GROUP BY ${value}`
}

/** How many different values are none of these, and the first few of them. */
export function strangers(
  column: string,
  set: readonly (Operand | null)[],
  batch: Batch,
): { readonly count: Metric; readonly list: Metric } {
  const value = batch.column(column)
  const outside = set.every((member) => member === null) ? sql`true` : sql`NOT ${batch.inSet(column, set)}`
  const found = sql`SELECT ${value} AS value, pg_catalog.count(*) AS copies FROM ${batch.source} WHERE NOT (${value} IS NULL) AND ${outside} GROUP BY ${value}`
  return {
    count: { pass: 'own', kind: 'count', costs: 'hash', statement: sql`SELECT pg_catalog.count(*) FROM (${found}) AS strangers` },
    list: {
      pass: 'own',
      kind: 'list',
      costs: 'hash',
      statement: sql`SELECT strangers.value::pg_catalog.text, strangers.copies FROM (${found}) AS strangers ORDER BY strangers.copies DESC, strangers.value::pg_catalog.text LIMIT ${SHOWN}::pg_catalog.int4`,
    },
  }
}

/** As many as a result keeps of anything. */
const SHOWN = 20

/**
 * Whether each of these occurs, by its place in the set. Of several, PostgreSQL finds one type for all that are compared: a real
 * is 0.1 where the set is 0.1 and 2, and it is not where the set is 0.1 alone. A set that is compared as a whole elsewhere must
 * not be compared otherwise here.
 */
export function occurrences(column: string, set: readonly Operand[], batch: Batch): Readonly<Record<string, Metric>> {
  return Object.fromEntries(
    set.map((member, index) => {
      const same = set.length > 1 ? batch.inSet(column, [member, member]) : batch.compare(column, '=', member)
      return [`member${index}`, aggregate('flag', sql`pg_catalog.bool_or(${same})`, (value) => sql`COALESCE(${value}, false)`)]
    }),
  )
}
