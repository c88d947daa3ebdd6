import { compareNumbers, readDecimal } from '#shared/postgres/decimal.ts'
import type { SnapshotReader } from './rows-snapshot.ts'
import { kindOf } from './value-kinds.ts'
import { readerOf, type ValueReader } from './value-readers.ts'
import type { Work } from './work.ts'

/**
 * A column made ready to be ordered: numbers in arrays, and for what they do not decide, the bytes. Text, and types whose order
 * is not known here (enum, json, arrays, ranges), are ordered by code point, as COLLATE "C" does.
 */
export interface ColumnKeys {
  /** By position; NaN where the value is NULL. */
  readonly high: Float64Array
  readonly low: Float64Array | null
  /** Between two with the same keys; null: these are equal. */
  readonly decide: ((one: number, other: number) => number) | null
  readonly orderedAs: 'value' | 'text'
}

/** `rows`: those that are ordered, ascending; a position is a place among them. null: all. */
export function readKeys(reader: SnapshotReader, column: number, typeOid: number, rows: Uint32Array | null, work: Work): ColumnKeys {
  const kind = kindOf(typeOid)
  const values = readerOf(kind)
  const read = values === null ? null : readValues(reader, column, values, rows, work)
  if (read !== null) {
    const isNumber = kind === 'number' || kind === 'float'
    const decide = read.exact ? null : isNumber ? decideNumbers(bytesOf(reader, column, rows, Number.POSITIVE_INFINITY, work)) : null
    return { high: read.high, low: read.low, decide, orderedAs: 'value' }
  }
  return readTexts(reader, column, rows, work, kind === 'other' || values !== null ? 'text' : 'value')
}

/** What of a text is held for comparing; where that is equal, the rest is read from where it is kept. */
const MOST_TEXT_BYTES = 128 * 1024 * 1024

/** null: some value is not of this kind. */
function readValues(reader: SnapshotReader, column: number, values: ValueReader, rows: Uint32Array | null, work: Work) {
  const count = rows?.length ?? reader.rowCount
  const high = new Float64Array(count)
  const low = new Float64Array(count)
  let [position, exact, isOfKind, needsLow] = [0, true, true, false]
  reader.scan(
    column,
    rows,
    (_row, bytes, start, end) => {
      if (start < 0) high[position] = Number.NaN
      else if (values.read(bytes, start, end)) {
        high[position] = values.high
        low[position] = values.low
        exact &&= values.exact
        needsLow ||= values.low !== 0
      } else isOfKind = false
      position += 1
    },
    (row) => work.tick(row, reader.rowCount),
  )
  return isOfKind ? { high, low: needsLow ? low : null, exact } : null
}

function readTexts(
  reader: SnapshotReader,
  column: number,
  rows: Uint32Array | null,
  work: Work,
  orderedAs: ColumnKeys['orderedAs'],
): ColumnKeys {
  const count = rows?.length ?? reader.rowCount
  const clip = Math.max(16, Math.min(1_024, Math.floor(MOST_TEXT_BYTES / Math.max(1, count))))
  const held = bytesOf(reader, column, rows, clip, work)
  const high = new Float64Array(count)
  const low = new Float64Array(count)
  // What all texts begin with says nothing of their order.
  const same = commonStart(held, count)
  let longest = 0
  for (let position = 0; position < count; position += 1) {
    const [start, end] = [(held.offsets[position] ?? 0) + same, held.offsets[position + 1] ?? 0]
    longest = Math.max(longest, end - start)
    high[position] = held.isNull[position] === 1 ? Number.NaN : sixBytes(held.bytes, start, end)
    low[position] = sixBytes(held.bytes, start + 6, end)
  }
  // No text of PostgreSQL has a zero byte in it, so a shorter one is told from one that goes on.
  if (longest <= 12 && longest + same < clip) return { high, low, decide: null, orderedAs }
  const rest = (position: number) => Buffer.from(reader.text(rows?.[position] ?? position, column) ?? '')
  return {
    high,
    low,
    orderedAs,
    decide(one, other) {
      const [from, to] = [held.offsets[one] ?? 0, held.offsets[one + 1] ?? 0]
      const [otherFrom, otherTo] = [held.offsets[other] ?? 0, held.offsets[other + 1] ?? 0]
      const order = held.bytes.compare(held.bytes, otherFrom, otherTo, from, to)
      return order === 0 && to - from === clip && otherTo - otherFrom === clip ? Buffer.compare(rest(one), rest(other)) : order
    },
  }
}

interface HeldBytes {
  readonly bytes: Buffer
  readonly offsets: Float64Array
  readonly isNull: Uint8Array
}

/** The cells of a column one behind the other, each up to `clip` bytes. */
function bytesOf(reader: SnapshotReader, column: number, rows: Uint32Array | null, clip: number, work: Work): HeldBytes {
  const count = rows?.length ?? reader.rowCount
  const offsets = new Float64Array(count + 1)
  const isNull = new Uint8Array(count)
  let held = Buffer.allocUnsafe(1024 * 1024)
  let [position, length] = [0, 0]
  reader.scan(
    column,
    rows,
    (_row, bytes, start, end) => {
      if (start < 0) isNull[position] = 1
      else {
        const taken = Math.min(clip, end - start)
        if (length + taken > held.length) {
          const larger = Buffer.allocUnsafe((length + taken) * 2)
          held.copy(larger, 0, 0, length)
          held = larger
        }
        bytes.copy(held, length, start, start + taken)
        length += taken
      }
      position += 1
      offsets[position] = length
    },
    (row) => work.tick(row, reader.rowCount),
  )
  return { bytes: held, offsets, isNull }
}

/** By all their digits. */
function decideNumbers({ bytes, offsets }: HeldBytes): (one: number, other: number) => number {
  const textAt = (position: number) => bytes.toString('latin1', offsets[position], offsets[position + 1])
  return (one, other) => {
    const [left, right] = [textAt(one), textAt(other)]
    if (left === right) return 0
    return compareNumbers(readDecimal(left) ?? 'NaN', readDecimal(right) ?? 'NaN')
  }
}

/** The length of what all texts begin with, in bytes. */
function commonStart({ bytes, offsets, isNull }: HeldBytes, count: number): number {
  const first = isNull.indexOf(0)
  if (first < 0) return 0
  const from = offsets[first] ?? 0
  let length = (offsets[first + 1] ?? 0) - from
  for (let position = first + 1; position < count && length > 0; position += 1) {
    if (isNull[position] === 1) continue
    const start = offsets[position] ?? 0
    length = Math.min(length, (offsets[position + 1] ?? 0) - start)
    for (let at = 0; at < length; at += 1) if (bytes[start + at] !== bytes[from + at]) length = at
  }
  return length
}

/** As one number, with zeros where there are none. */
function sixBytes(bytes: Buffer, start: number, end: number): number {
  let number = 0
  for (let at = start; at < start + 6; at += 1) number = number * 256 + (at < end ? (bytes[at] ?? 0) : 0)
  return number
}
