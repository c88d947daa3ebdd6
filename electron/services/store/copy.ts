import { chmodSync, closeSync, existsSync, fsyncSync, openSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import DatabaseConstructor, { type Database } from 'better-sqlite3'
import { DamagedStore } from './damage.ts'

/**
 * Writes everything that is committed into a file of its own, as of one moment, while others go on writing. Without the pages that were freed:
 * what was deleted is not in it. What was at `target` is replaced; a copy that fails leaves nothing there.
 */
export function copyInto(database: Database, target: string): void {
  rmSync(target, { force: true })
  try {
    // SECURITY: VACUUM INTO writes into an empty file that exists, so its mode is ours from the first byte.
    closeSync(openSync(target, 'wx', 0o600))
    database.prepare('VACUUM INTO ?').run(target)
    if (process.platform !== 'win32') chmodSync(target, 0o600)
    // SQLite leaves this to the caller (its manual, VACUUM, "VACUUM INTO").
    makeDurable(target)
  } catch (error) {
    rmSync(target, { force: true })
    throw error
  }
}

/** A copy for another computer or another day, read back. Where secrets are is known on this computer only, so nothing in it says that there are any. */
export function backUp(database: Database, target: string): void {
  copyInto(database, target)
  const copied = new DatabaseConstructor(target)
  try {
    copied.exec('UPDATE data_sources SET secret_saved = 0, client_key_saved = 0')
    const answer = copied.pragma('quick_check(1)', { simple: true })
    if (answer !== 'ok') throw new DamagedStore(String(answer))
    copied.close()
  } catch (error) {
    copied.close()
    rmSync(target, { force: true })
    throw error
  }
}

/** The file, and then its name in the folder, reach the disk. */
export function makeDurable(file: string): void {
  syncPath(file, 'r+')
  // Windows opens no folders.
  if (process.platform !== 'win32' && existsSync(dirname(file))) syncPath(dirname(file), 'r')
}

function syncPath(path: string, flags: string): void {
  const handle = openSync(path, flags)
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
