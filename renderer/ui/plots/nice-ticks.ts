/** Round figures for an axis: 1, 2 or 5 times a power of ten apart, all within the range. At most `most` and one. */
export function niceTicks(least: number, greatest: number, most: number): readonly number[] {
  const range = greatest - least
  if (!Number.isFinite(range) || range <= 0) return Number.isFinite(least) ? [least] : []
  const rough = range / most
  const power = Math.floor(Math.log10(rough))
  const factor = [1, 2, 5, 10].find((one) => one * 10 ** power >= rough * (1 - 1e-9)) ?? 10
  const step = factor * 10 ** power
  const first = Math.ceil(least / step - 1e-9)
  const last = Math.floor(greatest / step + 1e-9)
  // From whole numbers: sums of steps would drift to 0.30000000000000004.
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(15)))
}
