/** Shares (0 to 1) and percents (0 to 100) without the noise of binary division: 99.9 % is 0.999, not 0.9990000000000001. */

/** NaN when the text is not a number. */
export function shareFromPercentText(text: string): number {
  return shiftText(text.trim(), -2)
}

export function percentTextOfShare(share: number): string {
  return String(shiftDecimal(share, 2))
}

/** Times ten to the power of `places`. */
export function shiftDecimal(value: number, places: number): number {
  return shiftText(String(value), places)
}

function shiftText(text: string, places: number): number {
  const [digits = '', exponent = '0'] = text.toLowerCase().split('e')
  if (digits === '') return Number.NaN
  return Number(`${digits}e${Number(exponent) + places}`)
}
