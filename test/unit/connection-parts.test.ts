import { expect, test } from 'vitest'
import { noParts, partProblem, partsOf, textOf } from '#features/setup/connection-parts.ts'
import { parseConnectionString } from '#shared/postgres/connection-string.ts'

const noWord = { sslmode: null }

test('a string shows as its parts, and the parts make the same string', () => {
  for (const text of [
    'postgresql://u@h:5432/d',
    'postgresql://u%40corp@%5B:6543/My%20Db?sslmode=require&options=-csearch_path%3Dsales%2Cpublic',
    'postgresql://u@/d?host=%2Fvar%2Frun%2Fpostgresql&port=5433',
    'postgresql://u@[::1]:5432/d',
    'postgresql://u@h:5432/d?sslrootcert=%2Fa%2Froot.crt&sslcert=%2Fa%2Fme.crt&sslkey=~%2Fme.key',
  ]) {
    const parsed = parseConnectionString(text)
    if (!parsed.ok) throw new Error(parsed.problem.sentence)
    expect(textOf(partsOf(parsed.fields), parsed.fields)).toBe(text)
  }
})

test('an incomplete string is kept and says what is missing; a wrong part says so at its field', () => {
  const begun = { ...noParts, user: 'reader' }
  const parsed = parseConnectionString(textOf(begun, noWord))
  expect(parsed).toMatchObject({ ok: false, problem: { part: 'host' } })
  expect(partProblem('host', begun, parsed), 'nothing is complained about before it is typed').toBeNull()
  const two = { ...begun, host: 'a,b', port: '70000' }
  const found = parseConnectionString(textOf(two, noWord))
  expect(partProblem('host', two, found)).toContain('several hosts')
  expect(partProblem('port', two, found)).toContain('1 to 65535')
  expect(partProblem('user', two, found)).toBeNull()
})

test('schemas are written with commas, and none of them means the role’s own', () => {
  const parts = { ...noParts, host: 'h', user: 'u', database: 'd', schemas: ' sales , Odd Name,' }
  const parsed = parseConnectionString(textOf(parts, noWord))
  expect(parsed).toMatchObject({ ok: true, fields: { searchPath: ['sales', 'Odd Name'] } })
  expect(parseConnectionString(textOf({ ...parts, schemas: ' ' }, noWord))).toMatchObject({ ok: true, fields: { searchPath: null } })
})
