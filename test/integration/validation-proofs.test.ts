import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Connection } from '#services/postgres/connection.ts'
import { readClaims } from '#services/validation/catalog-claims.ts'
import { priceAsset } from '#services/validation/price.ts'
import { ValidationSession } from '#services/validation/session.ts'
import type { ValidationRequest } from '#services/validation/validate-asset.ts'
import type { Kwargs } from '#shared/model/expectation.ts'
import { sql } from '#shared/sql/sql.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { expectation, openTestConnection, validate } from './validation-support.ts'

/** What a constraint proves is not measured; what only looks like a proof is. Each trap holds rows that a false proof would miss. */

let database: TestDatabase
let connection: Connection

beforeAll(async () => {
  database = await createDatabase({
    sql: `
    CREATE TYPE pair AS (a integer, b integer);
    CREATE EXTENSION citext;
    CREATE DOMAIN code AS text;
    CREATE COLLATION ignoring_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
    CREATE TABLE orders (
      id integer PRIMARY KEY, code code NOT NULL UNIQUE, region text, number integer, free integer,
      status text CONSTRAINT known_status CHECK (status IN ('new', 'paid', 'sent')),
      amount numeric CONSTRAINT sane_amount CHECK (amount >= 0 AND amount <= 1000),
      starts date, ends date, CONSTRAINT forwards CHECK (ends > starts),
      CONSTRAINT region_number UNIQUE (region, number));
    INSERT INTO orders SELECT i, 'c' || i, CASE WHEN i % 4 > 0 THEN 'r' END, i, i % 5, CASE WHEN i % 3 > 0 THEN 'paid' END, i, '2026-01-01', '2026-02-01'
      FROM generate_series(1, 100) i;
    CREATE TABLE parted (id integer NOT NULL, day date NOT NULL, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
    CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
    INSERT INTO parted SELECT i, '2026-03-01' FROM generate_series(1, 10) i;
    CREATE VIEW orders_view AS SELECT * FROM orders;`,
  })
  connection = await openTestConnection(database)
})

afterAll(async () => {
  await connection.dispose()
  await database.dispose()
})

async function ask(relation: string, type: string, kwargs: Kwargs, more: Partial<ValidationRequest> = {}) {
  const { results, ending, circumstances } = await validate(connection, relation, [expectation(type, kwargs)], more)
  expect(ending).toBeNull()
  const [result] = results
  if (result === undefined) throw new Error('no result')
  return { ...result, statements: circumstances?.statementCount ?? 0 }
}

const unique = (column: string) => ['expect_column_values_to_be_unique', { column }] as const
const notNull = (column: string) => ['expect_column_values_to_not_be_null', { column }] as const
const paid = { type: 'comparison', column: { name: 'status' }, operator: '==', parameter: 'paid' }

describe('a constraint proves', () => {
  test.each([
    ['a unique column, by its primary key', 'orders', ...unique('id'), 'orders_pkey'],
    ['a unique column of a domain', 'orders', ...unique('code'), 'orders_code_key'],
    ['a column without NULL', 'orders', ...notNull('id'), 'orders_id_not_null'],
    [
      'a key of several columns, with NULLs in it',
      'orders',
      'expect_compound_columns_to_be_unique',
      { column_list: ['number', 'region'] },
      'region_number',
    ],
    ['a key, by one over fewer columns', 'orders', 'expect_compound_columns_to_be_unique', { column_list: ['free', 'id'] }, 'orders_pkey'],
    [
      'a set of values',
      'orders',
      'expect_column_values_to_be_in_set',
      { column: 'status', value_set: ['new', 'paid', 'sent', 'lost'] },
      'known_status',
    ],
    [
      'values that are none of a set',
      'orders',
      'expect_column_values_to_not_be_in_set',
      { column: 'status', value_set: ['lost'] },
      'known_status',
    ],
    ['bounds', 'orders', 'expect_column_values_to_be_between', { column: 'amount', min_value: 0, max_value: 1000 }, 'sane_amount'],
    [
      'bounds on a pair',
      'orders',
      'expect_column_pair_values_a_to_be_greater_than_b',
      { column_A: 'ends', column_B: 'starts' },
      'forwards',
    ],
    ['a key of a partitioned table', 'parted', 'expect_compound_columns_to_be_unique', { column_list: ['id', 'day'] }, 'parted_pkey'],
    ['NOT NULL of a partitioned table', 'parted', ...notNull('day'), 'parted_day_not_null'],
    [
      'a unique column among the rows of a condition',
      'orders',
      'expect_column_values_to_be_unique',
      { column: 'id', row_condition: paid, condition_parser: 'great_expectations' },
      'orders_pkey',
    ],
  ] as const)('%s', async (_what, relation, type, kwargs, by) => {
    const proven = await ask(relation, type, kwargs as Kwargs)
    const measured = await ask(relation, type, kwargs as Kwargs, { verify: true })
    expect([proven.outcome, proven.provedBy, measured.provedBy]).toEqual(['passed', by, null])
    // The same numbers, the rows counted.
    expect(proven.counts).toEqual(measured.counts)
    expect(proven.details).toEqual(measured.details)
    expect(proven.counts?.elementCount).toBeGreaterThan(0)
  })

  test('of a key it is known how many of its values are different, without sorting them', async () => {
    const share = { column: 'id', min_value: 1, max_value: 1 }
    const type = 'expect_column_proportion_of_unique_values_to_be_between'
    const [proven, measured] = [await ask('orders', type, share), await ask('orders', type, share, { verify: true })]
    expect([proven.outcome, proven.observedValue, measured.observedValue]).toEqual(['passed', 1, 1])
    const options = { runId: randomUUID(), budgetMs: 60_000, signal: new AbortController().signal }
    const source = { schema: 'public', relation: 'orders', query: null }
    const plan = await priceAsset(connection, { ...options, source, expectations: [expectation(type, share)] })
    expect(plan.steps.map(({ kind }) => kind)).toEqual(['scan'])
    // With a NULL in every fourth row of it there is no key.
    expect((await ask('orders', type, { ...share, column: 'region' })).outcome).toBe('failed')
  })

  test('the rows without a value, which then need no counting; the verdict is measured', async () => {
    const result = await ask('orders', 'expect_column_values_to_match_regex', { column: 'code', regex: '^c' })
    expect([result.outcome, result.provedBy, result.counts?.missingCount]).toEqual(['passed', null, 0])
  })

  test('and what is not proven of the same table fails as before', async () => {
    const { results } = await validate(connection, 'orders', [
      expectation(...unique('id')),
      expectation(...unique('free')),
      expectation(...notNull('status')),
      expectation('expect_column_values_to_be_between', { column: 'amount', min_value: 0, max_value: 50 }),
      expectation('expect_column_values_to_be_in_set', { column: 'status', value_set: ['new'] }),
    ])
    expect(results.map(({ outcome, provedBy, counts }) => [outcome, provedBy, counts?.unexpectedCount])).toEqual([
      ['passed', 'orders_pkey', 0],
      ['failed', null, 100],
      ['failed', null, 33],
      ['failed', null, 50],
      ['failed', null, 67],
    ])
  })
})

describe('no proof is', () => {
  /** `make`: a table `trap`, with rows that break what the constraint seems to say. */
  const traps: readonly (readonly [what: string, make: string, type: string, kwargs: Kwargs, unexpected: number])[] = [
    [
      'a unique index of some rows',
      'CREATE TABLE trap (x int, live bool); CREATE UNIQUE INDEX ON trap (x) WHERE live; INSERT INTO trap VALUES (1, false), (1, false)',
      ...unique('x'),
      2,
    ],
    [
      'a unique index of an expression',
      'CREATE TABLE trap (x int, y int); CREATE UNIQUE INDEX ON trap (x, (y + 1)); INSERT INTO trap VALUES (1, 1), (1, 2)',
      ...unique('x'),
      2,
    ],
    [
      'a column that an index only includes',
      'CREATE TABLE trap (y int, x int); CREATE UNIQUE INDEX ON trap (y) INCLUDE (x); INSERT INTO trap VALUES (1, 1), (2, 1)',
      ...unique('x'),
      2,
    ],
    [
      'a key over more columns',
      'CREATE TABLE trap (x int, y int, PRIMARY KEY (x, y)); INSERT INTO trap VALUES (1, 1), (1, 2)',
      ...unique('x'),
      2,
    ],
    [
      'a unique index in another collation',
      `CREATE TABLE trap (x text COLLATE ignoring_case); CREATE UNIQUE INDEX ON trap (x COLLATE "C"); INSERT INTO trap VALUES ('a'), ('A')`,
      ...unique('x'),
      2,
    ],
    [
      'a parent, for rows of its children',
      'CREATE TABLE trap (x int PRIMARY KEY); CREATE TABLE child () INHERITS (trap); INSERT INTO trap VALUES (1); INSERT INTO child VALUES (1)',
      ...unique('x'),
      2,
    ],
    [
      'NOT NULL that older rows were not held against',
      'CREATE TABLE trap (x int); INSERT INTO trap VALUES (NULL), (1); ALTER TABLE trap ADD CONSTRAINT later NOT NULL x NOT VALID',
      ...notNull('x'),
      1,
    ],
    [
      'NOT NULL of a composite value',
      'CREATE TABLE trap (x pair NOT NULL); INSERT INTO trap VALUES (ROW(NULL, NULL)), (ROW(1, 2))',
      ...notNull('x'),
      1,
    ],
    [
      'CHECK that older rows were not held against',
      'CREATE TABLE trap (x int); INSERT INTO trap VALUES (-1), (1); ALTER TABLE trap ADD CHECK (x > 0) NOT VALID',
      'expect_column_values_to_be_between',
      { column: 'x', min_value: 0 },
      1,
    ],
    [
      'CHECK that is not enforced',
      'CREATE TABLE trap (x int CHECK (x > 0) NOT ENFORCED); INSERT INTO trap VALUES (-1), (1)',
      'expect_column_values_to_be_between',
      { column: 'x', min_value: 0 },
      1,
    ],
    [
      'CHECK that is not inherited by a child',
      'CREATE TABLE trap (x int, CHECK (x > 0) NO INHERIT); CREATE TABLE child () INHERITS (trap); INSERT INTO child VALUES (-1)',
      'expect_column_values_to_be_between',
      { column: 'x', min_value: 0 },
      1,
    ],
    ['CHECK, for a missing value', 'CREATE TABLE trap (x int CHECK (x > 0)); INSERT INTO trap VALUES (NULL), (1)', ...notNull('x'), 1],
    [
      'a unique index by operators of another type, which sees more differences',
      `CREATE TABLE trap (x citext); CREATE UNIQUE INDEX ON trap (x text_ops); INSERT INTO trap VALUES ('A'), ('a')`,
      ...unique('x'),
      2,
    ],
    [
      'CHECK by a function that was another one when rows were let in',
      `CREATE FUNCTION fine(integer) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT $1 > -100';
      CREATE TABLE trap (x int CHECK (fine(x))); INSERT INTO trap VALUES (-5), (5);
      CREATE OR REPLACE FUNCTION fine(integer) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT $1 > 0'`,
      'expect_column_values_to_be_between',
      { column: 'x', min_value: 0 },
      1,
    ],
    [
      'a foreign key, which a replica does not look at',
      `CREATE TABLE known (x int PRIMARY KEY); CREATE TABLE trap (x int REFERENCES known);
      SET session_replication_role = replica; INSERT INTO trap VALUES (7); SET session_replication_role = DEFAULT`,
      'expect_column_values_to_exist_in_other_table',
      { column: 'x', other_table: 'known', other_column: 'x' },
      1,
    ],
  ]
  test.each(traps)('%s', async (_what, make, type, kwargs, unexpected) => {
    await database.run(make)
    try {
      const result = await ask('trap', type, kwargs)
      expect([result.outcome, result.provedBy, result.counts?.unexpectedCount]).toEqual(['failed', null, unexpected])
    } finally {
      await database.run('DROP TABLE IF EXISTS child, trap, known CASCADE; DROP FUNCTION IF EXISTS fine')
    }
  })

  const formal: readonly (readonly [what: string, make: string])[] = [
    ['a unique index that is looked at only at the end', 'CREATE TABLE trap (x int UNIQUE DEFERRABLE)'],
    ['a unique index by other operators', 'CREATE TABLE trap (x text); CREATE UNIQUE INDEX ON trap (x text_pattern_ops)'],
    [
      'a unique index whose collation has changed since',
      `CREATE TABLE trap (x text COLLATE ignoring_case UNIQUE);
      UPDATE pg_collation SET collversion = 'older' WHERE collname = 'ignoring_case'`,
    ],
    ['a key over time', 'CREATE TABLE trap (x int4range, during tstzrange, UNIQUE (x, during WITHOUT OVERLAPS))'],
  ]
  test.each(formal)('%s', async (what, make) => {
    if (what.includes('over time')) await database.run('CREATE EXTENSION IF NOT EXISTS btree_gist')
    const stamped = await database.run(`SELECT collversion FROM pg_collation WHERE collname = 'ignoring_case'`)
    await database.run(make)
    try {
      const columns = what.includes('over time') ? ['x', 'during'] : ['x', 'x']
      const type = what.includes('over time') ? 'expect_compound_columns_to_be_unique' : 'expect_column_values_to_be_unique'
      const result = await ask('trap', type, what.includes('over time') ? { column_list: columns } : { column: 'x' })
      expect([result.outcome, result.provedBy]).toEqual(['passed', null])
    } finally {
      await database.run(
        `DROP TABLE trap; UPDATE pg_collation SET collversion = '${String(stamped[0]?.collversion)}' WHERE collname = 'ignoring_case'`,
      )
    }
  })

  test('a unique index that could not be finished', async () => {
    await database.run('CREATE TABLE trap (x int); INSERT INTO trap VALUES (1), (1)')
    try {
      await expect(database.run('CREATE UNIQUE INDEX CONCURRENTLY trap_x ON trap (x)')).rejects.toThrow('could not create unique index')
      const result = await ask('trap', ...unique('x'))
      expect([result.outcome, result.provedBy, result.counts?.unexpectedCount]).toEqual(['failed', null, 2])
    } finally {
      await database.run('DROP TABLE trap')
    }
  })

  test('CHECK and NOT NULL that were held against the rows only after the run began, when some had been mended', async () => {
    await database.run(`CREATE TABLE trap (x int); INSERT INTO trap VALUES (-1), (NULL);
      ALTER TABLE trap ADD CONSTRAINT above CHECK (x > 0) NOT VALID, ADD CONSTRAINT filled NOT NULL x NOT VALID`)
    const options = {
      runId: randomUUID(),
      source: { schema: 'public', relation: 'trap', query: null },
      budgetMs: 60_000,
      signal: new AbortController().signal,
    }
    const session = await ValidationSession.begin(connection, options)
    try {
      await database.run('UPDATE trap SET x = 1; ALTER TABLE trap VALIDATE CONSTRAINT above; ALTER TABLE trap VALIDATE CONSTRAINT filled')
      const [[oid = ''] = []] = (await session.query(sql`SELECT 'public.trap'::pg_catalog.regclass::pg_catalog.oid`)).rows
      expect(await readClaims((statement) => session.query(statement), oid ?? '')).toEqual({
        notNull: new Map(),
        uniqueKeys: [],
        checks: [],
      })
      await session.end()
    } finally {
      await database.run('DROP TABLE trap')
    }
  })

  test('a table below a view', async () => {
    const result = await ask('orders_view', ...unique('id'))
    expect([result.outcome, result.provedBy]).toEqual(['passed', null])
  })

  test('a table of which only some columns may be read, and which so cannot be locked', async () => {
    const name = `some_columns_${database.database}`
    await database.run(`CREATE ROLE ${name} LOGIN PASSWORD 'p'; GRANT SELECT (id, status) ON orders TO ${name}`)
    const other = await openTestConnection(database, { name, password: 'p' })
    try {
      const { results } = await validate(other, 'orders', [expectation(...unique('id'))])
      expect(results.map(({ outcome, provedBy }) => [outcome, provedBy])).toEqual([['passed', null]])
    } finally {
      await other.dispose()
      await database.run(`DROP OWNED BY ${name}; DROP ROLE ${name}`)
    }
  })
})
