import { type Sql, sql } from '#shared/sql/sql.ts'
import type { ScanMetric } from './definition.ts'

/** An aggregate of the shared scan, and the same of only the rows for which a condition holds, so that a row condition needs no scan of its own. */

/** `around`: what is made of the aggregate's value: a cast, a comparison. PostgreSQL looks at the argument of the rows that FILTER lets through, and of no other. */
export function aggregate(kind: ScanMetric['kind'], call: Sql, around: (value: Sql) => Sql = (value) => value): ScanMetric {
  return { pass: 'scan', kind, sql: around(call), within: (rows) => around(sql`${call} FILTER (WHERE ${rows})`) }
}

/** Rows for which a condition holds. Of two conditions PostgreSQL may look at either first, and CASE at the second only where the first holds. */
export function countWhere(condition: Sql): ScanMetric {
  return {
    pass: 'scan',
    kind: 'count',
    sql: sql`count(*) FILTER (WHERE ${condition})`,
    within: (rows) => sql`count(*) FILTER (WHERE CASE WHEN ${rows} THEN ${condition} END)`,
  }
}

/** As GX reads an aggregate: a double is what is compared. */
export function asDouble(value: Sql): Sql {
  return sql`${value}::pg_catalog.float8`
}
