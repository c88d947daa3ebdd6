import type { ResultSort } from '#shared/model/query-result.ts'
import type { ColumnKeys } from './column-keys.ts'
import type { Work } from './work.ts'

/**
 * Positions in the order of their keys: by the first number of the first key digit by digit, which compares nothing, and what that leaves
 * side by side by comparing. What is equal stays in the order it came in. NULLs come last, and first where the order falls, as in
 * PostgreSQL.
 */
export function sortedPositions(
  keys: readonly ColumnKeys[],
  sort: readonly Pick<ResultSort, 'descending'>[],
  count: number,
  work: Work,
): Uint32Array {
  const [first] = keys
  if (first === undefined) return Uint32Array.from({ length: count }, (_, index) => index)
  const order = byDigits(first.high, sort[0]?.descending === true, work)
  if (keys.length === 1 && first.low === null && first.decide === null) return order
  const compare = (one: number, other: number) => {
    for (const [index, key] of keys.entries()) {
      const difference = sort[index]?.descending ? compareKeys(key, other, one) : compareKeys(key, one, other)
      if (difference !== 0) return difference
    }
    return 0
  }
  const spare = new Uint32Array(count)
  for (let start = 0; start < count; ) {
    const high = first.high[order[start] ?? 0] ?? 0
    let end = start + 1
    while (end < count && isSame(high, first.high[order[end] ?? 0] ?? 0)) end += 1
    // Of two NULLs, the other columns decide.
    if (end - start > 1 && (keys.length > 1 || !Number.isNaN(high))) sortRun(order, spare, start, end, compare, work)
    start = end
    if ((start & 0xff) === 0) work.tick(start, count)
  }
  return order
}

/** NULL is greater than every value. */
export function compareKeys({ high, low, decide }: ColumnKeys, one: number, other: number): number {
  const [left, right] = [high[one] ?? 0, high[other] ?? 0]
  if (left < right) return -1
  if (left > right) return 1
  if (left !== right) return Number(Number.isNaN(left)) - Number(Number.isNaN(right))
  if (low !== null) {
    const [lowLeft, lowRight] = [low[one] ?? 0, low[other] ?? 0]
    if (lowLeft !== lowRight) return lowLeft < lowRight ? -1 : 1
  }
  return decide === null ? 0 : decide(one, other)
}

function isSame(one: number, other: number): boolean {
  return one === other || (Number.isNaN(one) && Number.isNaN(other))
}

const SIGN = 0x80000000
const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** The bits of doubles, read as whole numbers, have their order once the sign is seen to; NaN, here NULL, is the greatest. */
function byDigits(numbers: Float64Array, descending: boolean, work: Work): Uint32Array {
  const count = numbers.length
  // -0 is 0.
  const words = new Uint32Array(numbers.map((number) => number + 0).buffer)
  const [lowWord, highWord] = LITTLE_ENDIAN ? [0, 1] : [1, 0]
  for (let at = 0; at < words.length; at += 2) {
    const [low, high] = [words[at + lowWord] ?? 0, words[at + highWord] ?? 0]
    // Of what is below zero, all bits fall as it rises.
    const negative = high >>> 31 === 1
    words[at + lowWord] = negative !== descending ? ~low : low
    words[at + highWord] = negative === descending ? high ^ (negative ? 0 : SIGN) : ~high ^ (negative ? 0 : SIGN)
  }
  let from = Uint32Array.from({ length: count }, (_, index) => index)
  let to = new Uint32Array(count)
  for (const [pass, word] of [lowWord, lowWord, highWord, highWord].entries()) {
    const shift = (pass % 2) * 16
    const starts = new Uint32Array(65_537)
    for (let at = word; at < words.length; at += 2) {
      const digit = ((words[at] ?? 0) >>> shift) & 0xffff
      starts[digit + 1] = (starts[digit + 1] ?? 0) + 1
    }
    if (starts.includes(count)) continue
    for (let digit = 1; digit < starts.length; digit += 1) starts[digit] = (starts[digit] ?? 0) + (starts[digit - 1] ?? 0)
    for (let place = 0; place < count; place += 1) {
      const position = from[place] ?? 0
      const digit = ((words[position * 2 + word] ?? 0) >>> shift) & 0xffff
      const target = starts[digit] ?? 0
      to[target] = position
      starts[digit] = target + 1
    }
    ;[from, to] = [to, from]
    work.tick(pass, 8)
  }
  return from
}

/** From short runs, sorted by insertion, up to the whole; it can be stopped on the way. */
function sortRun(rows: Uint32Array, spare: Uint32Array, start: number, end: number, compare: Compare, work: Work): void {
  for (let at = start; at < end; at += RUN) insertionSort(rows, at, Math.min(end, at + RUN), compare)
  let [from, to] = [rows, spare]
  for (let width = RUN; width < end - start; width *= 2) {
    for (let at = start; at < end; at += width * 2) {
      merge(from, to, at, Math.min(end, at + width), Math.min(end, at + width * 2), compare, work)
    }
    ;[from, to] = [to, from]
  }
  if (from !== rows) rows.set(from.subarray(start, end), start)
}

type Compare = (one: number, other: number) => number

const RUN = 16

function insertionSort(rows: Uint32Array, start: number, end: number, compare: Compare): void {
  for (let index = start + 1; index < end; index += 1) {
    const row = rows[index] ?? 0
    let at = index - 1
    for (; at >= start && compare(rows[at] ?? 0, row) > 0; at -= 1) rows[at + 1] = rows[at] ?? 0
    rows[at + 1] = row
  }
}

function merge(from: Uint32Array, to: Uint32Array, start: number, middle: number, end: number, compare: Compare, work: Work): void {
  // What is in order already is taken over as it is.
  if (middle >= end || compare(from[middle - 1] ?? 0, from[middle] ?? 0) <= 0) {
    to.set(from.subarray(start, end), start)
    return
  }
  let [left, right] = [start, middle]
  for (let at = start; at < end; at += 1) {
    if ((at & 0xffff) === 0) work.check()
    const takesLeft = right >= end || (left < middle && compare(from[left] ?? 0, from[right] ?? 0) <= 0)
    to[at] = (takesLeft ? from[left] : from[right]) ?? 0
    if (takesLeft) left += 1
    else right += 1
  }
}
