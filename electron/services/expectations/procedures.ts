import { rpc } from '#services/rpc.ts'
import type { Expectations } from './expectations.ts'

/** The contract's `expectations`. */
export function expectationProcedures({ expectations }: { readonly expectations: Expectations }) {
  return {
    list: rpc.expectations.list.handler(({ input }) => expectations.list(input.assetId)),
    create: rpc.expectations.create.handler(({ input }) => expectations.create(input.assetId, input.input)),
    update: rpc.expectations.update.handler(({ input }) => expectations.update(input.id, input.input)),
    remove: rpc.expectations.remove.handler(({ input }) => {
      expectations.remove(input.id)
      return {}
    }),
    restore: rpc.expectations.restore.handler(({ input }) => expectations.restore(input.id)),
  }
}
