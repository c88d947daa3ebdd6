import { MessageChannel } from 'node:worker_threads'
import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { ContractServer } from '#hosts/common/serve-contract.ts'
import { servePort } from '#hosts/common/serve-port.ts'
import { EventQueue } from '#services/app/event-queue.ts'
import { Changes } from '#services/changes.ts'
import { rpc } from '#services/rpc.ts'
import type { ChangeTopic } from '#shared/model/app.ts'
import { APP_SCHEME } from '#shared/model/names.ts'
import { memoryLog } from '#test/support/host.ts'

/** What a page asks again when the services say what changed, over the port that the desktop's preload hands to a page. */

const changes = new Changes()
const ID = '11111111-2222-4333-8444-555555555555'
let listeners = 0
const router = {
  app: {
    changes: rpc.app.changes.handler(async function* ({ signal }) {
      const queue = new EventQueue<readonly ChangeTopic[]>((waiting, next) => [...waiting, ...next])
      const stop = changes.listen((topics) => queue.push(topics))
      listeners += 1
      try {
        yield { topics: [] }
        for await (const topics of queue.read(signal)) yield { topics: [...topics] }
      } finally {
        stop()
      }
    }),
  },
}

/** The window that the page's modules find. It hands a port over as the preload does. */
class PageWindow extends EventTarget {
  readonly location = new URL(`${APP_SCHEME}://main/`)
  readonly #closes: (() => void)[] = []

  postMessage(): void {
    const { port1, port2 } = new MessageChannel()
    this.#closes.push(servePort(new ContractServer({ router, context: { log: memoryLog().log } }), port1))
    const { origin } = this.location
    this.dispatchEvent(Object.assign(new Event('message'), { source: this, origin, ports: [port2], data: { type: 'plumbline:port' } }))
  }

  close(): void {
    for (const close of this.#closes) close()
  }
}

const page = new PageWindow()
vi.stubGlobal('window', page)
const { connection, queries } = await import('#api/client.ts')
const { followServices } = await import('#api/live.ts')
const client = new QueryClient({ defaultOptions: { queries: { retry: false, networkMode: 'always' } } })
let asked = 0

beforeAll(async () => {
  // On the screen, of a server that does not answer: as long as it is asked, nothing else may wait for it.
  const silent = queries.assets.columns.queryKey({ input: { id: ID } })
  new QueryObserver(client, { queryKey: silent, queryFn: () => new Promise<never>(() => {}) }).subscribe(() => {})
  const runs = queries.validations.list.queryKey({ input: { assetId: null, limit: 10 } })
  new QueryObserver(client, { queryKey: runs, queryFn: async () => (asked += 1) }).subscribe(() => {})
  followServices(client)
  await connection.start()
})

afterAll(() => {
  page.close()
  vi.unstubAllGlobals()
})

test('a page hears of changes while it still asks for what is on its screen', async () => {
  await expect.poll(() => listeners).toBe(1)
  await expect.poll(() => client.isFetching({ queryKey: queries.validations.key() })).toBe(0)
  const before = asked
  changes.emit('runs')
  await expect.poll(() => asked).toBeGreaterThan(before)
})

const source = { dataSourceId: ID }
const relation = { ...source, schema: 'public', relation: 'orders' }
const keys = {
  history: queries.validations.history.queryKey({ input: { expectationId: ID, limit: 10 } }),
  batches: queries.assets.batches.queryKey({ input: { id: ID, limit: 10 } }),
  columns: queries.assets.columns.queryKey({ input: { id: ID } }),
  relations: queries.dataSources.relations.queryKey({ input: { id: ID } }),
  'tree: schemas': queries.query.schemas.queryKey({ input: source }),
  'tree: relations': queries.query.relations.queryKey({ input: { ...source, schema: 'public' } }),
  'tree: partitions': queries.query.partitions.queryKey({ input: relation }),
  'tree: columns': queries.query.columns.queryKey({ input: relation }),
  'tree: objects': queries.query.objects.queryKey({ input: { ...source, schema: null } }),
  'tree: search': queries.query.find.queryKey({ input: { ...source, search: 'a' } }),
  details: queries.query.relationDetails.queryKey({ input: relation }),
  completion: queries.query.completion.words.queryKey({ input: source }),
}
const ofServer = Object.keys(keys).filter((name) => name !== 'history')

test.each<[ChangeTopic, readonly string[]]>([
  ['runs', ['history']],
  ['batches', ['batches']],
  ['assets', ['relations']],
  ['servers', ofServer],
  // A new name or another colour asks no server of the person's.
  ['data-sources', []],
])('a change of %s makes stale %j', async (topic, stale) => {
  for (const key of Object.values(keys)) client.setQueryData<unknown>(key, null)
  // Always stale after the change before, whatever else is: then the page has heard of it.
  const heard = queries.app.preferences.get.queryKey({ input: {} })
  client.setQueryData<unknown>(heard, null)
  changes.emit(topic, 'preferences')
  await expect.poll(() => client.getQueryState(heard)?.isInvalidated).toBe(true)
  expect(Object.entries(keys).flatMap(([name, key]) => (client.getQueryState(key)?.isInvalidated ? [name] : []))).toEqual(stale)
})
