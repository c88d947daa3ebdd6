import { randomUUID } from 'node:crypto'
import { AppError, invalid, notFound } from '#shared/contract/errors.ts'
import type { ResultColumn, ResultWindow } from '#shared/model/query.ts'
import type {
  ArrangeEvent,
  CellPart,
  FactsEvent,
  FindEvent,
  ResultCondition,
  ResultPlace,
  ResultSort,
  SelectedCells,
  SummaryEvent,
} from '#shared/model/query-result.ts'
import { textOf } from './data-row.ts'
import type { RowsToWrite } from './feed-kept.ts'
import { type Kept, type KeptResults, resultGone } from './kept-results.ts'
import type { Cell } from './result-rows.ts'
import { RowsThread, type RowsWork } from './rows-thread.ts'

/** What is looked up in results that were read: rows in another order or some of them, texts in them, and what they come to. */
export class ResultViews {
  readonly #kept: KeptResults
  readonly #thread = new RowsThread()
  /** By id, the oldest first. */
  readonly #arrangements = new Map<string, { readonly resultId: string; readonly rows: Uint32Array }>()
  readonly #finds = new Map<string, { readonly resultId: string; readonly places: Uint32Array }>()

  constructor(kept: KeptResults) {
    this.#kept = kept
    kept.onDrop = (resultId) => this.#drop(resultId)
  }

  /** @throws AppError INVALID for a value that no value of its column can be compared with */
  async arrange({ resultId, sort, conditions }: ArrangeInput, signal: AbortSignal, emit: (event: ArrangeEvent) => void): Promise<void> {
    const result = this.#kept.result(resultId)
    const typeOids = result.columns.map(({ typeOid }) => typeOid)
    if ([...sort, ...conditions].some(({ column }) => column >= typeOids.length)) throw notFound('column')
    const request = { typeOids, sort, conditions }
    const outcome = await this.#thread.run(this.#work(resultId, result, signal, emit), { kind: 'arrange', request })
    if ('refused' in outcome) {
      const condition = conditions[outcome.refused]
      const type = result.columns[condition?.column ?? 0]?.type ?? 'unknown'
      throw invalid(`"${condition?.value ?? 'NULL'}" is no value of type ${type}.`, 'value')
    }
    const { rows, orderedAsText, longColumns } = outcome
    const arrangementId = randomUUID()
    this.#arrangements.set(arrangementId, { resultId, rows })
    keepNewest(this.#arrangements, resultId, ARRANGEMENTS)
    emit({ type: 'arranged', arrangementId, rowCount: rows.length, orderedAsText: [...orderedAsText], longColumns: [...longColumns] })
  }

  async find(input: FindInput, signal: AbortSignal, emit: (event: FindEvent) => void): Promise<void> {
    const { resultId, arrangementId, text, matchCase } = input
    const result = this.#kept.result(resultId)
    const request = { text, matchCase, columnCount: result.columns.length, rows: this.#rows(arrangementId) }
    const { count, places, longColumns } = await this.#thread.run(this.#work(resultId, result, signal, emit), { kind: 'find', request })
    const findId = randomUUID()
    this.#finds.set(findId, { resultId, places })
    keepNewest(this.#finds, resultId, 1)
    emit({ type: 'found', findId, count, reachable: places.length / 2, longColumns: [...longColumns] })
  }

  /** The next hit after a place, or the one before it; past the last comes the first. null: there is none. */
  hit(findId: string, { row, column }: ResultPlace, step: 'next' | 'previous'): { index: number; place: ResultPlace } | null {
    const places = this.#finds.get(findId)?.places
    if (places === undefined) throw resultGone()
    const count = places.length / 2
    if (count === 0) return null
    const isBefore = (index: number) => {
      const at = places[index * 2] ?? 0
      return at < row || (at === row && (places[index * 2 + 1] ?? 0) < column)
    }
    let [low, high] = [0, count]
    while (low < high) {
      const middle = (low + high) >> 1
      if (isBefore(middle)) low = middle + 1
      else high = middle
    }
    const here = low < count && places[low * 2] === row && places[low * 2 + 1] === column
    const index = (step === 'next' ? low + (here ? 1 : 0) : low - 1 + count) % count
    return { index, place: { row: places[index * 2] ?? 0, column: places[index * 2 + 1] ?? 0 } }
  }

  async summarise(input: SummaryInput, signal: AbortSignal, emit: (event: SummaryEvent) => void): Promise<void> {
    const { resultId, arrangementId, cells } = input
    const result = this.#kept.result(resultId)
    const typeOids = result.columns.map(({ typeOid }) => typeOid)
    if (cells.top > cells.bottom || cells.columns.some((column) => column >= typeOids.length)) throw notFound('cell')
    const request = { cells, typeOids, rows: this.#rows(arrangementId) }
    const summary = await this.#thread.run(this.#work(resultId, result, signal, emit), { kind: 'summarise', request })
    emit({ type: 'summary', summary })
  }

  async facts(input: FactsInput, signal: AbortSignal, emit: (event: FactsEvent) => void): Promise<void> {
    const { resultId, arrangementId, column } = input
    const result = this.#kept.result(resultId)
    if (column >= result.columns.length) throw notFound('column')
    const request = { column, typeOids: result.columns.map(({ typeOid }) => typeOid), rows: this.#rows(arrangementId) }
    const facts = await this.#thread.run(this.#work(resultId, result, signal, emit), { kind: 'facts', request })
    emit({ type: 'facts', facts })
  }

  window({ resultId, arrangementId, from, count, clipLength }: WindowInput): ResultWindow {
    const { rows } = this.#kept.result(resultId)
    const arranged = this.#rows(arrangementId)
    return arranged === null ? rows.window(from, count, clipLength) : rows.windowOf(arranged.subarray(from, from + count), from, clipLength)
  }

  cell(resultId: string, arrangementId: string | undefined, row: number, column: number): Cell {
    return this.#kept.cell(resultId, this.#rowAt(arrangementId, row), column)
  }

  cellPart({ resultId, arrangementId, row, column, from, length }: CellPartInput): CellPart {
    const part = this.#kept.result(resultId).rows.slice(this.#rowAt(arrangementId, row), column, from, length)
    if (part === null) return { text: null, next: null, keptBytes: 0, sizeBytes: 0 }
    const { bytes, keptBytes, sizeBytes } = part
    if (from === 0 && bytes.length === keptBytes && keptBytes === sizeBytes)
      return { text: textOf(bytes), next: null, keptBytes, sizeBytes }
    // Of what is no text there may be no whole character.
    const end = (from + bytes.length < sizeBytes ? wholeCharacters(bytes) : bytes.length) || bytes.length
    return { text: bytes.toString('utf8', 0, end), next: from + bytes.length < keptBytes ? from + end : null, keptBytes, sizeBytes }
  }

  /** What is saved of it. @throws AppError NOT_FOUND once it is not kept any more */
  toWrite(resultId: string, arrangementId: string | undefined): { readonly columns: readonly ResultColumn[]; readonly rows: RowsToWrite } {
    const { columns, rows } = this.#kept.result(resultId)
    const arranged = this.#rows(arrangementId)
    if (arranged === null) return { columns, rows }
    return {
      columns,
      rows: {
        rowCount: arranged.length,
        body: (row) => rows.bodyAlone(arranged[row] ?? 0),
        cutValue: (row) => rows.cutValue(arranged[row] ?? 0),
      },
    }
  }

  async dispose(): Promise<void> {
    await this.#thread.dispose()
  }

  #work(resultId: string, { rows }: Kept, signal: AbortSignal, emit: (event: { type: 'progress'; share: number }) => void): RowsWork {
    return {
      resultId,
      rowCount: rows.rowCount,
      snapshot: () => rows.snapshot(),
      signal,
      onProgress: (share) => emit({ type: 'progress', share }),
    }
  }

  #rows(arrangementId: string | undefined): Uint32Array | null {
    if (arrangementId === undefined) return null
    const arrangement = this.#arrangements.get(arrangementId)
    if (arrangement === undefined)
      throw new AppError('NOT_FOUND', 'This order of the rows is not kept any more. Sort or filter again.', { entity: 'arrangement' })
    return arrangement.rows
  }

  #rowAt(arrangementId: string | undefined, row: number): number {
    const arranged = this.#rows(arrangementId)
    if (arranged === null) return row
    const at = arranged[row]
    if (at === undefined) throw notFound('row')
    return at
  }

  #drop(resultId: string): void {
    keepNewest(this.#arrangements, resultId, 0)
    keepNewest(this.#finds, resultId, 0)
    this.#thread.drop(resultId)
  }
}

interface ArrangeInput {
  readonly resultId: string
  readonly sort: readonly ResultSort[]
  readonly conditions: readonly ResultCondition[]
}

interface OfArrangement {
  readonly resultId: string
  /** undefined: the rows as they came. */
  readonly arrangementId?: string | undefined
}

interface FindInput extends OfArrangement {
  readonly text: string
  readonly matchCase: boolean
}

interface SummaryInput extends OfArrangement {
  readonly cells: SelectedCells
}

interface FactsInput extends OfArrangement {
  readonly column: number
}

interface WindowInput extends OfArrangement {
  readonly from: number
  readonly count: number
  readonly clipLength: number
}

interface CellPartInput extends OfArrangement {
  readonly row: number
  readonly column: number
  /** Bytes. */
  readonly from: number
  readonly length: number
}

/** Of a result: the one in sight, and the one before it, of which windows may be on their way. */
const ARRANGEMENTS = 2

function keepNewest(held: Map<string, { readonly resultId: string }>, resultId: string, most: number): void {
  const own = [...held].filter(([, entry]) => entry.resultId === resultId)
  for (const [id] of own.slice(0, Math.max(0, own.length - most))) held.delete(id)
}

/** Where the last whole character of UTF-8 ends. */
function wholeCharacters(bytes: Buffer): number {
  let start = bytes.length - 1
  while (start > 0 && bytes.length - start < 4 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start -= 1
  const first = bytes[start] ?? 0
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1
  return start > 0 && start + length > bytes.length ? start : bytes.length
}
