import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { startApplication, type TestApplication } from './assets-support.ts'

/** What a table speaks for by itself, and how it would come out before anything is stored. */

let database: TestDatabase
let app: TestApplication
let source: string
let assetId = ''

beforeAll(async () => {
  database = await createDatabase({
    sql: `CREATE TYPE mood AS ENUM ('sad', 'it''s ok', 'happy');
      CREATE TABLE customers (id integer PRIMARY KEY); INSERT INTO customers SELECT generate_series(1, 50);
      CREATE TABLE orders (
        id integer PRIMARY KEY, customer_id integer NOT NULL REFERENCES customers, line smallint, region text, mood mood,
        status text CONSTRAINT known_status CHECK (status IN ('new', 'it''s', 'paid')),
        size integer CONSTRAINT known_size CHECK (size IN (1, 2, 3)),
        amount numeric CONSTRAINT sane_amount CHECK (amount >= 0 AND amount < 1000.5),
        "Odd Name" integer CONSTRAINT odd CHECK ("Odd Name" > 0), "limit" integer DEFAULT 5 CONSTRAINT key_word CHECK ("limit" > 0),
        starts date, ends date, CONSTRAINT forwards CHECK (ends > starts),
        e_mail text, code text, seldom text, country char(2), score double precision,
        UNIQUE (region, line));
      INSERT INTO orders (id, customer_id, line, region, mood, status, size, amount, "Odd Name", starts, ends, e_mail, code, seldom, country, score)
        SELECT i, 1 + i % 50, i, 'r' || i % 3, 'happy', 'paid', 1 + i % 3, i % 900, 1 + i % 10, '2026-01-01', '2026-02-01',
        'user' || i || '@example.org', md5(i::text), CASE WHEN i % 50 > 0 THEN 'x' || i % 90 END, (ARRAY['DE', 'FR', 'NL'])[1 + i % 3], i / 7.0 FROM generate_series(1, 2000) i;
      ANALYZE;`,
  })
  app = await startApplication()
  source = await app.connect(database.connectionString)
  ;[assetId = ''] = await app.add(source, ['orders'])
})

afterAll(async () => {
  await app.dispose()
  await database.dispose()
})

describe('suggestions', () => {
  test('come from constraints, types and statistics, each with what speaks for it', async () => {
    const suggestions = await app.client.expectations.suggest({ assetId })
    const said = suggestions.map(({ input, from }) => [from, input.type.replace(/^expect_/, ''), input.kwargs] as const)
    expect(said.filter(([from]) => from === 'constraint')).toEqual(
      expect.arrayContaining([
        ['constraint', 'column_values_to_be_unique', { column: 'id' }],
        ['constraint', 'compound_columns_to_be_unique', { column_list: ['region', 'line'] }],
        ['constraint', 'column_values_to_not_be_null', { column: 'customer_id' }],
        [
          'constraint',
          'column_values_to_exist_in_other_table',
          { column: 'customer_id', other_table: 'public.customers', other_column: 'id' },
        ],
        ['constraint', 'column_values_to_be_in_set', { column: 'status', value_set: ['new', "it's", 'paid'] }],
        ['constraint', 'column_values_to_be_in_set', { column: 'size', value_set: [1, 2, 3] }],
        ['constraint', 'column_values_to_be_between', { column: 'amount', min_value: 0, max_value: 1000.5, strict_max: true }],
        ['constraint', 'column_values_to_be_between', { column: 'Odd Name', min_value: 0, strict_min: true }],
        ['constraint', 'column_values_to_be_between', { column: 'limit', min_value: 0, strict_min: true }],
      ]),
    )
    expect(said).toEqual(
      expect.arrayContaining([
        ['type', 'column_values_to_be_in_set', { column: 'mood', value_set: ['sad', "it's ok", 'happy'] }],
        ['statistics', 'column_values_to_not_be_null', { column: 'seldom', mostly: 0.97 }],
        ['statistics', 'column_values_to_be_unique', { column: 'code' }],
        ['statistics', 'column_values_to_match_regex', expect.objectContaining({ column: 'e_mail' })],
        ['statistics', 'column_values_to_be_in_set', { column: 'country', value_set: expect.arrayContaining(['DE', 'FR', 'NL']) }],
        ['statistics', 'column_values_to_be_between', expect.objectContaining({ column: 'score', min_value: 0 })],
      ]),
    )
    expect(suggestions.every(({ why }) => /\.$/.test(why))).toBe(true)
    // Two columns against each other are not bounds of one.
    expect(said.some(([, , kwargs]) => kwargs.column === 'ends' && 'min_value' in kwargs)).toBe(false)
  })

  test('all hold on the data they were drawn from', async () => {
    const suggestions = await app.client.expectations.suggest({ assetId })
    const preview = await app.client.validations.preview({ assetId, inputs: suggestions.map(({ input }) => input) })
    expect(preview.results.filter(({ outcome }) => outcome !== 'passed').map(({ sentence, problem }) => [sentence, problem])).toEqual([])
    expect(preview.results).toHaveLength(suggestions.length)
  })

  test('say what PostgreSQL holds already, of which a check would find nothing', async () => {
    const suggestions = await app.client.expectations.suggest({ assetId })
    const held = (given: boolean) =>
      suggestions
        .filter(({ held }) => held === given)
        .map(({ input: { type, kwargs } }) => `${type.replace(/^expect_/, '')} ${kwargs.column ?? kwargs.column_list}`)
    expect(held(true)).toEqual(
      expect.arrayContaining([
        'column_values_to_be_unique id',
        'column_values_to_not_be_null id',
        'column_values_to_not_be_null customer_id',
        'compound_columns_to_be_unique region,line',
        'column_values_to_be_in_set status',
        'column_values_to_be_in_set mood',
        'column_values_to_be_between amount',
      ]),
    )
    // A load with triggers off breaks a foreign key; ANALYZE saw a sample.
    expect(held(false)).toEqual(
      expect.arrayContaining(['column_values_to_exist_in_other_table customer_id', 'column_values_to_be_unique code']),
    )
    for (const { held, why } of suggestions) expect(/^PostgreSQL holds this already\. /.test(why)).toBe(held)
  })

  test('a constraint that does not speak of every row holds nothing', async () => {
    await database.run(`CREATE TABLE doubtful (id integer, later integer UNIQUE DEFERRABLE, amount integer);
      INSERT INTO doubtful (amount) VALUES (-1);
      ALTER TABLE doubtful ADD CONSTRAINT unseen CHECK (amount >= 0) NOT VALID;
      CREATE TABLE parent (id integer PRIMARY KEY); CREATE TABLE child () INHERITS (parent);
      INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1)`)
    const [doubtful = '', parent = ''] = await app.add(source, ['doubtful', 'parent'])
    const held = async (id: string) =>
      (await app.client.expectations.suggest({ assetId: id })).map(({ input, held }) => [input.kwargs.column, held])
    expect(await held(doubtful)).toEqual([
      ['later', false],
      ['amount', false],
    ])
    expect(await held(parent)).toEqual([
      ['id', false],
      ['id', false],
    ])
  })

  test('do not come again once the asset has them', async () => {
    const before = await app.client.expectations.suggest({ assetId })
    const [first] = before
    if (first === undefined) throw new Error('no suggestion')
    await app.client.expectations.create({ assetId, input: first.input })
    const after = await app.client.expectations.suggest({ assetId })
    expect(after).toEqual(before.slice(1))
  })

  test('are remembered as dismissed, with other figures too, until they are brought back', async () => {
    const [first, second] = await app.client.expectations.suggest({ assetId })
    if (first === undefined || second === undefined) throw new Error('no suggestions')
    const { type, kwargs } = first.input
    await app.client.expectations.dismiss({ assetId, suggestion: { type, kwargs: { ...kwargs, max_value: 17 } }, dismissed: true })
    expect((await app.client.expectations.suggest({ assetId })).filter(({ dismissed }) => dismissed)).toEqual([
      { ...first, dismissed: true },
    ])
    await app.client.expectations.dismiss({ assetId, suggestion: { type, kwargs }, dismissed: false })
    expect(await app.client.expectations.suggest({ assetId })).toEqual(expect.arrayContaining([first, second]))
  })
})

describe('a preview', () => {
  test('gives what a run would give, and keeps nothing', async () => {
    const inputs = [
      {
        type: 'expect_column_values_to_be_between',
        kwargs: { column: 'amount', max_value: 889 },
        severity: 'critical' as const,
        description: null,
        notes: null,
      },
      {
        type: 'expect_column_mean_to_be_between',
        kwargs: { column: 'id', min_value: 0 },
        severity: 'critical' as const,
        description: null,
        notes: null,
      },
      {
        type: 'expect_column_values_to_be_unique',
        kwargs: { column: 'gone' },
        severity: 'critical' as const,
        description: null,
        notes: null,
      },
    ]
    const runs = async () => (await app.client.validations.list({ assetId, limit: 10 })).length
    const before = await runs()
    const { results, sentence } = await app.client.validations.preview({ assetId, inputs })
    expect(sentence).toBeNull()
    expect(results.map(({ outcome, counts, observedValue }) => [outcome, counts?.unexpectedCount ?? null, observedValue])).toEqual([
      ['failed', 20, null],
      ['passed', null, 1000.5],
      ['error', null, null],
    ])
    expect(results[2]?.problem?.sentence).toContain('gone')
    expect(await runs()).toBe(before)
  })

  test('that nobody waits for any more is cancelled on the server', async () => {
    const stop = new AbortController()
    const input = {
      type: 'unexpected_rows_expectation',
      kwargs: { unexpected_rows_query: 'SELECT 1 FROM pg_sleep(60)' },
      severity: 'critical' as const,
      description: 'Slow.',
      notes: null,
    }
    const waiting = app.client.validations.preview({ assetId, inputs: [input] }, { signal: stop.signal })
    const asleep = async () =>
      Number(
        (
          await database.run(
            `SELECT count(*) AS n FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND state = 'active' AND pid <> pg_backend_pid()`,
          )
        )[0]?.n,
      )
    await expect.poll(asleep).toBe(1)
    stop.abort()
    await expect(waiting).rejects.toThrow()
    await expect.poll(asleep).toBe(0)
  })
})
