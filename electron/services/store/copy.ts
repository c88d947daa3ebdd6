import DatabaseConstructor, { type Database } from 'better-sqlite3'
import { fillWholeFileSync } from '#services/files/whole-file.ts'
import { DamagedStore } from './damage.ts'

/**
 * Writes everything that is committed into a file of its own, as of one moment, while others go on writing. Without the pages that were freed:
 * what was deleted is not in it. What was at `target` is replaced once the copy is whole; one that fails leaves it as it was.
 */
export function copyInto(database: Database, target: string): void {
  fillWholeFileSync(target, (part) => vacuumInto(database, part))
}

/** A copy for another computer or another day, read back. Where secrets are is known on this computer only, so nothing in it says that there are any. */
export function backUp(database: Database, target: string): void {
  fillWholeFileSync(target, (part) => {
    vacuumInto(database, part)
    const copied = new DatabaseConstructor(part)
    try {
      // Of a copy that fails nothing is kept, so there is nothing to roll back from, and no journal that could be left beside it.
      copied.pragma('journal_mode = MEMORY')
      copied.exec('UPDATE data_sources SET secret_saved = 0, client_key_saved = 0')
      const answer = copied.pragma('quick_check(1)', { simple: true })
      if (answer !== 'ok') throw new DamagedStore(String(answer))
    } finally {
      copied.close()
    }
  })
}

/** Into an empty file that exists. SQLite leaves it to the caller to bring it to the disk (its manual, VACUUM, "VACUUM INTO"). */
function vacuumInto(database: Database, part: string): void {
  database.prepare('VACUUM INTO ?').run(part)
}
