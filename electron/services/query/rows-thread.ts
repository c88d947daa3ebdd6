import type { Worker } from 'node:worker_threads'
import { startThread } from '#services/threads.ts'
import { cancelled } from '#shared/contract/errors.ts'
import type { CellSummary, ColumnFacts } from '#shared/model/query-result.ts'
import type { ArrangedRows, ArrangeRequest } from './arrange-rows.ts'
import type { FactsRequest } from './column-facts.ts'
import type { FindRequest, Hits } from './find-in-rows.ts'
import { resultGone } from './kept-results.ts'
import type { RowsSnapshot } from './rows-snapshot.ts'
import type { SummaryRequest } from './summarise-cells.ts'

/** The thread that looks through rows, started at its first use and ended when no result is left that it knows. */

export type RowsJob =
  | { readonly kind: 'arrange'; readonly request: ArrangeRequest }
  | { readonly kind: 'find'; readonly request: FindRequest }
  | { readonly kind: 'summarise'; readonly request: SummaryRequest }
  | { readonly kind: 'facts'; readonly request: FactsRequest }

export interface RowsOutcomes {
  readonly arrange: ArrangedRows | { readonly refused: number }
  readonly find: Hits
  readonly summarise: CellSummary
  readonly facts: ColumnFacts
}

export type ToRowsWorker =
  | { readonly type: 'rows'; readonly resultId: string; readonly snapshot: RowsSnapshot }
  | { readonly type: 'drop'; readonly resultId: string }
  | { readonly type: 'job'; readonly id: number; readonly resultId: string; readonly job: RowsJob; readonly stop: Int32Array }

type FromRowsWorker =
  | { readonly id: number; readonly type: 'progress'; readonly share: number }
  | { readonly id: number; readonly type: 'done'; readonly outcome: unknown }
  | { readonly id: number; readonly type: 'failed'; readonly why: 'stopped' | 'gone' | 'failed'; readonly message: string }

export interface RowsWork {
  readonly resultId: string
  /** How many rows there are now; with others than before, the thread is told anew. */
  readonly rowCount: number
  snapshot(): RowsSnapshot
  readonly signal: AbortSignal
  onProgress(share: number): void
}

interface Waiting {
  onProgress(share: number): void
  resolve(outcome: unknown): void
  reject(error: Error): void
}

export class RowsThread {
  readonly #waiting = new Map<number, Waiting>()
  /** Rows that the thread knows, by result. */
  readonly #known = new Map<string, number>()
  #worker: Worker | null = null
  #lastId = 0

  /** @throws AppError CANCELLED when the signal is aborted, NOT_FOUND when the result was dropped meanwhile */
  async run<Kind extends RowsJob['kind']>(work: RowsWork, job: Extract<RowsJob, { kind: Kind }>): Promise<RowsOutcomes[Kind]> {
    const { resultId, rowCount, signal } = work
    if (signal.aborted) throw cancelled()
    const worker = this.#start()
    if (this.#known.get(resultId) !== rowCount) {
      this.#known.set(resultId, rowCount)
      this.#post(worker, { type: 'rows', resultId, snapshot: work.snapshot() })
    }
    this.#lastId += 1
    const id = this.#lastId
    const stop = new Int32Array(new SharedArrayBuffer(4))
    const onAbort = () => Atomics.store(stop, 0, 1)
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      const outcome = await new Promise<unknown>((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject, onProgress: work.onProgress })
        this.#post(worker, { type: 'job', id, resultId, job, stop })
      })
      // Both ends are this program, and the kind of the job says what comes of it.
      return outcome as RowsOutcomes[Kind]
    } finally {
      signal.removeEventListener('abort', onAbort)
      this.#waiting.delete(id)
    }
  }

  drop(resultId: string): void {
    if (!this.#known.delete(resultId) || this.#worker === null) return
    if (this.#known.size === 0) void this.dispose()
    else this.#post(this.#worker, { type: 'drop', resultId })
  }

  async dispose(): Promise<void> {
    const worker = this.#worker
    this.#worker = null
    this.#known.clear()
    this.#failAll(resultGone())
    await worker?.terminate()
  }

  #post(worker: Worker, message: ToRowsWorker): void {
    worker.postMessage(message)
  }

  #start(): Worker {
    if (this.#worker !== null) return this.#worker
    const worker = startThread('rows-worker')
    worker.unref()
    worker.on('message', (message: FromRowsWorker) => this.#take(message))
    worker.on('error', (error: unknown) => this.#ended(worker, error instanceof Error ? error : new Error('The thread failed.')))
    worker.on('exit', () => this.#ended(worker, resultGone()))
    this.#worker = worker
    return worker
  }

  #take(message: FromRowsWorker): void {
    const waiting = this.#waiting.get(message.id)
    if (waiting === undefined) return
    if (message.type === 'progress') waiting.onProgress(message.share)
    else if (message.type === 'done') waiting.resolve(message.outcome)
    else if (message.why === 'failed') waiting.reject(new Error(message.message))
    else waiting.reject(message.why === 'stopped' ? cancelled() : resultGone())
  }

  #ended(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return
    this.#worker = null
    this.#known.clear()
    this.#failAll(error)
  }

  #failAll(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}
