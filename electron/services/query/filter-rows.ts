import { type ConditionTest, MOST_LOOKED_AT_BYTES, type ResultCondition } from '#shared/model/query-result.ts'
import { compareNumbers, readDecimal } from '#shared/postgres/decimal.ts'
import type { SnapshotReader } from './rows-snapshot.ts'
import { kindOf, type ValueKind } from './value-kinds.ts'
import { readerOf } from './value-readers.ts'
import type { Work } from './work.ts'

/** Rows that meet conditions on their columns. Numbers and times are compared as such, everything else as text. */

/** Ascending; null: all of them. */
export function rowsThatMeet(
  reader: SnapshotReader,
  typeOids: readonly number[],
  conditions: readonly ResultCondition[],
  work: Work,
): Uint32Array | null {
  let chosen: Uint32Array | null = null
  for (const condition of conditions) {
    const meets = testOf(condition, kindOf(typeOids[condition.column] ?? 0))
    const met: Uint32Array = new Uint32Array(chosen?.length ?? reader.rowCount)
    let count = 0
    reader.scan(
      condition.column,
      chosen,
      (row, bytes, start, end) => {
        if (!meets(bytes, start, end)) return
        met[count] = row
        count += 1
      },
      (row) => work.tick(row, reader.rowCount),
    )
    chosen = met.subarray(0, count)
  }
  return chosen
}

/** false: nothing of that kind can be compared with this text. */
export function isComparable({ test, value }: ResultCondition, typeOid: number): boolean {
  if (value === null) return test === 'equals' || test === 'differs'
  if (test === 'contains' || test === 'lacks') return true
  const reader = readerOf(kindOf(typeOid))
  const bytes = Buffer.from(value)
  return reader === null || reader.read(bytes, 0, bytes.length)
}

type CellTest = (bytes: Buffer, start: number, end: number) => boolean

function testOf({ test, value }: ResultCondition, kind: ValueKind): CellTest {
  if (value === null) return test === 'equals' ? (_bytes, start) => start < 0 : (_bytes, start) => start >= 0
  if (test === 'contains' || test === 'lacks') {
    const holds = containing(value, false)
    return test === 'contains'
      ? (bytes, start, end) => start >= 0 && holds(bytes, start, end)
      : (bytes, start, end) => start < 0 || !holds(bytes, start, end)
  }
  const compare = comparing(value, kind)
  const meets = meetings[test]
  if (test === 'differs') return (bytes, start, end) => start < 0 || meets(compare(bytes, start, end))
  return (bytes, start, end) => start >= 0 && meets(compare(bytes, start, end))
}

/** Whether a text is in a cell. Of a long cell, its first part is searched. */
export function containing(needle: string, matchCase: boolean): CellTest {
  if (matchCase) {
    const wanted = Buffer.from(needle)
    return (bytes, start, end) => {
      if (end - start < wanted.length) return false
      const at = bytes.indexOf(wanted, start)
      return at >= 0 && at + wanted.length <= end
    }
  }
  const wanted = needle.toLowerCase()
  return (bytes, start, end) => bytes.toString('utf8', start, end).toLowerCase().includes(wanted)
}

const meetings: Readonly<Record<Exclude<ConditionTest, 'contains' | 'lacks'>, (order: number) => boolean>> = {
  equals: (order) => order === 0,
  differs: (order) => order !== 0,
  less: (order) => order < 0,
  'at-most': (order) => order <= 0,
  greater: (order) => order > 0,
  'at-least': (order) => order >= 0,
}

/** How a cell stands to a value: below zero, zero, above zero; NaN: they cannot be compared. */
function comparing(value: string, kind: ValueKind): (bytes: Buffer, start: number, end: number) => number {
  const wanted = Buffer.from(value)
  const byText = (bytes: Buffer, start: number, end: number) =>
    bytes.compare(wanted, 0, Math.min(wanted.length, MOST_LOOKED_AT_BYTES), start, end)
  // Who names no zone means the time as it is shown.
  const asShown = !/[+-]\d\d(:\d\d)*( BC)?$/.test(value.slice(10))
  const reader = readerOf(kind, { asShown })
  if (reader === null || !reader.read(wanted, 0, wanted.length)) return byText
  const { high, low, exact } = reader
  const decimal = readDecimal(value)
  return (bytes, start, end) => {
    if (!reader.read(bytes, start, end)) return Number.NaN
    if (reader.high !== high) return reader.high < high ? -1 : 1
    if (reader.low !== low) return reader.low < low ? -1 : 1
    if ((exact && reader.exact) || decimal === null) return 0
    return compareNumbers(readDecimal(bytes.toString('latin1', start, end)) ?? 'NaN', decimal)
  }
}
