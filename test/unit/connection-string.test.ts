import { describe, expect, test } from 'vitest'
import { type ConnectionFields, sslmodeWords } from '#shared/postgres/connection-fields.ts'
import { formatConnectionString, parseConnectionString, withoutPassword, withPassword } from '#shared/postgres/connection-string.ts'
import { fc } from '#test/support/chance.ts'

const plain: ConnectionFields = { host: 'h', port: 5432, database: 'd', user: 'u', password: 'p', sslmode: null, searchPath: null }

describe('a connection string', () => {
  test.each<[string, Partial<ConnectionFields>]>([
    ['postgresql://u:p@h:5432/d', {}],
    ['postgres://u:p@h/d', {}],
    ['postgresql+psycopg2://u:p@h:5432/d', {}],
    ['postgresql+asyncpg://u:p@h:5432/d', {}],
    ['POSTGRESQL://u:p@h:5432/d', {}],
    ['  postgresql://u:p@h:5432/d  ', {}],
    ['postgresql://u:p@h:6543/d', { port: 6543 }],
    ['postgresql://u@h/d', { password: null }],
    ['postgresql://u:@h/d', { password: null }],
    ['postgresql://u:p@h', { database: 'u' }],
    ['postgresql://u:p@h/', { database: 'u' }],
    ['postgresql://u:p%40ss@h/d', { password: 'p@ss' }],
    ['postgresql://u:p@ss@h/d', { password: 'p@ss' }],
    ['postgresql://u:p:q@h/d', { password: 'p:q' }],
    ['postgresql://u:p+s@h/d', { password: 'p+s' }],
    ['postgresql://u:100%@h/d', { password: '100%' }],
    ['postgresql://u:p%zz@h/d', { password: 'p%zz' }],
    ['postgresql://u:%F0%9F%98%80@h/d', { password: '😀' }],
    ['postgresql://u:ä☃@h/d', { password: 'ä☃' }],
    ['postgresql://u:a%2Fb%3Fc%23d@h/d', { password: 'a/b?c#d' }],
    ['postgresql://u%40corp:p@h/d', { user: 'u@corp' }],
    ['postgresql://u:p@h/d%2Fb', { database: 'd/b' }],
    ['postgresql://u:p@h/My%20Db', { database: 'My Db' }],
    ['postgresql://u:p@[::1]:5433/d', { host: '::1', port: 5433 }],
    ['postgresql://u:p@[fe80::1%25eth0]/d', { host: 'fe80::1%eth0' }],
    ['postgresql://u:p@/d?host=/var/run/postgresql', { host: '/var/run/postgresql' }],
    ['postgresql://u:p@/d?host=/tmp&port=6000', { host: '/tmp', port: 6000 }],
    ['postgresql://u:p@h/d?sslmode=require', { sslmode: 'require' }],
    ['postgresql://u:p@h/d?sslmode=verify-full&connect_timeout=5', { sslmode: 'verify-full' }],
    ['postgresql://u:p@h/d?sslmode=require&channel_binding=require', { sslmode: 'verify-full' }],
    ['postgresql://u:p@h/d?channel_binding=require', { sslmode: 'verify-full' }],
    ['postgresql://u:p@h/d?channel_binding=prefer&target_session_attrs=any', {}],
    ['postgresql://u:p@h/d?options=-csearch_path%3Dsales', { searchPath: ['sales'] }],
    ['postgresql://u:p@h/d?options=-c%20search_path%3Dsales%2Cpublic', { searchPath: ['sales', 'public'] }],
    ['postgresql://u:p@h/d?options=--search_path%3Dsales', { searchPath: ['sales'] }],
    ['postgresql://u:p@h/d?options=-csearch_path%3D%22a%2Cb%22%2C%22c%22%22%2C%22', { searchPath: ['a,b', 'c",'] }],
    ['postgresql://u:p@h/d?options=-csearch_path%3D%22Odd%5C%20Schema%22', { searchPath: ['Odd Schema'] }],
    ['postgresql://u:p@x@h/d?application_name=a@b', { password: 'p@x' }],
  ])('%s is understood', (text, expected) => {
    expect(parseConnectionString(text)).toEqual({ ok: true, fields: { ...plain, ...expected } })
  })

  test.each([
    ['', 'whole'],
    ['nonsense', 'scheme'],
    ['http://u:SECRET@h/d', 'scheme'],
    ['mysql://u:SECRET@h/d', 'scheme'],
    ['postgresql://u:SEC#RET@h/d', 'password'],
    ['postgresql://u:SEC/RET@h/d', 'password'],
    ['postgresql://u:SEC?RET@h/d', 'password'],
    ['postgresql://u:SECRET@h:abc/d', 'port'],
    ['postgresql://u:SECRET@h:99999/d', 'port'],
    ['postgresql://u:SECRET@h:0/d', 'port'],
    ['postgresql://u:SECRET@/d', 'host'],
    ['postgresql://u:SECRET@::1/d', 'host'],
    ['postgresql://u:SECRET@[::1/d', 'host'],
    ['postgresql://u:SECRET@h1:5432,h2:5433/d', 'host'],
    ['postgresql://u:SECRET@h/d?host=evil', 'host'],
    ['postgresql://:SECRET@h/d', 'user'],
    ['postgresql://h/d', 'user'],
    ['postgresql://u:SECRET@h/d?user=root', 'parameter'],
    ['postgresql://u@h/d?password=SECRET', 'parameter'],
    ['postgresql://u:SECRET@h/d?sslmode=bogus', 'parameter'],
    ['postgresql://u:SECRET@h/d?sslmode=require&sslmode=disable', 'parameter'],
    ['postgresql://u:SECRET@h/d?sslrootcert=root.crt', 'parameter'],
    ['postgresql://u:SECRET@h/d?sslcert=/a.crt', 'parameter'],
    ['postgresql://u:SECRET@h/d?sslmode=require&sslrootcert=system', 'parameter'],
    ['postgresql://u:SECRET@h/d?sslcrl=/a.crl', 'parameter'],
    ['postgresql://u:SECRET@h/d?sslpassword=SECRET', 'parameter'],
    ['postgresql://u:SECRET@h/d?options=-c%20statement_timeout%3D0', 'parameter'],
    ['postgresql://u:SECRET@h/d?channel_binding=require&sslmode=disable', 'parameter'],
    ['postgresql://u:SECRET@h/d?channel_binding=SECRET', 'parameter'],
    ['postgresql://u:SECRET@h/d?target_session_attrs=read-write', 'parameter'],
    ['postgresql://u:SECRET@h/d?made_up=1', 'parameter'],
    ['postgresql://u:SECRET@h/d\npostgresql://x', 'whole'],
    ['postgresql://u:SECRET@h/d#fragment', 'whole'],
    ['postgresql://u@h/?dbname=postgresql://u:SECRET@h/d', 'database'],
    ['postgresql://u@h/?dbname=host=h%20password=SECRET', 'database'],
    ['postgresql://u:x@h/d --password=SECRET', 'database'],
  ])('%j gets a sentence at its part, without the secret', (text, part) => {
    const parsed = parseConnectionString(text)
    if (parsed.ok) throw new Error('It was understood.')
    expect(parsed.problem.part).toBe(part)
    expect(parsed.problem.sentence).not.toContain('SEC')
    expect(parsed.problem.sentence).toMatch(/[.:]$|\.$/)
  })

  test('is written such that it is read back to the same, whatever is in it', () => {
    const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => !text.includes('\0') && text.isWellFormed())
    const host = fc.oneof(
      fc.domain(),
      fc.ipV4(),
      fc.ipV6(),
      word.filter((text) => !text.includes(',')).map((text) => `/${text}`),
    )
    const fields = fc.record({
      host,
      port: fc.integer({ min: 1, max: 65_535 }),
      database: word,
      user: word,
      password: fc.option(word),
      sslmode: fc.option(fc.constantFrom(...sslmodeWords)),
      searchPath: fc.option(
        fc.array(
          word.map((text) => text.replace(/[",\\\s]/gu, '_').trim()).filter((text) => text !== ''),
          { minLength: 1, maxLength: 3 },
        ),
      ),
    })
    fc.assert(
      fc.property(fields, (given) => {
        expect(parseConnectionString(formatConnectionString(given, { withPassword: true }))).toEqual({ ok: true, fields: given })
      }),
      { numRuns: 500 },
    )
  })

  test('loses its password where it is kept, and gets it back where it is used', () => {
    const kept = withoutPassword('postgresql+psycopg2://u:SECRET@h/d?sslmode=require')
    expect(kept).toBe('postgresql://u@h:5432/d?sslmode=require')
    expect(withPassword(kept ?? '', 'p@:/?#')).toBe('postgresql://u:p%40%3A%2F%3F%23@h:5432/d?sslmode=require')
    expect(withoutPassword('mysql://u:SECRET@h')).toBeNull()
  })
})
