import type { Store } from '#services/store/store.ts'
import { notFound } from '#shared/contract/errors.ts'
import { type BatchDefinition, type RunBatch, toBatchDefinition } from '#shared/model/batch.ts'
import { ExpectationResult, HistoryPoint, type Run, RunCircumstances, type RunState, RunStatistics, RunSummary } from '#shared/model/run.ts'

/** Runs and their results in the store. */

/** The asset of a run. */
export interface RunTarget {
  readonly assetId: string
  readonly assetName: string
  readonly dataSourceId: string
  readonly dataSourceName: string
  readonly schema: string
  readonly relation: string
  readonly query: string | null
  readonly batches: BatchDefinition
}

export interface RunOwner {
  readonly pid: number
  /** Tells the process from a later one with its pid; see processes.ts. Empty: it could not be told. */
  readonly start: string
  readonly host: RunSummary['host']
}

export interface OpenRun {
  readonly id: string
  readonly dataSourceId: string
  readonly ownerPid: number
  readonly ownerStart: string
  readonly heartbeatAt: string
}

export type RunEnd = Pick<RunSummary, 'state' | 'verdict' | 'failedSeverity' | 'statistics' | 'sentence'> & {
  readonly circumstances: RunCircumstances | null
  readonly results: readonly ExpectationResult[]
  /** The batch as it was found; null: none, or it was not found out. */
  readonly batch: RunBatch | null
}

interface RunRow {
  readonly id: string
  readonly asset_id: string
  readonly asset_name: string
  readonly data_source_name: string
  readonly batch: string | null
  readonly state: string
  readonly verdict: string | null
  readonly failed_severity: string | null
  readonly statistics: string
  readonly circumstances: string | null
  readonly sentence: string | null
  readonly host: string
  readonly started_at: string
  readonly finished_at: string | null
}

interface ResultRow {
  readonly expectation_id: string
  readonly type: string
  readonly kwargs: string
  readonly severity: string
  readonly sentence: string
  readonly outcome: string
  readonly observed_value: string | null
  readonly counts: string | null
  readonly failing_columns: string
  readonly failing_values: string
  readonly details: string
  readonly failing_rows_sql: string | null
  readonly proved_by: string | null
  readonly problem: string | null
}

type HistoryRow = Pick<ResultRow, 'outcome' | 'observed_value' | 'counts' | 'kwargs' | 'sentence'> & {
  readonly run_id: string
  readonly started_at: string
  readonly batch: string | null
}

const noStatistics: RunStatistics = { evaluated: 0, successful: 0, unsuccessful: 0, errored: 0 }

const SUMMARY = `
  SELECT r.id, r.asset_id, a.name AS asset_name, d.name AS data_source_name, r.batch, r.state, r.verdict, r.failed_severity, r.statistics,
    r.circumstances, r.sentence, r.host, r.started_at, r.finished_at
  FROM runs r JOIN data_assets a ON a.id = r.asset_id JOIN data_sources d ON d.id = a.data_source_id`

/** Of a run in one of these nothing about the data is known. */
const UNSETTLED: readonly RunState[] = ['queued', 'running', 'cancelled']

export class RunRecords {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  target(assetId: string): RunTarget {
    const row = this.#store.database
      .prepare<[string], Omit<RunTarget, 'batches'> & { readonly interval: string; readonly column: string | null }>(
        `SELECT id AS assetId, name AS assetName, data_source_id AS dataSourceId,
           (SELECT d.name FROM data_sources d WHERE d.id = data_source_id) AS dataSourceName, schema_name AS schema, relation_name AS relation, query_sql AS query,
           batch_interval AS interval, batch_column AS "column"
         FROM data_assets WHERE id = ?`,
      )
      .get(assetId)
    if (row === undefined) throw notFound('data asset')
    const { interval, column, ...target } = row
    return { ...target, batches: toBatchDefinition(interval, column) }
  }

  insert(id: string, assetId: string, batch: RunBatch | null, owner: RunOwner, now: string): void {
    this.#store.database
      .prepare(
        `INSERT INTO runs (id, asset_id, batch, state, statistics, host, started_at, owner_pid, owner_start, heartbeat_at)
         VALUES (?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?)`,
      )
      .run(id, assetId, toJson(batch), JSON.stringify(noStatistics), owner.host, now, owner.pid, owner.start, now)
  }

  markRunning(id: string): void {
    this.#store.database.prepare(`UPDATE runs SET state = 'running' WHERE id = ? AND state = 'queued'`).run(id)
  }

  heartbeat(id: string, now: string): void {
    this.#store.database.prepare('UPDATE runs SET heartbeat_at = ? WHERE id = ?').run(now, id)
  }

  /** All of it or nothing, once: false when the run has ended already (another program took its owner for dead). */
  finish(id: string, end: RunEnd, now: string): boolean {
    return this.#store.transaction(() => {
      const { changes } = this.#store.database
        .prepare(
          `UPDATE runs SET state = ?, verdict = ?, failed_severity = ?, statistics = ?, circumstances = ?, sentence = ?, finished_at = ?, batch = COALESCE(?, batch)
           WHERE id = ? AND state IN ('queued', 'running')`,
        )
        .run(
          end.state,
          end.verdict,
          end.failedSeverity,
          JSON.stringify(end.statistics),
          toJson(end.circumstances),
          end.sentence,
          now,
          toJson(end.batch),
          id,
        )
      if (changes === 0) return false
      this.#insertResults(id, end.results)
      return true
    })
  }

  markInterrupted(id: string, sentence: string, now: string): boolean {
    const { changes } = this.#store.database
      .prepare(
        `UPDATE runs SET state = 'interrupted', sentence = ?, finished_at = max(started_at, ?) WHERE id = ? AND state IN ('queued', 'running')`,
      )
      .run(sentence, now, id)
    return changes === 1
  }

  /** Queued or running, as far as the store knows. */
  open(): readonly OpenRun[] {
    return this.#store.database
      .prepare<[], OpenRun>(
        `SELECT r.id, a.data_source_id AS dataSourceId, r.owner_pid AS ownerPid, r.owner_start AS ownerStart, r.heartbeat_at AS heartbeatAt
         FROM runs r JOIN data_assets a ON a.id = r.asset_id WHERE r.state IN ('queued', 'running') ORDER BY r.sequence`,
      )
      .all()
  }

  isOpen(assetId: string): boolean {
    const row = this.#store.database
      .prepare(`SELECT 1 FROM runs WHERE asset_id = ? AND state IN ('queued', 'running') LIMIT 1`)
      .get(assetId)
    return row !== undefined
  }

  /** Newest first. */
  list(assetId: string | null, limit: number): RunSummary[] {
    return this.#store.database
      .prepare<unknown[], RunRow>(`${SUMMARY} WHERE (? IS NULL OR r.asset_id = ?) ORDER BY r.sequence DESC LIMIT ?`)
      .all(assetId, assetId, limit)
      .map(toSummary)
  }

  /** The newest run of each asset, by asset. */
  latest(): ReadonlyMap<string, RunSummary> {
    const rows = this.#store.database
      .prepare<[], RunRow>(`${SUMMARY} WHERE r.sequence IN (SELECT max(sequence) FROM runs GROUP BY asset_id)`)
      .all()
    return new Map(rows.map((row) => [row.asset_id, toSummary(row)]))
  }

  /** This one, or the newest of its asset that is not under way and that nobody stopped. */
  lastSettled(last: RunSummary): RunSummary | null {
    if (!UNSETTLED.includes(last.state)) return last
    const row = this.#store.database
      .prepare<[string], RunRow>(
        `${SUMMARY} WHERE r.asset_id = ? AND r.state NOT IN (${UNSETTLED.map((state) => `'${state}'`).join()}) ORDER BY r.sequence DESC LIMIT 1`,
      )
      .get(last.assetId)
    return row === undefined ? null : toSummary(row)
  }

  summary(id: string): RunSummary {
    return toSummary(this.#row(id))
  }

  get(id: string): Run {
    const row = this.#row(id)
    const results = this.#store.database
      .prepare<[string], ResultRow>('SELECT * FROM expectation_results WHERE run_id = ? ORDER BY position')
      .all(id)
    return {
      summary: toSummary(row),
      circumstances: row.circumstances === null ? null : RunCircumstances.parse(JSON.parse(row.circumstances)),
      results: results.map(toResult),
    }
  }

  /** How many rows the asset had in its last finished run, as far as a result says; else null. */
  previousRows(assetId: string): number | null {
    const row = this.#store.database
      .prepare<[string], { rows: number | null }>(
        `SELECT max(json_extract(e.counts, '$.elementCount')) AS rows FROM expectation_results e
         WHERE e.run_id = (SELECT id FROM runs WHERE asset_id = ? AND state = 'done' ORDER BY sequence DESC LIMIT 1)`,
      )
      .get(assetId)
    return row?.rows ?? null
  }

  /** What the last finished runs of the same kind of batch saw, newest first; runs that could not judge it saw nothing. */
  observed(expectationId: string, interval: BatchDefinition['interval'], count: number): readonly number[] {
    return this.#store.database
      .prepare<[string, string, number], { value: number }>(
        `SELECT CAST(e.observed_value AS REAL) AS value FROM expectation_results e JOIN runs r ON r.id = e.run_id
         WHERE e.expectation_id = ? AND e.outcome IN ('passed', 'failed') AND json_type(e.observed_value) IN ('integer', 'real')
           AND r.state = 'done' AND COALESCE(json_extract(r.batch, '$.interval'), 'whole-table') = ?
         ORDER BY r.sequence DESC LIMIT ?`,
      )
      .all(expectationId, interval, count)
      .map(({ value }) => value)
  }

  /** What the last runs found of an expectation, newest first; also of one that is deleted by now. */
  history(expectationId: string, limit: number): HistoryPoint[] {
    return this.#store.database
      .prepare<[string, number], HistoryRow>(
        `SELECT e.run_id, r.started_at, r.batch, e.outcome, e.observed_value, e.counts, e.kwargs, e.sentence
         FROM expectation_results e JOIN runs r ON r.id = e.run_id WHERE e.expectation_id = ? ORDER BY r.sequence DESC LIMIT ?`,
      )
      .all(expectationId, limit)
      .map((row) =>
        HistoryPoint.parse({
          runId: row.run_id,
          startedAt: row.started_at,
          batch: fromJson(row.batch),
          outcome: row.outcome,
          observedValue: fromJson(row.observed_value),
          counts: fromJson(row.counts),
          kwargs: fromJson(row.kwargs),
          sentence: row.sentence,
        }),
      )
  }

  /** A run that is not over stays. */
  remove(id: string): boolean {
    const { changes } = this.#store.database.prepare(`DELETE FROM runs WHERE id = ? AND state NOT IN ('queued', 'running')`).run(id)
    return changes === 1
  }

  /** Removes up to `limit` runs that ended before then, oldest first, but never one of the last `kept` of its asset. Returns how many. */
  prune(before: string, kept: number, limit: number): number {
    // The order is that of their numbers: a clock may have been wrong.
    const { changes } = this.#store.database
      .prepare(
        `DELETE FROM runs WHERE sequence IN (
           SELECT sequence FROM (
             SELECT sequence, finished_at, row_number() OVER (PARTITION BY asset_id ORDER BY sequence DESC) AS place FROM runs WHERE state NOT IN ('queued', 'running')
           ) WHERE place > ? AND finished_at < ? ORDER BY sequence LIMIT ?)`,
      )
      .run(kept, before, limit)
    return changes
  }

  #row(id: string): RunRow {
    const row = this.#store.database.prepare<[string], RunRow>(`${SUMMARY} WHERE r.id = ?`).get(id)
    if (row === undefined) throw notFound('run')
    return row
  }

  #insertResults(runId: string, results: readonly ExpectationResult[]): void {
    const insert = this.#store.database.prepare(
      `INSERT INTO expectation_results (run_id, position, expectation_id, type, kwargs, severity, sentence, outcome, observed_value, counts,
         failing_columns, failing_values, details, failing_rows_sql, proved_by, problem)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    results.forEach((result, position) => {
      insert.run(
        runId,
        position,
        result.expectationId,
        result.type,
        JSON.stringify(result.kwargs),
        result.severity,
        result.sentence,
        result.outcome,
        toJson(result.observedValue),
        toJson(result.counts),
        JSON.stringify(result.failingColumns),
        JSON.stringify(result.failingValues),
        JSON.stringify(result.details),
        result.failingRowsSql,
        result.provedBy,
        toJson(result.problem),
      )
    })
  }
}

function toJson(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value)
}

function fromJson(text: string | null): unknown {
  return text === null ? null : JSON.parse(text)
}

function toSummary(row: RunRow): RunSummary {
  return RunSummary.parse({
    id: row.id,
    assetId: row.asset_id,
    assetName: row.asset_name,
    dataSourceName: row.data_source_name,
    batch: fromJson(row.batch),
    state: row.state,
    verdict: row.verdict,
    failedSeverity: row.failed_severity,
    statistics: RunStatistics.parse(JSON.parse(row.statistics)),
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    host: row.host,
    sentence: row.sentence,
  })
}

function toResult(row: ResultRow): ExpectationResult {
  return ExpectationResult.parse({
    expectationId: row.expectation_id,
    type: row.type,
    kwargs: fromJson(row.kwargs),
    severity: row.severity,
    sentence: row.sentence,
    outcome: row.outcome,
    observedValue: fromJson(row.observed_value),
    counts: fromJson(row.counts),
    failingColumns: fromJson(row.failing_columns),
    failingValues: fromJson(row.failing_values),
    details: fromJson(row.details),
    failingRowsSql: row.failing_rows_sql,
    provedBy: row.proved_by,
    problem: fromJson(row.problem),
  })
}
