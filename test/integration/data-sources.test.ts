import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { secretSettings } from '#services/app/secret-settings.ts'
import { Changes } from '#services/changes.ts'
import { DataSources } from '#services/data-sources/data-sources.ts'
import { Store } from '#services/store/store.ts'
import { Tasks } from '#services/tasks/tasks.ts'
import { Vault } from '#services/vault/vault.ts'
import type { DataSourceInput } from '#shared/model/data-source.ts'
import type { Recipient } from '#shared/postgres/recipient.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { memoryLog } from '#test/support/host.ts'
import { startTlsServer, type TlsServer } from '#test/support/tls-server.ts'

/** Data sources over a real store, a real server, and a computer without a keychain. */

let database: TestDatabase
let folder: string
let store: Store
let sources: DataSources
let vault: Vault

beforeAll(async () => {
  database = await createDatabase({ sql: 'CREATE TABLE people (id integer)' })
})
afterAll(() => database.dispose())
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-sources-'))
  start()
})
afterEach(async () => {
  await stop()
  rmSync(folder, { recursive: true, force: true })
})

function start(): void {
  store = Store.open(folder, { migrate: true })
  const sample = { endpoint: () => Promise.reject(new Error('There is no sample here.')) }
  vault = new Vault({
    modulesFolder: join(folder, 'nothing'),
    probe: 'child',
    folder,
    settings: secretSettings(store),
    cost: { logN: 1, r: 1, p: 1 },
  })
  sources = new DataSources({ store, secrets: vault, changes: new Changes(), tasks: new Tasks(), sample, log: memoryLog().log })
}

async function stop(): Promise<void> {
  await sources.dispose()
  await vault.dispose()
  store.dispose()
}

async function restart(): Promise<void> {
  await stop()
  start()
}

function input(more: Partial<DataSourceInput> = {}): DataSourceInput {
  const { connectionString } = database
  return { name: 'Shop', connectionString, sslmode: null, plaintextConsent: false, savePassword: true, environment: 'none', ...more }
}

const withoutPassword = () => database.connectionString.replace(`:${encodeURIComponent(database.password)}@`, '@')
const count = (table: string) => store.database.prepare(`SELECT count(*) FROM ${table}`).pluck().get()

test('a copy connects with the password of its original, under a name of its own, and has a life of its own', async () => {
  const { id } = await sources.create(input({ environment: 'production' }))
  const copy = await sources.duplicate(id)
  const again = await sources.duplicate(id)
  expect([copy.name, again.name]).toEqual(['Shop copy', 'Shop copy 2'])
  expect(copy).toMatchObject({ environment: 'production', passwordState: 'in-memory' })
  await sources.forgetPassword(id)
  await sources.remove(again.id)
  expect(await sources.connect(copy.id)).toMatchObject({ ok: true })
  expect((await sources.get(id)).passwordState).toBe('missing')
})

describe('a name', () => {
  test('belongs to one data source', async () => {
    const first = await sources.create(input())
    const taken = { code: 'CONFLICT', detail: { field: 'name' } }
    await expect(sources.create(input({ name: ' Shop ' }))).rejects.toMatchObject(taken)
    const second = await sources.create(input({ name: 'Other' }))
    await expect(sources.configure(second.id, { name: 'Shop' })).rejects.toMatchObject(taken)
    await expect(sources.update(second.id, input())).rejects.toMatchObject(taken)
    expect((await sources.list()).map(({ name }) => name)).toEqual(['Other', 'Shop'])
    await sources.remove(first.id)
    expect(await sources.configure(second.id, { name: 'Shop' })).toMatchObject({ name: 'Shop' })
  })

  test.each([['   '], ['x'.repeat(101)]])('is refused: %j', async (name) => {
    await expect(sources.create(input({ name }))).rejects.toMatchObject({ code: 'INVALID', detail: { field: 'name' } })
    expect(count('data_sources')).toBe(0)
  })
})

describe('a password', () => {
  test('is kept by an update that brings none', async () => {
    const { id } = await sources.create(input())
    const after = await sources.update(id, input({ name: 'Renamed', connectionString: withoutPassword() }))
    expect(after).toMatchObject({ name: 'Renamed', passwordState: 'in-memory' })
    expect(await sources.connect(id)).toMatchObject({ ok: true })
    expect(sources.describe(id).connectionString).not.toContain(database.password)
  })

  test('stays with another database and another protection, and goes to no other server and no other role', async () => {
    const { id } = await sources.create(input())
    const other = withoutPassword().replace(`/${database.database}`, '/postgres')
    expect(await sources.update(id, input({ connectionString: other }))).toMatchObject({ passwordState: 'in-memory' })
    const elsewhere = (change: Partial<Recipient>) => {
      const { host, port, user } = { ...database, ...change }
      return input({ connectionString: `postgresql://${user}@${host}:${port}/postgres`, sslmode: 'disable', plaintextConsent: true })
    }
    // The same server by another name, so that with the password it would go well. Before it is saved, and after.
    const missing = { ok: false, field: 'password', cause: expect.stringMatching('missing') }
    for (const change of [{ host: 'localhost' }, { user: 'nobody' }]) {
      expect(await sources.test(elsewhere(change), { id })).toMatchObject(missing)
    }
    for (const change of [{ host: 'localhost' }, { user: 'nobody' }, { port: 1 }]) {
      await sources.update(id, input())
      expect(await sources.update(id, elsewhere(change))).toMatchObject({ passwordState: 'missing' })
    }
    await sources.update(id, elsewhere({ host: 'localhost' }))
    expect(await sources.connect(id)).toMatchObject(missing)
    expect(await sources.enterPassword(id, database.password, false)).toMatchObject({ ok: true })
  })

  test('that has to be forgotten for another server and cannot be now keeps the data source where it is', async () => {
    const { id } = await sources.create(input())
    store.database.prepare('UPDATE data_sources SET secret_saved = 1').run()
    await expect(sources.update(id, input({ connectionString: 'postgresql://reader@elsewhere.invalid/shop' }))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    })
    expect(await sources.get(id)).toMatchObject({ host: database.host })
    // A name that is taken is said before anything is forgotten.
    store.database.prepare('UPDATE data_sources SET secret_saved = 0').run()
    await sources.create(input({ name: 'Taken' }))
    await expect(
      sources.update(id, input({ name: 'Taken', connectionString: 'postgresql://reader@elsewhere.invalid/shop' })),
    ).rejects.toMatchObject({
      code: 'CONFLICT',
    })
    expect(await sources.get(id)).toMatchObject({ passwordState: 'in-memory' })
  })

  test('of the session is asked for again after a restart, at the point of use', async () => {
    const { id } = await sources.create(input({ savePassword: false }))
    expect(await sources.get(id)).toMatchObject({ passwordState: 'in-memory' })
    await restart()
    expect(await sources.get(id)).toMatchObject({ passwordState: 'missing' })
    await expect(sources.lease(id, 'interactive')).rejects.toMatchObject({
      code: 'PASSWORD_NEEDED',
      action: 'enter-password',
      detail: { dataSourceId: id, reason: 'missing' },
    })
    expect(await sources.connect(id)).toMatchObject({ ok: false, cause: 'password-missing', choices: ['enter-password'] })
    expect(await sources.enterPassword(id, 'wrong', false)).toMatchObject({ ok: false, cause: 'wrong-password' })
    expect(await sources.get(id)).toMatchObject({ passwordState: 'missing' })
    expect(await sources.enterPassword(id, database.password, false)).toMatchObject({ ok: true })
    const lease = await sources.lease(id, 'interactive')
    await lease.release()
  })

  test('that a keychain should have and nobody can read now is unavailable, not missing, and stays marked', async () => {
    const { id } = await sources.create(input())
    store.database.prepare('UPDATE data_sources SET secret_saved = 1').run()
    await restart()
    expect(await sources.get(id)).toMatchObject({ passwordState: 'unavailable' })
    await expect(sources.lease(id, 'interactive')).rejects.toMatchObject({ code: 'PASSWORD_NEEDED', detail: { reason: 'unavailable' } })
    await expect(sources.forgetPassword(id)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect(await sources.get(id)).toMatchObject({ passwordState: 'unavailable' })
    // Gone for the person at once; the row waits for the keychain, so that its secret is not left behind unknown.
    await sources.remove(id)
    expect(await sources.list()).toEqual([])
    expect(count('data_sources')).toBe(1)
    await sources.finishRemovals()
    expect(count('data_sources')).toBe(1)
  })

  test('that the server refuses is asked for, and the stored one is not thrown away', async () => {
    const { id } = await sources.create(input())
    await sources.update(id, input({ connectionString: database.connectionString.replace(encodeURIComponent(database.password), 'wrong') }))
    await expect(sources.lease(id, 'validation')).rejects.toMatchObject({ code: 'PASSWORD_NEEDED', detail: { reason: 'rejected' } })
    expect(await sources.get(id)).toMatchObject({ passwordState: 'in-memory' })
  })

  test('is in no row of the store', async () => {
    const { id } = await sources.create(input())
    await sources.connect(id)
    expect(JSON.stringify(store.database.prepare('SELECT * FROM data_sources').all())).not.toContain(database.password)
  })
})

describe('a password in a vault', () => {
  const PASSPHRASE = 'four words, and none said'
  const locked = { code: 'PASSWORD_NEEDED', action: 'enter-password', detail: { reason: 'locked' } }

  test('is asked for by its passphrase at the point of use, after a restart, and then goes on', async () => {
    await vault.create(PASSPHRASE)
    const { id, passwordState } = await sources.create(input())
    expect(passwordState).toBe('in-vault')
    expect(await sources.connect(id)).toMatchObject({ ok: true })
    await restart()
    expect(await sources.get(id)).toMatchObject({ passwordState: 'vault-locked' })
    await expect(sources.lease(id, 'interactive')).rejects.toMatchObject(locked)
    await expect(sources.lease(id, 'validation')).rejects.toMatchObject(locked)
    await expect(sources.duplicate(id)).rejects.toMatchObject(locked)
    await expect(sources.test(input({ connectionString: withoutPassword() }), { id })).rejects.toMatchObject(locked)
    expect(await sources.connect(id)).toMatchObject({ ok: false, cause: 'password-missing', choices: ['enter-password'] })
    await vault.unlock(PASSPHRASE)
    const lease = await sources.lease(id, 'interactive')
    await lease.release()
    expect(await sources.duplicate(id)).toMatchObject({ passwordState: 'in-vault' })
    expect(JSON.stringify(store.database.prepare('SELECT * FROM data_sources').all())).not.toContain(database.password)
  })

  test('that is locked takes nothing in silence: what is to be saved asks for the passphrase before anything is done', async () => {
    await vault.create(PASSPHRASE)
    const { id } = await sources.create(input())
    vault.lock()
    const asks = { code: 'UNAVAILABLE', action: 'unlock-vault' }
    await expect(sources.create(input({ name: 'Second' }))).rejects.toMatchObject(asks)
    await expect(sources.update(id, input({ name: 'Renamed' }))).rejects.toMatchObject(asks)
    await expect(sources.enterPassword(id, database.password, true)).rejects.toMatchObject(asks)
    await expect(sources.forgetPassword(id)).rejects.toMatchObject(asks)
    expect((await sources.list()).map(({ name, passwordState }) => [name, passwordState])).toEqual([['Shop', 'vault-locked']])
    // Its password can be typed instead: it is held in memory, and the saved one stays.
    expect(await sources.enterPassword(id, database.password, false)).toMatchObject({ ok: true })
    expect(await sources.get(id)).toMatchObject({ passwordState: 'in-memory' })
    await restart()
    expect(await sources.get(id)).toMatchObject({ passwordState: 'vault-locked' })
  })

  test('whose file is gone is unavailable, not missing', async () => {
    await vault.create(PASSPHRASE)
    const { id } = await sources.create(input())
    await vault.setAside()
    expect(await sources.get(id)).toMatchObject({ passwordState: 'unavailable' })
    await expect(sources.lease(id, 'interactive')).rejects.toMatchObject({ code: 'PASSWORD_NEEDED', detail: { reason: 'unavailable' } })
    await vault.create(PASSPHRASE)
    expect(await sources.get(id)).toMatchObject({ passwordState: 'unavailable' })
    expect(await sources.enterPassword(id, database.password, true)).toMatchObject({ ok: true })
    expect(await sources.get(id)).toMatchObject({ passwordState: 'in-vault' })
  })

  test('is forgotten once the vault is unlocked, when its data source was removed before', async () => {
    await vault.create(PASSPHRASE)
    const { id } = await sources.create(input())
    vault.lock()
    await sources.remove(id)
    expect([(await sources.list()).length, count('data_sources')]).toEqual([0, 1])
    await vault.unlock(PASSPHRASE)
    await sources.finishRemovals()
    expect(count('data_sources')).toBe(0)
    expect(await vault.readFrom('vault', id)).toEqual({ state: 'missing' })
  })

  test('and every other is forgotten at once when the person says so', async () => {
    await vault.create(PASSPHRASE)
    await sources.create(input())
    await sources.create(input({ name: 'Second', savePassword: false }))
    expect((await sources.savedSecrets.list()).map(({ dataSourceName, place, state }) => [dataSourceName, place, state])).toEqual([
      ['Second', null, 'in-memory'],
      ['Shop', 'vault', 'in-vault'],
    ])
    vault.lock()
    expect(await sources.savedSecrets.forgetAll()).toMatchObject({ moved: 1, left: [{ dataSourceName: 'Shop', kind: 'password' }] })
    await vault.unlock(PASSPHRASE)
    expect(await sources.savedSecrets.forgetAll()).toEqual({ moved: 1, left: [], notReached: 0 })
    expect((await sources.savedSecrets.list()).map(({ state }) => state)).toEqual(['missing', 'missing'])
  })
})

describe('a server that asks for no password', () => {
  let trusting: TlsServer
  beforeAll(async () => {
    trusting = await startTlsServer()
    await trusting.run("CREATE ROLE walks_in LOGIN; CREATE ROLE knocks LOGIN PASSWORD 'x'")
    await trusting.allow(['host all walks_in 127.0.0.1/32 trust', 'host all knocks 127.0.0.1/32 scram-sha-256'])
  })
  afterAll(() => trusting?.dispose())
  const place = (user: string) => input({ connectionString: `postgresql://${user}@127.0.0.1:${trusting.endpoint.port}/postgres` })

  test('is known as such once it was connected to, and after a restart', async () => {
    const { id, passwordState } = await sources.create(place('walks_in'))
    expect(passwordState).toBe('missing')
    expect(await sources.connect(id)).toMatchObject({ ok: true })
    expect(await sources.get(id)).toMatchObject({ passwordState: 'not-needed' })
    await restart()
    expect(await sources.get(id)).toMatchObject({ passwordState: 'not-needed' })
  })

  test('and begins to: then the password is missing again', async () => {
    const { id } = await sources.create(place('walks_in'))
    await (await sources.lease(id, 'interactive')).release()
    expect(await sources.get(id)).toMatchObject({ passwordState: 'not-needed' })
    await sources.closeConnections(id)
    await trusting.allow(['host all walks_in 127.0.0.1/32 scram-sha-256'])
    await expect(sources.lease(id, 'interactive')).rejects.toMatchObject({ code: 'PASSWORD_NEEDED', detail: { reason: 'missing' } })
    expect(await sources.get(id)).toMatchObject({ passwordState: 'missing' })
  })

  test('says nothing about another role', async () => {
    await trusting.allow(['host all walks_in 127.0.0.1/32 trust', 'host all knocks 127.0.0.1/32 scram-sha-256'])
    const { id } = await sources.create(place('walks_in'))
    await sources.connect(id)
    expect(await sources.update(id, place('knocks'))).toMatchObject({ passwordState: 'missing' })
  })
})

describe('removing', () => {
  test('takes assets, expectations and results with it, and ends its connections', async () => {
    const { id } = await sources.create(input())
    const lease = await sources.lease(id, 'interactive')
    store.database
      .prepare(
        "INSERT INTO query_history (id, data_source_id, sql, started_at, duration_ms, outcome) VALUES ('h', ?, 'SELECT 1', '2026-01-01T00:00:00Z', 1, 'complete')",
      )
      .run(id)
    await sources.remove(id)
    expect(lease.connection.usable).toBe(false)
    await lease.release()
    expect([count('data_sources'), count('query_history')]).toEqual([0, 0])
    await expect(sources.get(id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(sources.lease(id, 'interactive')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('that was cut short is ended by the next start', async () => {
    const { id } = await sources.create(input({ savePassword: false }))
    store.database.prepare("UPDATE data_sources SET removed_at = '2026-01-01T00:00:00Z' WHERE id = ?").run(id)
    await restart()
    expect(await sources.list()).toEqual([])
    await sources.finishRemovals()
    expect(count('data_sources')).toBe(0)
  })
})

test('no such database is told at its field', async () => {
  const connectionString = database.connectionString.replace(database.database, 'None Of This')
  expect(await sources.test(input({ connectionString }))).toMatchObject({
    ok: false,
    step: 'database',
    cause: 'no-such-database',
    sqlstate: '3D000',
    field: 'connectionString',
    sentence: 'There is no database "None Of This" on the server.',
  })
})
