import { type Sql, sql, type UserSql, userSql } from './sql.ts'

/**
 * The query of a query asset, without the semicolons it may end with.
 * SECURITY: the text of a user. It is only run after the server has read it by itself, so that a text which makes sense
 * inside our parentheses alone (closing them, opening others) is refused; and in read-only transactions.
 */
export function wholeQuery(text: string): Sql {
  return userSql(text.trim().replace(/(?:;\s*)+$/u, '') as UserSql)
}

/** The query as an item of FROM, without an alias. The line break ends a comment that it may close with. */
export function asRelation(query: Sql): Sql {
  return sql`(${query}\n)`
}
