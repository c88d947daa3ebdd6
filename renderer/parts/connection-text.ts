import { formatConnectionString, parseConnectionString, withoutPassword, withPassword } from '#shared/postgres/connection-string.ts'

/** A connection string as text: the password is taken out of it for the screen, and put back for the one call that needs it. */

export interface SplitText {
  readonly text: string
  /** null: there was none in it, or it cannot be read yet. */
  readonly password: string | null
}

export function splitPassword(text: string): SplitText {
  const parsed = parseConnectionString(text)
  if (!parsed.ok || parsed.fields.password === null) return { text, password: null }
  return { text: formatConnectionString(parsed.fields), password: parsed.fields.password }
}

/** The text with the password in it, for the call that connects. One that is in the text already goes before. */
export function joinPassword(text: string, password: string): string {
  if (password === '' || splitPassword(text).password !== null) return text
  return withPassword(text, password) ?? text
}

/**
 * What may be written down of a text that is still being typed.
 * SECURITY: of a text that cannot be read nothing is kept, because a password cannot be told apart in it.
 */
export function withoutSecrets(text: string): string {
  return withoutPassword(text) ?? ''
}

export function isUsable(text: string): boolean {
  return parseConnectionString(text).ok
}

export function roleConnectionString({ role, host, port, database }: RoleAddress): string {
  return formatConnectionString({ user: role, host, port, database, password: null, sslmode: null, searchPath: null })
}

export interface RoleAddress {
  readonly role: string
  /** A host name, an address, or the folder of a Unix socket. */
  readonly host: string
  readonly port: number
  readonly database: string
}
