import { chmodSync, closeSync, lstatSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import DatabaseConstructor, { type Database } from 'better-sqlite3'
import { errorCode } from '#shared/error-code.ts'
import { DamagedStore, moveAside, saysDamaged, unavailable } from './damage.ts'
import { storeFailure } from './failures.ts'
import { APPLICATION_ID, migrate, schemaVersion, supportedVersion } from './migrate.ts'

/** The one SQLite file that holds everything which must not be lost. No secret is ever in it. */

export const STORE_FILE = 'plumbline.db'

/** How long a write waits for another process's write. Ours are short, so this is reached only when something hangs. */
const BUSY_TIMEOUT_MS = 5_000

/** How often it looks whether another process (the CLI) wrote. */
const WATCH_INTERVAL_MS = 1_000

export interface StoreOptions {
  /** true in a window host, which alone may create, upgrade or set aside the file; false beside it, in the CLI. */
  readonly migrate: boolean
  /** What becomes of a damaged file of a window host: moved aside for a new one unless given. A file that is only looked at is refused. */
  readonly damaged?: 'move-aside' | 'refuse'
}

export class Store {
  readonly database: Database
  readonly file: string
  /** Where a damaged file was moved to at this start; null when there was none. A person must be told. */
  readonly damagedFile: string | null
  readonly #watches = new Set<NodeJS.Timeout>()

  /** Throws AppError UNAVAILABLE with a sentence when the file is of another version, is damaged, or is not ours. */
  static open(folder: string, options: StoreOptions): Store {
    refuseOldRuntime()
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const file = join(folder, STORE_FILE)
    try {
      return new Store(openDatabase(file, options), file, null)
    } catch (error) {
      if (!saysDamaged(error)) throw error
      if (!options.migrate || options.damaged === 'refuse') {
        throw unavailable('store-damaged', 'The data file is damaged. Open Plumbline: it sets the file aside and says where.', error)
      }
      const damagedFile = moveAside(file)
      return new Store(openDatabase(file, options), file, damagedFile)
    }
  }

  private constructor(database: Database, file: string, damagedFile: string | null) {
    this.database = database
    this.file = file
    this.damagedFile = damagedFile
  }

  /**
   * Runs `work` in one transaction and returns what it returns; what it throws rolls everything back. Nested calls join.
   * IMMEDIATE, because a transaction that first reads and then writes meets SQLITE_BUSY_SNAPSHOT, which no timeout cures.
   */
  transaction<Result>(work: () => Result): Result {
    if (this.database.inTransaction) return work()
    return this.database.transaction(work).immediate()
  }

  /** Calls `listener` after another process has written. Returns the function that stops it. */
  watchOthers(listener: () => void, intervalMs = WATCH_INTERVAL_MS): () => void {
    const read = (): unknown => this.database.pragma('data_version', { simple: true })
    let seen = read()
    const timer = setInterval(() => {
      const now = read()
      if (now === seen) return
      seen = now
      listener()
    }, intervalMs)
    timer.unref()
    this.#watches.add(timer)
    return () => {
      clearInterval(timer)
      this.#watches.delete(timer)
    }
  }

  /**
   * SECURITY: what was deleted stands in the write-ahead log until that is written anew. Where somebody else reads just now, it is left to the next
   * time, or to the close, rather than waited for.
   */
  emptyLog(): void {
    this.database.pragma('busy_timeout = 0')
    try {
      this.database.pragma('wal_checkpoint(TRUNCATE)')
    } finally {
      this.database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`)
    }
  }

  /** Ends the watches and closes the file, which also empties the write-ahead log into it. */
  dispose(): void {
    for (const timer of this.#watches) clearInterval(timer)
    this.#watches.clear()
    this.database.close()
  }
}

/** better-sqlite3's binary ends the whole process on an older Node, so this comes before it is loaded. */
function refuseOldRuntime(): void {
  const major = Number(process.versions.node.split('.')[0])
  if (major < 22) throw unavailable('runtime', `Node ${process.versions.node} is too old for the data file: it needs 22 or newer.`)
}

function openDatabase(file: string, options: StoreOptions): Database {
  refuseOtherThanFile(file)
  if (options.migrate) createPrivately(file)
  const database = connect(file)
  try {
    configure(database)
    refuseForeignFile(database, file)
    checkIntegrity(database)
    if (options.migrate) migrate(database, file)
    else refuseOtherVersion(database)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** A folder, a pipe or a device in its place is not opened at all: opening a pipe would wait for ever. */
function refuseOtherThanFile(file: string): void {
  const entry = lstatSync(file, { throwIfNoEntry: false })
  if (entry === undefined || entry.isFile()) return
  throw unavailable('store-foreign', `${file} is not a plain file. Move it elsewhere, then start again.`)
}

/** SECURITY: the file exists with mode 0600 before SQLite writes to it; its -wal and -shm files get the same mode. */
function createPrivately(file: string): void {
  try {
    closeSync(openSync(file, 'a', 0o600))
    if (process.platform !== 'win32') chmodSync(file, 0o600)
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(errorCode(error))) throw storeFailure(error) ?? error
    throw unavailable(
      'store-access',
      `${file} cannot be written to by this account. Give it back to this account, or choose another folder with PLUMBLINE_DATA.`,
      error,
    )
  }
}

function connect(file: string): Database {
  try {
    return new DatabaseConstructor(file, { timeout: BUSY_TIMEOUT_MS, fileMustExist: true })
  } catch (error) {
    if (error instanceof DatabaseConstructor.SqliteError && error.code.startsWith('SQLITE_CANTOPEN')) {
      throw unavailable('store-absent', 'There is no data here yet, or it cannot be opened. Open Plumbline once, then try again.', error)
    }
    throw error
  }
}

function configure(database: Database): void {
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  // fsync on macOS does not reach the disk's own cache; F_FULLFSYNC does. Elsewhere these two mean nothing.
  database.pragma('fullfsync = ON')
  database.pragma('checkpoint_fullfsync = ON')
  database.pragma('foreign_keys = ON')
  // SECURITY: what is deleted is overwritten, and does not stay in a free part of the file.
  database.pragma('secure_delete = ON')
  // SECURITY: a file that somebody prepared cannot make our statements call functions with side effects.
  database.pragma('trusted_schema = OFF')
}

function refuseForeignFile(database: Database, file: string): void {
  const id = database.pragma('application_id', { simple: true })
  if (id === APPLICATION_ID) return
  const isEmpty = database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0
  if (id === 0 && isEmpty) return
  throw unavailable('store-foreign', `${file} is not a file of Plumbline. Move it elsewhere, then start again.`)
}

function checkIntegrity(database: Database): void {
  const answer = database.pragma('quick_check(1)', { simple: true })
  if (answer !== 'ok') throw new DamagedStore(String(answer))
}

function refuseOtherVersion(database: Database): void {
  const version = schemaVersion(database)
  if (version === supportedVersion) return
  const remedy =
    version < supportedVersion
      ? 'Open Plumbline once, so that it is brought up to date, then try again.'
      : 'It was written by a newer Plumbline. Use that one.'
  throw unavailable('store-version', `The data file has version ${version}, and this program needs ${supportedVersion}. ${remedy}`)
}
