import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Changes } from '#services/changes.ts'
import { SavedSecrets } from '#services/data-sources/saved-secrets.ts'
import { Tasks } from '#services/tasks/tasks.ts'
import {
  accounts,
  accountsInVault,
  addSource,
  ID,
  KEY,
  PASSPHRASE,
  PASSWORD,
  type SecretParts,
  SecretsComputer,
  secretsOf,
  storedSource,
} from '#test/support/secret-parts.ts'

/** Where the secrets of data sources are, and moving them; test/security/secret-move.test.ts ends a move at each of its steps. */

let computer: SecretsComputer
beforeEach(() => {
  computer = new SecretsComputer()
})
afterEach(() => computer.dispose())

describe.each(['vault', 'keychain'] as const)('a move to the %s', (to) => {
  test('takes passwords and keys there, and leaves nothing where they were', async () => {
    const { vault, places } = await computer.startWithSecretsIn(to === 'vault' ? 'keychain' : 'vault')
    expect(await places.move(to, null)).toEqual({ moved: 2, left: [], notReached: 0 })
    expect(await accountsInVault(vault)).toEqual(to === 'vault' ? accounts : [])
    expect(Object.keys(computer.keychain.items()).sort()).toEqual(to === 'vault' ? [] : accounts.toSorted())
    const restarted = computer.start()
    await restarted.vault.unlock(PASSPHRASE)
    expect(await secretsOf(restarted)).toEqual([PASSWORD, KEY])
    const state = to === 'vault' ? 'in-vault' : 'saved'
    expect(await restarted.places.list()).toMatchObject([
      { kind: 'password', place: to, state },
      { kind: 'client-key', place: to, state },
    ])
  })
})

test('a move tells what stayed and why, and takes what is in memory only of the one data source that is named', async () => {
  const { vault, places, sources, records } = await computer.startWithSecretsIn('keychain')
  const memory = crypto.randomUUID()
  addSource(records, memory, 'Other')
  await sources.keepPassword(memory, 'held', false)
  vault.lock()
  const locked = 'The vault is locked. Unlock it with its passphrase.'
  expect(await places.move('vault', null)).toMatchObject({
    moved: 0,
    left: [{ kind: 'password', sentence: locked }, { kind: 'client-key' }],
  })
  await vault.unlock(PASSPHRASE)
  computer.keychain.breakDown()
  expect(await places.move('vault', null)).toMatchObject({
    moved: 0,
    left: [{ sentence: expect.stringContaining('The keychain cannot be read') }, { kind: 'client-key' }],
  })
  expect(await places.list()).toMatchObject([
    { dataSourceName: 'Other', kind: 'password', place: null, state: 'in-memory' },
    { dataSourceName: 'Other', kind: 'client-key', state: 'missing' },
    { dataSourceName: 'Shop', kind: 'password', place: 'keychain', state: 'unavailable' },
    { dataSourceName: 'Shop', kind: 'client-key', state: 'unavailable' },
  ])
  expect(await places.move('vault', memory)).toEqual({ moved: 1, left: [], notReached: 0 })
  expect(await vault.readFrom('vault', memory)).toMatchObject({ secret: 'held' })
})

describe('a move of many', () => {
  const ids = Array.from({ length: 6 }, () => crypto.randomUUID())

  async function startWithMany() {
    const parts = computer.start()
    await parts.vault.create(PASSPHRASE)
    parts.vault.choose('os-keychain')
    for (const [index, id] of ids.entries()) {
      addSource(parts.records, id, `Shop ${index}`)
      await parts.sources.keepPassword(id, `password ${index}`, true)
    }
    return parts
  }

  /** Of each: the places that have it. Past the marks, so that one that is left behind is seen. */
  async function placesOf({ vault }: SecretParts): Promise<readonly (readonly string[])[]> {
    const inKeychain = computer.keychain.items()
    return Promise.all(
      ids.map(async (id) => [
        ...(inKeychain[id] === undefined ? [] : ['keychain']),
        ...((await vault.readFrom('vault', id)).state === 'found' ? ['vault'] : []),
      ]),
    )
  }

  test('that is cancelled leaves each in one place that gives it, says how many it did not reach, and the next one ends it', async () => {
    const parts = await startWithMany()
    const { places, records, sources } = parts
    const cancel = new AbortController()
    const told: (readonly [number, string | null])[] = []
    const outcome = await places.move('vault', null, {
      signal: cancel.signal,
      progress: (done, name) => {
        told.push([done, name])
        if (done === 2) cancel.abort()
      },
    })
    // The third was under way, and is brought to its end.
    expect(outcome).toEqual({ moved: 3, left: [], notReached: 3 })
    expect(told).toEqual([...[0, 1, 2].map((done) => [done, `Shop ${done}`]), [3, null]])
    expect(await placesOf(parts)).toEqual([...Array(3).fill(['vault']), ...Array(3).fill(['keychain'])])
    for (const [index, id] of ids.entries()) {
      const source = records.find(id)
      expect(source === null ? null : await sources.password(source)).toBe(`password ${index}`)
    }
    expect(places.countToMove('vault', null)).toBe(3)
    expect(await places.move('vault', null)).toEqual({ moved: 3, left: [], notReached: 0 })
    expect(await placesOf(parts)).toEqual(Array(6).fill(['vault']))
  })

  test('takes a data source as it is when its turn comes: one that was removed meanwhile is left out', async () => {
    const { places, records, sources } = await startWithMany()
    const gone = ids[4] ?? ''
    const progress = (done: number) => {
      if (done === 1) records.markRemoved(gone, new Date().toISOString())
    }
    expect(await places.move('vault', null, { progress })).toEqual({ moved: 5, left: [], notReached: 0 })
    for (const removed of records.removed()) await sources.purge(removed)
    expect(records.removed()).toEqual([])
    expect(computer.keychain.items()).toEqual({})
  })

  test('is a task with a count that can be cancelled, and no second one begins beside it', async () => {
    const { places } = await startWithMany()
    const tasks = new Tasks()
    const saved = new SavedSecrets({
      places,
      settings: {
        require: () => {
          throw new Error('All of them are meant, so none is looked up.')
        },
      },
      connections: { close: async () => {} },
      tasks,
      changes: new Changes(),
    })
    const taskId = crypto.randomUUID()
    let second: Promise<unknown> | null = null
    tasks.listen(() => {
      const [task] = tasks.list()
      if (task?.done !== 1) return
      second ??= saved.move('keychain', null).catch((error: unknown) => error)
      tasks.cancel(taskId)
    })
    expect(await saved.move('vault', null, { taskId })).toEqual({ moved: 2, left: [], notReached: 4 })
    expect(tasks.list()).toMatchObject([
      { id: taskId, kind: 'secrets', state: 'cancelled', done: 2, total: 6, title: 'Move secrets to the vault' },
    ])
    expect(await second).toMatchObject({ code: 'BUSY' })
    expect(await saved.move('vault', null)).toEqual({ moved: 4, left: [], notReached: 0 })
  })
})

test('what is forgotten is in no place any more; what a locked vault has is not forgotten without a word', async () => {
  const parts = await computer.startWithSecretsIn('vault')
  const { vault, places, records } = parts
  vault.lock()
  for (const kind of ['password', 'client-key'] as const)
    await expect(places.forget(ID, kind)).rejects.toMatchObject({ code: 'UNAVAILABLE', action: 'unlock-vault' })
  expect(records.find(ID)).toMatchObject({ passwordIn: 'vault', clientKeyIn: 'vault' })
  await vault.unlock(PASSPHRASE)
  await places.forget(ID, 'password')
  expect(await secretsOf(parts)).toEqual([null, KEY])
  await places.forget(ID, 'client-key')
  expect(await accountsInVault(vault)).toEqual([])
  expect(records.find(ID)).toMatchObject({ passwordIn: null, clientKeyIn: null })
})

test('a removal waits for the vault that has the secret', async () => {
  const { vault, sources, records } = await computer.startWithSecretsIn('vault')
  vault.lock()
  records.markRemoved(ID, new Date().toISOString())
  for (const removed of records.removed()) await sources.purge(removed)
  expect(records.removed()).toMatchObject([{ passwordIn: 'vault', clientKeyIn: 'vault' }])
  await vault.unlock(PASSPHRASE)
  for (const removed of records.removed()) await sources.purge(removed)
  expect(records.removed()).toEqual([])
  expect(await accountsInVault(vault)).toEqual([])
})

test('a password for a keychain that is gone goes on in memory, is not called saved, and the one that is there is forgotten in the end', async () => {
  const parts = await computer.startWithSecretsIn('keychain')
  const { vault, sources } = parts
  computer.keychain.breakDown()
  const source = () => storedSource(parts)
  expect(await sources.passwordState(source())).toBe('unavailable')
  for (const save of [true, false]) {
    await sources.keepPassword(ID, 'newer', save)
    expect(await sources.passwordState(source())).toBe('in-memory')
    expect(source().passwordIn).toBe('keychain')
  }
  computer.keychain.repair()
  await vault.probe()
  await sources.keepPassword(ID, 'newer', false)
  expect(source().passwordIn).toBeNull()
  expect(computer.keychain.items()[ID]).toBeUndefined()
})

test('one that was saved elsewhere before is not left there', async () => {
  const { vault, sources, records } = await computer.startWithSecretsIn('keychain')
  vault.choose('vault')
  await sources.keepPassword(ID, 'newer', true)
  expect(records.find(ID)?.passwordIn).toBe('vault')
  expect(computer.keychain.items()[ID]).toBeUndefined()
  vault.choose('session-only')
  await sources.keepPassword(ID, 'newest', true)
  expect(records.find(ID)?.passwordIn).toBeNull()
  expect(await vault.readFrom('vault', ID)).toEqual({ state: 'missing' })
  expect(vault.status()).toMatchObject({ mode: 'session-only', sentence: expect.stringContaining('as you chose') })
})

test('a keychain that does not work is never replaced by the vault without the person saying so, nor the other way round', async () => {
  const { vault, sources, records } = await computer.startWithSecretsIn('keychain')
  addSource(records, crypto.randomUUID(), 'Other')
  computer.keychain.breakDown()
  await vault.probe()
  expect(vault.status()).toMatchObject({ mode: 'session-only', chosen: 'os-keychain', probe: 'no-service', vault: 'unlocked' })
  const [otherSource] = records.list()
  await sources.keepPassword(otherSource?.id ?? '', 'typed', true)
  expect(records.list()[0]?.passwordIn).toBeNull()
  computer.keychain.repair()
  await vault.probe()
  vault.choose('vault')
  vault.lock()
  expect(() => sources.requireReady(true)).toThrow('locked')
  await expect(sources.keepPassword(otherSource?.id ?? '', 'typed', true)).rejects.toMatchObject({ action: 'unlock-vault' })
  expect(Object.keys(computer.keychain.items())).toHaveLength(accounts.length)
})

test('what was chosen is chosen after a restart too, and by no other start', async () => {
  await computer.startWithSecretsIn('vault')
  expect(computer.start().vault.status()).toMatchObject({ chosen: 'vault', mode: 'vault', vault: 'locked' })
  expect(() => computer.start().vault.choose('vault')).not.toThrow()
  rmSync(join(computer.folder, 'secrets.vault'))
  expect(() => computer.start().vault.choose('vault')).toThrow('no vault yet')
  expect(computer.start().vault.status()).toMatchObject({ chosen: 'vault', vault: 'none' })
  expect(() => computer.start().vault.requireReady()).toThrow('its file is not there')
})

describe("a keychain with Windows' limit", () => {
  beforeEach(async () => {
    await computer.dispose()
    computer = new SecretsComputer({ windows: true })
  })

  test.each([
    ['1,024 letters', 'a'.repeat(1_024)],
    ['1,024 bytes of two each', 'ü'.repeat(512)],
    ['1,024 bytes of four each', '😀'.repeat(256)],
  ])('takes every password that is let through to it: %s', async (_name, secret) => {
    const { vault } = computer.start()
    expect(await vault.save(ID, secret)).toBe('keychain')
    await expect(vault.save(ID, `${secret}a`)).rejects.toMatchObject({ code: 'INVALID' })
    expect(computer.keychain.items()[ID]).toBe(secret)
  })

  test('takes the key of a client certificate, which goes in pieces', async () => {
    const parts = await computer.startWithSecretsIn('keychain')
    expect(storedSource(parts).clientKeyIn).toBe('keychain')
    expect(await secretsOf(parts)).toEqual([PASSWORD, KEY])
  })
})

test('to forget all goes by where secrets are, and not by what a server asked for last', async () => {
  const parts = await computer.startWithSecretsIn('keychain')
  const { records, sources, places } = parts
  const memory = crypto.randomUUID()
  addSource(records, memory, 'Other')
  await sources.keepPassword(memory, 'held', false)
  // The server let the role in without a password: the one that is saved is still there.
  for (const source of records.list()) records.update({ ...source, passwordNeeded: false }, new Date().toISOString())
  const saved = new SavedSecrets({
    places,
    settings: { require: (id) => records.find(id) ?? storedSource(parts) },
    connections: { close: async () => {} },
    tasks: new Tasks(),
    changes: new Changes(),
  })
  expect(await saved.forgetAll()).toEqual({ moved: 3, left: [], notReached: 0 })
  expect(computer.keychain.items()).toEqual({})
  expect(records.list().map(({ passwordIn, clientKeyIn }) => [passwordIn, clientKeyIn])).toEqual([
    [null, null],
    [null, null],
  ])
  expect(await saved.forgetAll()).toEqual({ moved: 0, left: [], notReached: 0 })
})
