import { join, type Sql, sql } from '#shared/sql/sql.ts'
import type { Batch } from './definition.ts'

/** Regular expressions and LIKE patterns, as several expectations use them. */

export const matchOnOptions = [
  { value: 'any', label: 'any of them' },
  { value: 'all', label: 'all of them' },
] as const

/** A broken pattern is found when it is first used (2201B), so one use comes before the scan that everybody shares. */
export function regexProbe(regex: string): Sql {
  return sql`''::pg_catalog.text OPERATOR(pg_catalog.~) ${regex}::pg_catalog.text`
}

/** A pattern that ends in the escape character is found in the same way (22025). */
export function likeProbe(pattern: string): Sql {
  return sql`'a'::pg_catalog.text OPERATOR(pg_catalog.~~) ${pattern}::pg_catalog.text`
}

export function matchesRegexes(batch: Batch, column: string, regexes: readonly string[], on: 'any' | 'all'): Sql {
  const each = regexes.map((regex) => batch.matches(column, sql`${regex}`))
  return sql`(${join(each, on === 'any' ? ' OR ' : ' AND ')})`
}

export function matchesLike(batch: Batch, column: string, patterns: readonly string[], on: 'any' | 'all'): Sql {
  const each = patterns.map((pattern) => batch.like(column, sql`${pattern}`))
  return sql`(${join(each, on === 'any' ? ' OR ' : ' AND ')})`
}
