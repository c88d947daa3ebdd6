import type { ResultCondition, ResultSort } from '#shared/model/query-result.ts'
import { readKeys } from './column-keys.ts'
import { isComparable, rowsThatMeet } from './filter-rows.ts'
import type { SnapshotReader } from './rows-snapshot.ts'
import { sortedPositions } from './sort-keys.ts'
import type { Work } from './work.ts'

/** The rows that were read in another order, or some of them: as numbers of rows, so that nothing of them is copied. */

export interface ArrangeRequest {
  readonly typeOids: readonly number[]
  /** The first decides. */
  readonly sort: readonly ResultSort[]
  /** All of them are met. */
  readonly conditions: readonly ResultCondition[]
}

export interface ArrangedRows {
  /** In memory that threads share. */
  readonly rows: Uint32Array
  /** Sorted columns of a type whose order is not known here. */
  readonly orderedAsText: readonly number[]
  /** Columns of which how long values go on was not looked at, and might have mattered. */
  readonly longColumns: readonly number[]
}

/** `refused`: the place of a condition whose value cannot be compared with its column. */
export function arrangeRows(
  reader: SnapshotReader,
  { typeOids, sort, conditions }: ArrangeRequest,
  work: Work,
): ArrangedRows | { readonly refused: number } {
  const refused = conditions.findIndex((condition) => !isComparable(condition, typeOids[condition.column] ?? 0))
  if (refused >= 0) return { refused }
  const filterShare = conditions.length === 0 ? 0 : sort.length === 0 ? 1 : 0.4
  work.part(0, filterShare)
  const chosen = rowsThatMeet(reader, typeOids, conditions, work)
  const keys = sort.map(({ column }, index) => {
    work.part(filterShare + (index / sort.length) * 0.3, filterShare + ((index + 1) / sort.length) * 0.3)
    return readKeys(reader, column, typeOids[column] ?? 0, chosen, work)
  })
  work.part(filterShare + 0.3, 1)
  const count = chosen?.length ?? reader.rowCount
  const rows = new Uint32Array(new SharedArrayBuffer(count * 4))
  const order = sort.length === 0 ? null : sortedPositions(keys, sort, count, work)
  for (let place = 0; place < count; place += 1) {
    const position = order?.[place] ?? place
    rows[place] = chosen?.[position] ?? position
  }
  // What is compared with a condition's own value is decided by the beginning: that value is shorter.
  const within = conditions.filter(({ test }) => test === 'contains' || test === 'lacks')
  return {
    rows,
    longColumns: reader.longColumns([...sort, ...within].map(({ column }) => column)),
    orderedAsText: sort.filter((_, index) => keys[index]?.orderedAs === 'text').map(({ column }) => column),
  }
}
