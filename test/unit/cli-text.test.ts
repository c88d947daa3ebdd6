import { expect, test } from 'vitest'
import { jsonText, printable, table } from '#hosts/cli/text.ts'
import { fc } from '#test/support/chance.ts'

/** Text of a database on a terminal: whatever it holds, the terminal is told nothing by it. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const commands = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/u

/** Of any characters, half of them from where the dangerous ones are. */
const anyText = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0x2070 }), fc.integer({ min: 0, max: 0x10ffff })), { maxLength: 30 })
  .map((codes) => String.fromCodePoint(...codes))

test.each([
  ['the clipboard (OSC 52)', '\u001b]52;c;ZXZpbA==\u0007', '\\x1b]52;c;ZXZpbA==\\x07'],
  ['a link (OSC 8)', '\u001b]8;;file:///etc/passwd\u001b\\x\u001b]8;;\u001b\\', '\\x1b]8;;file:///etc/passwd\\x1b\\x\\x1b]8;;\\x1b\\'],
  ['the title', '\u001b]0;root\u0007', '\\x1b]0;root\\x07'],
  ['the screen', '\u001b[2J\u001b[H', '\\x1b[2J\\x1b[H'],
  ['an answer typed for the person', '\u001b[6n\u001bP+q\u001b\\', '\\x1b[6n\\x1bP+q\\x1b\\'],
  ['C1 in one character', '\u009b31m\u009d0;x\u009c', '\\x9b31m\\x9d0;x\\x9c'],
  ['a line written over', 'failed\rpassed', 'failed\\x0dpassed'],
  ['what was written taken back', 'failed\b\b\b\b\b\bpassed', 'failed\\x08\\x08\\x08\\x08\\x08\\x08passed'],
  ['the direction', '\u202egnp.exe\u2066', '\\u202egnp.exe\\u2066'],
  ['what is not seen', 'a\u200bb\ufeffc\u2060d', 'a\\u200bb\\ufeffc\\u2060d'],
  ['letters of the tags', 'a\u{e0041}b', 'a\\u{e0041}b'],
])('%s is shown as numbers', (_, text, shown) => {
  expect(printable(text)).toBe(shown)
})

test('of any text nothing is left that commands, and letters of every alphabet are as they were', () => {
  fc.assert(fc.property(anyText, (text) => !commands.test(printable(text))))
  for (const text of ['ä☃𝄞', 'مرحبا', 'می‌خواهم', '日本語', '👩‍👩‍👧', 'e\u0301']) expect(printable(text)).toBe(text)
})

test('neither a table nor JSON has a line that its cells made', () => {
  fc.assert(
    fc.property(anyText, anyText, (first, second) => {
      expect(table(['a', 'b'], [[first, second]]).split('\n')).toHaveLength(2)
      const text = jsonText({ first, second })
      expect(text.split('\n')).toHaveLength(4)
      expect(commands.test(text.replaceAll('\n', ''))).toBe(false)
      expect(JSON.parse(text)).toEqual({ first, second })
    }),
  )
})
