import { describe, expect, test } from 'vitest'
import { rangeAtPosition, utf16Offset } from '#ui/sql-editor/text-positions.ts'

/** What would be underlined. */
function underlined(text: string, position: number): string {
  const { from, to } = rangeAtPosition(text, position)
  return text.slice(from, to)
}

describe('the place of an error', () => {
  test.each([
    ['a word', 'SELECT foo FROM bar', 8, 'foo'],
    ['the last word', 'SELECT foo FROM bar', 17, 'bar'],
    ['a name in quotes, with a quote in it', 'SELECT "a ""b c" FROM t', 8, '"a ""b c"'],
    ['a string', "SELECT 'it''s' + 1", 8, "'it''s'"],
    ['one sign where there is no word', 'SELECT 1 +* 2', 11, '*'],
    ['after characters of two units', "SELECT '🐘🐘', foo", 14, 'foo'],
    ['a character of two units itself', 'SELECT 🐘', 8, '🐘'],
    ['letters of any script', 'SELECT größe FROM t', 8, 'größe'],
    ['the end of the text', 'SELECT (1', 10, '1'],
    ['the end of the text, behind white space', 'SELECT (1 \n', 12, '1'],
  ])('is %s', (_, text, position, expected) => {
    expect(underlined(text, position)).toBe(expected)
  })

  test('of an empty text is empty and inside of it', () => {
    expect(rangeAtPosition('', 1)).toEqual({ from: 0, to: 0 })
  })

  test('counts characters, never halves of one', () => {
    expect([0, 1, 2, 3, 9].map((characters) => utf16Offset('a🐘b', characters))).toEqual([0, 1, 3, 4, 4])
  })
})
