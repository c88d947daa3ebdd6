import { rpc } from '#services/rpc.ts'
import type { OwnData } from './own-data.ts'

export function ownDataProcedures({ ownData }: { readonly ownData: OwnData }) {
  return {
    overview: rpc.ownData.overview.handler(() => ownData.overview()),
    backup: rpc.ownData.backup.handler(() => ownData.backup()),
    part: rpc.ownData.part.handler(({ input }) => ownData.part(input.id, input.from)),
    open: rpc.ownData.open.handler(() => ownData.open()),
    write: rpc.ownData.write.handler(async ({ input }) => {
      await ownData.write(input.id, input.from, input.content)
      return {}
    }),
    openKept: rpc.ownData.openKept.handler(({ input }) => ownData.openKept(input.name)),
    inspect: rpc.ownData.inspect.handler(({ input }) => ownData.inspect(input.id)),
    restore: rpc.ownData.restore.handler(({ input }) => ownData.restore(input.id)),
    close: rpc.ownData.close.handler(async ({ input }) => {
      await ownData.close(input.id)
      return {}
    }),
  }
}
