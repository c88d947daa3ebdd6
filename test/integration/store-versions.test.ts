import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import DatabaseConstructor, { type Database } from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { AssetRecords } from '#services/assets/records.ts'
import { DataSourceRecords } from '#services/data-sources/records.ts'
import { ExpectationRecords } from '#services/expectations/records.ts'
import { QueryDrafts } from '#services/query/drafts.ts'
import { migrate, schemaVersion, supportedVersion } from '#services/store/migrate.ts'
import { migrations } from '#services/store/migrations.ts'
import { STORE_FILE, Store } from '#services/store/store.ts'
import { RunRecords } from '#services/validation/records.ts'
import { recordFigure } from '#test/support/figures.ts'
import { ASSET, fillFirstTables } from '#test/support/filled-store.ts'

/** R11: a data file of every version before this one, with rows in it, and one of a version to come. */

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-versions-'))
  file = join(folder, STORE_FILE)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** As that version left it: made by its own steps, which are never edited. */
function fileOfVersion(version: number): Record<string, unknown[]> {
  const database = new DatabaseConstructor(file)
  database.pragma('journal_mode = WAL')
  migrate(database, file, migrations.slice(0, version))
  fillFirstTables(database)
  expect(schemaVersion(database)).toBe(version)
  const rows = rowsOf(database)
  database.close()
  return rows
}

function rowsOf(database: Database): Record<string, unknown[]> {
  const tables = database
    .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'`)
    .pluck()
    .all() as string[]
  return Object.fromEntries(tables.map((table) => [table, database.prepare(`SELECT * FROM "${table}"`).all()]))
}

const earlier = Array.from({ length: supportedVersion - 1 }, (_, index) => index + 1)

test.each(earlier)('a file of version %i is brought up to date with every value in it, after a copy of it was made', (version) => {
  const before = fileOfVersion(version)
  const store = Store.open(folder, { migrate: true })
  try {
    expect(schemaVersion(store.database)).toBe(supportedVersion)
    const after = rowsOf(store.database)
    // New columns may have come; what there was is as it was.
    for (const [table, rows] of Object.entries(before)) expect([table, after[table]]).toMatchObject([table, rows])
    expect(new DataSourceRecords(store).list()).toHaveLength(1)
    expect(new AssetRecords(store).list()).toHaveLength(1)
    expect(new ExpectationRecords(store).list(ASSET)).toHaveLength(1)
    expect(new RunRecords(store).list(null, 10)).toHaveLength(3)
    expect(new QueryDrafts(store).list()).toHaveLength(1)
    expect(store.database.pragma('foreign_key_check')).toEqual([])
    const [copy = ''] = readdirSync(folder).filter((name) => name.includes('.before-'))
    const copied = new DatabaseConstructor(join(folder, copy), { readonly: true })
    expect([schemaVersion(copied), rowsOf(copied)]).toEqual([version, before])
    copied.close()
  } finally {
    store.dispose()
  }
})

test('all versions come to the same tables, and a new file has them too', () => {
  const schemas = [0, ...earlier].map((version) => {
    for (const name of readdirSync(folder)) rmSync(join(folder, name))
    if (version > 0) fileOfVersion(version)
    const store = Store.open(folder, { migrate: true })
    const schema = store.database.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name').all()
    store.dispose()
    return JSON.stringify(schema)
  })
  recordFigure('versionsMigrated', earlier.length)
  expect(new Set(schemas).size).toBe(1)
})
