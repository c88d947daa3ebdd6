import { quoteLiteral } from '#shared/sql/sql.ts'
import { type Ask, type Case, periodOfBatch, untag } from './conformance.ts'

/**
 * The right answer to a case by SQL of its own: as plain as it can be written, without anything of the engine but quoting.
 * What holds a result against GX's for another reason than GX's answer holds it against this.
 */

export interface Counted {
  readonly elementCount: number
  readonly unexpectedCount: number
}

/** How many rows there are and how many fail; null for a type that is not about single rows. */
export async function countRows(ask: Ask, one: Case, type: string): Promise<Counted | null> {
  const fails = predicates[type]
  const where = condition(one)
  if (fails === undefined || where === null) return null
  const rows = `(SELECT * FROM ${relation(one)} WHERE ${where})`
  const failing = fails(quoted(String(one.kwargs.column)), one, rows)
  if (failing === null) return null
  const [counts] = await ask(`SELECT count(*), count(*) FILTER (WHERE ${failing}) FROM ${rows} AS t`)
  return { elementCount: Number(counts?.[0]), unexpectedCount: Number(counts?.[1]) }
}

/** One value of SQL over the rows of a case, as text; null where there is none, or no way to ask. `of` gets the quoted column. */
export async function aggregateOf(ask: Ask, one: Case, of: (column: string) => string): Promise<string | null> {
  const where = condition(one)
  if (where === null) return null
  const [row] = await ask(`SELECT ${of(quoted(String(one.kwargs.column)))} FROM ${relation(one)} AS t WHERE ${where}`)
  return row?.[0] ?? null
}

/** Two numbers of a statement about `rows`, those of a case; null where there is no way to ask. */
export async function modesOf(ask: Ask, one: Case, of: (column: string) => string): Promise<readonly [number, number] | null> {
  const where = condition(one)
  if (where === null) return null
  const [row] = await ask(`WITH rows AS (SELECT * FROM ${relation(one)} WHERE ${where}) ${of(quoted(String(one.kwargs.column)))}`)
  return row === undefined ? null : [Number(row[0]), Number(row[1])]
}

export function relation({ table, batch }: Case): string {
  if (table.startsWith('query:')) return `(${table.slice('query:'.length)}) AS q`
  const schema = Reflect.get(Object(batch), 'schema')
  return `${quoted(typeof schema === 'string' ? schema : 'public')}.${quoted(table)}`
}

/** Values of a set, as literals. A NULL is in no set. */
export function literals(values: unknown): readonly string[] {
  return Array.isArray(values) ? values.filter((value) => value !== null).map(literal) : []
}

/** Any name, an impossible one included: what the server then refuses proves nothing. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** null: params about which nothing is proven here. */
type Predicate = (column: string, one: Case, rows: string) => string | null

const predicates: Readonly<Record<string, Predicate>> = {
  expect_column_values_to_be_null: (column) => `${column} IS NOT NULL`,
  expect_column_values_to_not_be_null: (column) => `${column} IS NULL`,
  expect_column_values_to_be_json_parseable: (column) => `NOT pg_input_is_valid(${column}::text, 'json')`,
  expect_column_values_to_match_json_schema: (column, { kwargs }) => {
    const { type, ...more } = Object(kwargs.json_schema) as { readonly type?: unknown }
    if (typeof type !== 'string' || !['object', 'array', 'string', 'boolean', 'null'].includes(type) || Object.keys(more).length > 0)
      return null
    const ofType = `CASE WHEN pg_input_is_valid(${column}::text, 'json') THEN json_typeof(${column}::json) = ${quoteLiteral(type)} ELSE false END`
    return `${column} IS NOT NULL AND NOT (${ofType})`
  },
  expect_column_values_to_match_strftime_format: (column, { kwargs }) =>
    kwargs.strftime_format === '%Y-%m-%d'
      ? `NOT (${column} ~ '^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}$' AND pg_input_is_valid(${column}, 'date'))`
      : null,
  expect_column_values_to_be_unique: (column, _one, rows) =>
    `(SELECT count(*) FROM ${rows} AS other WHERE other.${column} = t.${column}) > 1`,
  expect_column_values_to_be_between: (column, { kwargs }) => outside(column, kwargs),
  expect_column_value_lengths_to_equal: (column, { kwargs }) => `length(${column}) <> ${literal(kwargs.value)}`,
  expect_column_pair_values_to_be_equal: (_column, one) => `NOT ${leftOut(one)} AND (${pair(one).join(' = ')}) IS NOT TRUE`,
  expect_column_pair_values_a_to_be_greater_than_b: (_column, one) =>
    `NOT ${leftOut(one)} AND (${pair(one).join(one.kwargs.or_equal === true ? ' >= ' : ' > ')}) IS FALSE`,
  expect_column_pair_values_to_be_in_set: (_column, one) => {
    const set = one.kwargs.value_pairs_set as readonly (readonly unknown[])[]
    const [a, b] = pair(one)
    const is = (column: string | undefined, value: unknown) => (value === null ? `${column} IS NULL` : `${column} = ${literal(value)}`)
    const members = set.map(([first, second]) => `${is(a, first)} AND ${is(b, second)}`)
    return `NOT ${leftOut(one)} AND (${members.join(' OR ')}) IS FALSE`
  },
  expect_column_value_lengths_to_be_between: (column, { kwargs }) => outside(`length(${column})`, kwargs),
  expect_column_values_to_be_in_set: (column, { kwargs }) =>
    `${column} IS NOT NULL AND NOT (${[...literals(kwargs.value_set).map((value) => `${column} = ${value}`), 'false'].join(' OR ')})`,
  expect_column_values_to_not_be_in_set: (column, { kwargs }) =>
    [...literals(kwargs.value_set).map((value) => `${column} = ${value}`), 'false'].join(' OR '),
}

function pair({ kwargs }: Case): readonly string[] {
  return [quoted(String(kwargs.column_A)), quoted(String(kwargs.column_B))]
}

/** Rows of a pair that are not judged. */
function leftOut(one: Case): string {
  const missing = pair(one).map((column) => `${column} IS NULL`)
  switch (one.kwargs.ignore_row_if ?? 'both_values_are_missing') {
    case 'both_values_are_missing':
      return `(${missing.join(' AND ')})`
    case 'either_value_is_missing':
      return `(${missing.join(' OR ')})`
    default:
      return 'false'
  }
}

function outside(value: string, kwargs: Case['kwargs']): string {
  const { min_value: min = null, max_value: max = null, strict_min, strict_max } = kwargs
  const parts = ['false']
  if (min !== null) parts.push(`${value} ${strict_min === true ? '<=' : '<'} ${literal(min)}`)
  if (max !== null) parts.push(`${value} ${strict_max === true ? '>=' : '>'} ${literal(max)}`)
  return parts.join(' OR ')
}

function literal(tagged: unknown): string {
  const value = untag(tagged)
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : quoteLiteral(String(value))
}

/** The row condition and the batch's period. null: a condition of another form, about which nothing is proven here. */
function condition(one: Case): string | null {
  const parts = ['true']
  const { row_condition: given } = one.kwargs
  if (given !== undefined) {
    const read = typeof given === 'string' ? ofText(given) : ofObject(given)
    if (read === null) return null
    parts.push(read)
  }
  const cut = periodOfBatch(one)
  if (cut !== null) parts.push(`starts_with(to_char(${quoted(cut.column)}, 'YYYY-MM-DD'), ${quoteLiteral(cut.period)})`)
  return parts.join(' AND ')
}

/** `col("name") == "text"`, `col("name") < 5`, `col("name").notnull()`. */
function ofText(text: string): string | null {
  const present = /^col\("([^"]+)"\)\.notnull\(\)$/.exec(text)
  if (present !== null) return `${quoted(present[1] ?? '')} IS NOT NULL`
  const [, name, operator, number, word] = /^col\("([^"]+)"\) (<|<=|>|>=|==|!=) (?:(-?[\d.]+)|"([^"]*)")$/.exec(text) ?? []
  if (name === undefined || operator === undefined) return null
  return `${quoted(name)} ${operators[operator]} ${number ?? quoteLiteral(word ?? '')}`
}

function ofObject(given: unknown): string | null {
  const { type, column, operator, parameter, is_null, conditions } = Object(given) as Readonly<Record<string, unknown>>
  const name = quoted(String(Reflect.get(Object(column), 'name')))
  if (type === 'nullity') return `${name} IS ${is_null === true ? '' : 'NOT '}NULL`
  if (type === 'comparison' && Array.isArray(parameter))
    return `${name} ${operator === 'IN' ? 'IN' : 'NOT IN'} (${parameter.map(literal).join(', ')})`
  if (type === 'comparison') return `${name} ${operators[String(operator)]} ${literal(parameter)}`
  const parts = Array.isArray(conditions) ? conditions.map(ofObject) : [null]
  return parts.includes(null) ? null : `(${parts.join(type === 'or' ? ' OR ' : ' AND ')})`
}

const operators: Readonly<Record<string, string>> = { '==': '=', '!=': '<>', '<': '<', '<=': '<=', '>': '>', '>=': '>=' }
