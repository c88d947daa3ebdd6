/** Where bounds and values stand on a line, each 0 (left) to 1 (right). Pure. */

export interface RangeScale {
  /** Where the expected range begins and ends; 0 and 1 where it is open. */
  readonly band: { readonly from: number; readonly to: number }
  place(value: number): PlacedValue
}

export interface PlacedValue {
  readonly at: number
  /** Too far out to be drawn where it is; null: it stands where it is. */
  readonly beyond: 'left' | 'right' | null
}

/** Of the line, how much is kept free beside a bound. */
const MARGIN = 0.3
/** A value further out than so many widths of the range would squeeze the range to a point. */
const MOST_WIDTHS = 4

/** `values`: what should be in sight if it is not too far out. null: the range is open on that side. */
export function rangeScale(lower: number | null, upper: number | null, values: readonly number[]): RangeScale {
  const known = [...values, ...(lower === null ? [] : [lower]), ...(upper === null ? [] : [upper])]
  const [least, greatest] = [Math.min(...known), Math.max(...known)]
  const width = lower !== null && upper !== null && upper > lower ? upper - lower : greatest - least || Math.abs(greatest) || 1
  const reach = width * MOST_WIDTHS
  const inner = { from: lower ?? Math.min(least, upper ?? least), to: upper ?? Math.max(greatest, lower ?? greatest) }
  const from = Math.max(Math.min(least, inner.from), inner.from - reach) - width * MARGIN
  const to = Math.min(Math.max(greatest, inner.to), inner.to + reach) + width * MARGIN
  const at = (value: number) => (value - from) / (to - from)
  return {
    band: { from: lower === null ? 0 : at(lower), to: upper === null ? 1 : at(upper) },
    place(value) {
      const place = at(value)
      if (place < 0) return { at: 0, beyond: 'left' }
      return place > 1 ? { at: 1, beyond: 'right' } : { at: place, beyond: null }
    },
  }
}
