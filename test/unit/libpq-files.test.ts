import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type LibpqPlaces, libpqPassword, listLibpqEntries } from '#services/data-sources/libpq-files.ts'
import type { ConnectionFields } from '#shared/postgres/connection-fields.ts'
import { passwordFor, readPasswordFile } from '#shared/postgres/password-file.ts'
import { readServiceFile } from '#shared/postgres/service-file.ts'

let home: string
const places = (more: Partial<LibpqPlaces> = {}): LibpqPlaces => ({
  env: { PGSYSCONFDIR: join(home, 'etc') },
  home,
  platform: 'linux',
  ...more,
})
const fields = (more: Partial<ConnectionFields> = {}): ConnectionFields => ({
  host: 'h',
  port: 5432,
  database: 'd',
  user: 'u',
  password: null,
  sslmode: null,
  searchPath: null,
  ...more,
})

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'pl-libpq-'))
  mkdirSync(join(home, 'etc'))
})
afterEach(() => rmSync(home, { recursive: true }))

describe('the password file', () => {
  const lines = readPasswordFile(
    String.raw`# a comment
h:5432:d:u:plain
h:5433:*:u:by port
*:*:*:any:of any host
odd\:host:*:*:u:a\:b\\c
localhost:*:*:u:local
broken line
h:port:d:u:never`,
  )

  test.each<[Partial<ConnectionFields>, string | null]>([
    [{}, 'plain'],
    [{ port: 5433, database: 'x' }, 'by port'],
    [{ host: 'x', user: 'any' }, 'of any host'],
    [{ host: 'odd:host' }, 'a:b\\c'],
    [{ host: '/var/run/postgresql' }, 'local'],
    [{ host: 'other' }, null],
    [{ database: 'D' }, null],
  ])('%j gets %j', (more, password) => {
    expect(passwordFor(lines, fields(more))).toBe(password)
  })
})

test('a service file is read group by group, the first of a name', () => {
  expect(readServiceFile('# c\n[shop]\nhost=h\n port = 5433 \nuser=u\n\n[shop]\nhost=other\n[empty]\n')).toEqual([
    {
      name: 'shop',
      pairs: [
        ['host', 'h'],
        ['port', '5433'],
        ['user', 'u'],
      ],
    },
    { name: 'empty', pairs: [] },
  ])
})

test('entries are listed by name without a password, and each password goes only to its own place', async () => {
  writeFileSync(join(home, '.pg_service.conf'), '[shop]\nhost=h\nuser=u\ndbname=d\npassword=SECRET1\n[half]\nhost=h\n')
  writeFileSync(join(home, 'etc', 'pg_service.conf'), '[shop]\nhost=elsewhere\nuser=u\n[site]\nhost=s\nuser=u\ndbname=d\n')
  writeFileSync(join(home, '.pgpass'), 's:*:d:u:SECRET2\n*:*:*:*:SECRET3\n', { mode: 0o600 })
  const listed = await listLibpqEntries(places())
  expect(listed.entries).toEqual([
    { from: 'pg_service.conf', name: 'shop', connectionString: 'postgresql://u@h:5432/d', hasPassword: true },
    { from: 'pg_service.conf', name: 'site', connectionString: 'postgresql://u@s:5432/d', hasPassword: true },
    { from: '.pgpass', name: 'u@s/d', connectionString: 'postgresql://u@s:5432/d', hasPassword: true },
  ])
  expect(listed.problems).toEqual([expect.stringContaining('The service half')])
  expect(JSON.stringify(listed)).not.toContain('SECRET')
  expect(await libpqPassword(fields(), places())).toBe('SECRET1')
  expect(await libpqPassword(fields({ host: 's' }), places())).toBe('SECRET2')
  expect(await libpqPassword(fields({ host: 'evil' }), places()), 'a line for any host is for any host').toBe('SECRET3')
})

test('a password file that others may read is not used, and told; one that is not there is nothing to tell', async () => {
  expect(await listLibpqEntries(places())).toEqual({ entries: [], problems: [] })
  const elsewhere = join(home, 'passwords')
  writeFileSync(elsewhere, 'h:*:*:u:SECRET\n')
  chmodSync(elsewhere, 0o644)
  const open = places({ env: { PGPASSFILE: elsewhere, PGSYSCONFDIR: home } })
  expect(await listLibpqEntries(open)).toEqual({ entries: [], problems: [expect.stringContaining('chmod 0600')] })
  expect(await libpqPassword(fields(), open)).toBeNull()
  chmodSync(elsewhere, 0o600)
  expect(await libpqPassword(fields(), open)).toBe('SECRET')
})
