import type { Database } from 'better-sqlite3'
import { copyInto } from './copy.ts'
import { unavailable } from './damage.ts'
import { type Migration, migrations } from './migrations.ts'

/** Brings the schema up to date: forward only, each step in one transaction, after a copy of the file as it was. */

/** "PLMB": tells our file from any other SQLite file. */
export const APPLICATION_ID = 0x50_4c_4d_42

export const supportedVersion = migrations.length

export function schemaVersion(database: Database): number {
  return Number(database.pragma('user_version', { simple: true }))
}

/** Refuses a file of a newer program, unchanged. `steps` is given by tests only. */
export function migrate(database: Database, file: string, steps: readonly Migration[] = migrations): void {
  const from = schemaVersion(database)
  if (from > steps.length) {
    throw unavailable(
      'store-version',
      `The data file was written by a newer Plumbline (version ${from}; this one knows up to ${steps.length}). Use that one; nothing was changed.`,
    )
  }
  if (from === steps.length) return
  if (from > 0) copyInto(database, `${file}.before-${String(from + 1).padStart(4, '0')}`)
  for (const step of steps.slice(from)) apply(database, step)
}

/** Another process may have taken the step meanwhile, so the version is read again under the write lock. */
function apply(database: Database, step: Migration): void {
  const work = database.transaction(() => {
    if (schemaVersion(database) >= step.version) return
    database.exec(step.sql)
    database.pragma(`application_id = ${APPLICATION_ID}`)
    database.pragma(`user_version = ${step.version}`)
  })
  work.immediate()
}
