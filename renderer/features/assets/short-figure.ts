import { readDecimal, roundDecimal, shortest } from '#shared/postgres/decimal.ts'

/** Decimals beyond these say nothing more about a figure of 1 or more. */
const PLACES = 4

/** A number as PostgreSQL writes it, of any length, with four decimals that count: below one, noughts after the point do not. */
export function shortFigure(text: string): string {
  // What is written with an exponent is short already.
  const [, noughts = '', rest = ''] = /^-?\d+\.(0*)(\d*)$/.exec(text) ?? []
  const places = /^-?0\./.test(text) && rest !== '' ? noughts.length + PLACES : PLACES
  const decimal = noughts.length + rest.length > places ? readDecimal(text) : null
  return decimal === null || typeof decimal === 'string' ? text : shortest(roundDecimal(decimal, places))
}
