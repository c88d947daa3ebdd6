import { expect, test } from 'vitest'
import { addDecimals, compareNumbers, type Decimal, divideDecimal, readDecimal, shortest, writeDecimal } from '#shared/postgres/decimal.ts'

test.each([
  ['0', '0'],
  ['-0.10', '-0.10'],
  ['123456789012345678901234567890.5', '123456789012345678901234567890.5'],
  ['1e+3', '1000'],
  ['-2.5e-3', '-0.0025'],
  ['.5', '0.5'],
])('%s is read with all its digits', (text, written) => {
  expect(writeDecimal(decimal(text))).toBe(written)
})

test.each(['', '-', '.', 'e5', '1a', '0x10', ' 1', '1e9999999'])('%j is no number', (text) => {
  expect(readDecimal(text)).toBeNull()
})

test('sums and quotients keep what a double would lose', () => {
  expect(shortest(addDecimals(decimal('0.1'), decimal('0.2')))).toBe('0.3')
  expect(shortest(addDecimals(decimal('9007199254740993'), decimal('0.00')))).toBe('9007199254740993')
  expect(shortest(divideDecimal(decimal('2'), 3n))).toBe('0.6666666666666667')
  expect(shortest(divideDecimal(decimal('-5'), 2n))).toBe('-2.5')
  expect(shortest(divideDecimal(decimal('100'), 10n))).toBe('10')
})

test('NaN is the greatest number, and equal to itself', () => {
  const order = ['-Infinity', '-1e400', '0.1', '0.10', '1e400', 'Infinity', 'NaN', 'NaN'] as const
  const signs = order.slice(1).map((text, index) => Math.sign(compareNumbers(number(order[index] ?? ''), number(text))))
  expect(signs).toEqual([-1, -1, 0, -1, -1, -1, 0])
})

function number(text: string) {
  const number = readDecimal(text)
  if (number === null) throw new Error(`${text} is no number.`)
  return number
}

function decimal(text: string): Decimal {
  const decimal = number(text)
  if (typeof decimal === 'string') throw new Error(`${text} has no digits.`)
  return decimal
}
