import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import type { Changes } from '#services/changes.ts'
import type { ExpectationRecords } from '#services/expectations/records.ts'
import type { Log, Platform } from '#services/platform.ts'
import { PostgresError } from '#services/postgres/errors.ts'
import { ownProcess } from '#services/processes/processes.ts'
import { storeFailure } from '#services/store/failures.ts'
import type { TaskHandle, Tasks } from '#services/tasks/tasks.ts'
import { AppError, cancelled, invalid, isAppError } from '#shared/contract/errors.ts'
import { periodProblem } from '#shared/model/batch.ts'
import type { ExpectationInput } from '#shared/model/expectation.ts'
import type { Run, RunPreview, RunSummary } from '#shared/model/run.ts'
import type { RunPlan } from '#shared/model/run-plan.ts'
import { Budget } from './budget.ts'
import type { Connections } from './connections.ts'
import { askElsewhere } from './elsewhere.ts'
import { followed } from './followed-bounds.ts'
import type { AssetRequest } from './open-asset.ts'
import { priceAsset } from './price.ts'
import { endingOf, problemOf } from './problems.ts'
import type { RunEnd, RunRecords, RunTarget } from './records.ts'
import { interruptOrphans, LeftOverSessions } from './recovery.ts'
import { endEarly, endOf, overBudget, withRemarks } from './run-end.ts'
import { type ValidationOutcome, validateAsset } from './validate-asset.ts'

/** Runs of the app: queued → running → done, failed, cancelled or incomplete. A run outlives the window that started it. */

export interface ValidationsParts {
  readonly records: RunRecords
  readonly expectations: ExpectationRecords
  readonly connections: Connections
  /** What is worth knowing of the role before a run, as remarks of the run. */
  readonly roles?: { remarks(dataSourceId: string, signal: AbortSignal): Promise<readonly string[]> }
  readonly tasks: Tasks
  readonly changes: Changes
  readonly log: Log
  readonly host: Platform['host']
  /** How long one asset may take. 15 minutes unless given. */
  readonly budgetMs?: number
}

/** What may be said about one run. */
export interface RunWish {
  /** Which batch; null: the newest. */
  readonly period?: string | null | undefined
  /** true: what a constraint proves is measured all the same. */
  readonly verify?: boolean | undefined
  readonly allowLargeSorts?: boolean | undefined
  /** How many failing rows of each expectation are kept. */
  readonly samples?: number | undefined
}

/** A plan reads the catalog only. */
const PLAN_BUDGET_MS = 30_000
/** Somebody waits for it at a form. */
const PREVIEW_BUDGET_MS = 30_000
const BUDGET_MS = 15 * 60_000
const HEARTBEAT_MS = 5_000
const STORE_AGAIN_MS = 1_000

export class Validations {
  readonly #parts: ValidationsParts
  readonly #running = new Map<string, Promise<void>>()
  /** Where the system does not tell, the pulse in the store decides. */
  readonly #owner = ownProcess().catch(() => ({ pid: process.pid, mark: '' }))
  #leftOver: LeftOverSessions | null = null
  readonly #ending = new AbortController()

  constructor(parts: ValidationsParts) {
    this.#parts = parts
  }

  /** Starts a run and returns at once. What needs a person first (a password, an expectation) is thrown before there is a run. */
  async start(assetId: string, wish: RunWish = {}): Promise<RunSummary> {
    const { period = null } = wish
    const { records, expectations, changes, host } = this.#parts
    const target = records.target(assetId)
    if (expectations.list(assetId).length === 0) throw invalid('This data asset has no expectations yet. Add one first.')
    const problem = periodProblem(target.batches, period)
    if (problem !== null) throw invalid(problem, 'period')
    await this.#requirePassword(target.dataSourceId)
    // By a program that was killed, perhaps: without a window nothing else would ever say so, and no schedule could go on.
    if (records.isOpen(assetId)) await interruptOrphans(records, new Date())
    const owner = await this.#owner
    // From here to the row there is no waiting, so that nobody else begins one in between.
    if (records.isOpen(assetId)) throw new AppError('BUSY', 'This data asset is being validated already.', {})
    const id = randomUUID()
    const batch = target.batches.interval === 'whole-table' ? null : { ...target.batches, period }
    records.insert(id, assetId, batch, { pid: owner.pid, start: owner.mark, host }, new Date().toISOString())
    changes.emit('runs', 'assets')
    const run = this.#run(id, target, wish).finally(() => this.#running.delete(id))
    this.#running.set(id, run)
    return records.summary(id)
  }

  /** Starts a run and waits for its end. */
  async runToEnd(assetId: string, wish: RunWish = {}): Promise<Run> {
    const { id } = await this.start(assetId, wish)
    await this.#running.get(id)
    return this.#parts.records.get(id)
  }

  /** What a run would send. @throws AppError */
  async plan(assetId: string, wish: RunWish, signal: AbortSignal): Promise<RunPlan> {
    const { records, connections } = this.#parts
    const target = records.target(assetId)
    const problem = periodProblem(target.batches, wish.period ?? null)
    if (problem !== null) throw invalid(problem, 'period')
    await this.#requirePassword(target.dataSourceId)
    const lease = await connections.lease(target.dataSourceId, 'validation', { signal })
    try {
      return await priceAsset(lease.connection, { runId: randomUUID(), budgetMs: PLAN_BUDGET_MS, signal, ...this.#asked(target, wish) })
    } catch (error) {
      const ending = isAppError(error) ? null : endingOf(error)
      if (ending !== null) throw new AppError('UNAVAILABLE', ending.sentence, { cause: ending.sqlstate ?? ending.state })
      if (error instanceof PostgresError) throw new AppError('UNAVAILABLE', problemOf(error).sentence, { cause: error.sqlstate })
      throw error
    } finally {
      await lease.release()
    }
  }

  /** How expectations would come out, over a connection that no run waits for. @throws AppError */
  async preview(assetId: string, inputs: readonly ExpectationInput[], period: string | null, callSignal: AbortSignal): Promise<RunPreview> {
    const { records, connections } = this.#parts
    const target = records.target(assetId)
    await this.#requirePassword(target.dataSourceId)
    const startedAt = performance.now()
    const budget = new Budget(PREVIEW_BUDGET_MS)
    const signal = AbortSignal.any([callSignal, budget.signal])
    const runId = randomUUID()
    const lease = await connections.lease(target.dataSourceId, 'interactive', { signal })
    try {
      budget.begin()
      const { keepFailingValues } = await connections.get(target.dataSourceId)
      const outcome = await validateAsset(lease.connection, {
        ...this.#asked(target, { period }),
        runId,
        expectations: inputs.map((input) => ({
          ...input,
          id: randomUUID(),
          assetId,
          autogenerated: false,
          createdAt: new Date().toISOString(),
        })),
        keepFailingValues,
        budgetMs: PREVIEW_BUDGET_MS,
        previousRows: null,
        signal,
        progress: () => undefined,
      })
      if (callSignal.aborted) throw cancelled()
      const over = budget.isOver ? overBudget(outcome, PREVIEW_BUDGET_MS) : outcome
      return {
        results: [...over.results],
        durationMs: performance.now() - startedAt,
        sentence: over.ending?.sentence ?? null,
        remarks: over.circumstances?.remarks ?? [],
      }
    } finally {
      budget.end()
      await lease.release()
    }
  }

  cancel(id: string): void {
    this.#parts.tasks.cancel(id)
  }

  remove(id: string): void {
    if (!this.#parts.records.remove(id)) {
      this.#parts.records.summary(id)
      throw new AppError('BUSY', 'This run is not over yet. Cancel it first.', {})
    }
    this.#parts.changes.emit('runs', 'assets')
  }

  /** For the start of a window host: runs of programs that were killed are marked, and their sessions on servers ended. */
  async recover(): Promise<void> {
    const orphans = await interruptOrphans(this.#parts.records, new Date())
    if (orphans.length === 0) return
    this.#parts.changes.emit('runs', 'assets')
    this.#leftOver = new LeftOverSessions(this.#parts.connections, this.#parts.changes, this.#parts.log)
    await this.#leftOver.end(orphans)
  }

  /** Cancels what runs, on the server too, and waits until that is stored. */
  async dispose(): Promise<void> {
    this.#leftOver?.dispose()
    this.#ending.abort()
    for (const id of this.#running.keys()) this.cancel(id)
    await Promise.all(this.#running.values())
  }

  async #run(id: string, target: RunTarget, wish: RunWish): Promise<void> {
    const { tasks, changes, log } = this.#parts
    const [startedAt, began] = [Date.now(), performance.now()]
    const beat = setInterval(() => this.#beat(id), HEARTBEAT_MS)
    beat.unref()
    let end: RunEnd = endEarly('cancelled', 'Cancelled.')
    try {
      await tasks.run({ id, kind: 'validation', title: `Validate ${target.assetName}` }, async (task) => {
        end = await this.#measure(id, target, wish, task).catch((error: unknown) => this.#endOf(error))
        if (end.state === 'failed' || end.state === 'incomplete')
          throw new AppError('UNAVAILABLE', end.sentence ?? 'The run failed.', { cause: end.state })
      })
    } catch (error) {
      // The task shows it; the run keeps it. Only what is not one of these two is new here.
      if (!isAppError(error, 'CANCELLED') && !isAppError(error, 'UNAVAILABLE')) end = this.#endOf(error)
    } finally {
      clearInterval(beat)
    }
    if (!(await this.#finish(id, end, new Date(startedAt + performance.now() - began)))) log.warn('run-not-stored', { run: id })
    changes.emit('runs', 'assets')
  }

  /** A full disk must not end the program. */
  #beat(id: string): void {
    try {
      this.#parts.records.heartbeat(id, new Date().toISOString())
    } catch (error) {
      this.#parts.log.error('heartbeat-not-stored', error, { run: id })
    }
  }

  /**
   * `at`: by a clock that nobody sets, so that no run ends before it began.
   * What was measured is kept until the disk takes it: space may come back. When the program ends first, the next start finds the run interrupted.
   * false: another program took its owner for dead, or it could not be stored.
   */
  async #finish(id: string, end: RunEnd, at: Date): Promise<boolean> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return this.#parts.records.finish(id, end, at.toISOString())
      } catch (error) {
        if (attempt === 1) this.#parts.log.error('run-not-stored-yet', error, { run: id })
        if (storeFailure(error) === null || this.#ending.signal.aborted) return false
        await setTimeout(STORE_AGAIN_MS, undefined, { signal: this.#ending.signal }).catch(() => undefined)
      }
    }
  }

  async #measure(id: string, target: RunTarget, wish: RunWish, task: TaskHandle): Promise<RunEnd> {
    const { records, changes } = this.#parts
    const budget = new Budget(this.#parts.budgetMs ?? BUDGET_MS)
    const ranOut = () => budget.isOver && !task.signal.aborted
    task.progress({ detail: 'Connecting' })
    // Before the run has its own connection, of which there are few.
    const remarks = (await this.#parts.roles?.remarks(target.dataSourceId, task.signal)) ?? []
    try {
      const first = await this.#attempt(id, target, wish, task, budget, () => {
        records.markRunning(id)
        changes.emit('runs')
      })
      const outcome =
        first.ending?.retry === true ? await this.#again(first, () => this.#attempt(id, target, wish, task, budget), ranOut) : first
      const inTime = outcome.ending?.state !== 'cancelled' || !ranOut()
      return endOf(withRemarks(inTime ? outcome : overBudget(outcome, budget.ms), remarks))
    } finally {
      budget.end()
    }
  }

  /** A second attempt may wait for its connection until the time is up: then the first is what there is. */
  async #again(first: ValidationOutcome, attempt: () => Promise<ValidationOutcome>, ranOut: () => boolean): Promise<ValidationOutcome> {
    try {
      return await attempt()
    } catch (error) {
      const ending = endingOf(error)
      if (ending?.state === 'cancelled' && ranOut()) return { ...first, ending }
      throw error
    }
  }

  async #attempt(
    id: string,
    target: RunTarget,
    wish: RunWish,
    task: TaskHandle,
    budget: Budget,
    connected: () => void = () => undefined,
  ): Promise<ValidationOutcome> {
    const { connections, records } = this.#parts
    const signal = AbortSignal.any([task.signal, budget.signal])
    const dataSource = await connections.get(target.dataSourceId)
    const lease = await connections.lease(target.dataSourceId, 'validation', { signal })
    try {
      budget.begin()
      connected()
      task.progress({ detail: 'Reading the table' })
      return await validateAsset(lease.connection, {
        runId: id,
        ...this.#asked(target, wish),
        keepFailingValues: dataSource.keepFailingValues,
        budgetMs: budget.ms,
        previousRows: records.previousRows(target.assetId),
        allowLargeSorts: wish.allowLargeSorts ?? false,
        ...(wish.samples === undefined ? {} : { sampleRows: wish.samples }),
        control: (stopped) => connections.leaseIfFree(target.dataSourceId, 'control', { signal: AbortSignal.any([signal, stopped]) }),
        second: () => connections.leaseIfFree(target.dataSourceId, 'validation', { signal }),
        signal,
        progress: (done, total) => task.progress({ done, total }),
      })
    } finally {
      await lease.release()
    }
  }

  #asked(target: RunTarget, { period = null, verify = false }: RunWish): AssetRequest {
    const { expectations, records } = this.#parts
    return {
      source: target,
      batches: target.batches,
      period,
      expectations: followed(expectations.list(target.assetId), (expectationId, count) =>
        records.observed(expectationId, target.batches.interval, count),
      ),
      verify,
      parameters: expectations.parameters(target.assetId),
      elsewhere: (signal) => (wanted, rows) => askElsewhere(this.#parts.connections, wanted, { rows, signal }),
    }
  }

  /** A connection that cannot be had, a password that is refused, or a defect of ours. */
  #endOf(error: unknown): RunEnd {
    if (isAppError(error, 'CANCELLED')) return endEarly('cancelled', 'Cancelled.')
    if (isAppError(error)) return endEarly('failed', error.message)
    const logId = this.#parts.log.error('run-failed', error)
    return endEarly('failed', `Something went wrong in Plumbline itself. The log has the details under ${logId}.`)
  }

  async #requirePassword(dataSourceId: string): Promise<void> {
    const { name, passwordState } = await this.#parts.connections.get(dataSourceId)
    if (passwordState !== 'missing' && passwordState !== 'unavailable' && passwordState !== 'vault-locked') return
    throw new AppError(
      'PASSWORD_NEEDED',
      passwordState === 'vault-locked'
        ? `The password of ${name} is in the vault, which is locked.`
        : `The password of ${name} is not at hand.`,
      { dataSourceId, reason: passwordState === 'vault-locked' ? 'locked' : passwordState },
      { action: 'enter-password' },
    )
  }
}
