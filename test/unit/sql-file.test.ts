import { describe, expect, test } from 'vitest'
import { readSqlFile } from '#features/query/sql-file.ts'
import { hiddenCharacters } from '#shared/sql/hidden-characters.ts'

/** Files of SQL, and characters in them that nobody sees. */

const bytes = (text: string) => new TextEncoder().encode(text)

describe('a file', () => {
  test('is a title and a text with plain ends of lines, without a byte order mark', () => {
    expect(readSqlFile('Daily check.SQL', bytes('\uFEFFSELECT 1;\r\nSELECT 2'))).toEqual({
      title: 'Daily check',
      sql: 'SELECT 1;\nSELECT 2',
    })
  })

  test.each([
    ['in another encoding', Uint8Array.of(0x53, 0xe4, 0x27), /not written in UTF-8/],
    ['of a program', bytes('MZ\0\0'), /not a text/],
    ['too long for a tab', bytes('x'.repeat(2_000_001)), /longer than a tab holds/],
  ])('%s is refused with a sentence', (_, content, sentence) => {
    expect(() => readSqlFile('x.sql', content)).toThrow(sentence)
  })
})

describe('hidden characters', () => {
  test('are named with their place, counted in characters', () => {
    expect(hiddenCharacters("SELECT '🐘'\n-- \u202Eno\u2069")).toEqual([
      { name: 'right-to-left override', line: 2, column: 4 },
      { name: 'end of an isolate', line: 2, column: 7 },
    ])
  })

  test('are none in ordinary text of any script, and a mark at the beginning is none', () => {
    expect(hiddenCharacters("\uFEFFSELECT 'שלום عربي 日本 é'")).toEqual([])
    expect(hiddenCharacters('a\uFEFF')).toHaveLength(1)
  })
})
