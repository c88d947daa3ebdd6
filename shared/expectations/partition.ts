import type { Kwargs } from '#shared/model/expectation.ts'

/** Distributions as GX writes them, and how far an observed one is from an expected one. Pure. */

export type Partition =
  | { readonly values: readonly (string | number | boolean)[]; readonly weights: readonly number[] }
  | { readonly bins: readonly number[]; readonly weights: readonly number[]; readonly tail_weights?: readonly [number, number] | undefined }

export interface Divergence {
  /** null: infinite, because something occurs that is not expected at all; or there are no values. */
  readonly divergence: number | null
  readonly observed: Kwargs
  readonly expected: Kwargs
}

interface Holdouts {
  /** For what is not in the partition. */
  readonly tail: number
  /** For bins of weight 0. */
  readonly internal: number
}

/** `observed`: how often each value occurs, by PostgreSQL's text, in the order of the values. */
export function categoricalDivergence(
  partition: Extract<Partition, { values: unknown }>,
  observed: ReadonlyMap<string, number>,
  count: number,
  { tail }: Holdouts,
): Divergence {
  const names = partition.values.map(textOf)
  const strangers = [...observed.keys()].filter((value) => !names.includes(value))
  const weights = partition.weights.map((weight) => (strangers.length === 0 ? weight : weight * (1 - tail)))
  const expected = [...weights, ...strangers.map(() => (strangers.length === 0 ? 0 : tail / strangers.length))]
  const found = [...names, ...strangers].map((name) => (count === 0 ? 0 : (observed.get(name) ?? 0) / count))
  const values = [...partition.values, ...strangers]
  return {
    divergence: count === 0 ? null : divergenceOf(found, expected),
    observed: { values, weights: found },
    expected: { values, weights: expected },
  }
}

export function continuousDivergence(
  partition: Extract<Partition, { bins: unknown }>,
  counted: { readonly below: number; readonly bins: readonly number[]; readonly above: number },
  count: number,
  { tail, internal }: Holdouts,
): Divergence {
  const { bins, weights, tail_weights } = partition
  const empty = weights.filter((weight) => weight === 0).length
  const kept = 1 - tail - internal
  const inner = weights.map((weight) => (weight === 0 && empty > 0 && internal > 0 ? internal / empty : weight * kept))
  const tails = tail_weights ?? [tail / 2, tail / 2]
  const share = (part: number) => (count === 0 ? 0 : part / count)
  const found = counted.bins.map(share)
  const foundTails = [share(counted.below), share(counted.above)] as const
  return {
    divergence: count === 0 ? null : divergenceOf([foundTails[0], ...found, foundTails[1]], [tails[0], ...inner, tails[1]]),
    observed: { bins: [...bins], weights: found, tail_weights: [...foundTails] },
    expected: { bins: [...bins], weights: inner, tail_weights: [...tails] },
  }
}

/** Σ p·ln(p/q), of both scaled to 1. null: infinite. */
function divergenceOf(found: readonly number[], expected: readonly number[]): number | null {
  const [foundSum, expectedSum] = [sum(found), sum(expected)]
  let total = 0
  for (const [index, weight] of found.entries()) {
    const p = weight / foundSum
    const q = (expected[index] ?? 0) / expectedSum
    if (p === 0) continue
    if (q === 0) return null
    // Near 1 a logarithm loses places that log1p keeps.
    const ratio = p / q
    total += p * (ratio > 0.5 && ratio < 2 ? Math.log1p((p - q) / q) : Math.log(ratio))
  }
  return Number.isFinite(total) ? total : null
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

/** As PostgreSQL writes it. */
function textOf(value: string | number | boolean): string {
  return typeof value === 'boolean' ? (value ? 'true' : 'false') : String(value)
}
