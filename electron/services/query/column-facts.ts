import type { ColumnFacts } from '#shared/model/query-result.ts'
import { DAY_MICROSECONDS } from './calendar.ts'
import { type ColumnKeys, readKeys } from './column-keys.ts'
import type { SnapshotReader } from './rows-snapshot.ts'
import { compareKeys, sortedPositions } from './sort-keys.ts'
import { summariseCells } from './summarise-cells.ts'
import { kindOf, type ValueKind } from './value-kinds.ts'
import type { Work } from './work.ts'

/** A column by its figures: it is put in order, and then what is equal stands side by side. */

export interface FactsRequest {
  readonly column: number
  readonly typeOids: readonly number[]
  /** Those that are looked at; null: all. */
  readonly rows: Uint32Array | null
}

const MOST_TOP = 10
const BINS = 20

export function columnFacts(reader: SnapshotReader, { column, typeOids, rows }: FactsRequest, work: Work): ColumnFacts {
  const kind = kindOf(typeOids[column] ?? 0)
  const chosen = rows === null ? null : rows.slice().sort()
  const count = chosen?.length ?? reader.rowCount
  work.part(0, 0.3)
  const keys = readKeys(reader, column, typeOids[column] ?? 0, chosen, work)
  work.part(0.3, 0.8)
  const order = sortedPositions([keys], [{ descending: false }], count, work)
  const nulls = nullsOf(order, keys)
  const values = order.subarray(0, count - nulls)
  const textAt = (place: number) => {
    const position = values[place]
    return position === undefined ? null : shortText(reader.text(chosen?.[position] ?? position, column))
  }
  const { distinct, top } = runsOf(values, keys)
  work.part(0.8, 1)
  const { sum, average } = summariseCells(reader, { cells: { top: 0, bottom: count - 1, columns: [column] }, typeOids, rows: chosen }, work)
  return {
    rows: count,
    nulls,
    distinct,
    least: textAt(0),
    greatest: textAt(values.length - 1),
    median: values.length === 0 ? null : textAt((values.length - 1) >> 1),
    sum,
    mean: average,
    orderedAsText: keys.orderedAs === 'text',
    hasLong: reader.longColumns([column]).length > 0,
    top: top.map(({ place, count }) => ({ value: textAt(place) ?? '', count })),
    histogram: keys.orderedAs === 'text' ? [] : histogramOf(values, keys, kind),
  }
}

const MOST_TEXT = 200

function shortText(text: string | null): string | null {
  return text === null || text.length <= MOST_TEXT ? text : `${[...text.slice(0, MOST_TEXT)].join('')}…`
}

/** They stand at the end. */
function nullsOf(order: Uint32Array, { high }: ColumnKeys): number {
  let nulls = 0
  while (nulls < order.length && Number.isNaN(high[order[order.length - 1 - nulls] ?? 0])) nulls += 1
  return nulls
}

/** Of values in order: how many differ, and the longest runs of equal ones, the longest first. */
function runsOf(values: Uint32Array, keys: ColumnKeys): { distinct: number; top: readonly { place: number; count: number }[] } {
  const top: { place: number; count: number }[] = []
  let [distinct, start] = [0, 0]
  for (let place = 1; place <= values.length; place += 1) {
    if (place < values.length && compareKeys(keys, values[start] ?? 0, values[place] ?? 0) === 0) continue
    distinct += 1
    const count = place - start
    if (top.length < MOST_TOP || count > (top.at(-1)?.count ?? 0)) {
      const at = top.findIndex((other) => other.count < count)
      top.splice(at < 0 ? top.length : at, 0, { place: start, count })
      if (top.length > MOST_TOP) top.pop()
    }
    start = place
  }
  return { distinct, top }
}

function histogramOf(values: Uint32Array, { high, low }: ColumnKeys, kind: ValueKind): ColumnFacts['histogram'] {
  if (kind !== 'number' && kind !== 'float' && kind !== 'date' && kind !== 'timestamp') return []
  const at = (position: number) => (high[position] ?? 0) + (low === null ? 0 : (low[position] ?? 0) / DAY_MICROSECONDS)
  const finite = values.filter((position) => Number.isFinite(high[position]))
  const [least, greatest] = [at(finite[0] ?? -1), at(finite.at(-1) ?? -1)]
  if (finite.length === 0 || !Number.isFinite(greatest - least)) return []
  const width = (greatest - least) / BINS
  const counts = new Array<number>(width === 0 ? 1 : BINS).fill(0)
  for (const position of finite) {
    const bin = width === 0 ? 0 : Math.min(BINS - 1, Math.floor((at(position) - least) / width))
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  const label = (value: number) => (kind === 'date' || kind === 'timestamp' ? dayText(value, width) : String(Number(value.toPrecision(6))))
  return counts.map((count, bin) => ({ from: label(least + bin * width), to: label(least + (bin + 1) * width), count }))
}

/** Of days since 1970, as far apart as `width` of them. */
function dayText(days: number, width: number): string {
  const date = new Date((days * DAY_MICROSECONDS) / 1_000)
  if (Number.isNaN(date.getTime())) return `day ${Math.round(days)}`
  const iso = date.toISOString()
  return width >= 1 ? iso.slice(0, iso.indexOf('T')) : iso.slice(0, 16).replace('T', ' ')
}
