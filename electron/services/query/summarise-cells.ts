import type { CellSummary, SelectedCells } from '#shared/model/query-result.ts'
import { ExactSum, NumberExtremes } from './exact-sum.ts'
import type { SnapshotReader } from './rows-snapshot.ts'
import { isNumeric, kindOf } from './value-kinds.ts'
import { readerOf } from './value-readers.ts'
import type { Work } from './work.ts'

/** What the cells of a selection come to. */

export interface SummaryRequest {
  readonly cells: SelectedCells
  readonly typeOids: readonly number[]
  /** As the rows stand; null: as they came. */
  readonly rows: Uint32Array | null
}

export function summariseCells(reader: SnapshotReader, { cells: selected, typeOids, rows }: SummaryRequest, work: Work): CellSummary {
  const chosen = rowsOf(selected, rows, reader.rowCount)
  const sum = new ExactSum()
  const extremes = new NumberExtremes()
  const times = selected.columns.length === 1 ? timeExtremes(typeOids[selected.columns[0] ?? 0] ?? 0) : null
  let [cells, nulls] = [0, 0]
  for (const [index, column] of selected.columns.entries()) {
    const kind = kindOf(typeOids[column] ?? 0)
    const number = isNumeric(kind) ? readerOf(kind) : null
    work.part(index / selected.columns.length, (index + 1) / selected.columns.length)
    reader.scan(
      column,
      chosen,
      (_row, bytes, start, end) => {
        cells += 1
        if (start < 0) nulls += 1
        else if (number !== null) {
          // A value that was cut is longer than any number.
          if (number.read(bytes, start, end) && sum.add(bytes, start, end))
            extremes.add(number.high, () => bytes.toString('latin1', start, end))
        } else times?.add(bytes, start, end)
      },
      (row) => work.tick(row, reader.rowCount),
    )
  }
  return {
    cells,
    nulls,
    numbers: sum.count,
    sum: sum.sum(),
    average: sum.average(),
    least: extremes.least ?? times?.least ?? null,
    greatest: extremes.greatest ?? times?.greatest ?? null,
  }
}

/** Ascending, so that each page is read once; null: all. */
function rowsOf({ top, bottom }: SelectedCells, rows: Uint32Array | null, rowCount: number): Uint32Array | null {
  const last = Math.min(bottom, (rows?.length ?? rowCount) - 1)
  if (rows !== null) return rows.slice(top, last + 1).sort()
  if (top === 0 && last === rowCount - 1) return null
  return Uint32Array.from({ length: Math.max(0, last - top + 1) }, (_, index) => top + index)
}

function timeExtremes(typeOid: number) {
  const kind = kindOf(typeOid)
  const reader = kind === 'date' || kind === 'timestamp' || kind === 'interval' || kind === 'timetz' ? readerOf(kind) : null
  if (reader === null) return null
  const found: { least: TimeFound | null; greatest: TimeFound | null } = { least: null, greatest: null }
  const before = (one: { high: number; low: number }, other: { high: number; low: number }) =>
    one.high < other.high || (one.high === other.high && one.low < other.low)
  return {
    add(bytes: Buffer, start: number, end: number) {
      if (!reader.read(bytes, start, end)) return
      const { high, low } = reader
      const text = () => bytes.toString('latin1', start, end)
      if (found.least === null || before({ high, low }, found.least)) found.least = { high, low, text: text() }
      if (found.greatest === null || before(found.greatest, { high, low })) found.greatest = { high, low, text: text() }
    },
    get least(): string | null {
      return found.least?.text ?? null
    },
    get greatest(): string | null {
      return found.greatest?.text ?? null
    },
  }
}

interface TimeFound {
  readonly high: number
  readonly low: number
  readonly text: string
}
