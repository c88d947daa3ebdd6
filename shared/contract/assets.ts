import { z } from 'zod'
import { AddedAssets, AssetProfile, DataAsset, RelationName } from '#shared/model/data-asset.ts'
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
        generateSchemaExpectations: z.boolean(),
      }),
    )
    .output(AddedAssets),
  remove: procedure.input(byId).output(nothing),
  /** Asked of the server, now. */
  columns: procedure.input(byId).output(z.array(Column)),
  /** The last profile, or null when it was never measured. */
  profile: procedure.input(byId).output(AssetProfile.nullable()),
  /** "Profile Data": measures now and stores it. */
  measureProfile: procedure.input(z.strictObject({ id: z.uuid(), taskId: z.uuid() })).output(AssetProfile),
}
