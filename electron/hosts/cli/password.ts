import { readFileSync } from 'node:fs'
import { AppError, invalid } from '#shared/contract/errors.ts'

/**
 * SECURITY: a password comes from a descriptor or a file. There is no option that takes it itself, because argument
 * vectors can be read by every user of the computer.
 */

/** null: none was given. Throws AppError with a sentence when the one that was named cannot be read or is empty. */
export function readPassword(descriptor: number | null, file: string | undefined): string | null {
  if (descriptor !== null) return read(descriptor, `file descriptor ${descriptor}`)
  return file === undefined || file === '' ? null : read(file, file)
}

function read(source: number | string, name: string): string {
  let text: string
  try {
    text = readFileSync(source, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new AppError(
      'UNAVAILABLE',
      `The password cannot be read from ${name} (${code}).`,
      { cause: 'password-unreadable' },
      { cause: error },
    )
  }
  // Editors and echo end a file with a line feed that nobody means.
  const password = text.replace(/\r?\n$/, '')
  if (password === '') throw invalid(`There is no password in ${name}.`)
  return password
}
