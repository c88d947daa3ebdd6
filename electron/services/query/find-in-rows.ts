import { containing } from './filter-rows.ts'
import type { SnapshotReader } from './rows-snapshot.ts'
import type { Work } from './work.ts'

/** Cells that hold a text, row by row as the rows stand, and from left to right. */

export interface FindRequest {
  readonly text: string
  readonly matchCase: boolean
  readonly columnCount: number
  /** As the rows stand; null: as they came. */
  readonly rows: Uint32Array | null
}

export interface Hits {
  readonly count: number
  /** Row and column by turns, in the order of the rows, of as many as can be gone to. */
  readonly places: Uint32Array
  /** Columns with values of which only the beginning was searched. */
  readonly longColumns: readonly number[]
}

const MOST_HITS = 1_000_000

export function findInRows(reader: SnapshotReader, { text, matchCase, columnCount, rows }: FindRequest, work: Work): Hits {
  const holds = containing(text, matchCase)
  const places = placesOf(rows, reader.rowCount)
  const found: number[] = []
  let count = 0
  // Column by column would read every page once a column; here a page is read once.
  reader.scanRows(
    columnCount,
    (row, column, bytes, start, end) => {
      if (start < 0 || !holds(bytes, start, end)) return
      const place = places === null ? row : (places[row] ?? NOWHERE)
      if (place === NOWHERE) return
      count += 1
      if (found.length < MOST_HITS * 2) found.push(place, column)
    },
    (row) => work.tick(row, reader.rowCount),
  )
  const longColumns = reader.longColumns(Array.from({ length: columnCount }, (_, column) => column))
  return { count, places: rows === null ? shared(found) : inOrder(found), longColumns }
}

const NOWHERE = 0xffff_ffff

/** Where each row stands. */
function placesOf(rows: Uint32Array | null, rowCount: number): Uint32Array | null {
  if (rows === null) return null
  const places = new Uint32Array(rowCount).fill(NOWHERE)
  for (const [place, row] of rows.entries()) places[row] = place
  return places
}

function inOrder(found: readonly number[]): Uint32Array {
  const order = Array.from({ length: found.length / 2 }, (_, index) => index)
  order.sort((one, other) => (found[one * 2] ?? 0) - (found[other * 2] ?? 0) || (found[one * 2 + 1] ?? 0) - (found[other * 2 + 1] ?? 0))
  return shared(order.flatMap((index) => [found[index * 2] ?? 0, found[index * 2 + 1] ?? 0]))
}

function shared(numbers: readonly number[]): Uint32Array {
  const out = new Uint32Array(new SharedArrayBuffer(numbers.length * 4))
  out.set(numbers)
  return out
}
