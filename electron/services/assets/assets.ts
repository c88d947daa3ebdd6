import { randomUUID } from 'node:crypto'
import type { Changes } from '#services/changes.ts'
import type { ExpectationRecords } from '#services/expectations/records.ts'
import type { Tasks } from '#services/tasks/tasks.ts'
import { type OpenTable, readSource, readsAsUser } from '#services/validation/asset-source.ts'
import { batchColumnProblem, listBatches } from '#services/validation/batches.ts'
import { Budget, budgetText } from '#services/validation/budget.ts'
import type { Connections, LeasedConnection } from '#services/validation/connections.ts'
import { runOn } from '#services/validation/execute.ts'
import { readTable } from '#services/validation/read-table.ts'
import type { RunRecords } from '#services/validation/records.ts'
import { ValidationSession } from '#services/validation/session.ts'
import type { AssetSource } from '#services/validation/source-relations.ts'
import { AppError, cancelled, invalid, isAppError } from '#shared/contract/errors.ts'
import { type AssetBatches, type BatchDefinition, noBatches } from '#shared/model/batch.ts'
import type { AddedAssets, AssetProfile, DataAsset, GeneratedKind, QueryAssetInput } from '#shared/model/data-asset.ts'
import type { Column } from '#shared/model/data-source.ts'
import type { RunSummary } from '#shared/model/run.ts'
import { compile } from '#shared/sql/sql.ts'
import { type AddRequest, addAssets } from './add-assets.ts'
import { databaseError } from './database-error.ts'
import { measureProfile } from './profile.ts'
import { addQueryAsset, changeQueryAsset } from './query-asset.ts'
import { type AssetRecords, toDataAsset } from './records.ts'

export interface AssetsParts {
  readonly records: AssetRecords
  readonly expectations: ExpectationRecords
  readonly runs: RunRecords
  readonly connections: Connections
  readonly tasks: Tasks
  readonly changes: Changes
}

const COLUMNS_BUDGET_MS = 15_000
const PROFILE_BUDGET_MS = 10 * 60_000
/** Without an index on the column the whole table is read. */
const BATCHES_BUDGET_MS = 60_000

/** Relations taken in to be watched. */
export class Assets {
  readonly #parts: AssetsParts

  constructor(parts: AssetsParts) {
    this.#parts = parts
  }

  list(): DataAsset[] {
    const [counts, runs] = [this.#parts.expectations.counts(), this.#parts.runs.latest()]
    return this.#parts.records.list().map((asset) => toDataAsset(asset, counts.get(asset.id) ?? 0, this.#runs(runs.get(asset.id))))
  }

  get(id: string): DataAsset {
    const [run] = this.#parts.runs.list(id, 1)
    return toDataAsset(this.#parts.records.get(id), this.#parts.expectations.list(id).length, this.#runs(run))
  }

  #runs(last: RunSummary | undefined): Pick<DataAsset, 'lastRun' | 'lastSettledRun'> {
    return { lastRun: last ?? null, lastSettledRun: last === undefined ? null : this.#parts.runs.lastSettled(last) }
  }

  /** Stopped by the person (or by the call going away), what is in already stays, and the answer says so. */
  async add(request: AddRequest & { readonly taskId: string }, signal?: AbortSignal): Promise<AddedAssets> {
    const count = request.relations.length
    let added: AddedAssets = { added: [], failed: [], unmeasured: [], cancelled: true }
    try {
      await this.#parts.tasks.run(
        { id: request.taskId, kind: 'add-assets', title: `Add ${count} data asset${count === 1 ? '' : 's'}`, total: count, signal },
        async (task) => {
          added = await addAssets(this.#parts, request, task)
          if (added.cancelled) throw cancelled()
        },
      )
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'CANCELLED') throw databaseError(error)
    } finally {
      if (added.added.length > 0) this.#parts.changes.emit('assets', 'expectations')
    }
    return added
  }

  async addQuery(
    request: QueryAssetInput & { readonly dataSourceId: string; readonly generate: readonly GeneratedKind[] },
    signal: AbortSignal = new AbortController().signal,
  ): Promise<DataAsset> {
    const id = await this.#leased(request.dataSourceId, signal, ({ connection }) => addQueryAsset(this.#parts, connection, request, signal))
    this.#parts.changes.emit('assets', 'expectations')
    return this.get(id)
  }

  async changeQuery(
    request: QueryAssetInput & { readonly id: string },
    signal: AbortSignal = new AbortController().signal,
  ): Promise<DataAsset> {
    const { dataSourceId } = this.#parts.records.get(request.id)
    await this.#leased(dataSourceId, signal, ({ connection }) => changeQueryAsset(this.#parts, connection, request, signal))
    this.#parts.changes.emit('assets', 'batches')
    return this.get(request.id)
  }

  remove(id: string): void {
    this.#parts.records.remove(id)
    this.#parts.changes.emit('assets', 'expectations', 'runs', 'profiles')
  }

  async columns(id: string, signal?: AbortSignal): Promise<Column[]> {
    const { dataSourceId, ...source } = this.#parts.records.get(id)
    return await this.#leased(dataSourceId, signal, async ({ connection }) => {
      const table = await this.#open(connection, source, signal)
      return table.shape.columns.map(({ abilities: _, ...column }) => column)
    })
  }

  /** @throws AppError INVALID at `column` when its rows cannot be cut by it */
  async configureBatches(id: string, batches: BatchDefinition, signal?: AbortSignal): Promise<DataAsset> {
    if (batches.interval !== 'whole-table') {
      const { column: name } = batches
      const column = (await this.columns(id, signal)).find((found) => found.name === name)
      const problem = batchColumnProblem(name, column?.type ?? null)
      if (problem !== null) throw invalid(problem, 'column')
    }
    this.#parts.records.configureBatches(id, batches)
    this.#parts.changes.emit('assets', 'batches')
    return this.get(id)
  }

  async batches(id: string, limit: number, signal?: AbortSignal): Promise<AssetBatches> {
    const { dataSourceId, batches, ...source } = this.#parts.records.get(id)
    if (batches.interval === 'whole-table') return noBatches
    return await this.#leased(dataSourceId, signal, async ({ connection }) => {
      const session = await this.#begin(connection, { source, budgetMs: BATCHES_BUDGET_MS, signal })
      const table = known(await readSource(session, source), source)
      const rows = { from: table.relation, asUser: readsAsUser(table) }
      const found = await listBatches((statement) => runOn(session, rows, statement), table, { definition: batches, limit })
      await session.end()
      if (!found.ok) throw new AppError('NOT_FOUND', found.sentence, { entity: 'batch' })
      return found.batches
    })
  }

  profile(id: string): AssetProfile | null {
    this.#parts.records.get(id)
    return this.#parts.records.profile(id)
  }

  async measureProfile(id: string, taskId: string, callSignal?: AbortSignal): Promise<AssetProfile> {
    const { name, dataSourceId, ...source } = this.#parts.records.get(id)
    return await this.#parts.tasks.run({ id: taskId, kind: 'profile', title: `Profile ${name}`, signal: callSignal }, async (task) => {
      const budget = new Budget(PROFILE_BUDGET_MS)
      const signal = AbortSignal.any([task.signal, budget.signal])
      const measured = this.#leased(dataSourceId, signal, async ({ connection }) => {
        budget.begin()
        const session = await this.#begin(connection, { source, budgetMs: PROFILE_BUDGET_MS, signal })
        const measured = await measureProfile(session, {
          assetId: id,
          source,
          progress: (done, total) => task.progress({ done, total }),
        })
        await session.end()
        return measured
      })
      const profile = await measured.catch(profileError(budget, task.signal)).finally(() => budget.end())
      this.#parts.records.saveProfile(profile)
      this.#parts.changes.emit('profiles')
      return profile
    })
  }

  /** A relation is only looked up; a query has to be read by the server, inside a read-only transaction. */
  async #open(connection: LeasedConnection['connection'], source: AssetSource, signal: AbortSignal | undefined): Promise<OpenTable> {
    const { schema, relation, query } = source
    if (query === null)
      return known(await readTable((statement) => connection.query(compile(statement), { signal }), schema, relation), source)
    const session = await this.#begin(connection, { source, budgetMs: COLUMNS_BUDGET_MS, signal })
    const table = known(await readSource(session, source), source)
    await session.end()
    return table
  }

  #begin(
    connection: LeasedConnection['connection'],
    { signal, ...rest }: { source: AssetSource; budgetMs: number; signal: AbortSignal | undefined },
  ): Promise<ValidationSession> {
    return ValidationSession.begin(connection, { runId: randomUUID(), ...rest, signal: signal ?? new AbortController().signal })
  }

  async #leased<Result>(
    dataSourceId: string,
    signal: AbortSignal | undefined,
    work: (lease: LeasedConnection) => Promise<Result>,
  ): Promise<Result> {
    const lease = await this.#parts.connections.lease(dataSourceId, 'validation', signal === undefined ? {} : { signal })
    try {
      return await work(lease)
    } catch (error) {
      throw databaseError(error)
    } finally {
      await lease.release()
    }
  }
}

function known(table: OpenTable | null, { schema, relation }: AssetSource): OpenTable {
  if (table === null) throw new AppError('NOT_FOUND', `${schema}.${relation} does not exist any more.`, { entity: 'table' })
  return table
}

/** A cancel that nobody asked for is said, or the profile would vanish without a word. */
function profileError(budget: Budget, asked: AbortSignal): (error: unknown) => never {
  return (error) => {
    if (!isAppError(error, 'CANCELLED') || !budget.isOver || asked.aborted) throw error
    throw new AppError('UNAVAILABLE', `The profile took longer than ${budgetText(budget.ms)} and was stopped; nothing of it was kept.`, {
      cause: 'over-budget',
    })
  }
}
