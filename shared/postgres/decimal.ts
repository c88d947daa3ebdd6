/** Numbers by their text, with all their digits: JavaScript's own would round. Pure. */

/** `unscaled` × 10^-`scale`; a scale is never negative. */
export interface Decimal {
  readonly unscaled: bigint
  readonly scale: number
}

export type Special = 'NaN' | 'Infinity' | '-Infinity'

/** As PostgreSQL writes a number, with an exponent or without. null: it is none. */
export function readDecimal(text: string): Decimal | Special | null {
  if (text === 'NaN' || text === 'Infinity' || text === '-Infinity') return text
  const match = NUMBER.exec(text)
  if (match === null) return null
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  const power = Number(exponent) - fraction.length
  // What no type of PostgreSQL holds would only take room here.
  if (Math.abs(power) > MOST_DIGITS) return null
  const unscaled = BigInt(`${whole}${fraction}${'0'.repeat(Math.max(0, power))}` || '0')
  return { unscaled: sign === '-' ? -unscaled : unscaled, scale: Math.max(0, -power) }
}

export function writeDecimal({ unscaled, scale }: Decimal): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0')
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`
  return unscaled < 0n ? `-${text}` : text
}

/** Without zeros at the end of the fraction. */
export function shortest(decimal: Decimal): string {
  const text = writeDecimal(decimal)
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

export function addDecimals(one: Decimal, other: Decimal): Decimal {
  const scale = Math.max(one.scale, other.scale)
  return { unscaled: rescaled(one, scale) + rescaled(other, scale), scale }
}

/** Below zero, zero, above zero. */
export function compareDecimals(one: Decimal, other: Decimal): number {
  const scale = Math.max(one.scale, other.scale)
  const [left, right] = [rescaled(one, scale), rescaled(other, scale)]
  return left < right ? -1 : left > right ? 1 : 0
}

/** As numeric orders them: NaN is equal to itself and greater than everything. */
export function compareNumbers(one: Decimal | Special, other: Decimal | Special): number {
  const [left, right] = [rank(one), rank(other)]
  if (left !== right || typeof one === 'string' || typeof other === 'string') return left - right
  return compareDecimals(one, other)
}

/** Rounded half away from zero, to at least 16 digits that count, as avg of numeric has them. */
export function divideDecimal({ unscaled, scale }: Decimal, count: bigint): Decimal {
  const wholeDigits = String(unscaled / 10n ** BigInt(scale) / count).replace(/^-?0?/, '').length
  const wanted = Math.max(scale, 16 - wholeDigits, 6)
  const dividend = unscaled * 10n ** BigInt(wanted - scale)
  const [quotient, rest] = [dividend / count, dividend % count]
  const up = (rest < 0n ? -rest : rest) * 2n >= count
  return { unscaled: up ? quotient + (unscaled < 0n ? -1n : 1n) : quotient, scale: wanted }
}

/** Half away from zero, to so many places; one with fewer stays as it is. */
export function roundDecimal({ unscaled, scale }: Decimal, places: number): Decimal {
  if (scale <= places) return { unscaled, scale }
  const unit = 10n ** BigInt(scale - places)
  const half = (unscaled < 0n ? -unit : unit) / 2n
  return { unscaled: (unscaled + half) / unit, scale: places }
}

const NUMBER = /^([+-]?)(?=\.?\d)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/
const MOST_DIGITS = 150_000

function rescaled({ unscaled, scale }: Decimal, wanted: number): bigint {
  return scale === wanted ? unscaled : unscaled * 10n ** BigInt(wanted - scale)
}

function rank(number: Decimal | Special): number {
  return number === 'NaN' ? 2 : number === 'Infinity' ? 1 : number === '-Infinity' ? -1 : 0
}
