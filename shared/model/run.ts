import { z } from 'zod'
import { RunBatch } from './batch.ts'
import { Kwargs, Severity } from './expectation.ts'

/**
 * A validation run of one asset. A state machine in the store: queued → running → done | failed | cancelled |
 * interrupted | incomplete. Only `done` has a verdict of passed or failed.
 */
export const RunState = z.enum(['queued', 'running', 'done', 'failed', 'cancelled', 'interrupted', 'incomplete'])
export type RunState = z.infer<typeof RunState>

/** `error`: at least one expectation could not be evaluated, and none is known to have failed. */
export const Verdict = z.enum(['passed', 'failed', 'error'])
export type Verdict = z.infer<typeof Verdict>

export const RunStatistics = z.object({
  evaluated: z.int(),
  successful: z.int(),
  unsuccessful: z.int(),
  errored: z.int(),
})
export type RunStatistics = z.infer<typeof RunStatistics>

export const RunSummary = z.object({
  id: z.uuid(),
  assetId: z.uuid(),
  assetName: z.string(),
  dataSourceName: z.string(),
  /** Which rows; null: the whole table. */
  batch: RunBatch.nullable(),
  state: RunState,
  verdict: Verdict.nullable(),
  /** The worst severity among what failed. */
  failedSeverity: Severity.nullable(),
  statistics: RunStatistics,
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  /** Which program ran it. */
  host: z.enum(['desktop', 'web', 'cli']),
  /** Why it failed, stopped or is incomplete, for a person. */
  sentence: z.string().nullable(),
})
export type RunSummary = z.infer<typeof RunSummary>

/** Counts of a row-wise expectation. Percents are IEEE doubles, 0 to 100, in GX's order of operations. */
export const RowCounts = z.object({
  elementCount: z.number(),
  missingCount: z.number().nullable(),
  unexpectedCount: z.number(),
  unexpectedPercent: z.number().nullable(),
  unexpectedPercentTotal: z.number().nullable(),
})
export type RowCounts = z.infer<typeof RowCounts>

export const ExpectationResult = z.object({
  expectationId: z.uuid(),
  type: z.string(),
  kwargs: Kwargs,
  severity: Severity,
  /** The sentence as it stood when it ran. */
  sentence: z.string(),
  outcome: z.enum(['passed', 'failed', 'error', 'incomplete']),
  /** As PostgreSQL wrote it, or what the expectation reports (for example the column list); null when there is none. */
  observedValue: z.json().nullable(),
  counts: RowCounts.nullable(),
  /** Up to 20 failing values, each as a row of cells under `failingColumns`. Empty when the data source keeps none. */
  failingColumns: z.array(z.string()),
  failingValues: z.array(z.array(z.string().nullable())),
  /** Further facts by GX's names, for example `mismatched`. */
  details: Kwargs,
  /** The exact query behind "Show failing rows", primary key first. null when there is nothing to show. */
  failingRowsSql: z.string().nullable(),
  /** The constraint that proves it, so that nothing had to be read for it. null: it was measured. */
  provedBy: z.string().nullable(),
  /** Why it could not be evaluated, for a person. */
  problem: z.object({ sentence: z.string(), sqlstate: z.string().nullable() }).nullable(),
})
export type ExpectationResult = z.infer<typeof ExpectationResult>

/** Under which circumstances the numbers were taken; shown with every result. */
export const RunCircumstances = z.object({
  serverVersion: z.string(),
  role: z.string(),
  timeZone: z.string(),
  searchPath: z.string(),
  /** The snapshot all numbers of this run come from, as `pg_current_snapshot()` writes it; null before it was taken. */
  snapshot: z.string().nullable(),
  statementCount: z.int(),
  durationMs: z.number(),
  /** Values of the suite parameters; left out: none. */
  parameters: Kwargs.optional(),
  /** Sentences worth reading, for example whose rows were seen under row-level security. */
  remarks: z.array(z.string()),
})
export type RunCircumstances = z.infer<typeof RunCircumstances>

/** What a look beforehand gave; `results` in the order of what was asked. */
export const RunPreview = z.object({
  results: z.array(ExpectationResult),
  durationMs: z.number(),
  /** Why some are incomplete, for a person; null: all were measured. */
  sentence: z.string().nullable(),
  remarks: z.array(z.string()),
})
export type RunPreview = z.infer<typeof RunPreview>

/** What one run found of one expectation, as it was then: its bounds may be others now. */
export const HistoryPoint = ExpectationResult.pick({
  outcome: true,
  observedValue: true,
  counts: true,
  kwargs: true,
  sentence: true,
}).extend({
  runId: z.uuid(),
  startedAt: z.iso.datetime(),
  /** null: the whole table. */
  batch: RunBatch.nullable(),
})
export type HistoryPoint = z.infer<typeof HistoryPoint>

export const Run = z.object({
  summary: RunSummary,
  circumstances: RunCircumstances.nullable(),
  results: z.array(ExpectationResult),
})
export type Run = z.infer<typeof Run>
