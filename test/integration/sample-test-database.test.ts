import { afterAll, expect, test } from 'vitest'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'

const made: TestDatabase[] = []
afterAll(async () => {
  for (const database of made) await database.dispose()
})

test('a test database is made from a script, and copied as a template', async () => {
  const first = await createDatabase({ sql: 'CREATE TABLE t AS SELECT 1 AS a; INSERT INTO t VALUES (2)' })
  made.push(first)
  const copy = await createDatabase({ template: first.database })
  made.push(copy)
  await copy.run('DELETE FROM t WHERE a = 1')
  expect(await first.run('SELECT count(*)::int AS n FROM t')).toEqual([{ n: 2 }])
  expect(await copy.run('SELECT count(*)::int AS n FROM t')).toEqual([{ n: 1 }])
})

test('the test server is UTF-8 with the locale C.UTF-8 of PostgreSQL itself, by SCRAM only, on loopback only', async () => {
  const database = await createDatabase()
  made.push(database)
  expect(
    await database.run(
      'SELECT pg_encoding_to_char(encoding) AS encoding, datlocprovider AS provider, datlocale AS locale FROM pg_database WHERE datname = current_database()',
    ),
  ).toEqual([{ encoding: 'UTF8', provider: 'b', locale: 'C.UTF-8' }])
  expect(await database.run('SELECT DISTINCT auth_method FROM pg_hba_file_rules')).toEqual([{ auth_method: 'scram-sha-256' }])
  expect(
    await database.run("SELECT current_setting('listen_addresses') AS addresses, current_setting('unix_socket_directories') AS sockets"),
  ).toEqual([{ addresses: '127.0.0.1', sockets: '' }])
})
