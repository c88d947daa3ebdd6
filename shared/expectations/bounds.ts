import type { Prose } from './definition.ts'
import { say, valueText } from './prose.ts'

/** A lower and an upper bound, as GX names them: null is no bound, strict leaves the bound itself out. */
export interface Bounds<Value> {
  readonly min_value: Value | null
  readonly max_value: Value | null
  readonly strict_min: boolean
  readonly strict_max: boolean
}

/**
 * Whether one number of the whole table is within. IEEE comparison, as GX does it: NaN is within nothing that has a
 * bound, and no value at all (null) fails even without one.
 */
export function isWithin(value: number | null, bounds: Bounds<number>): boolean {
  if (value === null) return false
  const { min_value: min, max_value: max } = bounds
  if (min !== null && !(bounds.strict_min ? value > min : value >= min)) return false
  return max === null || (bounds.strict_max ? value < max : value <= max)
}

/** "at least 1 and less than 5"; null when there is no bound. */
export function boundsProse(bounds: Bounds<string | number>): Prose | null {
  const { min_value: min, max_value: max } = bounds
  if (min === null && max === null) return null
  if (min !== null && min === max && !bounds.strict_min && !bounds.strict_max) return say`exactly ${valueText(min)}`
  const lower = min === null ? [] : bounds.strict_min ? say`greater than ${valueText(min)}` : say`at least ${valueText(min)}`
  const upper = max === null ? [] : bounds.strict_max ? say`less than ${valueText(max)}` : say`at most ${valueText(max)}`
  return min !== null && max !== null ? say`${lower} and ${upper}` : [...lower, ...upper]
}
