import type { ConnectEvent, ConnectReport } from '#shared/model/connect.ts'

/** The end of a stream of `dataSources.test` or `connect`. */
export async function reported(stream: PromiseLike<AsyncIterable<ConnectEvent>>): Promise<ConnectReport> {
  let last: ConnectEvent | null = null
  for await (const event of await stream) last = event
  if (last?.type !== 'settled') throw new Error('The attempt ended without a report.')
  return last.report
}
