import type { Connection } from '#services/postgres/connection.ts'
import { PostgresError } from '#services/postgres/errors.ts'
import { isAppError } from '#shared/contract/errors.ts'
import type { Batch, Metrics } from '#shared/expectations/definition.ts'
import { countRows } from '#shared/expectations/row-wise.ts'
import type { RunBatch } from '#shared/model/batch.ts'
import type { ExpectationResult, RunCircumstances } from '#shared/model/run.ts'
import { AsFound } from './as-found.ts'
import type { OpenTable } from './asset-source.ts'
import type { LeasedConnection } from './connections.ts'
import { judge, lookUp } from './evaluate.ts'
import { type Measured, passesOf, type Source, stepsOf } from './execute.ts'
import { resultOf } from './expectation-result.ts'
import { type Extent, readExtent, readHeldBytes } from './extent.ts'
import { SAMPLE_ROWS } from './failing-rows.ts'
import type { HeldRows } from './held-rows.ts'
import { openHelper } from './helper.ts'
import { type AssetRequest, openAsset } from './open-asset.ts'
import { type Pass, Passes } from './passes.ts'
import { fragmentOf, type MetricKeys, metricKeys, type Plan, planMetrics } from './plan.ts'
import { preflight } from './preflight.ts'
import { onRowsOf, type Prepared, type Ready } from './prepare.ts'
import { NeedsConsent, planOf, SORT_LIMIT_BYTES } from './price.ts'
import { type Ending, endingOf, problemOf, withoutValues } from './problems.ts'
import { sampleFailures } from './sample-failures.ts'
import { noSample, type Sample } from './samples.ts'
import { readsForeign } from './scanned-relations.ts'
import { ValidationSession } from './session.ts'
import { readSizeBytes } from './size.ts'
import type { Visibility } from './visibility.ts'
import { NobodyLooksOut, Watchdog } from './watchdog.ts'

/** One asset, all its expectations, one transaction. The engine knows no single expectation: it asks what each declares. */

export interface ValidationRequest extends AssetRequest {
  readonly runId: string
  /** false: no value of a row is kept or quoted. */
  readonly keepFailingValues: boolean
  /** How many rows of a failure are kept; SAMPLE_ROWS unless given. */
  readonly sampleRows?: number
  readonly budgetMs: number
  /** The number of rows that the last run saw; null when there is none. */
  readonly previousRows: number | null
  /** A second connection for a large table, where one is free; left out, or null: the run goes on with the first. */
  readonly second?: () => Promise<LeasedConnection | null>
  /** A connection beside those that read, to look out for who waits; left out: nobody looks out. */
  readonly control?: (signal: AbortSignal) => Promise<LeasedConnection | null>
  /** A sort or a hash may hold more than the limit. */
  readonly allowLargeSorts?: boolean
  /** SORT_LIMIT_BYTES unless given. */
  readonly sortLimitBytes?: number
  readonly signal: AbortSignal
  progress(done: number, total: number): void
}

export interface ValidationOutcome {
  readonly results: readonly ExpectationResult[]
  /** null: the transaction never began. */
  readonly circumstances: RunCircumstances | null
  /** null: everything was measured. */
  readonly ending: Ending | null
  /** The batch as it was found; null: the whole table, or not known yet when the run ended. */
  readonly batch: RunBatch | null
}

export async function validateAsset(connection: Connection, request: ValidationRequest): Promise<ValidationOutcome> {
  const work = new Work(connection, request)
  try {
    await work.measure()
  } catch (error) {
    work.end(error)
  } finally {
    await work.dispose()
  }
  return work.outcome()
}

/** What has been found out so far; an early end keeps it. */
class Work {
  readonly #connection: Connection
  readonly #request: ValidationRequest
  readonly #makingWay = new AbortController()
  readonly #startedAt = performance.now()
  readonly #measured: Measured = { values: new Map(), problems: new Map() }
  readonly #second = new Map<Prepared, MetricKeys>()
  readonly #samples = new Map<Prepared, Sample>()
  #session: ValidationSession | null = null
  #passes: Passes | null = null
  #visibility: Visibility | null = null
  readonly #remarks: string[] = []
  #asFound: AsFound | null = null
  #table: OpenTable | null = null
  #batch: Batch | null = null
  #held: HeldRows | null = null
  #runBatch: RunBatch | null = null
  #prepared: readonly Prepared[] = []
  #ending: Ending | null = null
  #sizeBytes: number | null = null
  #extent: Extent | null = null
  #invited = false
  #watchdog: Watchdog | null = null
  #done = 0
  #total = 1

  constructor(connection: Connection, request: ValidationRequest) {
    this.#connection = connection
    this.#request = { ...request, signal: AbortSignal.any([request.signal, this.#makingWay.signal]) }
  }

  async measure(): Promise<void> {
    const session = await ValidationSession.begin(this.#connection, { ...this.#request, shared: this.#request.second !== undefined })
    this.#session = session
    this.#lookOut()
    const passes = new Passes(session, (sentence) => this.#remarks.push(sentence))
    this.#passes = passes
    const asFound = await AsFound.of(session)
    this.#asFound = asFound
    const { visibility, remarks, asset } = await openAsset(session, this.#request, { withRows: true })
    this.#visibility = visibility
    this.#remarks.push(...remarks)
    if (typeof asset === 'string') {
      this.#ending = failed(asset)
      await session.end()
      return
    }
    const { table, batch, scanned } = asset
    this.#runBatch = asset.runBatch
    this.#table = table
    this.#batch = batch
    this.#held = asset.held
    this.#prepared = asset.prepared
    await asFound.opened({ ...scanned, from: table.relation }, this.#request.source.query ?? table.shape.name)
    if (await this.#mayLast(session)) await this.#watchdog?.secure()
    await this.#firstRound(session, passes, scanned)
    await this.#secondRound(session, passes, scanned, batch)
    await this.#readSamples(passes, scanned, table)
    await passes.leave()
    this.#remarkOnConditions(table)
    const changed = await asFound.changed()
    if (changed !== null) this.#discard(changed)
    await session.end()
  }

  end(error: unknown): void {
    if (this.#makingWay.signal.aborted && isAppError(error, 'CANCELLED')) {
      // What is left of its locks goes with the transaction, which is not ended but thrown away with its connection.
      this.#discard(madeWay)
      return
    }
    const ending = error instanceof NeedsConsent || error instanceof NobodyLooksOut ? error.ending : endingOf(error)
    if (ending !== null) this.#ending = ending
    else if (error instanceof PostgresError) {
      const problem = problemOf(error)
      this.#ending = failed((this.#request.keepFailingValues ? problem : withoutValues(problem)).sentence, error.sqlstate)
    } else throw error
  }

  /** The numbers may come from before and after; none of them is kept. */
  #discard(ending: Ending): void {
    this.#measured.values.clear()
    this.#samples.clear()
    this.#ending = ending
  }

  outcome(): ValidationOutcome {
    const table = this.#table
    const batch = this.#batch
    const circumstances = this.#circumstances()
    if (table === null || batch === null) return { results: [], circumstances, ending: this.#ending, batch: this.#runBatch }
    const results = this.#prepared.map((prepared) =>
      resultOf(
        judge(prepared, this.#second, this.#measured, table.shape, this.#ending),
        this.#samples.get(prepared) ?? noSample,
        this.#request,
      ),
    )
    return { results, circumstances, ending: this.#ending, batch: this.#runBatch }
  }

  async #firstRound(session: ValidationSession, passes: Passes, source: Source): Promise<void> {
    await this.#run(session, passes, source, planOf(this.#prepared))
    const rows = this.#measured.values.get(fragmentOf(countRows).key)
    if (this.#runBatch !== null) {
      if (rows === 0n) this.#remarks.push('The batch has no rows. Checks of single rows pass on an empty batch.')
      return
    }
    const expected = Math.max(this.#table?.estimatedRows ?? 0, this.#request.previousRows ?? 0)
    if (rows === 0n && expected > 0) {
      this.#remarks.push(
        `The table had no rows, but about ${Math.round(expected).toLocaleString('en')} were known of before. Checks of single rows pass on an empty table.`,
      )
    }
  }

  /** GX passes an expectation whose row condition holds for no row; that nothing was looked at is said all the same. */
  #remarkOnConditions(table: OpenTable): void {
    for (const prepared of this.#ready()) {
      if (prepared.condition === null) continue
      const judged = judge(prepared, this.#second, this.#measured, table.shape, null)
      if (judged.kind === 'evaluated' && judged.evaluation.counts?.elementCount === 0)
        this.#remarks.push(`No row meets the condition of "${prepared.sentence}", so none was looked at.`)
    }
  }

  /** The second round of those that always have one, as soon as their numbers of the first are there. */
  async #early(session: ValidationSession, source: Source): Promise<readonly Pass[]> {
    const batch = this.#batch
    const ready = this.#ready().filter((prepared) => prepared.definition.follows !== undefined && !this.#second.has(prepared))
    const wanted = batch === null ? [] : ready.flatMap((prepared) => this.#more(prepared, batch))
    if (wanted.length === 0) return []
    const known = new Set([...this.#measured.values.keys(), ...this.#measured.problems.keys()])
    const plan = planMetrics(wanted, known)
    this.#total += stepsOf(plan)
    await this.#preflight(session, source, plan)
    await this.#askConsent(session, source, plan)
    const held = await this.#mayHold(session, source)
    return passesOf(plan, source, { measured: this.#measured, held, progress: () => this.#step() })
  }

  /** What it asks in the second round; nothing, while numbers of the first are missing. */
  #more(prepared: Ready, batch: Batch): readonly Metrics[] {
    const first = lookUp(metricKeys(prepared.metrics), this.#measured)
    if (first.kind !== 'values' || prepared.definition.more === undefined) return []
    const values = { ...prepared.given, ...first.values }
    const metrics = onRowsOf(prepared.batch, batch, prepared.definition.more(prepared.params, prepared.batch, values))
    this.#held?.learnMore(prepared, metrics, values)
    this.#second.set(prepared, metricKeys(metrics))
    return [metrics]
  }

  async #secondRound(session: ValidationSession, passes: Passes, source: Source, batch: Batch): Promise<void> {
    const wanted = this.#ready().flatMap((prepared) => this.#more(prepared, batch))
    const known = new Set([...this.#measured.values.keys(), ...this.#measured.problems.keys()])
    await this.#run(session, passes, source, planMetrics(wanted, known))
  }

  async #run(session: ValidationSession, passes: Passes, source: Source, plan: Plan): Promise<void> {
    this.#total += stepsOf(plan)
    await this.#preflight(session, source, plan)
    await this.#askConsent(session, source, plan)
    const held = await this.#mayHold(session, source)
    const sent = passesOf(plan, source, { measured: this.#measured, held, progress: () => this.#step() })
    if (sent.length > 1) await this.#inviteHelper(session, passes)
    await passes.run(sent, (free) => this.#early(free, source))
  }

  async #preflight(session: ValidationSession, source: Source, plan: Plan): Promise<void> {
    this.#asFound?.willRead(plan, await preflight(session, source, plan, this.#measured))
  }

  /** @throws NeedsConsent */
  async #askConsent(session: ValidationSession, source: Source, plan: Plan): Promise<void> {
    const { allowLargeSorts, sortLimitBytes = SORT_LIMIT_BYTES } = this.#request
    if (allowLargeSorts === true || plan.own.length === 0) return
    const extent = await this.#readExtent(session, source)
    if (extent.mostBytes <= sortLimitBytes) return
    const sound = { ...plan, own: plan.own.filter(({ key }) => !this.#measured.problems.has(key)) }
    const most = Math.max(0, ...(await readHeldBytes(session, source, sound, extent)).values())
    if (most > sortLimitBytes) throw new NeedsConsent(most, extent.estimated)
  }

  /** Rows that might fill the server's disk are not held: then each pass evaluates the view again. */
  async #mayHold(session: ValidationSession, source: Source): Promise<HeldRows | null> {
    const { allowLargeSorts, sortLimitBytes = SORT_LIMIT_BYTES } = this.#request
    if (this.#held === null || allowLargeSorts === true) return this.#held
    return (await this.#readExtent(session, source)).mostBytes > sortLimitBytes ? null : this.#held
  }

  /** A query of the user's may take any time; of our own, only those over a large table do. */
  async #mayLast(session: ValidationSession): Promise<boolean> {
    if (this.#held !== null || planOf(this.#prepared).own.some(({ query }) => query !== null)) return true
    return (await this.#readSizeBytes(session)) >= SHARED_FROM_BYTES
  }

  async #readExtent(session: ValidationSession, scanned: Source): Promise<Extent> {
    const table = this.#table
    if (table === null) throw new TypeError('The asset is not open yet.')
    this.#extent ??= await readExtent(session, { table, scanned, whole: { ...scanned, from: table.relation } })
    return this.#extent
  }

  async #readSizeBytes(session: ValidationSession): Promise<number> {
    this.#sizeBytes ??= await readSizeBytes((statement) => session.query(statement), session.relations)
    return this.#sizeBytes
  }

  /** Once, and only where reading takes long enough to be worth another connection. */
  async #inviteHelper(session: ValidationSession, passes: Passes): Promise<void> {
    const { second } = this.#request
    if (this.#invited || second === undefined || session.exportedSnapshot === null) return
    this.#invited = true
    if ((await this.#readSizeBytes(session)) < SHARED_FROM_BYTES || (await readsForeign(session, this.#asFound?.relations ?? []))) return
    const helper = await openHelper(second, this.#request, session)
    if (helper === null) return
    if (typeof helper === 'string') this.#remarks.push(helper)
    else passes.joinedBy(helper)
  }

  async #readSamples(passes: Passes, source: Source, table: OpenTable): Promise<void> {
    if (!this.#request.keepFailingValues) return
    const judgements = this.#prepared.map((prepared) => judge(prepared, this.#second, this.#measured, table.shape, null))
    await sampleFailures(judgements, {
      passes,
      source,
      table,
      rows: Number(this.#measured.values.get(fragmentOf(countRows).key) ?? 0),
      sampleRows: this.#request.sampleRows ?? SAMPLE_ROWS,
      planned: (looks) => {
        this.#total += looks
      },
      taken: () => this.#step(),
      keep: (prepared, sample) => {
        this.#samples.set(prepared, sample)
        if (sample.problem !== null)
          this.#remarks.push(`Failing rows of "${prepared.sentence}" could not be read. ${sample.problem.sentence}`)
      },
    })
  }

  #circumstances(): RunCircumstances | null {
    const session = this.#session
    if (session === null) return null
    return {
      serverVersion: session.serverVersion,
      role: this.#visibility?.role ?? '',
      timeZone: session.timeZone,
      searchPath: session.searchPath,
      snapshot: this.#visibility?.snapshot ?? null,
      statementCount: this.#passes?.statementCount ?? session.statementCount,
      durationMs: performance.now() - this.#startedAt,
      ...(Object.keys(this.#request.parameters ?? {}).length === 0 ? {} : { parameters: this.#request.parameters }),
      remarks: this.#remarks,
    }
  }

  #lookOut(): void {
    const { control, runId } = this.#request
    if (control === undefined) return
    this.#watchdog = new Watchdog({
      runId,
      control,
      makeWay: () => this.#makingWay.abort(),
      remark: (sentence) => this.#remarks.push(sentence),
    })
  }

  /** Nothing of a run stays open, however it ended. */
  async dispose(): Promise<void> {
    await this.#watchdog?.stop()
    await this.#passes?.leave()
  }

  #ready(): readonly Ready[] {
    return this.#prepared.filter((prepared) => prepared.kind === 'ready')
  }

  #step(): void {
    this.#done += 1
    this.#request.progress(this.#done, this.#total)
  }
}

/** Below this, a second connection costs more than it saves. */
const SHARED_FROM_BYTES = 16 * 1_048_576

const madeWay: Ending = {
  state: 'incomplete',
  sentence: 'Another session waited to change this table, and others behind it. The run made way for it. Validate again.',
  sqlstate: null,
  retry: true,
}

function failed(sentence: string, sqlstate: string | null = null): Ending {
  return { state: 'failed', sentence, sqlstate, retry: false }
}
