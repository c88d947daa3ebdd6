import { randomUUID } from 'node:crypto'
import { AppError, cancelled, isAppError } from '#shared/contract/errors.ts'
import type { Task } from '#shared/model/task.ts'

/** The running work of the app: what the status bar shows, with progress and cancel. */

export interface TaskHandle {
  readonly id: string
  /** Aborted by the person, or by the call that started it going away. */
  readonly signal: AbortSignal
  progress(change: { done?: number; total?: number | null; detail?: string | null }): void
  /** The work comes to its end without an error of ours, and what it was for has failed. */
  failed(change: { detail: string | null }): void
}

export interface TaskStart {
  /** Made by the caller where it wants to follow the task; a new one otherwise. */
  readonly id?: string
  readonly kind: Task['kind']
  readonly title: string
  readonly total?: number | null
  readonly cancellable?: boolean
  /** The call it belongs to. Left out for work that outlives its window, as a validation run does. */
  readonly signal?: AbortSignal | undefined
}

/** How long an ended task stays in the list. */
const ENDED_SHOWN_MS = 4_000

export class Tasks {
  readonly #tasks = new Map<string, { task: Task; abort: AbortController }>()
  readonly #listeners = new Set<() => void>()

  /** Runs `work` as a task. What it throws is thrown on; a cancel becomes AppError CANCELLED. */
  async run<Result>(start: TaskStart, work: (handle: TaskHandle) => Promise<Result>): Promise<Result> {
    const id = start.id ?? randomUUID()
    if (this.#tasks.has(id)) throw new AppError('BUSY', 'This is under way already.', {})
    const abort = new AbortController()
    const signal = start.signal === undefined ? abort.signal : AbortSignal.any([abort.signal, start.signal])
    this.#put(id, abort, {
      id,
      kind: start.kind,
      title: start.title,
      detail: null,
      done: 0,
      total: start.total ?? null,
      state: 'running',
      startedAt: new Date().toISOString(),
      sentence: null,
      cancellable: start.cancellable ?? true,
    })
    let ended: Task['state'] = 'done'
    const progress = (change: Partial<Task>) => this.#update(id, change)
    const failed = (change: Partial<Task>) => {
      ended = 'failed'
      progress(change)
    }
    try {
      const result = await work({ id, signal, progress, failed })
      this.#end(id, signal.aborted ? 'cancelled' : ended, null)
      return result
    } catch (error) {
      const stopped = signal.aborted || isAppError(error, 'CANCELLED')
      this.#end(id, stopped ? 'cancelled' : 'failed', stopped ? null : sentenceOf(error))
      throw stopped ? cancelled() : error
    }
  }

  /** Asks a task to stop. Unknown or ended tasks are left alone: the wish is fulfilled already. */
  cancel(id: string): void {
    const entry = this.#tasks.get(id)
    if (entry === undefined || entry.task.state !== 'running' || !entry.task.cancellable) return
    this.#update(id, { state: 'cancelling' })
    entry.abort.abort()
  }

  cancelAll(): void {
    for (const { task } of this.#tasks.values()) this.cancel(task.id)
  }

  list(): readonly Task[] {
    return [...this.#tasks.values()].map(({ task }) => task)
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #put(id: string, abort: AbortController, task: Task): void {
    this.#tasks.set(id, { task, abort })
    this.#changed()
  }

  #update(id: string, change: Partial<Task>): void {
    const entry = this.#tasks.get(id)
    if (entry === undefined) return
    this.#put(id, entry.abort, { ...entry.task, ...change })
  }

  #end(id: string, state: Task['state'], sentence: string | null): void {
    this.#update(id, { state, sentence })
    setTimeout(() => {
      this.#tasks.delete(id)
      this.#changed()
    }, ENDED_SHOWN_MS).unref()
  }

  #changed(): void {
    for (const listener of this.#listeners) listener()
  }
}

function sentenceOf(error: unknown): string {
  return error instanceof AppError ? error.message : 'Something went wrong in Plumbline itself.'
}
