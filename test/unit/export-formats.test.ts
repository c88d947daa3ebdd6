import { expect, test } from 'vitest'
import { formatsOf } from '#services/query/export-formats.ts'

/** What a spreadsheet makes of a cell, where a cell may begin elsewhere than the file says. */

const TEXT = 25
const INT8 = 20
const MONEY = 790

function cell(value: string, typeOid: number): string {
  const column = { name: 'a', type: '', typeOid } as Parameters<typeof formatsOf>[0][number]
  return formatsOf([column])['csv-spreadsheet'].row([value], true)
}

test.each([
  ['=1+1', TEXT, `'=1+1`],
  ['a;=1+1;b', TEXT, `a;'=1+1;b`],
  ['a; "=1+1', TEXT, `"a; ""'=1+1"`],
  ['a\n@SUM(1)', TEXT, `"a\n'@SUM(1)"`],
  ['a\t+1', TEXT, `a\t'+1`],
  ['\t=1', TEXT, `'\t'=1`],
  ['a-b, c=d; e', TEXT, '"a-b, c=d; e"'],
  ['-5', INT8, '-5'],
  ['-1.5e+300', 701, '-1.5e+300'],
  ['-$1,234.50', MONEY, '"-$1,234.50"'],
  // A server says what it likes of its columns.
  [`=HYPERLINK("http://x")`, INT8, `"'=HYPERLINK(""http://x"")"`],
  [`-1+cmd|' /C calc'!A0`, INT8, `'-1+cmd|' /C calc'!A0`],
])('%j of type %i is written as %j', (value, typeOid, expected) => {
  expect(cell(value, typeOid)).toBe(`${expected}\r\n`)
})

test('a long text of separators takes no longer than its length', () => {
  expect(cell(';" "'.repeat(500_000), TEXT)).not.toContain("'")
})
