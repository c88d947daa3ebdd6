import { rpc } from '#services/rpc.ts'
import type { Assets } from './assets.ts'

/** The contract's `assets`. */
export function assetProcedures({ assets }: { readonly assets: Assets }) {
  return {
    list: rpc.assets.list.handler(() => assets.list()),
    get: rpc.assets.get.handler(({ input }) => assets.get(input.id)),
    add: rpc.assets.add.handler(({ input, signal }) => assets.add(input, signal)),
    addQuery: rpc.assets.addQuery.handler(({ input, signal }) => assets.addQuery(input, signal)),
    changeQuery: rpc.assets.changeQuery.handler(({ input, signal }) => assets.changeQuery(input, signal)),
    remove: rpc.assets.remove.handler(({ input }) => {
      assets.remove(input.id)
      return {}
    }),
    configureBatches: rpc.assets.configureBatches.handler(({ input, signal }) => assets.configureBatches(input.id, input.batches, signal)),
    batches: rpc.assets.batches.handler(({ input, signal }) => assets.batches(input.id, input.limit, signal)),
    columns: rpc.assets.columns.handler(({ input, signal }) => assets.columns(input.id, signal)),
    profile: rpc.assets.profile.handler(({ input }) => assets.profile(input.id)),
    measureProfile: rpc.assets.measureProfile.handler(({ input, signal }) => assets.measureProfile(input.id, input.taskId, signal)),
  }
}
