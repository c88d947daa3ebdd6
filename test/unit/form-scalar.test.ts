import { describe, expect, test } from 'vitest'
import { percentTextOfShare, shareFromPercentText } from '#ui/form/decimal.ts'
import { castScalar, exactNumber, type Scalar, type ScalarKind, scalarFromText, splitList } from '#ui/form/scalar.ts'

describe('a typed value', () => {
  const cases: readonly [text: string, kind: ScalarKind, value: Scalar][] = [
    ['12', 'number', 12],
    ['-0.50', 'number', -0.5],
    ['1e3', 'number', 1000],
    // More digits than a double holds: PostgreSQL reads the text exactly, JavaScript would not.
    ['12345678901234567890', 'number', '12345678901234567890'],
    ['0.1000000000000000000001', 'number', '0.1000000000000000000001'],
    ['abc', 'number', 'abc'],
    ['12', 'text', '12'],
    [' padded ', 'text', ' padded '],
    ['true', 'boolean', true],
    ['f', 'boolean', false],
    ['12', 'unknown', '12'],
  ]
  test.each(cases)('%j in a %s column is kept as %j', (text, kind, value) => {
    expect(scalarFromText(text, kind)).toBe(value)
  })

  test('a stored value follows the column it is moved to, and stays what it was while the column is unknown', () => {
    expect([castScalar(1, 'text'), castScalar('1', 'number'), castScalar(1, 'unknown'), castScalar(null, 'number')]).toEqual([
      '1',
      1,
      1,
      null,
    ])
  })

  test('what is not a decimal number is no number', () => {
    expect(['', ' ', '0x10', 'Infinity', '1 2', '.', 'NaN'].map(exactNumber)).toEqual([null, null, null, null, null, null, null])
  })
})

describe('a pasted list', () => {
  const cases: readonly [pasted: string, values: readonly string[]][] = [
    ['new\npaid\r\n\nshipped\n', ['new', 'paid', 'shipped']],
    ['new, paid,shipped', ['new', 'paid', 'shipped']],
    ['1;2,5;3', ['1', '2,5', '3']],
    ['a\tb, c', ['a', 'b, c']],
    ["'new', 'paid, in part'", ['new', 'paid, in part']],
    ["'it''s', 'fine'", ["it's", 'fine']],
    ["O'Brien, Smith", ["O'Brien", 'Smith']],
    ["'new',\n'paid'", ['new', 'paid']],
    ['one, with comma\nsecond', ['one, with comma', 'second']],
    ['alone', ['alone']],
    ['   ', []],
  ]
  test.each(cases)('%j holds %j', (pasted, values) => {
    expect(splitList(pasted)).toEqual(values)
  })
})

describe('a share shown in percent', () => {
  test.each([
    ['99.9', 0.999],
    ['100', 1],
    ['0.07', 0.0007],
    ['33.3', 0.333],
  ])('%s %% is %d, and back', (text, share) => {
    expect(shareFromPercentText(text)).toBe(share)
    expect(percentTextOfShare(share)).toBe(text)
  })
})
