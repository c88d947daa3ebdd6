/**
 * SQL as data: text pieces and values, kept apart until the last moment. There is no `raw`: a string put into
 * the tag becomes a parameter, only `identifier` makes an identifier, and what a user wrote enters as `UserSql`.
 */

/** A piece of SQL. `text` has one gap between any two neighbours of `strings`; `values[i]` fills gap i. */
export interface Sql {
  readonly kind: 'sql'
  readonly strings: readonly string[]
  readonly values: readonly SqlValue[]
}

/** A value sent as its own parameter, of unknown type, so that PostgreSQL decides what it is. */
export type SqlValue = string | number | boolean | null

/** Text and parameters as the extended protocol takes them. */
export interface CompiledSql {
  readonly text: string
  readonly values: readonly SqlValue[]
}

/**
 * Builds a fragment. Strings, numbers, booleans and null become parameters; fragments are spliced in.
 * @example sql`SELECT count(*) FROM ${identifier('sales', 'orders')} WHERE ${identifier('status')} = ${'open'}`
 */
export function sql(strings: TemplateStringsArray, ...parts: readonly (Sql | SqlValue)[]): Sql {
  return assemble(strings, parts)
}

/**
 * A quoted, possibly qualified name: `identifier('sales', 'orders')` is `"sales"."orders"`.
 * @throws RangeError for an empty name, a NUL, a lone surrogate, or more than 63 bytes: PostgreSQL would cut it silently and name another thing.
 */
export function identifier(...names: readonly string[]): Sql {
  return text(names.map(quoteIdentifier).join('.'))
}

/** Joins fragments with one of a closed set of separators. An empty list is an empty fragment. */
export function join(
  fragments: readonly Sql[],
  separator: ', ' | ' AND ' | ' OR ' | ' + ' | ' # ' | ' ' | '\n' | ',\n  ' | ' UNION ALL ',
): Sql {
  const parts: Sql[] = []
  fragments.forEach((fragment, index) => {
    if (index > 0) parts.push(text(separator))
    parts.push(fragment)
  })
  return assemble(new Array<string>(parts.length + 1).fill(''), parts)
}

/** Text a user wrote, in the two places where users write SQL: the query pane and a custom SQL expectation. */
export type UserSql = string & { readonly brand: 'UserSql' }

/** SECURITY: the only door by which a user's text becomes part of a statement; callers are few and reviewed. */
export function userSql(source: UserSql): Sql {
  return text(source)
}

export const emptySql: Sql = text('')

export function isSql(part: unknown): part is Sql {
  return typeof part === 'object' && part !== null && (part as Sql).kind === 'sql'
}

/** Numbers the parameters. Each gap gets its own number: a shared one fails when its two uses have different types (42883). */
export function compile(fragment: Sql): CompiledSql {
  let out = fragment.strings[0] ?? ''
  fragment.values.forEach((_, index) => {
    out += `$${index + 1}${fragment.strings[index + 1] ?? ''}`
  })
  return { text: out, values: fragment.values }
}

/** Two fragments with the same key ask the same thing; the planner computes it once. */
export function sqlKey(fragment: Sql): string {
  return JSON.stringify([fragment.strings, fragment.values.map((value) => [typeof value, value])])
}

/** The fragment with its values written in, for people to read, copy and run. Never sent by us. */
export function toDisplayText(fragment: Sql): string {
  let out = fragment.strings[0] ?? ''
  fragment.values.forEach((value, index) => {
    out += displayLiteral(value) + (fragment.strings[index + 1] ?? '')
  })
  return out
}

export function quoteIdentifier(name: string): string {
  if (name === '') throw new RangeError('A name may not be empty.')
  if (name.includes('\0')) throw new RangeError('A name may not contain the character NUL.')
  // SECURITY: sent as UTF-8 it would become U+FFFD, which is the name of another thing.
  if (!name.isWellFormed()) throw new RangeError('A name may not contain half of a character.')
  if (utf8Length(name) > 63) throw new RangeError('A name may have at most 63 bytes in PostgreSQL.')
  return `"${name.replaceAll('"', '""')}"`
}

/** A string literal that reads the same whatever standard_conforming_strings says. */
export function quoteLiteral(value: string): string {
  if (value.includes('\0')) throw new RangeError('A text in PostgreSQL may not contain the character NUL.')
  const quoted = value.replaceAll("'", "''")
  return quoted.includes('\\') ? ` E'${quoted.replaceAll('\\', '\\\\')}'` : `'${quoted}'`
}

function displayLiteral(value: SqlValue): string {
  if (value === null) return 'NULL'
  if (typeof value === 'string') return quoteLiteral(value)
  return String(value)
}

function text(source: string): Sql {
  return { kind: 'sql', strings: [source], values: [] }
}

function assemble(strings: readonly string[], parts: readonly (Sql | SqlValue)[]): Sql {
  const outStrings: string[] = [strings[0] ?? '']
  const outValues: SqlValue[] = []
  parts.forEach((part, index) => {
    const after = strings[index + 1] ?? ''
    if (isSql(part)) {
      outStrings[outStrings.length - 1] += part.strings[0] ?? ''
      part.values.forEach((value, gap) => {
        outValues.push(value)
        outStrings.push(part.strings[gap + 1] ?? '')
      })
      outStrings[outStrings.length - 1] += after
    } else {
      outValues.push(part)
      outStrings.push(after)
    }
  })
  return { kind: 'sql', strings: outStrings, values: outValues }
}

function utf8Length(name: string): number {
  let bytes = 0
  for (const character of name) {
    const code = character.codePointAt(0) ?? 0
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes
}
