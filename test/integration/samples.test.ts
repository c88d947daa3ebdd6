import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { secretSettings } from '#services/app/secret-settings.ts'
import { Changes } from '#services/changes.ts'
import { DataSources } from '#services/data-sources/data-sources.ts'
import { SampleServer } from '#services/sample/sample-server.ts'
import { makeSampleReader, openSampleSession } from '#services/samples/sample-sessions.ts'
import { Samples } from '#services/samples/samples.ts'
import { Store } from '#services/store/store.ts'
import { Tasks } from '#services/tasks/tasks.ts'
import { Vault } from '#services/vault/vault.ts'
import { modulesFolder } from '#test/support/cluster.ts'

let folder: string
let store: Store
let server: SampleServer
let dataSources: DataSources
let samples: Samples
const tasks = new Tasks()
const changes = new Changes()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline samples-'))
  store = Store.open(folder, { migrate: true })
  server = new SampleServer({ modulesFolder, folder: join(folder, 'sample'), openSession: openSampleSession, makeReader: makeSampleReader })
  // No module there, as on a computer without a keychain: removing must work all the same.
  const secrets = new Vault({ modulesFolder: join(folder, 'nothing'), probe: 'child', folder, settings: secretSettings(store) })
  const log = { info: () => {}, warn: () => {}, error: () => '' }
  dataSources = new DataSources({ store, secrets, changes, tasks, sample: server, log })
  samples = new Samples({ server, dataSources, store, tasks, changes })
})

afterAll(async () => {
  await dataSources.dispose()
  await server.remove()
  store.dispose()
  await rm(folder, { recursive: true, force: true })
})

const count = (table: 'data_sources' | 'data_assets' | 'sample') => store.database.prepare(`SELECT count(*) FROM ${table}`).pluck().get()

test('the life of the sample: started, read, broken, stopped, used again, removed', async () => {
  expect(await samples.state()).toMatchObject({ state: 'absent', dataSourceId: null, broken: false })

  const totals: (number | null)[] = []
  const seen: string[] = []
  // Asked at every step of the load, as by a page that is loaded anew.
  const meanwhile: Promise<unknown>[] = []
  const stop = tasks.listen(() => {
    totals.push(tasks.list()[0]?.done ?? null)
    meanwhile.push(samples.state())
  })
  const stopSeeing = changes.listen(() => void samples.state().then((state) => seen.push(state.state)))
  const first = await samples.start(randomUUID())
  stop()
  stopSeeing()
  expect(first).toMatchObject({ state: 'running', broken: false, serverVersion: expect.stringMatching(/^18/) })
  expect(seen).toContain('starting')
  expect((await Promise.allSettled(meanwhile)).filter(({ status }) => status === 'rejected')).toEqual([])
  expect(meanwhile.length).toBeGreaterThan(5)
  const shown = totals.filter((done) => done !== null)
  expect(shown).toEqual(shown.toSorted((a, b) => a - b))

  const id = first.dataSourceId ?? ''
  expect(await dataSources.get(id)).toMatchObject({ name: 'Sample shop', kind: 'sample', user: 'shop_reader', passwordState: 'not-needed' })
  expect(await dataSources.connect(id)).toMatchObject({ ok: true, server: { isSuperuser: false, database: 'shop' } })
  const relations = await dataSources.relations(id)
  expect(new Set(relations.map((relation) => relation.schema))).toEqual(new Set(['shop', 'warehouse']))
  expect(relations.every((relation) => relation.readable)).toBe(true)
  expect(relations.find((relation) => relation.name === 'support_tickets')).toMatchObject({ rowSecurity: true })

  expect(await samples.breakSomething()).toMatchObject({ broken: true, brokenSentence: 'customers.email is now customers.e_mail' })
  expect(await samples.stop()).toMatchObject({ state: 'stopped', broken: true, dataSourceId: id })
  // Its next use starts it again, wherever its port is now.
  expect(await dataSources.connect(id)).toMatchObject({ ok: true })
  expect(await samples.mend()).toMatchObject({ state: 'running', broken: false, brokenSentence: null })
  expect(await samples.start(randomUUID())).toMatchObject({ dataSourceId: id })
  expect(count('data_sources')).toBe(1)

  store.database
    .prepare(
      `INSERT INTO data_assets (id, data_source_id, name, kind, schema_name, relation_name, created_at)
       VALUES (?, ?, 'customers', 'table', 'shop', 'customers', '2026-01-01T00:00:00Z')`,
    )
    .run(randomUUID(), id)
  expect(await samples.remove()).toMatchObject({ state: 'absent', dataSourceId: null, broken: false })
  expect([count('data_sources'), count('data_assets'), count('sample')]).toEqual([0, 0, 0])
  expect((await readdir(folder)).filter((name) => !name.startsWith('plumbline.db'))).toEqual([])
})
