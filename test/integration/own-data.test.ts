import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import DatabaseConstructor from 'better-sqlite3'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { STORE_FILE } from '#services/store/store.ts'
import { PART_BYTES } from '#shared/model/own-data.ts'
import { digestOf } from '#test/support/data-digest.ts'
import { createDatabase, type TestDatabase } from '#test/support/database.ts'
import { recordFigure } from '#test/support/figures.ts'
import { needlesOf, scan } from '#test/support/secret-scan.ts'
import { startApplication, type TestApplication } from './assets-support.ts'

/** Backup and restore over the contract, of a real data file with real runs in it. */

let database: TestDatabase
const open: TestApplication[] = []

beforeAll(async () => {
  database = await createDatabase({ sql: 'CREATE TABLE people (id integer PRIMARY KEY, email text); INSERT INTO people VALUES (1, NULL)' })
  return () => database.dispose()
})
afterEach(async () => {
  for (const app of open.splice(0)) await app.dispose()
})

async function start(folder?: string): Promise<TestApplication> {
  const app = await startApplication(folder)
  open.push(app)
  return app
}

/** With a data source, an asset, expectations and a run. */
async function lived(): Promise<TestApplication & { readonly sourceId: string; readonly assetId: string }> {
  const app = await start()
  const sourceId = await app.connect(database.connectionString)
  const [assetId = ''] = await app.add(sourceId, ['people'], true)
  await validated(app, assetId)
  return { ...app, sourceId, assetId }
}

async function validated(app: TestApplication, assetId: string): Promise<void> {
  const { id } = await app.client.validations.start({ assetId })
  for await (const _ of await app.client.app.changes({})) {
    const { state } = (await app.client.validations.get({ id })).summary
    if (state === 'done') return
    if (state !== 'queued' && state !== 'running') throw new Error(`The run is ${state}.`)
  }
}

async function backUp({ client }: TestApplication): Promise<Buffer> {
  const { id, name, sizeBytes } = await client.ownData.backup({})
  expect(name).toMatch(/^plumbline-backup-[\d-]+\.db$/)
  const parts: Buffer[] = []
  for (let from: number | null = 0; from !== null; ) {
    const part: { content: string; next: number | null } = await client.ownData.part({ id, from })
    parts.push(Buffer.from(part.content, 'base64'))
    from = part.next
  }
  await client.ownData.close({ id })
  const bytes = Buffer.concat(parts)
  expect(bytes.length).toBe(sizeBytes)
  return bytes
}

async function takeIn({ client }: TestApplication, bytes: Buffer): Promise<string> {
  const { id } = await client.ownData.open({})
  for (let from = 0; from === 0 || from < bytes.length; from += PART_BYTES) {
    await client.ownData.write({ id, from, content: bytes.subarray(from, from + PART_BYTES).toString('base64') })
  }
  return id
}

/** As it stands in the file, whatever is still in the log beside it. */
function digest(app: TestApplication): string {
  return digestOf(join(app.dataFolder, STORE_FILE))
}

function fileOf(bytes: Buffer): string {
  const file = join(mkdtempSync(join(tmpdir(), 'plumbline-backup-')), 'backup.db')
  writeFileSync(file, bytes)
  return file
}

test('a backup that is restored on another computer is the same, row for row, and asks for the password', async () => {
  const [first, second] = [await lived(), await start()]
  await first.client.app.vault.choose({ mode: 'session-only' })
  const bytes = await backUp(first)
  expect(digestOf(fileOf(bytes))).toBe(digest(first))
  expect(scan([{ name: 'backup', bytes }], needlesOf([database.password]))).toEqual([])

  const id = await takeIn(second, bytes)
  expect(await second.client.ownData.inspect({ id })).toMatchObject({ dataSources: 1, assets: 1, runs: 1 })
  const restored = await second.client.ownData.restore({ id })
  // Where secrets go was chosen on this computer, and stays chosen.
  expect((await second.client.app.info({})).vault.chosen).toBe('os-keychain')
  await second.client.app.vault.choose({ mode: 'session-only' })
  const same = digest(second) === digest(first)
  recordFigure('restoreDifferences', same ? 0 : 1)
  expect(same).toBe(true)
  const [source] = await second.client.dataSources.list({})
  expect(restored.askAgain).toEqual([source?.name])
  expect(source).toMatchObject({ id: first.sourceId, passwordState: 'missing' })
  await expect(second.client.validations.start({ assetId: first.assetId })).rejects.toMatchObject({ code: 'PASSWORD_NEEDED' })
  expect((await second.client.app.info({})).notices).toEqual([expect.stringContaining('A backup holds no passwords: shop')])
  await second.client.dataSources.enterPassword({ id: first.sourceId, password: database.password, save: false })
  await validated(second, first.assetId)
})

test('a backup while runs are being written holds each of them whole or not at all', async () => {
  const app = await lived()
  const working = (async () => {
    for (let run = 0; run < 5; run += 1) await validated(app, app.assetId)
  })()
  const files = []
  for (let turn = 0; turn < 4; turn += 1) files.push(fileOf(await backUp(app)))
  await working
  for (const file of files) {
    const copy = new DatabaseConstructor(file, { readonly: true })
    expect(copy.pragma('integrity_check', { simple: true })).toBe('ok')
    const half = `SELECT count(*) FROM runs WHERE state = 'done' AND NOT EXISTS (SELECT 1 FROM expectation_results e WHERE e.run_id = id)`
    expect(copy.prepare(half).pluck().get()).toBe(0)
    copy.close()
  }
})

test('what was there before a restore is kept, listed, and can be put back', async () => {
  const app = await lived()
  const before = digest(app)
  const empty = await backUp(await start())
  const { keptAs } = await app.client.ownData.restore({ id: await takeIn(app, empty) })
  expect(await app.client.dataSources.list({})).toEqual([])
  if (process.platform !== 'win32') expect(statSync(join(app.dataFolder, keptAs)).mode & 0o777).toBe(0o600)
  const { copies } = await app.client.ownData.overview({})
  expect(copies).toContainEqual(expect.objectContaining({ name: keptAs, kind: 'replaced' }))
  const { id } = await app.client.ownData.openKept({ name: keptAs })
  await app.client.ownData.restore({ id })
  expect(digest(app)).toBe(before)
  expect(readdirSync(join(app.dataFolder, 'own-data'))).toEqual([])
})

test('a password that is at hand goes on only to the server it was entered for', async () => {
  const app = await lived()
  const bytes = await backUp(app)
  await app.client.ownData.restore({ id: await takeIn(app, bytes) })
  // Nothing about it is other than it was.
  expect(await app.client.dataSources.get({ id: app.sourceId })).toMatchObject({ passwordState: 'in-memory' })
  await validated(app, app.assetId)

  const file = fileOf(bytes)
  const elsewhere = new DatabaseConstructor(file)
  elsewhere.exec(`UPDATE data_sources SET host = 'attacker.invalid', secret_saved = 1`)
  elsewhere.close()
  await app.client.ownData.restore({ id: await takeIn(app, readFileSync(file)) })
  expect(await app.client.dataSources.get({ id: app.sourceId })).toMatchObject({ host: 'attacker.invalid', passwordState: 'missing' })
})

describe('what is not restored, with what is here left as it is:', () => {
  const changed = (bytes: Buffer, sql: string): Buffer => {
    const file = fileOf(bytes)
    const copy = new DatabaseConstructor(file)
    copy.exec(sql)
    copy.close()
    return readFileSync(file)
  }
  let app: Awaited<ReturnType<typeof lived>>
  let backup: Buffer
  let before: string
  beforeAll(async () => {
    app = await lived()
    // It serves all of these.
    open.splice(0)
    backup = await backUp(app)
    before = digest(app)
    return () => app.dispose()
  })

  test.each<[string, (backup: Buffer) => Buffer, RegExp]>([
    ['an empty file', () => Buffer.alloc(0), /not a backup of Plumbline/],
    ['a text', () => Buffer.from('hello '.repeat(1_000)), /not a backup of Plumbline/],
    ['half of a backup', (backup) => backup.subarray(0, Math.floor(backup.length / 2)), /damaged/],
    ['a backup with a page of zeros', (backup) => Buffer.from(backup).fill(0, 8_192, 12_288), /damaged/],
    ["another program's database", (backup) => changed(backup, 'PRAGMA application_id = 7'), /not a backup of Plumbline/],
    ['a backup of a newer Plumbline', (backup) => changed(backup, 'PRAGMA user_version = 9999'), /newer Plumbline/],
    [
      'a backup with a trigger in it',
      (backup) => changed(backup, 'CREATE TRIGGER t AFTER INSERT ON runs BEGIN DELETE FROM data_sources; END'),
      /tables are different/,
    ],
    [
      'a backup with a view in place of a table',
      (backup) => changed(backup, 'DROP TABLE sample; CREATE VIEW sample AS SELECT 1'),
      /different/,
    ],
    ['a backup whose runs belong to nothing', (backup) => changed(backup, 'PRAGMA foreign_keys = OFF; DELETE FROM data_assets'), /damaged/],
    ['a backup with a table of a program', (backup) => changed(backup, 'CREATE VIRTUAL TABLE f USING fts5(a)'), /tables are different/],
    [
      'an old backup with a trigger, before it is brought up to date',
      (backup) => changed(backup, 'PRAGMA user_version = 9; CREATE TRIGGER t AFTER UPDATE ON runs BEGIN DELETE FROM data_sources; END'),
      /tables are different/,
    ],
    ...(
      [
        `UPDATE data_sources SET port = 99999999`,
        `UPDATE data_sources SET created_at = '<img>'`,
        `UPDATE data_sources SET statement_timeout_ms = -4`,
        `INSERT INTO query_macros VALUES ('x', 'n', 's', NULL, 'y')`,
        `INSERT INTO query_history (id, data_source_id, started_at, duration_ms, outcome) SELECT 'x', id, 'x', -1, 'x' FROM data_sources`,
        `INSERT INTO query_drafts VALUES ('x', NULL, 't', 's', 'x', 'x')`,
        `DELETE FROM installation`,
        `UPDATE installation SET id = ') DROP'`,
        `UPDATE runs SET sequence = 9223372036854775807`,
        `UPDATE sqlite_sequence SET seq = 9223372036854775807 WHERE name = 'runs'`,
      ] as const
    ).map(
      (sql) =>
        [`a backup after ${sql.slice(0, 60)}`, (backup: Buffer) => changed(backup, sql), /cannot read/] as [
          string,
          (backup: Buffer) => Buffer,
          RegExp,
        ],
    ),
    ['a backup with values that no Plumbline writes', (backup) => changed(backup, `UPDATE data_sources SET sslmode = 'x'`), /cannot read/],
  ])('%s', async (_what, made, sentence) => {
    const id = await takeIn(app, made(backup))
    const refused = { code: 'INVALID', message: expect.stringMatching(sentence) }
    await expect(app.client.ownData.restore({ id })).rejects.toMatchObject(refused)
    // What was found damaged once is still so.
    if (sentence.source === 'damaged') await expect(app.client.ownData.inspect({ id })).rejects.toMatchObject(refused)
    expect(digest(app)).toBe(before)
    expect(app.log.filter((line) => line.includes('call-failed'))).toEqual([])
  })

  test('anything while something is being validated, and its passwords stay', async () => {
    const id = await takeIn(app, changed(backup, `UPDATE data_sources SET host = 'elsewhere.invalid'`))
    await app.client.expectations.create({
      assetId: app.assetId,
      input: {
        type: 'unexpected_rows_expectation',
        kwargs: { unexpected_rows_query: 'SELECT b.* FROM {batch} AS b, pg_sleep(600)' },
        severity: 'critical',
        description: null,
        notes: null,
      },
    })
    const run = await app.client.validations.start({ assetId: app.assetId })
    await expect(app.client.ownData.restore({ id })).rejects.toMatchObject({ code: 'BUSY' })
    expect(await app.client.dataSources.get({ id: app.sourceId })).toMatchObject({ passwordState: 'in-memory' })
    expect((await app.client.ownData.overview({})).copies.filter(({ kind }) => kind === 'replaced')).toEqual([])
    await app.client.validations.cancel({ id: run.id })
  })
})

test('what was looked through is what is restored: it takes no more parts', async () => {
  const app = await lived()
  const bytes = await backUp(app)
  const id = await takeIn(app, bytes)
  const late = app.client.ownData.write({ id, from: 0, content: bytes.subarray(0, PART_BYTES).toString('base64') })
  await Promise.all([late, app.client.ownData.inspect({ id })])
  await expect(app.client.ownData.write({ id, from: 0, content: '' })).rejects.toMatchObject({ code: 'INVALID' })
  await app.client.ownData.restore({ id })
})

test('a run that was under way when the backup was made is not shown as one that goes on', async () => {
  const app = await lived()
  const file = fileOf(await backUp(app))
  const copy = new DatabaseConstructor(file)
  copy.exec(`UPDATE runs SET state = 'running', verdict = NULL, finished_at = NULL`)
  copy.close()
  await app.client.ownData.restore({ id: await takeIn(app, readFileSync(file)) })
  const [run] = await app.client.validations.list({ assetId: app.assetId, limit: 1 })
  expect(run).toMatchObject({ state: 'interrupted', verdict: null, sentence: expect.stringContaining('Validate again') })
})

describe('the copy of the day', () => {
  test('is made at a start, once a day, and is what a damaged data file can be replaced with', async () => {
    const app = await lived()
    const before = digest(app)
    await app.application.dispose()
    const daily = join(app.dataFolder, `${STORE_FILE}.daily`)
    expect(existsSync(daily)).toBe(false)
    const second = await startApplication(app.dataFolder)
    await expect.poll(() => existsSync(daily)).toBe(true)
    expect(digestOf(daily)).toBe(before)
    await second.application.dispose()
    const old = new Date(Date.now() - 3 * 86_400_000)
    utimesSync(daily, old, old)

    writeFileSync(join(app.dataFolder, STORE_FILE), 'hello '.repeat(1_000))
    const third = await startApplication(app.dataFolder)
    const { notices } = await third.client.app.info({})
    expect(notices).toEqual([expect.stringContaining(`Settings can restore the copy of ${old.toISOString().slice(0, 10)}`)])
    const { copies } = await third.client.ownData.overview({})
    expect(copies.map(({ kind }) => kind).sort()).toEqual(['damaged', 'lost'])
    const { id } = await third.client.ownData.openKept({ name: copies.find(({ kind }) => kind === 'lost')?.name ?? '' })
    await third.client.ownData.restore({ id })
    expect(digest(third)).toBe(before)
    await third.application.dispose()
  })
})

test('only what was opened is read or written, and only copies of ours', async () => {
  const { client } = await start()
  const id = crypto.randomUUID()
  await expect(client.ownData.part({ id, from: 0 })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(client.ownData.write({ id, from: 0, content: '' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  for (const name of ['../../etc/passwd', 'plumbline.db', 'preferences.json', 'plumbline.db.daily/../window.json']) {
    await expect(client.ownData.openKept({ name })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  }
})
