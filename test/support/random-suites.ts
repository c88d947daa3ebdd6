import fc from 'fast-check'
import type { AnyExpectationDefinition } from '#shared/expectations/definition.ts'
import { type Field, fieldOf } from '#shared/expectations/fields.ts'
import { expectationDefinitions } from '#shared/expectations/registry.ts'
import type { Kwargs } from '#shared/model/expectation.ts'
import { quoteIdentifier, quoteLiteral } from '#shared/sql/sql.ts'

/** Random tables and random suites over the whole registry, odd on purpose: what a planner may get wrong is at the edges. */

export interface RandomTable {
  readonly columns: readonly { readonly name: string; readonly type: string; readonly values: readonly (string | null)[] }[]
  readonly rows: number
}

export interface RandomExpectation {
  readonly type: string
  readonly kwargs: Kwargs
}

/** Few values of each type, so that they repeat. */
const types: Readonly<Record<string, readonly string[]>> = {
  integer: ['0', '1', '2', '3', '-1', '2147483647'],
  bigint: ['1', '2', '9223372036854775807', '-9223372036854775808'],
  smallint: ['1', '2', '32767'],
  numeric: ['1', '1.0', '2.50', 'NaN', '100000000000000000000', '-0.1'],
  'numeric(8,2)': ['1', '1.5', '2.25', '-3.75'],
  'double precision': ['0', '-0', '1.5', 'NaN', 'Infinity', '-Infinity', '1e300'],
  real: ['0.1', '1.5', '3', 'NaN'],
  text: ['a', 'A', 'b', '', ' a', 'ab', '%', 'ünï', "it's", '2024-01-01', '{"a": 1}', '12'],
  'varchar(5)': ['a', 'b', 'ab', ''],
  'character(4)': ['a', 'ab', 'b'],
  citext: ['a', 'A', 'b', 'B', 'ab'],
  boolean: ['true', 'false'],
  date: ['2024-01-01', '2024-02-29', 'infinity', '-infinity'],
  timestamptz: ['2024-01-01 00:00+00', '2024-01-01 01:00+01', '2024-06-01 12:00+00', 'infinity'],
  timestamp: ['2024-01-01', '2024-01-01 12:00'],
  interval: ['1 day', '24 hours', '1 month', '30 days'],
  uuid: ['00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000002'],
  jsonb: ['{"a": 1}', '{"a": 1.0}', '[]', 'null'],
  json: ['{}', '[1]'],
  'integer[]': ['{}', '{1,2}', '{NULL}', '{2,1}'],
  int4range: ['[1,5)', '[1,4]', 'empty'],
  bytea: ['\\x', '\\x00', '\\xff'],
  money: ['1', '2'],
  inet: ['10.0.0.1', '10.0.0.0/8'],
}

const names = ['a', 'b', 'Order "Items', 'select', 'ünï cöde', 'c0', 'value', 'copies', 'B', 'x$1', '%']

/** Rows come last, so that a failure shrinks to few of them. */
export const randomTable: fc.Arbitrary<RandomTable> = fc
  .record({ names: fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 6 }), rows: fc.integer({ min: 0, max: 25 }) })
  .chain(({ names: chosen, rows }) =>
    fc
      .tuple(
        ...chosen.map((name) =>
          fc.constantFrom(...Object.keys(types)).chain((type) =>
            fc
              .record({
                values: fc.array(fc.option(fc.constantFrom(...(types[type] ?? [])), { freq: 4 }), { minLength: rows, maxLength: rows }),
                // Now and then each value is another, so that a key is one.
                series: fc.boolean(),
              })
              .map(({ values, series }) => ({
                name,
                type,
                values: series && type === 'integer' ? values.map((_, index) => String(index)) : values,
              })),
          ),
        ),
      )
      .map((columns) => ({ columns, rows })),
  )

/** Constraints that its rows allow are added, for the catalog to prove things by. */
export function tableSql(name: string, { columns, rows }: RandomTable): string {
  const places = Array.from({ length: rows }, (_, row) => row)
  const tuple = (row: number) => `(${columns.map(({ values }) => (values[row] == null ? 'NULL' : quoteLiteral(values[row]))).join(', ')})`
  const attempt = (change: string) =>
    `DO ${quoteLiteral(`BEGIN ALTER TABLE ${name} ${change}; EXCEPTION WHEN unique_violation OR not_null_violation OR check_violation OR undefined_object OR feature_not_supported OR undefined_function OR invalid_text_representation THEN NULL; END`)}`
  return [
    `CREATE TABLE ${name} (${columns.map(({ name: column, type }) => `${quoteIdentifier(column)} ${type}`).join(', ')})`,
    ...(rows === 0 ? [] : [`INSERT INTO ${name} VALUES ${places.map(tuple).join(', ')}`]),
    ...columns.flatMap(({ name: column, type }, index) => [
      ...(index % 2 === 0
        ? [attempt(`ADD UNIQUE (${quoteIdentifier(column)})`), attempt(`ALTER ${quoteIdentifier(column)} SET NOT NULL`)]
        : []),
      ...(type === 'integer' ? [attempt(`ADD CHECK (${quoteIdentifier(column)} BETWEEN 0 AND 30)`)] : []),
      ...(type === 'text' ? [attempt(`ADD CHECK (${quoteIdentifier(column)} IN ('a', 'b', 'ab', ''))`)] : []),
    ]),
    `ANALYZE ${name}`,
  ].join(';\n')
}

/** Of types that answer the same whenever they are asked. */
export function randomSuite({ columns }: RandomTable, table: string): fc.Arbitrary<readonly RandomExpectation[]> {
  const column = fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom(...columns.map(({ name }) => name)) },
    { weight: 1, arbitrary: fc.constant('gone') },
  )
  const scalar = fc.oneof(
    fc.constantFrom<string | number>(0, 1, 2, -1, 1.5, 0.1, 1e20, 30),
    fc.constantFrom(...columns.flatMap(({ type }) => types[type] ?? [])),
  )
  const pool: Pool = { column, scalar, table }
  return fc.array(
    fc.constantFrom(...expectationDefinitions).chain((definition) => randomExpectation(definition, pool)),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
}

interface Pool {
  readonly column: fc.Arbitrary<string>
  readonly scalar: fc.Arbitrary<string | number>
  readonly table: string
}

function randomExpectation(definition: AnyExpectationDefinition, pool: Pool): fc.Arbitrary<RandomExpectation> {
  const fields = Object.entries(definition.params.shape).flatMap(([name, schema]) => {
    const field = fieldOf(schema)
    return field === null ? [] : [[name, field] as const]
  })
  const kwargs = fc.record(Object.fromEntries(fields.map(([name, field]) => [name, optional(field, argumentOf(name, field, pool))])))
  return fc
    .record({ kwargs, condition: fc.option(conditionOf(pool), { freq: 3, nil: undefined }) })
    .map(({ kwargs: given, condition }) => ({
      type: definition.type,
      kwargs: JSON.parse(
        JSON.stringify({
          ...given,
          ...(condition === undefined ? {} : { row_condition: condition, condition_parser: 'great_expectations' }),
        }),
      ) as Kwargs,
    }))
}

/** Left out one time in three, where it may be. */
function optional(field: Field, value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return field.optional ? fc.option(value, { freq: 2, nil: undefined }) : value
}

function argumentOf(name: string, field: Field, { column, scalar, table }: Pool): fc.Arbitrary<unknown> {
  switch (field.control) {
    case 'column':
      return column
    case 'columns':
      return fc.uniqueArray(column, { minLength: 1, maxLength: 4 })
    case 'integer':
      return fc.integer({ min: 0, max: 30 })
    case 'number':
      return fc.constantFrom(0, 0.1, 0.5, 1, 2, 3, 30)
    case 'bound':
      return scalar
    case 'share':
      return fc.constantFrom(0, 0.333, 0.5, 0.9, 1)
    case 'switch':
      return fc.boolean()
    case 'choice':
      return fc.constantFrom(...field.options.map(({ value }) => value))
    case 'values':
      return fc.oneof(
        fc.array(scalar, { minLength: 1, maxLength: 5 }),
        fc.array(fc.constantFrom('a%', '%b', '^a', 'b$', '[', 'integer'), { minLength: 1, maxLength: 3 }),
      )
    case 'pattern':
      if (name.includes('table')) return fc.constantFrom(table, `public.${table}`, 'gone')
      if (name.includes('column')) return column
      return fc.constantFrom('^a', 'b$', '[', '.', '%a%', 'a_', '\\d+', 'integer', 'text', '%Y-%m-%d')
    case 'sql':
      return fc.constantFrom(
        'SELECT * FROM {batch} LIMIT 1',
        'SELECT 1 WHERE false',
        'SELECT 1 FROM {batch} WHERE 1/0 > 0',
        'nonsense',
        'SELECT * FROM {batch}',
      )
    case 'json':
      return fc.constantFrom<unknown>(
        [
          [1, 2],
          ['a', 'b'],
          [1, null],
        ],
        {
          quantiles: [0.25, 0.5, 1],
          value_ranges: [
            [null, 5],
            [0, null],
            [0, 3],
          ],
        },
        { values: ['a', 'b'], weights: [0.5, 0.5] },
        { bins: [0, 1, 2, 3], weights: [0.25, 0.25, 0.5] },
        { a: 'integer', b: 'text' },
        { type: 'object' },
      )
  }
}

function conditionOf({ column, scalar }: Pool): fc.Arbitrary<unknown> {
  const reference = column.map((name) => ({ name }))
  const leaf = fc.oneof(
    fc.record({ type: fc.constant('nullity'), column: reference, is_null: fc.boolean() }),
    fc.record({
      type: fc.constant('comparison'),
      column: reference,
      operator: fc.constantFrom('==', '!=', '<', '<=', '>', '>='),
      parameter: scalar,
    }),
    fc.record({
      type: fc.constant('comparison'),
      column: reference,
      operator: fc.constantFrom('IN', 'NOT_IN'),
      parameter: fc.array(scalar, { minLength: 1, maxLength: 3 }),
    }),
  )
  const several = fc.array(leaf, { minLength: 1, maxLength: 3 })
  return fc.oneof(
    leaf,
    several.map((conditions) => ({ type: 'and', conditions })),
    several.map((conditions) => ({ type: 'or', conditions })),
  )
}
