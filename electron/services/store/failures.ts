import { AppError } from '#shared/contract/errors.ts'
import { errorCode } from '#shared/error-code.ts'

/** What a disk refuses, as sentences. By its code, whichever call and whichever thread met it. */

/** null: it is no failure of the disk, or of the data file on it. */
export function storeFailure(error: unknown): AppError<'UNAVAILABLE'> | null {
  const code = errorCode(error)
  const sentence = sentences.find(([pattern]) => pattern.test(code))?.[1]
  return sentence === undefined
    ? null
    : new AppError('UNAVAILABLE', sentence, { cause: code.toLowerCase().replaceAll('_', '-') }, { action: 'retry', cause: error })
}

const sentences: readonly (readonly [RegExp, string])[] = [
  [
    // The second: of the memory that readers share, which is a file too.
    /^(SQLITE_FULL|SQLITE_IOERR_SHMSIZE|ENOSPC|EDQUOT)$/,
    'The disk is full, so this was not saved. What was saved before is as it was. Free some space, then try again.',
  ],
  [/^(SQLITE_READONLY|EROFS)/, 'The data folder cannot be written to, so this was not saved. Allow writing to it, then try again.'],
  [
    /^(SQLITE_IOERR|EIO$)/,
    'The disk reported an error, so this was not saved. What was saved before is as it was. Look after the disk, then try again.',
  ],
  [/^SQLITE_BUSY/, 'Another program is writing to the data file for long. Try again in a moment.'],
  [
    /^(SQLITE_CORRUPT|SQLITE_NOTADB)/,
    'The data file is damaged. Start Plumbline again: it sets the file aside and says what can be restored.',
  ],
]
