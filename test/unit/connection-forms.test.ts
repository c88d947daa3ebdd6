import { describe, expect, test } from 'vitest'
import type { ConnectionFields, ConnectionStringProblem } from '#shared/postgres/connection-fields.ts'
import { looksLikeConnectionString, parseConnectionString, withoutPassword } from '#shared/postgres/connection-string.ts'
import { fc } from '#test/support/chance.ts'

/** The forms beside `postgresql://`, and what drivers write into it. */

const plain: ConnectionFields = { host: 'h', port: 5432, database: 'd', user: 'u', password: 'p', sslmode: null, searchPath: null }

const understood: readonly (readonly [text: string, differs: Partial<ConnectionFields>])[] = [
  // Every spelling of SQLAlchemy, and parameters of its drivers.
  ['postgresql+psycopg://u:p@h/d', {}],
  ['postgresql+psycopg_async://u:p@h/d', {}],
  ['postgresql+psycopg2cffi://u:p@h/d', {}],
  ['postgresql+pg8000://u:p@h/d', {}],
  ['postgresql+pygresql://u:p@h/d', {}],
  ['postgresql+aiopg://u:p@h/d', {}],
  ['postgres+psycopg2://u:p@h/d', {}],
  ['postgresql+psycopg2://u:p@h:5432/d?options=-csearch_path%3Dsales', { searchPath: ['sales'] }],
  ['postgresql+asyncpg://u:p@h/d?ssl=require', { sslmode: 'require' }],
  ['postgresql+asyncpg://u:p@h/d?ssl=verify-full&prepared_statement_cache_size=0', { sslmode: 'verify-full' }],
  ['postgresql://u:p@h/d?ssl=true', { sslmode: 'verify-full' }],
  ['postgresql://u:p@h/d?ssl=false', {}],
  ['postgresql://u:p@h/d?sslmode=disable', { sslmode: 'disable' }],
  ['postgresql://u:p@h/d?sslmode=allow', { sslmode: 'allow' }],
  ['postgresql://u:p@h/d?sslmode=prefer', { sslmode: 'prefer' }],
  ['postgresql://u:p@h/d?sslmode=verify-ca', { sslmode: 'verify-ca' }],
  ['postgresql://u:p@h/d?', {}],
  ['postgresql://u:p@h/d?&', {}],
  ['postgresql://u:p@h/d?options=', {}],
  ['postgresql://u:p@h/d?keepalives_interval=5&keepalives_count=3&tcp_user_timeout=9', {}],
  ['postgresql://u:p@h/?dbname=other', { database: 'other' }],
  ['postgresql://u:p@10.0.0.7/d', { host: '10.0.0.7' }],
  ['postgresql://u:p@[2001:db8::1]/d', { host: '2001:db8::1' }],
  ['postgresql://u:p@h:05432/d', {}],
  ['postgresql://u:p@DB.Example.ORG/d', { host: 'DB.Example.ORG' }],
  ['postgresql://u:p@my_host/d', { host: 'my_host' }],
  ['postgresql://u:p@%2Fvar%2Frun%2Fpostgresql/d', { host: '/var/run/postgresql' }],
  ['postgresql://u:p@xn--mnchen-3ya.example/d', { host: 'xn--mnchen-3ya.example' }],
  ['postgresql://u:p@münchen.example/d', { host: 'münchen.example' }],
  ['postgresql://u:p@h/d?options=-c%20search_path%3D%22A%22%22b%22', { searchPath: ['A"b'] }],
  ['postgresql://u:p@h/select', { database: 'select' }],
  ['postgresql://u:p%25zz@h/d', { password: 'p%zz' }],
  ['postgresql://u:%20p%20@h/d', { password: ' p ' }],
  ['postgresql://DOMAIN%5Cu:p@h/d', { user: 'DOMAIN\\u' }],
  // libpq's key=value pairs.
  ['host=h dbname=d user=u password=p', {}],
  ['host=h port=6543 dbname=d user=u password=p', { port: 6543 }],
  ['host = h dbname = d user = u password = p', {}],
  ["host='h' dbname='d' user='u' password='p'", {}],
  ["host=h dbname=d user=u password='a b'", { password: 'a b' }],
  [String.raw`host=h dbname=d user=u password='it\'s'`, { password: "it's" }],
  [String.raw`host=h dbname=d user=u password='a\\b'`, { password: 'a\\b' }],
  [String.raw`host=h dbname=d user=u password=a\ b`, { password: 'a b' }],
  ['host=h dbname=d user=u password=a=b', { password: 'a=b' }],
  ['host=h dbname=d user=u password=p%40', { password: 'p%40' }],
  ['host=h dbname=d user=u password=p@:/?#', { password: 'p@:/?#' }],
  ["host=h dbname=d user=u password=''", { password: null }],
  ['host=h dbname=d user=u', { password: null }],
  ['host=h user=u password=p', { database: 'u' }],
  ["host=h dbname='' user=u password=p", { database: 'u' }],
  ['host=/var/run/postgresql dbname=d user=u password=p', { host: '/var/run/postgresql' }],
  ['host=::1 dbname=d user=u password=p', { host: '::1' }],
  ['hostaddr=10.0.0.7 dbname=d user=u password=p', { host: '10.0.0.7' }],
  ['host=h dbname=d user=u password=p sslmode=verify-full', { sslmode: 'verify-full' }],
  ['host=h dbname=d user=u password=p channel_binding=require', { sslmode: 'verify-full' }],
  ["host=h dbname=d user=u password=p options='-c search_path=sales,public'", { searchPath: ['sales', 'public'] }],
  ['dbname=d user=u password=p host=h connect_timeout=10 application_name=x', {}],
  ['HOST=h DBNAME=d USER=u PASSWORD=p', {}],
  ["host=h dbname='My Db' user=u password=p", { database: 'My Db' }],
  ["user='a@b' host=h dbname=d password=p", { user: 'a@b' }],
  // JDBC.
  ['jdbc:postgresql://h:5432/d?user=u&password=p', {}],
  ['jdbc:postgresql://h/d?user=u&password=p', {}],
  ['JDBC:POSTGRESQL://h/d?user=u&password=p', {}],
  ['jdbc:postgresql:d?user=u&password=p', { host: 'localhost' }],
  ['jdbc:postgresql:///d?user=u&password=p', { host: 'localhost' }],
  ['jdbc:postgresql://h/?user=u&password=p', { database: 'u' }],
  ['jdbc:postgresql://[::1]:5433/d?user=u&password=p', { host: '::1', port: 5433 }],
  ['jdbc:postgresql://u:p@h/d', {}],
  ['jdbc:postgresql://h/d?user=u&password=p%40ss', { password: 'p@ss' }],
  ['jdbc:postgresql://h/d?user=u&password=p@ss', { password: 'p@ss' }],
  ['jdbc:postgresql://h/d?user=u&password=a+b', { password: 'a b' }],
  ['jdbc:postgresql://h/d?user=u&password=a%2Bb', { password: 'a+b' }],
  ['jdbc:postgresql://h/d?user=u&password=p&ssl=true', { sslmode: 'verify-full' }],
  ['jdbc:postgresql://h/d?user=u&password=p&sslmode=require', { sslmode: 'require' }],
  ['jdbc:postgresql://h/d?user=u&password=p&currentSchema=sales', { searchPath: ['sales'] }],
  ['jdbc:postgresql://h/d?user=u&password=p&currentSchema=sales,%22Odd%22', { searchPath: ['sales', 'Odd'] }],
  ['jdbc:postgresql://h/d?user=u&password=p&options=-c%20search_path%3Dsales', { searchPath: ['sales'] }],
  ['jdbc:postgresql://h/d?user=u&password=p&ApplicationName=x&tcpKeepAlive=true&prepareThreshold=0', {}],
  ['jdbc:postgresql://h/d?user=u&password=p&channelBinding=require', { sslmode: 'verify-full' }],
  // A command line of psql.
  ['psql -h h -U u -d d', { password: null }],
  ['psql -h h -p 6543 -U u d', { password: null, port: 6543 }],
  ['psql -hh -p6543 -Uu -dd', { password: null, port: 6543 }],
  ['psql --host=h --username=u --dbname=d', { password: null }],
  ['psql --host h --port 6543 --username u d', { password: null, port: 6543 }],
  ['psql -h h d u', { password: null }],
  ['psql -h h -U u', { password: null, database: 'u' }],
  ['psql -W -h h -U u -d d', { password: null }],
  ['psql -X -q -A -t -h h -U u d -c "select 1; drop table x"', { password: null }],
  ["psql -h h -U u -d d -v x=1 -f 'my file.sql'", { password: null }],
  ['$ psql -h h -U u d', { password: null }],
  ['/usr/bin/psql -h h -U u d', { password: null }],
  ['PGPASSWORD=p psql -h h -U u d', {}],
  ["PGPASSWORD='p q' psql -h h -U u d", { password: 'p q' }],
  ['PGPASSWORD="p \\"q" psql -h h -U u d', { password: 'p "q' }],
  ['PGPASSWORD=p PGSSLMODE=require psql -h h -U u d', { sslmode: 'require' }],
  ['PGHOST=h PGUSER=u PGPASSWORD=p PGDATABASE=d psql', {}],
  ['PGHOST=other PGPASSWORD=p psql -h h -U u d', {}],
  ['psql postgresql://u:p@h/d', {}],
  ['psql "postgresql://u:p@h/d?sslmode=require"', { sslmode: 'require' }],
  ["psql 'host=h dbname=d user=u password=p'", {}],
  ['PGPASSWORD=p psql postgresql://u@h/d', {}],
  ['psql -d postgres://u:p@h/d', {}],
  ['psql -h h -U "a b" d', { password: null, user: 'a b' }],
  ['psql -h h -U a\\ b d', { password: null, user: 'a b' }],
  ['PGOPTIONS="-c search_path=sales" PGPASSWORD=p psql -h h -U u d', { searchPath: ['sales'] }],
]

const refused: readonly (readonly [text: string, part: ConnectionStringProblem['part']])[] = [
  ['postgresql://u:SECRET@h/d?ssl=true&sslmode=disable', 'parameter'],
  ['postgresql://u:SECRET@h/d?ssl=SECRET', 'parameter'],
  ['postgresql://u:SECRET@h/d?service=x', 'parameter'],
  ['postgresql://u:SECRET@h/d?passfile=/etc/x', 'parameter'],
  ['postgresql://u:SECRET@h,i/d', 'host'],
  ['postgresql://u:SECRET@h:1,i:2/d', 'host'],
  ['postgresql://u:SECRET@/d?host=h,i', 'host'],
  ['postgresql://u:SECRET@/d?host=h&port=1,2', 'host'],
  ['postgresql://u:SECRET@h:5432/d?port=5433', 'port'],
  ['postgresql://u:SECRET@h:-1/d', 'port'],
  ['postgresql://u:SECRET@h:65536/d', 'port'],
  ['postgresql://u:SECRET@a b/d', 'host'],
  ['postgresql:/u:SECRET@h/d', 'scheme'],
  ['postgresql:u:SECRET@h/d', 'scheme'],
  ['postgress://u:SECRET@h/d', 'scheme'],
  ['https://u:SECRET@h/d', 'scheme'],
  ['u:SECRET@h/d', 'scheme'],
  ['host=h dbname=d password=SECRET', 'user'],
  // libpq skips the blank behind the =, so `user=u` is the value of dbname.
  ['host=h dbname= user=u password=SECRET', 'user'],
  ['dbname=d user=u password=SECRET', 'host'],
  ['host=h host=i user=u password=SECRET', 'parameter'],
  ['host=h user=u password=SECRET password=SECRET', 'password'],
  ['host=h,i user=u password=SECRET', 'host'],
  ['host=h hostaddr=10.0.0.7 user=u password=SECRET', 'host'],
  ['host=h port=abc user=u password=SECRET', 'port'],
  ["host=h user=u password='SECRET", 'whole'],
  ["host=h user=u password='SEC'RET", 'whole'],
  ['host=h user=u password=SEC RET', 'whole'],
  ['host=h user=u password=SECRET service=x', 'parameter'],
  ['host=h user=u password=SECRET sslcert=/etc/x', 'parameter'],
  ['host=h user=u password=SECRET sslmode=SECRET', 'parameter'],
  ['host=h user=u passwort=SECRET', 'parameter'],
  ['host=h user=u dbname=postgresql://u:SECRET@h/d', 'database'],
  ['jdbc:mysql://h/d?user=u&password=SECRET', 'scheme'],
  ['jdbc:postgresql://h/d?password=SECRET', 'user'],
  ['jdbc:postgresql://h1,h2/d?user=u&password=SECRET', 'host'],
  ['jdbc:postgresql://h:x/d?user=u&password=SECRET', 'port'],
  ['jdbc:postgresql://v:SECRET@h/d?user=u', 'user'],
  ['jdbc:postgresql://h/d?user=u&password=SEC&RET', 'parameter'],
  ['jdbc:postgresql://h/d?user=u&password=SECRET&currentSchema=a&options=-csearch_path%3Db', 'parameter'],
  ['jdbc:postgresql://h/d?user=u&password=SECRET&sslfactory=x', 'parameter'],
  ['jdbc:postgresql://h/d?user=u&password=SECRET&currentSchema=,', 'parameter'],
  ['PGPASSWORD=SECRET psql -U u d', 'host'],
  ['PGPASSWORD=SECRET psql -h h -d d', 'user'],
  ['PGPASSWORD=SECRET psql -h h -U u d e f', 'whole'],
  ['PGPASSWORD=SECRET psql -h h -U u -d', 'whole'],
  ["PGPASSWORD='SECRET psql -h h -U u d", 'whole'],
  ['PGPASSWORD=SECRET psql -h h -U u d | less', 'whole'],
  ['PGPASSWORD=SECRET psql -h h -U u d; rm -rf /', 'whole'],
  ['psql -h other postgresql://u:SECRET@h/d', 'whole'],
  ['psql postgresql://u:SECRET@h:x/d', 'port'],
]

/** What the sentence at a part speaks of, at the least. */
const aboutPart: Readonly<Record<ConnectionStringProblem['part'], RegExp>> = {
  whole: /psql command|pairs of key=value/,
  scheme: /should begin with|begins with postgresql:/,
  host: /\bhosts?\b/,
  port: /\bport\b/,
  user: /\buser\b/,
  password: /\bpassword\b/,
  database: /\bdatabase name\b/,
  parameter: /\bparameter\b|\bsearch path\b|\bssl\w*\b/,
}

describe('a connection in another form', () => {
  test.each(understood)('%s is understood', (text, differs) => {
    expect(parseConnectionString(text)).toEqual({ ok: true, fields: { ...plain, ...differs } })
  })

  test.each(refused)('%s gets a sentence at its part, without the secret', (text, part) => {
    const parsed = parseConnectionString(text)
    if (parsed.ok) throw new Error(`It was understood as ${JSON.stringify(parsed.fields)}.`)
    expect(parsed.problem.part).toBe(part)
    expect(parsed.problem.sentence).not.toMatch(/SEC|RET/)
    expect(parsed.problem.sentence).toMatch(/^\w.{20,}\.$/)
    expect(parsed.problem.sentence).toMatch(aboutPart[parsed.problem.part])
  })

  test('is kept without its password, as a string of one form', () => {
    for (const text of [
      'host=h dbname=d user=u password=SECRET',
      'jdbc:postgresql://h/d?user=u&password=SECRET',
      'PGPASSWORD=SECRET psql -h h -U u d',
    ]) {
      expect(withoutPassword(text)).toBe('postgresql://u@h:5432/d')
      expect(looksLikeConnectionString(text)).toBe(true)
    }
  })

  const text = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    .filter((value) => !/[\p{Cc}]/u.test(value) && value.isWellFormed())
  const name = text.filter((value) => !/:\/\/|password\s*=/i.test(value))

  test('takes any user, password and database that is quoted by the rules of its form', () => {
    fc.assert(
      fc.property(name, text, name, (user, password, database) => {
        const expected = { ok: true, fields: { ...plain, user, password, database } }
        const keyword = (value: string) => `'${value.replaceAll(/[\\']/g, '\\$&')}'`
        expect(parseConnectionString(`host=h user=${keyword(user)} password=${keyword(password)} dbname=${keyword(database)}`)).toEqual(
          expected,
        )
        const encoded = (value: string) => encodeURIComponent(value)
        expect(
          parseConnectionString(`jdbc:postgresql://h/${encoded(database)}?user=${encoded(user)}&password=${encoded(password)}`),
        ).toEqual(expected)
        const shell = (value: string) => `'${value.replaceAll("'", "'\\''")}'`
        fc.pre(!/^\s*[a-z_]+\s*=/i.test(database) && !database.startsWith('-'))
        expect(parseConnectionString(`PGPASSWORD=${shell(password)} psql -h h -U ${shell(user)} --dbname=${shell(database)}`)).toEqual(
          expected,
        )
      }),
      { numRuns: 300 },
    )
  })

  test('never throws, and never repeats a secret, whatever is pasted', () => {
    const piece = fc.constantFrom(
      'postgresql://',
      'jdbc:postgresql:',
      'host=',
      ' password=',
      'psql ',
      '-U',
      '@',
      ':',
      '/',
      '?',
      '#',
      '&',
      '=',
      ' ',
      "'",
      '"',
      '\\',
      '%',
      '[',
      ']',
      ',',
      'h',
      'u',
      'SECRET',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 16 }), (pieces) => {
        const parsed = parseConnectionString(pieces.join(''))
        if (!parsed.ok) expect(parsed.problem.sentence).not.toContain('SECRET')
      }),
      { numRuns: 2_000 },
    )
  })
})
