import { existsSync, renameSync } from 'node:fs'
import DatabaseConstructor from 'better-sqlite3'
import { AppError } from '#shared/contract/errors.ts'

/** Telling a damaged data file from one that is only not for us, and keeping it: nothing of a person's is ever deleted or reset. */

/** What `PRAGMA quick_check` found. */
export class DamagedStore extends Error {
  constructor(finding: string) {
    super(`quick_check: ${finding}`)
    this.name = 'DamagedStore'
  }
}

/** SQLITE_CORRUPT and its kin: a page is wrong. SQLITE_NOTADB: the first page is. */
export function saysDamaged(error: unknown): boolean {
  return error instanceof DamagedStore || (error instanceof DatabaseConstructor.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(error.code))
}

/** Renames the file with its write-ahead log, which may hold the rest of the data. Returns the new path. */
export function moveAside(file: string): string {
  const target = freePath(`${file}.damaged-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`)
  renameSync(file, target)
  for (const suffix of ['-wal', '-shm']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, target + suffix)
  }
  return target
}

/** The file cannot be used; `cause` is a stable word, the sentence says what to do. */
export function unavailable(cause: string, sentence: string, error?: unknown): AppError<'UNAVAILABLE'> {
  return new AppError('UNAVAILABLE', sentence, { cause }, { cause: error })
}

function freePath(wanted: string): string {
  for (let attempt = 1; ; attempt += 1) {
    const path = attempt === 1 ? wanted : `${wanted}-${attempt}`
    if (!existsSync(path)) return path
  }
}
