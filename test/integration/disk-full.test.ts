import { execFileSync } from 'node:child_process'
import { closeSync, cpSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import DatabaseConstructor from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { FileLog } from '#hosts/common/log.ts'
import { STORE_FILE } from '#services/store/store.ts'
import { PassphraseVault } from '#services/vault/passphrase-vault.ts'
import { PART_BYTES } from '#shared/model/own-data.ts'
import { digestOf } from '#test/support/data-digest.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { recordFigure } from '#test/support/figures.ts'
import { startApplication, type TestApplication } from './assets-support.ts'

/** A real disk of a few megabytes that is really full. Only root can make one. */

const SIZE_MB = 12
const canMount = process.platform === 'linux' && process.getuid?.() === 0
if (!canMount) process.stdout.write('SKIP R04 R05 R06: only root can mount the small disk that these tests fill.\n')

let disk: string
let database: TestDatabase
let app: TestApplication
let assetId: string

beforeAll(async () => {
  if (!canMount) return
  disk = mkdtempSync(join(tmpdir(), 'plumbline-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MB}m`, 'tmpfs', disk])
  database = await createDatabase({
    sql: 'CREATE TABLE people (id integer PRIMARY KEY, email text); INSERT INTO people VALUES (1, NULL)',
  })
  app = await startApplication(join(disk, 'data'))
  const sourceId = await app.connect(database.connectionString)
  ;[assetId = ''] = await app.add(sourceId, ['people'], true)
})
afterAll(async () => {
  if (!canMount) return
  await app?.application.dispose()
  await database?.dispose()
  execFileSync('umount', [disk])
  rmSync(disk, { recursive: true })
})

/** Takes every byte that is left. */
function fill(): void {
  const handle = openSync(join(disk, 'filler'), 'w')
  const block = Buffer.alloc(64 * 1024)
  for (let size = block.length; size > 0; ) {
    try {
      writeSync(handle, block, 0, size)
    } catch {
      size = Math.floor(size / 2)
    }
  }
  closeSync(handle)
}

const free = (): void => rmSync(join(disk, 'filler'), { force: true })
const digest = (): string => digestOf(join(app.dataFolder, STORE_FILE))

/** A backup of what is there, changed, as a file that is ready to be restored. */
async function takeInChanged(sql: string): Promise<string> {
  const outside = mkdtempSync(join(tmpdir(), 'plumbline-backup-'))
  const made = await app.client.ownData.backup({})
  const file = join(outside, 'backup.db')
  cpSync(join(app.dataFolder, 'own-data', made.id, STORE_FILE), file)
  await app.client.ownData.close({ id: made.id })
  const copy = new DatabaseConstructor(file)
  copy.exec(sql)
  copy.close()
  const bytes = readFileSync(file)
  rmSync(outside, { recursive: true })
  const { id } = await app.client.ownData.open({})
  for (let from = 0; from < bytes.length; from += PART_BYTES)
    await app.client.ownData.write({ id, from, content: bytes.subarray(from, from + PART_BYTES).toString('base64') })
  await app.client.ownData.inspect({ id })
  return id
}

async function stateOf(id: string): Promise<string> {
  return (await app.client.validations.get({ id })).summary.state
}

test.skipIf(!canMount)('R04 a full disk is said, nothing that was saved is touched, reading goes on, and saving again works', async () => {
  const before = digest()
  // Of another login, so that a restore would forget the password.
  const restorable = await takeInChanged(`UPDATE data_sources SET host = 'elsewhere.invalid'`)
  fill()
  const full = { code: 'UNAVAILABLE', message: expect.stringContaining('The disk is full') }
  const [expectation] = await app.client.expectations.list({ assetId })
  const input = {
    type: 'expect_column_values_to_not_be_null',
    kwargs: { column: 'email' },
    severity: 'critical' as const,
    description: null,
    notes: 'x'.repeat(9_000),
  }
  // The log of SQLite may still have room in pages that it has already; not for ever.
  await expect(
    (async () => {
      for (let turn = 0; turn < 2_000; turn += 1) await app.client.expectations.update({ id: expectation?.id ?? '', input })
    })(),
  ).rejects.toMatchObject(full)
  const atFull = digest()
  await expect(app.client.ownData.backup({})).rejects.toMatchObject(full)
  await expect(app.client.ownData.restore({ id: restorable })).rejects.toMatchObject(full)
  expect(await app.client.dataSources.list({})).toMatchObject([{ passwordState: 'in-memory' }])
  await app.client.ownData.close({ id: restorable })
  expect(readdirSync(join(app.dataFolder, 'own-data'))).toEqual([])
  expect((await app.client.assets.list({})).map(({ id }) => id)).toEqual([assetId])
  expect(new FileLog(app.dataFolder).error('while-full', new Error('x'))).toMatch(/^[0-9a-f]{8}$/)
  expect(digest()).toBe(atFull)
  free()
  await app.client.expectations.create({ assetId, input: { ...input, notes: null } })
  expect(digest()).not.toBe(before)
})

test.skipIf(!canMount)('R05 a vault that finds no room stays as it was, and takes secrets again when there is some', async () => {
  const vault = new PassphraseVault(join(disk, 'secrets.vault'), { logN: 1, r: 1, p: 1 })
  await vault.create('four words, and none said')
  await vault.save('a', 'kept')
  fill()
  await expect(vault.save('b', 'x'.repeat(1_000))).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('unchanged'),
  })
  expect(await vault.read('a')).toEqual({ state: 'found', secret: 'kept' })
  expect(await vault.read('b')).toEqual({ state: 'missing' })
  expect(readdirSync(disk).filter((name) => name.endsWith('.new'))).toEqual([])
  free()
  await vault.save('b', 'now')
  expect(await vault.read('b')).toEqual({ state: 'found', secret: 'now' })
})

test.skipIf(!canMount)('R06 a run whose result finds no room is stored, whole, when there is room again', async () => {
  await app.client.expectations.create({
    assetId,
    input: {
      type: 'unexpected_rows_expectation',
      kwargs: { unexpected_rows_query: 'SELECT b.* FROM {batch} AS b, pg_sleep(3)' },
      severity: 'critical',
      description: null,
      notes: null,
    },
  })
  const { id } = await app.client.validations.start({ assetId })
  await expect.poll(() => stateOf(id)).toBe('running')
  fill()
  await expect.poll(() => app.log.filter((line) => line.includes('run-not-stored-yet')).length).toBe(1)
  expect(await stateOf(id)).toBe('running')
  expect((await app.client.validations.get({ id })).results).toEqual([])
  free()
  await expect.poll(() => stateOf(id)).toBe('done')
  expect((await app.client.validations.get({ id })).results.length).toBeGreaterThan(1)
})

test.skipIf(!canMount)('R04 after all of it the file is sound', async () => {
  const copy = new DatabaseConstructor(join(app.dataFolder, STORE_FILE), { readonly: true })
  const answer = copy.pragma('integrity_check', { simple: true })
  copy.close()
  recordFigure('diskFullDamaged', answer === 'ok' ? 0 : 1)
  expect(answer).toBe('ok')
})
