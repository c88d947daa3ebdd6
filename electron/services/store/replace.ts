import { rmSync, statSync } from 'node:fs'
import DatabaseConstructor, { type Database } from 'better-sqlite3'
import { AppError, invalid, isAppError } from '#shared/contract/errors.ts'
import type { SecretPlace } from '#shared/model/secret.ts'
import { copyInto } from './copy.ts'
import { APPLICATION_ID } from './migrate.ts'
import type { Store } from './store.ts'

/** Puts the rows of one file in place of another's, in one transaction: whoever reads sees the one or the other, whatever happens meanwhile. */

/** What a data source of the incoming rows may still say of its secrets. One that is not named here has none. */
export type SecretMarks = ReadonlyMap<string, { readonly passwordIn: SecretPlace | null; readonly clientKeyIn: SecretPlace | null }>

/** An empty file would pass as a new store, and another program's would be left alone there without a word. @throws AppError INVALID */
export function requireOwnFile(file: string): void {
  const notOurs = 'This file is not a backup of Plumbline.'
  if (statSync(file).size < 512) throw invalid(notOurs, 'file')
  const database = new DatabaseConstructor(file, { readonly: true })
  try {
    if (database.pragma('application_id', { simple: true }) !== APPLICATION_ID) throw invalid(notOurs, 'file')
    // SECURITY: before anything is written there, as an update does. No version of ours has had any of these.
    const foreign = `SELECT count(*) FROM sqlite_schema WHERE type NOT IN ('table', 'index') OR sql LIKE 'CREATE VIRTUAL%'`
    if (database.prepare(foreign).pluck().get() !== 0) throw invalid(`${notOurs.slice(0, -1)}: its tables are different.`, 'file')
  } catch (error) {
    if (isAppError(error)) throw error
    throw invalid('This file is not a backup of Plumbline, or it is damaged.', 'file')
  } finally {
    database.close()
  }
}

/** @throws AppError INVALID when the tables are not exactly ours, or refer to what is not there */
export function requireOwnTables(incoming: Database, own: Database): void {
  // SECURITY: a file that somebody prepared may hold triggers or views; ours has none, and no other statement than ours is in it.
  if (JSON.stringify(schemaOf(incoming)) !== JSON.stringify(schemaOf(own))) {
    throw invalid('This file is not a backup of Plumbline: its tables are different.', 'file')
  }
  if ((incoming.pragma('foreign_key_check') as unknown[]).length > 0) {
    throw invalid('This backup is damaged: some of it refers to what is not in it.', 'file')
  }
}

/**
 * `file`: of the incoming rows, checked and of this version. What was there is copied to `aside` first; where nothing is replaced there is no copy either.
 * @throws AppError BUSY while something is being validated
 */
export function replaceContents(store: Store, file: string, aside: string, marks: SecretMarks): void {
  refuseOpenRuns(store.database)
  copyInto(store.database, aside)
  try {
    replace(store, file, marks)
  } catch (error) {
    rmSync(aside, { force: true })
    throw error
  }
}

function replace(store: Store, file: string, marks: SecretMarks): void {
  const { database } = store
  database.prepare('ATTACH ? AS incoming').run(file)
  try {
    store.transaction(() => {
      // Again, now that nobody else can begin one.
      refuseOpenRuns(database)
      database.pragma('defer_foreign_keys = ON')
      database.exec(takeLeavingOut)
      const tables = tablesOf(database)
      for (const table of tables) database.exec(`DELETE FROM main."${table}"`)
      for (const table of tables) copyRows(database, table)
      copySequences(database)
      settle(database, marks)
      database.exec(putLeavingBack)
    })
  } finally {
    database.exec('DETACH incoming')
  }
}

/** Data sources that the incoming rows do not have stay as removed ones: their rows know what is still to be forgotten of them, whatever happens meanwhile. */
const takeLeavingOut = `CREATE TEMP TABLE leaving AS SELECT * FROM main.data_sources
  WHERE id NOT IN (SELECT id FROM incoming.data_sources WHERE removed_at IS NULL)`
const putLeavingBack = `UPDATE leaving SET removed_at = coalesce(removed_at, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'));
  INSERT INTO main.data_sources SELECT * FROM leaving;
  DROP TABLE leaving`

function refuseOpenRuns(database: Database): void {
  const open = database.prepare(`SELECT count(*) FROM main.runs WHERE state IN ('queued', 'running')`).pluck().get()
  if (open !== 0) throw new AppError('BUSY', 'A validation is running. Wait for its end, or cancel it, and restore then.', {})
}

function copyRows(database: Database, table: string): void {
  const columns = (database.pragma(`table_info("${table}")`) as { name: string }[]).map(({ name }) => `"${name}"`).join(', ')
  database.exec(`INSERT INTO main."${table}" (${columns}) SELECT ${columns} FROM incoming."${table}"`)
}

/** The numbers that AUTOINCREMENT goes on from, so that an order never repeats itself. */
function copySequences(database: Database): void {
  database.exec('DELETE FROM main.sqlite_sequence')
  database.exec('INSERT INTO main.sqlite_sequence SELECT name, seq FROM incoming.sqlite_sequence')
}

/** What was true elsewhere, or then, and is not here and now. */
function settle(database: Database, marks: SecretMarks): void {
  database.exec('DELETE FROM main.data_sources WHERE removed_at IS NOT NULL')
  database.exec('UPDATE main.data_sources SET secret_saved = 0, client_key_saved = 0')
  const mark = database.prepare(
    'UPDATE main.data_sources SET secret_saved = ?, secret_place = ?, client_key_saved = ?, client_key_place = ? WHERE id = ?',
  )
  for (const [id, { passwordIn, clientKeyIn }] of marks)
    mark.run(passwordIn === null ? 0 : 1, passwordIn ?? 'keychain', clientKeyIn === null ? 0 : 1, clientKeyIn ?? 'keychain', id)
  database
    .prepare(
      `UPDATE main.runs SET state = 'interrupted', sentence = ?, finished_at = COALESCE(finished_at, heartbeat_at) WHERE state IN ('queued', 'running')`,
    )
    .run('This run was under way when the backup was made, so its end is not known. Validate again.')
}

/** Where secrets go is chosen on each computer, and no backup chooses it anew. */
function tablesOf(database: Database): readonly string[] {
  return database
    .prepare<[], { name: string }>(
      `SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> 'secret_settings' ORDER BY name`,
    )
    .all()
    .map(({ name }) => name)
}

function schemaOf(database: Database): unknown {
  return database.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name').all()
}
