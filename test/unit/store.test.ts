import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import DatabaseConstructor from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { APPLICATION_ID, migrate, schemaVersion, supportedVersion } from '#services/store/migrate.ts'
import { migrations } from '#services/store/migrations.ts'
import { STORE_FILE, Store } from '#services/store/store.ts'

let folder: string
let file: string
const open: Store[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-store-'))
  file = join(folder, STORE_FILE)
})
afterEach(() => {
  for (const store of open.splice(0)) if (store.database.open) store.dispose()
  rmSync(folder, { recursive: true, force: true })
})

function openStore(options = { migrate: true }): Store {
  const store = Store.open(folder, options)
  open.push(store)
  return store
}

const saveDraft = (store: Store, draft: string): unknown =>
  store.database.prepare(`INSERT OR REPLACE INTO setup_draft VALUES (1, ?, '')`).run(draft)
const draftOf = (store: Store): unknown => store.database.prepare('SELECT draft FROM setup_draft').pluck().get()

describe('a new store', () => {
  test('is in the newest version, durable, and strict about references', () => {
    const { database } = openStore()
    expect(schemaVersion(database)).toBe(supportedVersion)
    const pragma = (name: string): unknown => database.pragma(name, { simple: true })
    expect(pragma('application_id')).toBe(APPLICATION_ID)
    expect(pragma('journal_mode')).toBe('wal')
    expect(pragma('synchronous')).toBe(2)
    expect(pragma('foreign_keys')).toBe(1)
    expect(pragma('trusted_schema')).toBe(0)
    expect(pragma('busy_timeout')).toBe(5_000)
    expect(() => database.exec(`INSERT INTO profiles VALUES ('p', '', '{}')`)).toThrow('FOREIGN KEY')
  })

  test.skipIf(process.platform === 'win32')('is for its owner only, with all its files', () => {
    const previous = process.umask(0)
    try {
      saveDraft(openStore(), '{}')
      expect(statSync(folder).mode & 0o777).toBe(0o700)
      for (const name of readdirSync(folder)) expect([name, statSync(join(folder, name)).mode & 0o777]).toEqual([name, 0o600])
      expect(readdirSync(folder)).toContain(`${STORE_FILE}-wal`)
    } finally {
      process.umask(previous)
    }
  })

  test('migrations are numbered from one without gaps', () => {
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1))
  })
})

describe('a transaction', () => {
  test('is all or nothing, and nested ones join', () => {
    const store = openStore()
    expect(() =>
      store.transaction(() => {
        store.transaction(() => saveDraft(store, '"half"'))
        throw new Error('stopped')
      }),
    ).toThrow('stopped')
    expect(draftOf(store)).toBeUndefined()
    expect(store.transaction(() => saveDraft(store, '"whole"'))).toMatchObject({ changes: 1 })
    expect(draftOf(store)).toBe('"whole"')
  })

  test('takes the write lock before it reads, so that a reader who then writes is not refused', () => {
    const [first, second] = [openStore(), openStore({ migrate: false })]
    second.database.pragma('busy_timeout = 0')
    first.transaction(() => {
      draftOf(first)
      expect(() => second.transaction(() => undefined)).toThrow('database is locked')
      saveDraft(first, '1')
    })
    expect(second.transaction(() => draftOf(second))).toBe('1')
  })
})

describe('beside the window', () => {
  test('the command line reads what the window wrote, and the window notices what the command line writes', async () => {
    const window = openStore()
    saveDraft(window, '"by window"')
    const beside = openStore({ migrate: false })
    expect(draftOf(beside)).toBe('"by window"')
    const noticed = new Promise<void>((resolve) => window.watchOthers(resolve, 5))
    saveDraft(window, '"own writes are no news"')
    saveDraft(beside, '"by command line"')
    await noticed
    expect(draftOf(window)).toBe('"by command line"')
  })

  test('the command line makes no file', () => {
    expect(() => openStore({ migrate: false })).toThrow('There is no data here yet')
    expect(existsSync(file)).toBe(false)
  })

  test.each([
    [supportedVersion + 1, 'newer'],
    [0, 'Open Plumbline once'],
  ])('the command line refuses version %i', (version, words) => {
    const store = openStore()
    store.database.pragma(`user_version = ${version}`)
    store.dispose()
    expect(() => openStore({ migrate: false })).toThrow(words)
  })
})

describe('another version', () => {
  test('a newer file is refused and left as it is', () => {
    const store = openStore()
    store.database.pragma(`user_version = ${supportedVersion + 5}`)
    store.dispose()
    const before = readFileSync(file)
    expect(() => openStore()).toThrow('written by a newer Plumbline')
    expect(readFileSync(file).equals(before)).toBe(true)
    expect(readdirSync(folder).filter((name) => name.includes('damaged'))).toEqual([])
  })

  test('an older file is copied first, then brought up to date', () => {
    const store = openStore()
    saveDraft(store, '"kept"')
    const next = [...migrations, { version: supportedVersion + 1, name: 'next', sql: 'CREATE TABLE next (id INTEGER) STRICT' }]
    migrate(store.database, file, next)
    expect(schemaVersion(store.database)).toBe(supportedVersion + 1)
    expect(draftOf(store)).toBe('"kept"')
    const [copy] = readdirSync(folder).filter((name) => name.includes('.before-'))
    const copied = new DatabaseConstructor(join(folder, copy ?? ''))
    expect(copied.pragma('user_version', { simple: true })).toBe(supportedVersion)
    expect(copied.prepare('SELECT draft FROM setup_draft').pluck().get()).toBe('"kept"')
    copied.close()
    if (process.platform !== 'win32') expect(statSync(join(folder, copy ?? '')).mode & 0o777).toBe(0o600)
  })

  test('a step that fails changes nothing', () => {
    const store = openStore()
    const next = [...migrations, { version: supportedVersion + 1, name: 'bad', sql: 'CREATE TABLE next (id INTEGER); SELECT nonsense' }]
    expect(() => migrate(store.database, file, next)).toThrow('nonsense')
    expect(schemaVersion(store.database)).toBe(supportedVersion)
    expect(store.database.prepare(`SELECT count(*) FROM sqlite_schema WHERE name = 'next'`).pluck().get()).toBe(0)
  })
})

describe('a damaged file', () => {
  const asides = (): string[] => readdirSync(folder).filter((name) => /\.damaged-[^.]*$/.test(name) && !/-(wal|shm)$/.test(name))

  test.each([
    ['whose first page is overwritten', (bytes: Buffer) => bytes.fill(0x41, 0, 100)],
    ['that is cut in the middle', (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length / 2) - 100)],
    ['whose table of contents is overwritten', (bytes: Buffer) => bytes.fill(0xff, 100, 3_000)],
    ['that is no database', () => Buffer.from('hello '.repeat(1_000))],
  ])('%s is kept beside a new one, and said', (_, damage) => {
    const store = openStore()
    saveDraft(store, '"before"')
    store.dispose()
    const damaged = damage(readFileSync(file))
    writeFileSync(file, damaged)
    const next = openStore()
    expect(next.damagedFile).toBe(join(folder, asides()[0] ?? ''))
    expect(readFileSync(next.damagedFile ?? '').equals(damaged)).toBe(true)
    expect(draftOf(next)).toBeUndefined()
    expect(schemaVersion(next.database)).toBe(supportedVersion)
    next.dispose()
    expect(openStore().damagedFile).toBeNull()
  })

  test('is only refused by the command line', () => {
    writeFileSync(file, 'hello '.repeat(1_000))
    expect(() => openStore({ migrate: false })).toThrow('The data file is damaged')
    expect(readFileSync(file, 'utf8')).toBe('hello '.repeat(1_000))
  })
})

describe('something else in its place', () => {
  test('another program’s database is refused and left alone', () => {
    const foreign = new DatabaseConstructor(file)
    foreign.exec('CREATE TABLE theirs (id INTEGER)')
    foreign.close()
    expect(() => openStore()).toThrow('is not a file of Plumbline')
    expect(existsSync(file)).toBe(true)
  })

  test('a folder is refused with a sentence', () => {
    mkdirSync(file)
    expect(() => openStore()).toThrow('is not a plain file')
  })
})
