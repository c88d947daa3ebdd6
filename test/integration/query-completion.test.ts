import { afterAll, beforeAll, expect, test } from 'vitest'
import { openQueryPane, type QueryPane } from './query-support.ts'

/** What the editor completes from, read from a real catalog. */

let client: QueryPane['client']
let dataSourceId: string
let dispose: QueryPane['dispose']

beforeAll(async () => {
  ;({ client, dataSourceId, dispose } = await openQueryPane({
    sql: `CREATE TABLE customers (id int PRIMARY KEY, "Full name" text);
      CREATE TABLE orders (id int PRIMARY KEY, customer_id int REFERENCES customers, amount numeric(10, 2));
      CREATE SCHEMA "Odd one"; CREATE VIEW "Odd one"."V" AS SELECT 1 AS x; CREATE TYPE mood AS ENUM ('good');
      CREATE FUNCTION discount(amount numeric, rate numeric DEFAULT 0.1) RETURNS numeric LANGUAGE sql RETURN amount * rate;
      CREATE SCHEMA many; DO $$ BEGIN FOR i IN 1..5200 LOOP EXECUTE format('CREATE VIEW many.v%s AS SELECT 1', i); END LOOP; END $$`,
  }))
})
afterAll(() => dispose())

test('names of relations come in parts, none twice and none left out', async () => {
  const first = await client.query.completion.relations({ dataSourceId, after: null })
  expect(first.relations).toHaveLength(5_000)
  const second = await client.query.completion.relations({ dataSourceId, after: first.next })
  expect(second.next).toBeNull()
  const all = [...first.relations, ...second.relations].map(({ schema, name }) => `${schema}.${name}`)
  expect(new Set(all).size).toBe(all.length)
  expect(all).toEqual(
    expect.arrayContaining(['public.orders', 'Odd one.V', 'many.v5200', 'pg_catalog.pg_class', 'information_schema.tables']),
  )
})

test('columns come with their types and with what they refer to, by the search path where no schema is said', async () => {
  expect(await client.query.completion.columns({ dataSourceId, schema: null, name: 'orders' })).toEqual({
    schema: 'public',
    name: 'orders',
    columns: [
      { name: 'id', type: 'integer' },
      { name: 'customer_id', type: 'integer' },
      { name: 'amount', type: 'numeric(10,2)' },
    ],
    references: [{ columns: ['customer_id'], schema: 'public', name: 'customers', theirColumns: ['id'] }],
  })
  expect((await client.query.completion.columns({ dataSourceId, schema: 'Odd one', name: 'V' }))?.columns).toEqual([
    { name: 'x', type: 'integer' },
  ])
  expect(await client.query.completion.columns({ dataSourceId, schema: null, name: 'V' })).toBeNull()
})

test('functions that a person calls, types as they are written, schemas', async () => {
  const { functions, types, schemas, searchPath } = await client.query.completion.words({ dataSourceId })
  const find = (name: string) => functions.find((known) => known.name === name)
  expect(find('discount')).toEqual({ schema: null, name: 'discount', signature: '(amount numeric, rate numeric) → numeric' })
  expect(
    ['upper', 'now', 'count', 'jsonb_build_object', 'generate_series', 'date_trunc', 'coalesce_none'].map(
      (name) => find(name) !== undefined,
    ),
  ).toEqual([...Array.from({ length: 6 }, () => true), false])
  expect(['int4pl', 'int4in', 'btint4cmp'].map(find), 'what stands behind operators and indexes').toEqual([undefined, undefined, undefined])
  expect(types).toEqual(expect.arrayContaining(['mood', 'integer', 'timestamp with time zone', 'jsonb']))
  expect(schemas).toContain('Odd one')
  expect(searchPath).toEqual(['public'])
})
