import { z } from 'zod'
import { AssetBatches, BatchDefinition } from '#shared/model/batch.ts'
import { AddedAssets, AssetProfile, DataAsset, GeneratedKind, QueryAssetInput, RelationName } from '#shared/model/data-asset.ts'
import { Column } from '#shared/model/data-source.ts'
import { byId, nothing, procedure } from './procedure.ts'

export const assets = {
  list: procedure.input(nothing).output(z.array(DataAsset)),
  get: procedure.input(byId).output(DataAsset),
  /** Adds them with `taskId` as its task, so that progress shows and cancel works from any window. */
  add: procedure
    .input(
      z.strictObject({
        taskId: z.uuid(),
        dataSourceId: z.uuid(),
        relations: z.array(RelationName).min(1).max(20_000),
        /** "Generate Expectations that detect column changes in selected Data Assets". */
        generate: z.array(GeneratedKind),
      }),
    )
    .output(AddedAssets),
  /** A query as a data asset. It is tried on the server first; what is wrong with it is INVALID at `query`. */
  addQuery: procedure
    .input(z.strictObject({ ...QueryAssetInput.shape, dataSourceId: z.uuid(), generate: z.array(GeneratedKind) }))
    .output(DataAsset),
  /** Another name or another query. Its expectations and runs stay. */
  changeQuery: procedure.input(z.strictObject({ ...QueryAssetInput.shape, id: z.uuid() })).output(DataAsset),
  remove: procedure.input(byId).output(nothing),
  /** How its rows are cut into batches, from the next run on. The column is looked up on the server first. */
  configureBatches: procedure.input(z.strictObject({ id: z.uuid(), batches: BatchDefinition })).output(DataAsset),
  /** Its newest batches, asked of the server now. Empty for a whole table. */
  batches: procedure.input(z.strictObject({ id: z.uuid(), limit: z.int().min(1).max(1_000) })).output(AssetBatches),
  /** Asked of the server, now. */
  columns: procedure.input(byId).output(z.array(Column)),
  /** The last profile, or null when it was never measured. */
  profile: procedure.input(byId).output(AssetProfile.nullable()),
  /** "Profile Data": measures now and stores it. */
  measureProfile: procedure.input(z.strictObject({ id: z.uuid(), taskId: z.uuid() })).output(AssetProfile),
}
