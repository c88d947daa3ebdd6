import { cancelled, invalid } from '#shared/contract/errors.ts'
import type { ResultColumn } from '#shared/model/query.ts'
import type { OpenTarget } from './export-file.ts'
import { tooLongSentence } from './value-limit.ts'

export interface Feeding {
  readonly open: OpenTarget
  readonly signal: AbortSignal
  tell(rowCount: number): void
}

/** In the order in which they are to be written. */
export interface RowsToWrite {
  readonly rowCount: number
  /** As it came from the wire; lent until the next call. */
  body(row: number): Buffer
  /** A value of which only the beginning was kept; null: the row is whole. */
  cutValue(row: number): { readonly column: number; readonly sizeBytes: number } | null
}

const TELL_EVERY_MS = 200

/** The rows of a result that is kept. `find` throws once it is not kept any more: its tab ran again, or was closed. */
export async function feedKept(
  find: () => { readonly columns: readonly ResultColumn[]; readonly rows: RowsToWrite },
  { open, signal, tell }: Feeding,
): Promise<void> {
  const { columns, rows } = find()
  const target = open(columns)
  const last = rows.rowCount
  let told = performance.now()
  for (let row = 0; row < last; row += 1) {
    const cut = rows.cutValue(row)
    if (cut !== null) throw invalid(tooLongSentence(cut.sizeBytes, row, columns[cut.column]?.name ?? ''))
    if (!target.append(rows.body(row))) break
    if (target.room === null) continue
    await target.room
    find()
    if (performance.now() - told < TELL_EVERY_MS) continue
    told = performance.now()
    tell(target.rowCount)
  }
  target.throwFailure()
  if (signal.aborted) throw cancelled()
}
