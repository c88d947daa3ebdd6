import { closeSync, openSync } from 'node:fs'
import DatabaseConstructor from 'better-sqlite3'

export interface ExclusiveLock {
  dispose(): void
}

/**
 * Takes a lock that only one process can have. It is SQLite's, on a file of its own: the operating system lets go of it when the
 * process ends, however it ends, so there are no stale locks. null: another process has it.
 *
 * Nothing else may open that file: on POSIX systems closing any handle of a file drops the process's locks on it.
 */
export function takeExclusiveLock(file: string): ExclusiveLock | null {
  // SECURITY: made with mode 0600 before SQLite opens it.
  closeSync(openSync(file, 'a', 0o600))
  const database = new DatabaseConstructor(file, { timeout: 0 })
  try {
    database.exec('BEGIN EXCLUSIVE')
    return { dispose: () => database.close() }
  } catch (error) {
    database.close()
    if (error instanceof DatabaseConstructor.SqliteError && error.code.startsWith('SQLITE_BUSY')) return null
    throw error
  }
}
