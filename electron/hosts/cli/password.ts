import { readFileSync } from 'node:fs'
import { AppError, invalid } from '#shared/contract/errors.ts'
import { errorCode } from '#shared/error-code.ts'

/**
 * SECURITY: a password, and the passphrase of the vault, come from a descriptor or a file, or are typed. There is no option
 * that takes one itself, because argument vectors can be read by every user of the computer.
 */

export type GivenSecret = 'password' | 'passphrase'

/** null: none was given. Throws AppError with a sentence when the one that was named cannot be read or is empty. */
export function readSecret(what: GivenSecret, descriptor: number | null, file: string | undefined): string | null {
  if (descriptor !== null) return read(what, descriptor, `file descriptor ${descriptor}`)
  return file === undefined || file === '' ? null : read(what, file, file)
}

function read(what: GivenSecret, source: number | string, name: string): string {
  let text: string
  try {
    text = readFileSync(source, 'utf8')
  } catch (error) {
    const code = errorCode(error) || 'unknown'
    throw new AppError(
      'UNAVAILABLE',
      `The ${what} cannot be read from ${name} (${code}).`,
      { cause: `${what}-unreadable` },
      { cause: error },
    )
  }
  // Editors and echo end a file with a line feed that nobody means.
  const secret = text.replace(/\r?\n$/, '')
  if (secret === '') throw invalid(`There is no ${what} in ${name}.`)
  return secret
}
