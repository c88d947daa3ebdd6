import { z } from 'zod'
import { identifier, join, type Sql, sql } from '#shared/sql/sql.ts'

/**
 * The part of JSON Schema that SQL can decide, as a condition on a jsonb value. A keyword that is not here is refused and never
 * passed over: a schema that says more than what is checked would be no promise.
 */
export type JsonSchema = z.core.util.JSONType

/** Why a schema cannot be used, with the place in it; null: it can. */
export function schemaProblem(schema: JsonSchema, place = 'The schema', depth = 0): string | null {
  if (typeof schema === 'boolean') return null
  if (depth > DEEPEST) return `${place} lies deeper than ${DEEPEST} levels.`
  if (!isObject(schema)) return `${place} must be an object, true or false.`
  for (const [name, value] of Object.entries(schema)) {
    if (remarks.has(name)) continue
    const keyword = keywords[name]
    if (keyword === undefined) return `${place} holds "${name}", which is not checked here. Known are ${Object.keys(keywords).join(', ')}.`
    if (!keyword.takes.safeParse(value).success) return `${place} gives "${name}" a value that it cannot have.`
    for (const [inner, within] of schemasIn(name, value)) {
      const problem = schemaProblem(within, `${place} under ${inner}`, depth + 1)
      if (problem !== null) return problem
    }
  }
  return null
}

/** True where the value is as the schema says. `value`: a jsonb expression that is not NULL. */
export function conditionOf(schema: JsonSchema, value: Sql, depth = 0): Sql {
  if (!isObject(schema)) return schema === false ? sql`false` : sql`true`
  const conditions = Object.entries(schema).flatMap(([name, given]) => {
    const keyword = keywords[name]
    if (keyword === undefined) return []
    const condition = keyword.holds({ given, value, schema, depth })
    // A keyword is about values of one type; CASE, because AND promises no order.
    return [keyword.about === null ? condition : sql`CASE WHEN ${isA(value, keyword.about)} THEN ${condition} ELSE true END`]
  })
  return conditions.length === 0 ? sql`true` : sql`(${join(conditions, ' AND ')})`
}

/** All patterns in it, to be tried before the data is read. */
export function patternsOf(schema: JsonSchema): readonly string[] {
  if (!isObject(schema)) return []
  return Object.entries(schema).flatMap(([name, value]) => [
    ...(name === 'pattern' && typeof value === 'string' ? [value] : []),
    ...schemasIn(name, value).flatMap(([, within]) => patternsOf(within)),
  ])
}

const DEEPEST = 12

/** Words about the schema, which ask nothing of a value. */
const remarks: ReadonlySet<string> = new Set(['$schema', '$id', '$comment', 'title', 'description', 'default', 'examples'])

interface Given {
  readonly given: JsonSchema
  readonly value: Sql
  /** The object that the keyword stands in. */
  readonly schema: { readonly [name: string]: JsonSchema }
  readonly depth: number
}

interface Keyword {
  readonly takes: z.ZodType
  readonly about: 'string' | 'number' | 'object' | 'array' | null
  holds(given: Given): Sql
}

const Count = z.int().min(0)
const Any = z.json()
const Several = z.array(Any).min(1)
const types = ['string', 'number', 'integer', 'boolean', 'null', 'object', 'array'] as const

const keywords: Readonly<Record<string, Keyword>> = {
  type: {
    takes: z.union([z.enum(types), z.array(z.enum(types)).min(1)]),
    about: null,
    holds: ({ given, value }) => any(listOf(given).map((type) => ofType(value, String(type)))),
  },
  enum: { takes: Several, about: null, holds: ({ given, value }) => any(listOf(given).map((member) => equals(value, member))) },
  const: { takes: Any, about: null, holds: ({ given, value }) => equals(value, given) },
  minimum: numeric((number, bound) => sql`${number} >= ${bound}`),
  maximum: numeric((number, bound) => sql`${number} <= ${bound}`),
  exclusiveMinimum: numeric((number, bound) => sql`${number} > ${bound}`),
  exclusiveMaximum: numeric((number, bound) => sql`${number} < ${bound}`),
  multipleOf: { ...numeric((number, bound) => sql`${number} % ${bound} = 0`), takes: z.number().positive() },
  minLength: counted('string', ({ value }) => sql`pg_catalog.char_length(${textOf(value)})`, 'at least'),
  maxLength: counted('string', ({ value }) => sql`pg_catalog.char_length(${textOf(value)})`, 'at most'),
  pattern: {
    takes: z.string(),
    about: 'string',
    holds: ({ given, value }) => sql`${textOf(value)} OPERATOR(pg_catalog.~) ${String(given)}`,
  },
  properties: {
    takes: z.record(z.string(), Any),
    about: 'object',
    holds: ({ given, value, depth }) =>
      every(
        Object.entries(Object(given) as Given['schema']).map(
          ([name, within]) =>
            sql`CASE WHEN ${has(value, name)} THEN ${conditionOf(within, sql`(${value} -> ${name})`, depth + 1)} ELSE true END`,
        ),
      ),
  },
  required: {
    takes: z.array(z.string()),
    about: 'object',
    holds: ({ given, value }) => every(listOf(given).map((name) => has(value, String(name)))),
  },
  additionalProperties: {
    takes: Any,
    about: 'object',
    holds({ given, value, schema, depth }) {
      const known = Object.keys(Object(schema.properties))
      const { key, item, from } = partsOf(value, depth, 'object')
      const others = known.length === 0 ? sql`true` : sql`${key} NOT IN (${join(known.map(textLiteral), ', ')})`
      return sql`NOT EXISTS (SELECT 1 FROM ${from} WHERE ${others} AND NOT ${conditionOf(given, item, depth + 1)})`
    },
  },
  minProperties: counted(
    'object',
    ({ value }) => sql`(SELECT pg_catalog.count(*) FROM pg_catalog.jsonb_object_keys(${value}))`,
    'at least',
  ),
  maxProperties: counted('object', ({ value }) => sql`(SELECT pg_catalog.count(*) FROM pg_catalog.jsonb_object_keys(${value}))`, 'at most'),
  items: {
    takes: Any,
    about: 'array',
    holds({ given, value, depth }) {
      const { item, from } = partsOf(value, depth, 'array')
      return sql`NOT EXISTS (SELECT 1 FROM ${from} WHERE NOT ${conditionOf(given, item, depth + 1)})`
    },
  },
  minItems: counted('array', ({ value }) => sql`pg_catalog.jsonb_array_length(${value})`, 'at least'),
  maxItems: counted('array', ({ value }) => sql`pg_catalog.jsonb_array_length(${value})`, 'at most'),
  uniqueItems: {
    takes: z.boolean(),
    about: 'array',
    holds: ({ given, value }) =>
      given === true
        ? sql`(SELECT pg_catalog.count(*) = pg_catalog.count(DISTINCT e.value) FROM pg_catalog.jsonb_array_elements(${value}) AS e(value))`
        : sql`true`,
  },
  allOf: { takes: Several, about: null, holds: ({ given, value, depth }) => every(within(given, value, depth)) },
  anyOf: { takes: Several, about: null, holds: ({ given, value, depth }) => any(within(given, value, depth)) },
  oneOf: {
    takes: Several,
    about: null,
    holds: ({ given, value, depth }) =>
      sql`(${join(
        within(given, value, depth).map((one) => sql`${one}::pg_catalog.int4`),
        ' + ',
      )}) = 1`,
  },
  not: { takes: Any, about: null, holds: ({ given, value, depth }) => sql`NOT ${conditionOf(given, value, depth + 1)}` },
}

/** The schemas within a keyword's value, each with its place. */
function schemasIn(name: string, value: JsonSchema): readonly (readonly [place: string, schema: JsonSchema])[] {
  if (name === 'properties') return Object.entries(Object(value) as Given['schema'])
  if (['items', 'additionalProperties', 'not'].includes(name)) return [[name, value]]
  if (['allOf', 'anyOf', 'oneOf'].includes(name)) return listOf(value).map((one, index) => [`${name} ${index + 1}`, one])
  return []
}

function within(schemas: JsonSchema, value: Sql, depth: number): readonly Sql[] {
  return listOf(schemas).map((schema) => conditionOf(schema, value, depth + 1))
}

/** Parts of a value, under a name that those around them do not have. */
function partsOf(value: Sql, depth: number, kind: 'object' | 'array'): { readonly key: Sql; readonly item: Sql; readonly from: Sql } {
  const part = identifier(`part${depth}`)
  return {
    key: sql`${part}.key`,
    item: sql`${part}.value`,
    from:
      kind === 'object'
        ? sql`pg_catalog.jsonb_each(${value}) AS ${part}(key, value)`
        : sql`pg_catalog.jsonb_array_elements(${value}) AS ${part}(value)`,
  }
}

function numeric(compare: (number: Sql, bound: Sql) => Sql): Keyword {
  return {
    takes: z.number(),
    about: 'number',
    holds: ({ given, value }) => compare(sql`(${value})::pg_catalog.numeric`, sql`${String(given)}::pg_catalog.numeric`),
  }
}

function counted(about: 'string' | 'object' | 'array', count: (given: Given) => Sql, how: 'at least' | 'at most'): Keyword {
  return {
    takes: Count,
    about,
    holds: (given) => sql`${count(given)} ${how === 'at least' ? sql`>=` : sql`<=`} ${String(given.given)}::pg_catalog.int8`,
  }
}

/** As JSON Schema has it, 1.0 is an integer. */
function ofType(value: Sql, type: string): Sql {
  if (type !== 'integer') return isA(value, type)
  return sql`CASE WHEN ${isA(value, 'number')} THEN (${value})::pg_catalog.numeric % 1 = 0 ELSE false END`
}

function isA(value: Sql, type: string): Sql {
  return sql`pg_catalog.jsonb_typeof(${value}) = ${type}`
}

function equals(value: Sql, other: JsonSchema): Sql {
  return sql`${value} = ${JSON.stringify(other)}::pg_catalog.jsonb`
}

function has(value: Sql, name: string): Sql {
  return sql`(${value} OPERATOR(pg_catalog.?) ${name}::pg_catalog.text)`
}

/** The text itself, without quotes. */
function textOf(value: Sql): Sql {
  return sql`(${value} #>> '{}')`
}

function textLiteral(text: string): Sql {
  return sql`${text}::pg_catalog.text`
}

function every(conditions: readonly Sql[]): Sql {
  return conditions.length === 0 ? sql`true` : sql`(${join(conditions, ' AND ')})`
}

function any(conditions: readonly Sql[]): Sql {
  return sql`(${join(conditions, ' OR ')})`
}

function listOf(value: JsonSchema): readonly JsonSchema[] {
  return Array.isArray(value) ? value : [value]
}

function isObject(value: JsonSchema): value is { [name: string]: JsonSchema } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
