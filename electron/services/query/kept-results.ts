import { AppError, notFound } from '#shared/contract/errors.ts'
import type { ResultColumn } from '#shared/model/query.ts'
import { type Cell, defaultLimits, ResultRows } from './result-rows.ts'
import { RowsBudget } from './rows-budget.ts'

export interface Kept {
  readonly tabId: string
  readonly columns: readonly ResultColumn[]
  readonly rows: ResultRows
}

/** The results that can still be looked at, until their tab runs again or is closed. */
export class KeptResults {
  readonly #spillFolder: string
  readonly #budget = new RowsBudget()
  readonly #results = new Map<string, Kept>()
  /** Its rows are gone. */
  onDrop: (resultId: string) => void = () => {}

  /** Prepared and this person's alone. */
  constructor(spillFolder: string) {
    this.#spillFolder = spillFolder
  }

  /** `wanted` false: its tab was closed while it ran, and nobody will ask for these rows. */
  open(resultId: string, tabId: string, columns: readonly ResultColumn[], wanted: boolean): ResultRows {
    const rows = new ResultRows(this.#spillFolder, defaultLimits, this.#budget)
    if (wanted) this.#results.set(resultId, { tabId, columns, rows })
    else rows.dispose()
    return rows
  }

  cell(resultId: string, row: number, column: number): Cell {
    const cell = this.result(resultId).rows.cell(row, column)
    if (cell === null) throw notFound('cell')
    return cell
  }

  drop(tabId: string): void {
    for (const [resultId, entry] of this.#results) {
      if (entry.tabId !== tabId) continue
      entry.rows.dispose()
      this.#results.delete(resultId)
      this.onDrop(resultId)
    }
  }

  dispose(): void {
    for (const { rows } of this.#results.values()) rows.dispose()
    this.#results.clear()
  }

  /** @throws AppError NOT_FOUND when the tab ran again or was closed */
  result(resultId: string): Kept {
    const entry = this.#results.get(resultId)
    if (entry === undefined) throw resultGone()
    return entry
  }
}

export function resultGone(): AppError<'NOT_FOUND'> {
  return new AppError('NOT_FOUND', 'This result is not kept any more. Execute the query again.', { entity: 'result' })
}
