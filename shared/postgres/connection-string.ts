import { type ConnectionFields, type ParsedConnectionString, problem, wrong } from './connection-fields.ts'
import { parseJdbc } from './connection-jdbc.ts'
import { parseKeywords } from './connection-keywords.ts'
import { parsePsqlCommand } from './connection-psql.ts'
import { parseUrl, URL_EXAMPLE } from './connection-url.ts'
import { wholeReference } from './variable-reference.ts'

/** Connection strings in every form that people have them in. Nothing here ever repeats the text that it was given, because it holds a password. */

/**
 * The forms taken: `postgresql://`, `postgres://`, SQLAlchemy's `postgresql+driver://`, `jdbc:postgresql:`, libpq's
 * `key=value` pairs, and a command line of psql.
 */
export function parseConnectionString(text: string): ParsedConnectionString {
  const source = text.trim()
  if (source === '') return wrong(problem('whole', `Paste a connection string, for example ${URL_EXAMPLE}.`))
  if (hasControlCharacter(source))
    return wrong(problem('whole', 'There is a line break or another control character in the connection string. Paste it as one line.'))
  if (/^jdbc:/i.test(source)) return parseJdbc(source.slice('jdbc:'.length))
  const scheme = /^([a-z][a-z0-9]*)(\+[a-z0-9_]+)?:\/\//i.exec(source)
  if (scheme !== null) {
    if (['postgresql', 'postgres'].includes((scheme[1] ?? '').toLowerCase())) return parseUrl(source.slice(scheme[0].length))
    return wrong(problem('scheme', 'This is not a connection string of PostgreSQL: it should begin with postgresql:// or postgres://.'))
  }
  if (isPsqlCommand(source)) return parsePsqlCommand(source, parseConnectionString)
  if (/^[a-z_]+\s*=/i.test(source)) return parseKeywords(source)
  return wrong(problem('scheme', `A connection string begins with postgresql:// or postgres://, for example ${URL_EXAMPLE}.`))
}

/** As a string that this file reads back to the same fields. The password is left out unless asked for. */
export function formatConnectionString(
  fields: ConnectionFields,
  options: { readonly withPassword: boolean } = { withPassword: false },
): string {
  const password = options.withPassword && fields.password !== null ? `:${encode(fields.password)}` : ''
  const account = fields.user === '' ? '' : `${encode(fields.user)}${password}@`
  const socket = fields.host.startsWith('/')
  const host = socket ? '' : fields.host.includes(':') ? `[${fields.host.replace('%', '%25')}]` : encode(fields.host)
  const parameters: string[] = []
  if (socket) parameters.push(`host=${encode(fields.host)}`, `port=${fields.port}`)
  if (fields.sslmode !== null) parameters.push(`sslmode=${fields.sslmode}`)
  if (fields.searchPath !== null) parameters.push(`options=${encode(searchPathOption(fields.searchPath))}`)
  const { root = null, certificate = null, key = null } = fields.certificateFiles ?? {}
  if (root !== null) parameters.push(`sslrootcert=${encode(root)}`)
  if (certificate !== null) parameters.push(`sslcert=${encode(certificate)}`)
  if (key !== null) parameters.push(`sslkey=${encode(key)}`)
  const query = parameters.length === 0 ? '' : `?${parameters.join('&')}`
  return `postgresql://${account}${host}${socket ? '' : `:${fields.port}`}/${encode(fields.database)}${query}`
}

/** As the server takes it when a session starts. Names are quoted, so that each means exactly itself. */
export function searchPathOption(schemas: readonly string[]): string {
  return `-csearch_path=${schemas.map(escapeOption).join(',')}`
}

/** The same string without its password, for what is kept; null when it cannot be read: then none of it may be kept. */
export function withoutPassword(text: string): string | null {
  const parsed = parseConnectionString(text)
  return parsed.ok ? formatConnectionString(parsed.fields) : null
}

/** For fields that are kept as they are, into which one may be pasted by mistake. */
export function looksLikeConnectionString(text: string): boolean {
  return /^\s*(jdbc:)?postgres(ql)?(\+\w+)?:\/\//i.test(text) || /(?:\b|PG)password\s*=/i.test(text)
}

/** The same string with another password. null when it cannot be read. */
export function withPassword(text: string, password: string): string | null {
  const parsed = parseConnectionString(text)
  return parsed.ok ? formatConnectionString({ ...parsed.fields, password }, { withPassword: true }) : null
}

/** With a prompt or variables before it, as it is copied from a terminal. */
function isPsqlCommand(source: string): boolean {
  return /^(?:[$#%>]\s+)?(?:[A-Z_][A-Z0-9_]*=(?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^\s'"\\])*\s+)*(?:[^\s='"]*\/)?psql(?:\.exe)?(?:\s|$)/.test(
    source,
  )
}

/** A reference to a variable stays readable, which makes no difference to what it means. */
function encode(text: string): string {
  return wholeReference(text) === null ? encodeAll(text) : text
}

/** Everything but letters, digits and - . _ ~, so that no character can end a part; a lone half of a surrogate pair cannot be encoded and is replaced. */
function encodeAll(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function escapeOption(schema: string): string {
  const plain = /^[a-z_][a-z0-9_$]*$/.test(schema)
  return (plain ? schema : `"${schema.replaceAll('"', '""')}"`).replace(/[\\\s]/g, (character) => `\\${character}`)
}

function hasControlCharacter(text: string): boolean {
  return [...text].some((character) => character < ' ' || character === '\x7f')
}
