import { join } from 'node:path'
import DatabaseConstructor from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { giveWay } from '#services/data-sources/give-way.ts'
import type { StoredDataSource } from '#services/data-sources/records.ts'
import { backUp } from '#services/store/copy.ts'
import { replaceContents } from '#services/store/replace.ts'
import {
  accounts,
  addSource,
  ID,
  KEY,
  PASSWORD,
  type SecretParts,
  SecretsComputer,
  secretsOf,
  storedSource,
} from '#test/support/secret-parts.ts'

/** What becomes of saved secrets when a backup takes the place of what is here: a real store, a real vault, a keychain's stand-in. */

let computer: SecretsComputer
let parts: SecretParts
beforeEach(async () => {
  computer = new SecretsComputer()
  parts = await computer.startWithSecretsIn('keychain')
})
afterEach(() => computer.dispose())

const elsewhere = `UPDATE data_sources SET host = 'elsewhere.invalid'`
const without = 'DELETE FROM data_sources'

/** Restores a backup of what is here that was changed, by the steps of own-data.ts. `meanwhile`: when the other data is in place. */
function restore(sql: string, meanwhile: () => void = () => {}) {
  const file = join(computer.folder, 'backup.db')
  backUp(computer.store.database, file)
  const copy = new DatabaseConstructor(file)
  copy.exec(sql)
  copy.close()
  const incoming: StoredDataSource[] = sql === without ? [] : [{ ...storedSource(parts), host: 'elsewhere.invalid' }]
  return giveWay(incoming, {
    records: parts.records,
    secrets: parts.sources,
    replace: async (marks) => {
      replaceContents(computer.store, file, join(computer.folder, 'aside.db'), marks)
      meanwhile()
    },
  })
}

describe('where the replacing fails', () => {
  test.each([
    ['another login', elsewhere],
    ['no such data source', without],
  ])('of a backup with %s, every secret stays where it was', async (_what, sql) => {
    // It fails after the rows were deleted, so that all of it is rolled back.
    computer.store.database.exec(`CREATE TEMP TRIGGER t AFTER DELETE ON main.data_sources BEGIN SELECT RAISE(ABORT, 'no room'); END`)
    await expect(restore(sql)).rejects.toThrow('no room')
    computer.store.database.exec('DROP TRIGGER t')
    expect(Object.keys(computer.keychain.items()).sort()).toEqual(accounts.toSorted())
    expect(await secretsOf(parts)).toEqual([PASSWORD, KEY])
    expect(storedSource(parts)).toMatchObject({ host: 'db', passwordIn: 'keychain', clientKeyIn: 'keychain' })
  })
})

test('a secret that cannot be forgotten now refuses the restore before anything is done', async () => {
  computer.keychain.breakDown()
  const refused = { code: 'UNAVAILABLE', detail: { cause: 'secret-not-forgotten' } }
  await expect(restore(elsewhere)).rejects.toMatchObject(refused)
  expect(storedSource(parts)).toMatchObject({ host: 'db', passwordIn: 'keychain' })
})

test('of another login the secrets are forgotten once the other rows are there', async () => {
  const { marks, notForgotten } = await restore(elsewhere, () => {
    expect(Object.keys(computer.keychain.items()).sort()).toEqual(accounts.toSorted())
  })
  expect([[...marks], notForgotten]).toEqual([[], []])
  expect(computer.keychain.items()).toEqual({})
  expect(storedSource(parts)).toMatchObject({ host: 'elsewhere.invalid', passwordIn: null, clientKeyIn: null })
})

test('where forgetting fails in the end, it is told, and nothing is connected with what was left', async () => {
  const { notForgotten } = await restore(elsewhere, () => computer.keychain.breakDown())
  expect(notForgotten).toEqual(['Shop'])
  computer.keychain.repair()
  await parts.vault.probe()
  expect(await secretsOf(parts)).toEqual([null, null])
  // With the data source it goes.
  await parts.sources.purge(storedSource(parts))
  expect(computer.keychain.items()).toEqual({})
})

test('a data source that is not in the backup is gone at once, and its row knows of its secrets until they are forgotten', async () => {
  // As when the program ends in between.
  await restore(without, () => computer.keychain.breakDown())
  expect(parts.records.list()).toEqual([])
  expect(parts.records.removed()).toEqual([{ id: ID, passwordIn: 'keychain', clientKeyIn: 'keychain' }])
  for (const removed of parts.records.removed()) await parts.sources.purge(removed)
  expect(parts.records.removed()).toHaveLength(1)
  computer.keychain.repair()
  await parts.vault.probe()
  for (const removed of parts.records.removed()) await parts.sources.purge(removed)
  expect(parts.records.removed()).toEqual([])
  expect(computer.keychain.items()).toEqual({})
})

test('a name that the backup gives to another data source is free for it', async () => {
  const other = crypto.randomUUID()
  addSource(parts.records, other, 'Other')
  await restore(`DELETE FROM data_sources WHERE id = '${ID}'; UPDATE data_sources SET name = 'Shop'`)
  expect(parts.records.list().map(({ id, name }) => [id, name])).toEqual([[other, 'Shop']])
  expect(parts.records.removed()).toHaveLength(1)
})

test('while the rows become others, nobody is given a secret', async () => {
  let asked: Promise<unknown> | null = null
  await restore(elsewhere, () => {
    // Of the row that is there now, by a mark that somebody prepared.
    asked = parts.sources.password({ ...storedSource(parts), passwordIn: 'keychain' })
  })
  expect(await asked).toBe(null)
})
