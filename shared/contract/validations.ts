import { z } from 'zod'
import { BatchPeriod } from '#shared/model/batch.ts'
import { ExpectationInput } from '#shared/model/expectation.ts'
import { HistoryPoint, Run, RunPreview, RunSummary } from '#shared/model/run.ts'
import { RunPlan } from '#shared/model/run-plan.ts'
import { byId, nothing, procedure } from './procedure.ts'

export const validations = {
  /** Starts a run and returns at once. The run belongs to the app, not to the window: its task has the run's id. */
  start: procedure
    .input(
      z.strictObject({
        assetId: z.uuid(),
        /** Of an asset that has batches: which one. Left out: the newest. */
        period: BatchPeriod.optional(),
        /** true: what a constraint proves is measured all the same. */
        verify: z.boolean().optional(),
        /** true: a sort may hold more than 10 GB on the server. */
        allowLargeSorts: z.boolean().optional(),
        /** How many failing rows of each expectation are kept; 20 unless given. */
        samples: z.int().min(1).max(200).optional(),
      }),
    )
    .output(RunSummary),
  /** What a run would send, and its price. Nothing of the table is read. */
  plan: procedure
    .input(z.strictObject({ assetId: z.uuid(), period: BatchPeriod.optional(), verify: z.boolean().optional() }))
    .output(RunPlan),
  /** How expectations would come out now, without a run and without keeping anything. Nothing is read for longer than half a minute. */
  preview: procedure
    .input(z.strictObject({ assetId: z.uuid(), period: BatchPeriod.optional(), inputs: z.array(ExpectationInput).min(1).max(200) }))
    .output(RunPreview),
  cancel: procedure.input(byId).output(nothing),
  /** Newest first. */
  list: procedure.input(z.strictObject({ assetId: z.uuid().nullable(), limit: z.int().min(1).max(1_000) })).output(z.array(RunSummary)),
  get: procedure.input(byId).output(Run),
  /** What the last runs found of one expectation, newest first. */
  history: procedure.input(z.strictObject({ expectationId: z.uuid(), limit: z.int().min(1).max(1_000) })).output(z.array(HistoryPoint)),
  remove: procedure.input(byId).output(nothing),
}
