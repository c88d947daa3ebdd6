import { createServer, type Server, connect as socketTo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Connection } from '#services/postgres/connection.ts'
import { PostgresError } from '#services/postgres/errors.ts'
import { readStatement } from '#services/postgres/reader.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { openTestConnection } from './validation-support.ts'

/** The reader on a real server, over a wire that hands its bytes on in pieces, so that no message comes whole. */

const PIECES = [1, 2, 3, 5, 7, 11, 4093]

let database: TestDatabase
let proxy: Server
let connection: Connection
beforeAll(async () => {
  database = await createDatabase()
  proxy = await cuttingProxy(database)
  connection = await openTestConnection({ ...database, host: '127.0.0.1', port: portOf(proxy) })
})
afterAll(async () => {
  await connection.dispose()
  proxy.close()
  await database.dispose()
})

describe('rows that come in pieces', () => {
  test.each([
    ['no column', 'SELECT FROM generate_series(1, 3)', [[], [], []]],
    ['NULL and empty, which are not the same', "SELECT NULL, '', 'x'", [[null, '', 'x']]],
    ['characters of every length', "SELECT 'aä€🐘' || i FROM generate_series(1, 2) i", [['aä€🐘1'], ['aä€🐘2']]],
    ['more columns than a byte counts', `SELECT ${Array.from({ length: 300 }, (_, i) => i).join(', ')}`, [range(300)]],
    ['no row', 'SELECT 1 WHERE false', []],
  ])('are read whole: %s', async (_name, sql, expected) => {
    expect((await read(sql)).rows).toEqual(expected)
  })

  test('a cell of a megabyte between small ones', async () => {
    const { rows, tag } = await read("SELECT repeat('€', 350000) UNION ALL SELECT 'small'")
    expect([rows[0]?.[0]?.length, rows[1]?.[0], tag]).toEqual([350_000, 'small', 'SELECT 2'])
  })

  test('thousands of small ones keep their order', async () => {
    const { rows } = await read('SELECT i FROM generate_series(1, 3000) i')
    expect(rows.map(([cell]) => Number(cell))).toEqual(Array.from({ length: 3000 }, (_, index) => index + 1))
  })
})

describe('what comes between rows', () => {
  test('a notice is heard and a changed parameter is taken in, in the middle of a result', async () => {
    await read(`CREATE OR REPLACE FUNCTION tell(i int) RETURNS int LANGUAGE plpgsql AS $$
      BEGIN RAISE NOTICE 'row %', i; PERFORM set_config('application_name', 'named by row ' || i, false); RETURN i; END $$`)
    const heard: string[] = []
    const stop = connection.onNotice(({ message }) => heard.push(message))
    const { rows } = await read('SELECT tell(i) FROM generate_series(1, 3) i')
    stop()
    expect(rows).toEqual([['1'], ['2'], ['3']])
    expect(heard).toEqual(['row 1', 'row 2', 'row 3'])
    expect(await read('SHOW application_name')).toMatchObject({ rows: [['named by row 3']] })
  })

  test('an error ends the rows, keeps those that came, and the connection goes on', async () => {
    const { rows, error } = await read('SELECT 10 / (4 - i) FROM generate_series(1, 9) i')
    expect(rows).toEqual([['3'], ['5'], ['10']])
    expect(error instanceof PostgresError && error.sqlstate).toBe('22012')
    expect((await read('SELECT 1')).rows).toEqual([['1']])
  })

  test('a notification for somebody else does no harm', async () => {
    await read('LISTEN bell')
    const { rows } = await read("SELECT pg_notify('bell', 'x')::text FROM generate_series(1, 2)")
    expect(rows).toEqual([[''], ['']])
    expect((await read('UNLISTEN bell')).tag).toBe('UNLISTEN')
  })

  test('nothing at all: an empty statement has no tag and no columns', async () => {
    expect(await read('-- only this')).toEqual({ rows: [], columns: [], tag: '', error: null })
  })
})

test('a cancel in the middle of a stream of rows is obeyed, and the connection goes on', async () => {
  const direct = await openTestConnection(database)
  let seen = 0
  const running = direct.use((client) =>
    readStatement(
      client,
      { text: "SELECT repeat('x', 1000), generate_series(1, 100000000)", values: [] },
      {
        columns: () => {},
        row: () => {
          seen += 1
          return null
        },
      },
    ),
  )
  running.catch(() => {})
  while (seen < 100) await new Promise((resolve) => setTimeout(resolve, 5))
  expect(await direct.cancel()).toBe('cancel')
  await expect(running).rejects.toMatchObject({ sqlstate: '57014' })
  expect((await direct.query({ text: 'SELECT 1', values: [] })).rows).toEqual([['1']])
  await direct.dispose()
})

test('a sink that fails does not stop the statement: it is read to its end, then told', async () => {
  await read('CREATE TABLE kept (i int)')
  const failing = connection.use((client) =>
    readStatement(
      client,
      { text: 'INSERT INTO kept SELECT generate_series(1, 100) RETURNING i', values: [] },
      {
        columns: () => {},
        row: () => {
          throw new Error('The disk is full.')
        },
      },
    ),
  )
  await expect(failing).rejects.toThrow('The disk is full.')
  expect((await read('SELECT count(*) FROM kept')).rows).toEqual([['100']])
})

test('bytes that are no protocol end the connection instead of hanging it', async () => {
  const broken = await cuttingProxy(database, 'break-rows')
  const doomed = await openTestConnection({ ...database, host: '127.0.0.1', port: portOf(broken) })
  const reading = doomed.use((client) =>
    readStatement(client, { text: "SELECT 'BREAK HERE'", values: [] }, { columns: () => {}, row: () => null }),
  )
  await expect(reading).rejects.toThrow('not the protocol')
  await doomed.dispose()
  broken.close()
})

interface Read {
  readonly rows: (string | null)[][]
  readonly columns: string[]
  readonly tag: string
  readonly error: unknown
}

async function read(text: string): Promise<Read> {
  const rows: (string | null)[][] = []
  const columns: string[] = []
  const sink = {
    columns: (found: readonly { name: string }[]) => void columns.push(...found.map(({ name }) => name)),
    row: (body: Uint8Array) => {
      rows.push(cells(Buffer.from(body)))
      return null
    },
  }
  try {
    const tag = await connection.use((client) => readStatement(client, { text, values: [] }, sink))
    return { rows, columns, tag, error: null }
  } catch (error) {
    return { rows, columns, tag: '', error }
  }
}

/** Written apart from the product's own, so that both can be wrong only in different ways. */
function cells(body: Buffer): (string | null)[] {
  const found: (string | null)[] = []
  for (let at = 2; at < body.length; ) {
    const length = body.readInt32BE(at)
    at += 4
    found.push(length === -1 ? null : body.toString('utf8', at, at + length))
    at += Math.max(length, 0)
  }
  expect(found).toHaveLength(body.readUInt16BE(0))
  return found
}

/** Between the driver and the server; what the server says goes on in pieces of changing size, each in a write of its own. */
function cuttingProxy(to: { readonly host: string; readonly port: number }, fault?: 'break-rows'): Promise<Server> {
  const server = createServer((client) => {
    client.setNoDelay(true)
    const upstream = socketTo(to.port, to.host)
    let turn = 0
    upstream.on('data', (bytes) => {
      const place = fault === undefined ? -1 : bytes.indexOf('BREAK HERE')
      // The length of the row's message stands 10 bytes before its only value.
      if (place > 0) bytes.writeInt32BE(2, place - 10)
      // Large answers in small pieces would take minutes; their beginnings and ends are cut all the same.
      for (let at = 0; at < bytes.length; turn += 1) {
        const size = PIECES[turn % PIECES.length] ?? 1
        client.write(bytes.subarray(at, at + size))
        at += size
      }
    })
    client.pipe(upstream)
    client.on('error', () => upstream.destroy())
    upstream.on('error', () => client.destroy())
    upstream.on('end', () => client.end())
    client.on('close', () => upstream.destroy())
  })
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.')
  return address.port
}

function range(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(index))
}
