import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SampleServer } from '#services/sample/sample-server.ts'
import { loadSteps } from '#services/sample/shop.ts'
import { makeSampleReader, openSampleSession } from '#services/samples/sample-sessions.ts'
import { modulesFolder } from '#test/support/cluster.ts'

// A space and an umlaut: paths of people.
let parent: string
let server: SampleServer
let reader: pg.Client
const details: string[] = []

async function connectReader(): Promise<pg.Client> {
  const { host, port, password } = await server.endpoint()
  const client = new pg.Client({ host, port, user: 'shop_reader', password, database: 'shop', ssl: false })
  await client.connect()
  return client
}

async function one(statement: string): Promise<unknown> {
  const result = await reader.query<Record<string, unknown>>(statement)
  return Object.values(result.rows[0] ?? {})[0]
}

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'plumbline säm ple-'))
  server = new SampleServer({
    modulesFolder,
    folder: join(parent, 'sample'),
    openSession: openSampleSession,
    makeReader: makeSampleReader,
    rootParent: parent,
  })
  if (process.getuid?.() === 0) await chmod(parent, 0o755)
  await server.start(({ detail }) => details.push(detail))
  reader = await connectReader()
})

afterAll(async () => {
  await reader?.end().catch(() => {})
  await server.remove()
  await rm(parent, { recursive: true, force: true })
})

test('the first start tells each step, and then the shop is there', async () => {
  expect([...new Set(details)]).toEqual(['Preparing the server', 'Starting the server', ...loadSteps.map((step) => step.title), 'Ready'])
  expect(await server.facts()).toMatchObject({ state: 'running', broken: false, serverVersion: expect.stringMatching(/^18\./) })
})

test.each([
  ['shop.customers', 20_000],
  ['shop.orders', 70_001],
  ['shop.order_items', 210_000],
  ['shop.products', 1_200],
  ['shop."GiftCards"', 800],
  ['shop."user"', 40],
  ['shop.page_views', 60_000],
  ['warehouse.stock_levels', 4_800],
  ['warehouse.low_stock', expect.any(Number)],
  ['shop.daily_sales', expect.any(Number)],
])('%s has its rows', async (relation, count) => {
  const rows = Number(await one(`SELECT count(*) FROM ${relation}`))
  expect(rows).toBeGreaterThan(0)
  expect(rows).toEqual(count)
})

test.each([
  ['a customer without an e-mail', 'SELECT count(*) FROM shop.customers WHERE email IS NULL'],
  ['an order that is there twice', 'SELECT count(*) FROM (SELECT FROM shop.orders GROUP BY order_number HAVING count(*) > 1) AS twice'],
  [
    'a parcel that left before its order',
    'SELECT count(*) FROM warehouse.shipments s JOIN shop.orders o ON o.id = s.order_id WHERE s.shipped_at < o.ordered_at',
  ],
  [
    'a status outside its set',
    "SELECT count(*) FROM shop.orders WHERE status NOT IN ('pending', 'paid', 'packed', 'shipped', 'delivered', 'cancelled', 'returned')",
  ],
])('%s is planted exactly once', async (_defect, statement) => {
  expect(await one(statement)).toBe('1')
})

test('the rest of the shop is sound: e-mails, totals and prices follow their rules', async () => {
  expect(await one('SELECT count(*) - count(DISTINCT email) FROM shop.customers WHERE email IS NOT NULL')).toBe('0')
  expect(
    await one(`SELECT count(*) FROM shop.orders o JOIN (SELECT order_id, sum(round(quantity * unit_price * (1 - discount), 2)) AS total
      FROM shop.order_items GROUP BY 1) i ON i.order_id = o.id WHERE o.total <> i.total`),
  ).toBe('0')
  expect(await one('SELECT count(*) FROM shop.products WHERE cost >= price')).toBe('0')
})

test('the same rows are made every time', async () => {
  expect(await one('SELECT md5(string_agg(c::text, chr(10) ORDER BY id)) FROM shop.customers c WHERE id <= 100')).toBe(
    '29297d7cd7ebc29562de7f524c672510',
  )
})

test('the shop has the kinds of relations and columns that people have', async () => {
  const kinds = await reader.query<{ kind: string }>(
    `SELECT DISTINCT relkind AS kind FROM pg_class WHERE relnamespace IN ('shop'::regnamespace, 'warehouse'::regnamespace) AND relkind IN ('r', 'v', 'm', 'p') ORDER BY 1`,
  )
  expect(kinds.rows.map((row) => row.kind)).toEqual(['m', 'p', 'r', 'v'])
  const types = await reader.query<{ type: string }>(
    `SELECT DISTINCT format_type(atttypid, NULL) AS type FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
     WHERE relnamespace IN ('shop'::regnamespace, 'warehouse'::regnamespace) AND attnum > 0 AND relkind = 'r'`,
  )
  expect(types.rows.map((row) => row.type)).toEqual(
    expect.arrayContaining([
      'jsonb',
      'text[]',
      'shop.payment_method',
      'uuid',
      'numeric',
      'timestamp with time zone',
      'date',
      'boolean',
      'point',
    ]),
  )
  expect(Number(await one(`SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conparentid = 0`))).toBeGreaterThanOrEqual(10)
  expect(
    Number(await one(`SELECT min(reltuples) FROM pg_class WHERE relnamespace = 'shop'::regnamespace AND relkind = 'r'`)),
  ).toBeGreaterThan(0)
})

describe('the role of the data source', () => {
  test('is no superuser and can make nothing', async () => {
    expect(
      (await reader.query('SELECT rolsuper, rolcreatedb, rolcreaterole, rolbypassrls FROM pg_roles WHERE rolname = current_user')).rows,
    ).toEqual([{ rolsuper: false, rolcreatedb: false, rolcreaterole: false, rolbypassrls: false }])
  })

  test.each([
    "UPDATE shop.orders SET status = 'paid'",
    'DELETE FROM warehouse.shipments',
    'CREATE TABLE shop.mine (a int)',
    'ALTER TABLE shop.orders DISABLE TRIGGER ALL',
  ])('is refused: %s', async (statement) => {
    await expect(reader.query(statement)).rejects.toMatchObject({ code: '42501' })
  })

  test('sees only part of a table with row-level security', async () => {
    expect(await one('SELECT count(*) FROM shop.support_tickets')).toBe('3200')
  })

  test('is not let in without its password', async () => {
    const { host, port } = await server.endpoint()
    const client = new pg.Client({ host, port, user: 'shop_reader', password: 'guess', database: 'shop', ssl: false })
    await expect(client.connect()).rejects.toMatchObject({ code: '28P01' })
  })
})

describe('break something, mend it', () => {
  const names = async () =>
    (
      await reader.query<{ attname: string }>(
        `SELECT attname FROM pg_attribute WHERE attrelid = 'shop.customers'::regclass AND attname IN ('email', 'e_mail')`,
      )
    ).rows.map((row) => row.attname)

  test('renames a column and takes it back; a second press changes nothing', async () => {
    await server.break()
    await server.break()
    expect(await names()).toEqual(['e_mail'])
    expect((await server.facts()).broken).toBe(true)
    await server.mend()
    await server.mend()
    expect(await names()).toEqual(['email'])
  })

  test('is read from the catalog, so it is still known after a restart', async () => {
    await server.break()
    await reader.end()
    await server.stop()
    expect(await server.facts()).toMatchObject({ state: 'stopped', broken: null })
    await server.start()
    expect((await server.facts()).broken).toBe(true)
    await server.mend()
    reader = await connectReader()
  })
})

test('a server that was ended from outside is started again at its next use', async () => {
  await reader.end()
  const before = await server.endpoint()
  // Another object stops it behind the first one's back, as another program would.
  const other = new SampleServer({
    modulesFolder,
    folder: join(parent, 'sample'),
    openSession: openSampleSession,
    makeReader: makeSampleReader,
    rootParent: parent,
  })
  await other.stop()
  const after = await server.endpoint()
  expect(after.password).toBe(before.password)
  reader = await connectReader()
  expect(await one('SELECT count(*) FROM shop."user"')).toBe('40')
})

test('a first start that is cancelled leaves no half shop, and the next one makes it whole', async () => {
  const folder = join(parent, 'cancelled')
  const cancelled = new SampleServer({
    modulesFolder,
    folder,
    openSession: openSampleSession,
    makeReader: makeSampleReader,
    rootParent: parent,
  })
  const abort = new AbortController()
  const start = cancelled.start(({ detail }) => {
    if (detail === 'Orders') abort.abort()
  }, abort.signal)
  await expect(start).rejects.toMatchObject({ code: 'CANCELLED' })
  expect((await cancelled.facts()).state).toBe('absent')
  await cancelled.start()
  expect((await cancelled.facts()).state).toBe('running')
  await cancelled.remove()
  await expect(stat(folder)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('removing leaves no file and no server behind', async () => {
  await reader.end()
  const { port } = await server.endpoint()
  await server.remove()
  expect(await readdir(parent)).toEqual([])
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'shop_reader', database: 'shop', ssl: false })
  await expect(client.connect()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  expect((await server.facts()).state).toBe('absent')
  await expect(server.endpoint()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
})
