import { expect, test } from 'vitest'
import { shortFigure } from '#features/assets/short-figure.ts'

const long = '9'.repeat(120)

test.each([
  ['500.5000000000000000', '500.5'],
  ['12.3456789', '12.3457'],
  ['-12.34565', '-12.3457'],
  ['-9.99999', '-10'],
  ['0.000012345678', '0.00001235'],
  ['10.00', '10.00'],
  ['1e+200', '1e+200'],
  ['NaN', 'NaN'],
  [`${long}.5000000000000000`, `${long}.5`],
  [`-${long}.123456`, `-${long}.1235`],
  [long, long],
])('%s is shown as %s, whatever its length', (text, short) => {
  expect(shortFigure(text)).toBe(short)
})
