/** Round figures for an axis: 1, 2 or 5 times a power of ten apart, all within the range. At most `most` and one. */
export function niceTicks(least: number, greatest: number, most: number): readonly number[] {
  const range = greatest - least
  if (!Number.isFinite(range) || range <= 0) return Number.isFinite(least) ? [least] : []
  const step = stepOf(range, most)
  return multiples(Math.ceil(least / step - 1e-9), Math.floor(greatest / step + 1e-9), step)
}

/** The same, from the last one at or below `least` to the first one at or above `greatest`. At most `most` and two. */
export function enclosingTicks(least: number, greatest: number, most: number): readonly number[] {
  const step = stepOf(greatest > least ? greatest - least : Math.abs(greatest) || 1, most)
  const first = Math.floor(least / step)
  return multiples(first, Math.max(Math.ceil(greatest / step), first + 1), step)
}

function stepOf(range: number, most: number): number {
  const rough = range / most
  const power = 10 ** Math.floor(Math.log10(rough))
  return ([1, 2, 5].find((one) => one * power >= rough * (1 - 1e-9)) ?? 10) * power
}

function multiples(first: number, last: number, step: number): readonly number[] {
  // From whole numbers: sums of steps would drift to 0.30000000000000004.
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(15)))
}
