import { whileRunning } from '#services/events.ts'
import { rpc } from '#services/rpc.ts'
import type { ConnectEvent, ConnectReport, ConnectTrace } from '#shared/model/connect.ts'
import type { DataSources } from './data-sources.ts'

/** The contract's `dataSources`. */
export function dataSourceProcedures({ dataSources }: { readonly dataSources: DataSources }) {
  return {
    list: rpc.dataSources.list.handler(() => dataSources.list()),
    get: rpc.dataSources.get.handler(({ input }) => dataSources.get(input.id)),
    test: rpc.dataSources.test.handler(({ input, signal }) => told(signal, (options) => dataSources.test(input, options))),
    connect: rpc.dataSources.connect.handler(({ input, signal }) => told(signal, (options) => dataSources.connect(input.id, options))),
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
    secrets: {
      list: rpc.dataSources.secrets.list.handler(() => dataSources.savedSecrets.list()),
      move: rpc.dataSources.secrets.move.handler(({ input, signal }) =>
        dataSources.savedSecrets.move(input.to, input.id, { taskId: input.taskId, signal }),
      ),
      forget: rpc.dataSources.secrets.forget.handler(async ({ input }) => {
        await dataSources.savedSecrets.forget(input.id, input.kind)
        return {}
      }),
      forgetAll: rpc.dataSources.secrets.forgetAll.handler(() => dataSources.savedSecrets.forgetAll()),
    },
    relations: rpc.dataSources.relations.handler(({ input, signal }) => dataSources.relations(input.id, { signal })),
  }
}

/** An attempt as a stream: its steps while they are taken, then its report. */
function told(
  signal: AbortSignal | undefined,
  attempt: (options: { readonly signal: AbortSignal; readonly onProgress: (trace: ConnectTrace) => void }) => Promise<ConnectReport>,
): AsyncGenerator<ConnectEvent, void, void> {
  return whileRunning<ConnectEvent>(signal, async (push, stop) => {
    const report = await attempt({ signal: stop, onProgress: (trace) => push({ type: 'progress', trace }) })
    push({ type: 'settled', report })
  })
}
