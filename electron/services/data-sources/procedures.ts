import { rpc } from '#services/rpc.ts'
import type { DataSources } from './data-sources.ts'

/** The contract's `dataSources`. */
export function dataSourceProcedures({ dataSources }: { readonly dataSources: DataSources }) {
  return {
    list: rpc.dataSources.list.handler(() => dataSources.list()),
    get: rpc.dataSources.get.handler(({ input }) => dataSources.get(input.id)),
    test: rpc.dataSources.test.handler(({ input, signal }) => dataSources.test(input, { signal })),
    connect: rpc.dataSources.connect.handler(({ input, signal }) => dataSources.connect(input.id, { signal })),
    create: rpc.dataSources.create.handler(({ input }) => dataSources.create(input)),
    update: rpc.dataSources.update.handler(({ input }) => dataSources.update(input.id, input.input)),
    configure: rpc.dataSources.configure.handler(({ input: { id, ...change } }) => dataSources.configure(id, change)),
    duplicate: rpc.dataSources.duplicate.handler(({ input }) => dataSources.duplicate(input.id)),
    describe: rpc.dataSources.describe.handler(({ input }) => dataSources.describe(input.id)),
    remove: rpc.dataSources.remove.handler(async ({ input }) => {
      await dataSources.remove(input.id)
      return {}
    }),
    enterPassword: rpc.dataSources.enterPassword.handler(({ input, signal }) =>
      dataSources.enterPassword(input.id, input.password, input.save, { signal }),
    ),
    forgetPassword: rpc.dataSources.forgetPassword.handler(({ input }) => dataSources.forgetPassword(input.id)),
    relations: rpc.dataSources.relations.handler(({ input, signal }) => dataSources.relations(input.id, { signal })),
  }
}
