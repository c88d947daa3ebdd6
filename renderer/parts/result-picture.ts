import type { Kwargs } from '#shared/model/expectation.ts'
import type { ExpectationResult } from '#shared/model/run.ts'
import { shiftDecimal } from '#ui/form/decimal.ts'

/**
 * What of a result can be drawn. Decided by GX's keys in its kwargs and details (`min_value`, `mostly`, `mismatched`,
 * `observed_partition`, …) and never by the type, so that an expectation that reports under these keys is drawn at once.
 */
export type ResultPicture =
  | { readonly kind: 'range'; readonly observed: Figure; readonly bounds: PictureBounds }
  /** Percents, 0 to 100: what holds, and what must. */
  | { readonly kind: 'share'; readonly holds: number; readonly mustHold: number }
  | { readonly kind: 'set'; readonly missing: readonly CountedValue[]; readonly unexpected: readonly CountedValue[] }
  | { readonly kind: 'places'; readonly rows: readonly PlaceDifference[] }
  | { readonly kind: 'quantiles'; readonly rows: readonly QuantileRow[] }
  | { readonly kind: 'distributions'; readonly rows: readonly DistributionRow[] }

/** A number or a time on a scale, and how it is read. */
export interface Figure {
  readonly at: number
  readonly text: string
}

export interface PictureBounds {
  readonly lower: Figure | null
  readonly upper: Figure | null
  /** The bound itself is outside. */
  readonly strictLower: boolean
  readonly strictUpper: boolean
}

export interface CountedValue {
  readonly value: string
  /** Rows with it; null: not counted. */
  readonly count: number | null
}

export interface PlaceDifference {
  /** From 1. */
  readonly place: number
  /** null: there is none at this place. */
  readonly expected: string | null
  readonly found: string | null
}

export interface QuantileRow {
  readonly quantile: number
  readonly bounds: PictureBounds
  /** null: there were no values. */
  readonly observed: Figure | null
  readonly holds: boolean
}

export interface DistributionRow {
  readonly label: string
  /** Shares, 0 to 1. */
  readonly expected: number
  readonly observed: number
}

type Drawn = Pick<ExpectationResult, 'kwargs' | 'observedValue' | 'counts' | 'details'>

/** null: its numbers say it all. */
export function pictureOf(result: Drawn): ResultPicture | null {
  return (
    distributionsOf(result.details) ??
    quantilesOf(result) ??
    placesOf(result.details) ??
    setOf(result.details) ??
    shareOf(result) ??
    rangeOf(result)
  )
}

/** The facts among a result's details that its picture shows already. */
export function drawnFacts(picture: ResultPicture | null): ReadonlySet<string> {
  return new Set(picture === null ? [] : drawn[picture.kind])
}

const drawn: Readonly<Record<ResultPicture['kind'], readonly string[]>> = {
  range: [],
  share: [],
  set: ['mismatched', 'missing_values', 'unexpected_values', 'unexpected_count'],
  places: ['mismatched'],
  quantiles: ['success_details'],
  distributions: ['observed_partition', 'expected_partition'],
}

/** The percent of values that must hold: GX's `mostly`, and all where there is none. */
export function mustHoldOf(kwargs: Kwargs): number {
  return typeof kwargs.mostly === 'number' ? shiftDecimal(kwargs.mostly, 2) : 100
}

/** The percent of values that may fail. */
export function mayFailOf(kwargs: Kwargs): number {
  // Without what binary subtraction leaves behind the last digit.
  return Number((100 - mustHoldOf(kwargs)).toFixed(12))
}

/** The bounds that a result was held against, as far as they are fixed numbers or times. null: there are none. */
export function boundsOf(kwargs: Kwargs): PictureBounds | null {
  const exact = figureOf(kwargs.value)
  const lower = figureOf(kwargs.min_value) ?? exact
  const upper = figureOf(kwargs.max_value) ?? figureOf(kwargs.threshold) ?? exact
  if (lower === null && upper === null) return null
  return { lower, upper, strictLower: kwargs.strict_min === true, strictUpper: kwargs.strict_max === true }
}

/** `at least 1 and below 5`. */
export function boundsText({ lower, upper, strictLower, strictUpper }: PictureBounds): string {
  if (lower !== null && upper !== null && lower.at === upper.at && !strictLower && !strictUpper) return `exactly ${lower.text}`
  const low = lower === null ? null : `${strictLower ? 'above' : 'at least'} ${lower.text}`
  const high = upper === null ? null : `${strictUpper ? 'below' : 'at most'} ${upper.text}`
  return [low, high].filter((part) => part !== null).join(' and ')
}

/** A finite number, or a date or timestamp as PostgreSQL writes it. null: it has no place on a scale. */
export function figureOf(value: unknown): Figure | null {
  if (typeof value === 'number') return Number.isFinite(value) ? { at: value, text: numberText(value) } : null
  if (typeof value !== 'string') return null
  if (/^-?\d+(\.\d+)?$/.test(value)) return { at: Number(value), text: value }
  const at = TIME.test(value) ? Date.parse(isoOf(value)) : Number.NaN
  return Number.isNaN(at) ? null : { at, text: value }
}

/** With all its digits: rounded, an observed 100,000.4 would read like the 100,000 that it may not exceed. */
export function numberText(value: number): string {
  const size = Math.abs(value)
  // Beyond these, a row of noughts says less than the power of ten.
  if (size !== 0 && (size < 1e-6 || size >= 1e21)) return String(value)
  return value.toLocaleString(undefined, { maximumSignificantDigits: 21 })
}

/** With as many digits as there is room for on an axis. */
export function roundedText(value: number): string {
  return value.toLocaleString(undefined, Number.isInteger(value) ? {} : { maximumSignificantDigits: 6 })
}

const TIME = /^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([+-]\d{2}(:?\d{2})?|Z)?)?$/

/** `2026-01-01 10:00:00.123456+00`: a blank for T, digits beyond milliseconds and an offset of hours alone are not everybody's ISO 8601. */
function isoOf(text: string): string {
  const iso = text
    .replace(' ', 'T')
    .replace(/(\.\d{3})\d+/, '$1')
    .replace(/([+-]\d{2})$/, (offset) => (text.length > 10 ? `${offset}:00` : offset))
  return /(Z|[+-]\d{2}:?\d{2})$/.test(iso) && text.length > 10 ? iso : `${iso.length === 10 ? `${iso}T00:00` : iso}Z`
}

function rangeOf({ kwargs, observedValue, counts }: Drawn): ResultPicture | null {
  const observed = counts === null ? figureOf(observedValue) : null
  const bounds = boundsOf(kwargs)
  return observed === null || bounds === null ? null : { kind: 'range', observed, bounds }
}

function shareOf({ kwargs, counts }: Drawn): ResultPicture | null {
  if (counts?.unexpectedPercent == null) return null
  return { kind: 'share', holds: 100 - counts.unexpectedPercent, mustHold: mustHoldOf(kwargs) }
}

function setOf(details: Kwargs): ResultPicture | null {
  const mismatched = record(details.mismatched)
  const missing = valuesOf(mismatched?.missing ?? details.missing_values)
  const unexpected = valuesOf(mismatched?.unexpected ?? details.unexpected_values)
  return missing.length + unexpected.length === 0 ? null : { kind: 'set', missing, unexpected }
}

function placesOf({ mismatched }: Kwargs): ResultPicture | null {
  if (!Array.isArray(mismatched) || mismatched.length === 0) return null
  const rows = mismatched.map((entry) => {
    const { 'Expected Column Position': place, Expected: expected, Found: found } = record(entry) ?? {}
    return { place: Number(place) + 1, expected: textOrNull(expected), found: textOrNull(found) }
  })
  return { kind: 'places', rows }
}

function quantilesOf({ kwargs, observedValue, details }: Drawn): ResultPicture | null {
  const observed = record(observedValue)
  const ranges = record(kwargs.quantile_ranges)
  if (!Array.isArray(observed?.quantiles) || !Array.isArray(observed.values) || !Array.isArray(ranges?.value_ranges)) return null
  const fits = Array.isArray(details.success_details) ? details.success_details : []
  const rows = observed.quantiles.map((quantile, index) => {
    const [lower = null, upper = null] = (ranges.value_ranges as readonly unknown[])[index] as readonly unknown[]
    return {
      quantile: Number(quantile),
      bounds: { lower: figureOf(lower), upper: figureOf(upper), strictLower: false, strictUpper: false },
      observed: figureOf((observed.values as readonly unknown[])[index]),
      holds: fits[index] === true,
    }
  })
  return { kind: 'quantiles', rows }
}

function distributionsOf(details: Kwargs): ResultPicture | null {
  const observed = record(details.observed_partition)
  const expected = record(details.expected_partition)
  if (observed === null || expected === null) return null
  const labels = labelsOf(expected)
  if (labels === null) return null
  const [found, wanted] = [numbers(observed.weights), numbers(expected.weights)]
  const inner = labels.map((label, index) => ({ label, expected: wanted[index] ?? 0, observed: found[index] ?? 0 }))
  const [foundTails, wantedTails] = [numbers(observed.tail_weights), numbers(expected.tail_weights)]
  const tail = (index: 0 | 1, label: string): readonly DistributionRow[] => {
    const row = { label, expected: wantedTails[index] ?? 0, observed: foundTails[index] ?? 0 }
    return row.expected + row.observed > 0 ? [row] : []
  }
  return { kind: 'distributions', rows: [...tail(0, 'Below'), ...inner, ...tail(1, 'Above')] }
}

/** Of values their texts, of bins their edges. */
function labelsOf(partition: Readonly<Record<string, unknown>>): readonly string[] | null {
  if (Array.isArray(partition.values)) return partition.values.map((value) => textOrNull(value) ?? 'NULL')
  if (!Array.isArray(partition.bins)) return null
  const bins = partition.bins.map((edge) => roundedText(Number(edge)))
  return bins.slice(0, -1).map((edge, index) => `${edge} to ${bins[index + 1]}`)
}

function valuesOf(list: unknown): readonly CountedValue[] {
  if (!Array.isArray(list)) return []
  return list.map((entry) => {
    const counted = record(entry)
    if (counted === null || !('value' in counted)) return { value: textOrNull(entry) ?? 'NULL', count: null }
    return { value: textOrNull(counted.value) ?? 'NULL', count: typeof counted.count === 'number' ? counted.count : null }
  })
}

function record(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : null
}

function numbers(list: unknown): readonly number[] {
  return Array.isArray(list) ? list.map(Number) : []
}

function textOrNull(value: unknown): string | null {
  if (value === null || value === undefined) return null
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
