import type { Rows } from '#services/postgres/connection.ts'
import { quoteLiteral } from '#shared/sql/sql.ts'
import { type Case, periodOfBatch, untag } from './conformance.ts'

/**
 * The right answer to a case by SQL of its own: as plain as it can be written, without anything of the engine but quoting.
 * What holds a result against GX's for another reason than GX's answer holds it against this.
 */

export type Ask = (text: string) => Promise<Rows['rows']>

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
  expect_column_value_lengths_to_be_between: (column, { kwargs }) => outside(`length(${column})`, kwargs),
  expect_column_values_to_be_in_set: (column, { kwargs }) =>
    `${column} IS NOT NULL AND NOT (${[...literals(kwargs.value_set).map((value) => `${column} = ${value}`), 'false'].join(' OR ')})`,
  expect_column_values_to_not_be_in_set: (column, { kwargs }) =>
    [...literals(kwargs.value_set).map((value) => `${column} = ${value}`), 'false'].join(' OR '),
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

/** The row condition, of the form col("name") < number, and the batch's period. null: one of another form, about which nothing is proven here. */
function condition(one: Case): string | null {
  const parts = ['true']
  const { row_condition: text } = one.kwargs
  if (text !== undefined) {
    const found = /^col\("([^"]+)"\) (<|<=|>|>=) (\d+)$/.exec(String(text))
    if (found === null) return null
    parts.push(`${quoted(found[1] ?? '')} ${found[2]} ${found[3]}`)
  }
  const cut = periodOfBatch(one)
  if (cut !== null) parts.push(`starts_with(to_char(${quoted(cut.column)}, 'YYYY-MM-DD'), ${quoteLiteral(cut.period)})`)
  return parts.join(' AND ')
}
