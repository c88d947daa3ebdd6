import { describe, expect, test } from 'vitest'
import { compile, identifier, join, quoteIdentifier, quoteLiteral, sql, sqlKey, toDisplayText } from '#shared/sql/sql.ts'

describe('the sql tag', () => {
  test('numbers each value and splices fragments', () => {
    const where = sql`${identifier('a"b')} > ${3} AND ${identifier('c')} = ${'x'}`
    expect(compile(sql`SELECT count(*) FROM ${identifier('s', 't')} WHERE ${where}`)).toEqual({
      text: 'SELECT count(*) FROM "s"."t" WHERE "a""b" > $1 AND "c" = $2',
      values: [3, 'x'],
    })
  })

  test('a string can never become part of the text', () => {
    expect(compile(sql`SELECT ${"'; DROP TABLE t; --"}`).text).toBe('SELECT $1')
  })

  test('join puts a separator between and nothing around', () => {
    expect(compile(join([sql`${1}`, sql`${2}`, sql`x`], ', '))).toEqual({ text: '$1, $2, x', values: [1, 2] })
    expect(compile(join([], ', '))).toEqual({ text: '', values: [] })
  })

  test('the key tells 1 from "1" and equal fragments apart from different ones', () => {
    expect(sqlKey(sql`a = ${1}`)).not.toBe(sqlKey(sql`a = ${'1'}`))
    expect(sqlKey(sql`a = ${1}`)).toBe(sqlKey(sql`a = ${1}`))
  })

  test('the display text writes values in', () => {
    expect(toDisplayText(sql`x IN (${"it's"}, ${null}, ${2}, ${'a\\b'})`)).toBe("x IN ('it''s', NULL, 2,  E'a\\\\b')")
  })
})

test.each([[''], ['a\0b'], ['ä'.repeat(32)]])('refuses the name %j', (name) => {
  expect(() => quoteIdentifier(name)).toThrow(RangeError)
})

test('takes a name of 63 bytes', () => {
  expect(quoteIdentifier('a'.repeat(63))).toHaveLength(65)
})

test('refuses NUL in a literal', () => {
  expect(() => quoteLiteral('a\0')).toThrow(RangeError)
})
