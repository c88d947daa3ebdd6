/**
 * Connection strings, read by hand: `URL` mis-reads them and keeps the password in its errors. Nothing here ever repeats
 * the text that it was given, because it holds a password.
 */

export interface ConnectionFields {
  /** A host name, an address (IPv6 without brackets), or the folder of a Unix socket. */
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  /** null: none was given. */
  readonly password: string | null
  /** libpq's word as it was written; null: none. */
  readonly sslmode: SslmodeWord | null
  /** Schemas of `?options=-csearch_path%3D…`; null: none were given. */
  readonly searchPath: readonly string[] | null
}

export const sslmodeWords = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const
export type SslmodeWord = (typeof sslmodeWords)[number]

export interface ConnectionStringProblem {
  /** The part that is meant, for the form. */
  readonly part: 'scheme' | 'user' | 'password' | 'host' | 'port' | 'database' | 'parameter' | 'whole'
  readonly sentence: string
}

export type ParsedConnectionString =
  | { readonly ok: true; readonly fields: ConnectionFields }
  | { readonly ok: false; readonly problem: ConnectionStringProblem }

export const DEFAULT_PORT = 5432

/** The forms taken: `postgresql://`, `postgres://`, and SQLAlchemy's `postgresql+driver://`. */
export function parseConnectionString(text: string): ParsedConnectionString {
  const source = text.trim()
  if (source === '') return wrong('whole', 'Paste a connection string, for example postgresql://user:password@host:5432/database.')
  if (hasControlCharacter(source))
    return wrong('whole', 'There is a line break or another control character in the connection string. Paste it as one line.')
  const scheme = /^([a-z][a-z0-9]*)(\+[a-z0-9_]+)?:\/\//i.exec(source)
  if (scheme === null) return wrong('scheme', otherForm(source))
  if (!['postgresql', 'postgres'].includes((scheme[1] ?? '').toLowerCase())) {
    return wrong('scheme', 'This is not a connection string of PostgreSQL: it should begin with postgresql:// or postgres://.')
  }
  return parseAfterScheme(source.slice(scheme[0].length))
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
  return /^\s*(jdbc:)?postgres(ql)?(\+\w+)?:\/\//i.test(text) || /\bpassword\s*=/i.test(text)
}

/** The same string with another password. null when it cannot be read. */
export function withPassword(text: string, password: string): string | null {
  const parsed = parseConnectionString(text)
  return parsed.ok ? formatConnectionString({ ...parsed.fields, password }, { withPassword: true }) : null
}

function parseAfterScheme(source: string): ParsedConnectionString {
  const split = splitParts(source)
  if ('problem' in split) return { ok: false, problem: split.problem }
  const account = parseAccount(split.account)
  if ('problem' in account) return { ok: false, problem: account.problem }
  const parameters = parseParameters(split.query)
  if ('problem' in parameters) return { ok: false, problem: parameters.problem }
  const place = parsePlace(split.place, parameters)
  if ('problem' in place) return { ok: false, problem: place.problem }
  const database = split.database === '' ? (parameters.values.get('dbname') ?? account.user) : decode(split.database)
  // SECURITY: libpq reads a whole connection string in place of a name; here it would be kept and shown with its password.
  if (/:\/\/|password\s*=/i.test(database))
    return wrong('database', 'In place of the database name stands more than a name. Write only the name.')
  if (database.includes('\0')) return wrong('database', 'A database name may not contain the character NUL.')
  const user = account.user
  if (user === '') return wrong('user', 'The user is missing: write postgresql://user:password@host:5432/database.')
  return {
    ok: true,
    fields: { ...place, database, user, password: account.password, sslmode: parameters.sslmode, searchPath: parameters.searchPath },
  }
}

interface Parts {
  readonly account: string | null
  readonly place: string
  readonly database: string
  readonly query: string
}

type Problem = { readonly problem: ConnectionStringProblem }

/**
 * The last @ ends the account, so an unescaped @ in a password is understood. A raw #, ? or / there is not: what follows
 * it could as well be the host.
 */
function splitParts(source: string): Parts | Problem {
  const at = source.lastIndexOf('@', authorityEnd(source))
  const account = at === -1 ? null : source.slice(0, at)
  const rest = source.slice(at + 1)
  if (account !== null && /[#?/]/.test(account)) {
    return problem('password', 'A #, ? or / in a user or password must be written as %23, %3F or %2F.')
  }
  if (rest.includes('#')) return problem('whole', 'A # must be written as %23. In a password it stands for nothing else.')
  const queryStart = rest.indexOf('?')
  const beforeQuery = queryStart === -1 ? rest : rest.slice(0, queryStart)
  const slash = beforeQuery.indexOf('/')
  return {
    account,
    place: slash === -1 ? beforeQuery : beforeQuery.slice(0, slash),
    database: slash === -1 ? '' : beforeQuery.slice(slash + 1),
    query: queryStart === -1 ? '' : rest.slice(queryStart + 1),
  }
}

/** An @ may stand in a parameter too; the account ends before the parameters, unless no other @ is there. */
function authorityEnd(source: string): number {
  const query = source.indexOf('?')
  const beforeQuery = query === -1 ? source : source.slice(0, query)
  return beforeQuery.includes('@') ? beforeQuery.length : source.length
}

function parseAccount(account: string | null): { readonly user: string; readonly password: string | null } | Problem {
  if (account === null) return { user: '', password: null }
  const colon = account.indexOf(':')
  const user = decode(colon === -1 ? account : account.slice(0, colon))
  const password = colon === -1 ? null : decode(account.slice(colon + 1))
  if (user.includes('\0')) return problem('user', 'A user name may not contain the character NUL.')
  if (password?.includes('\0')) return problem('password', 'A password may not contain the character NUL.')
  return { user, password: password === '' ? null : password }
}

interface Parameters {
  readonly values: ReadonlyMap<string, string>
  readonly sslmode: SslmodeWord | null
  readonly searchPath: readonly string[] | null
}

/** Parameters that change nothing which matters here, so that a pasted string still works. */
const harmless: ReadonlySet<string> = new Set([
  'application_name',
  'connect_timeout',
  'client_encoding',
  'keepalives',
  'keepalives_idle',
  'gssencmode',
  'fallback_application_name',
])
const understood: ReadonlySet<string> = new Set(['host', 'port', 'dbname', 'sslmode', 'options', 'channel_binding', 'target_session_attrs'])

function parseParameters(query: string): Parameters | Problem {
  const values = new Map<string, string>()
  for (const pair of query === '' ? [] : query.split('&')) {
    const equals = pair.indexOf('=')
    const name = decode(equals === -1 ? pair : pair.slice(0, equals))
    if (name === '') continue
    if (['user', 'password', 'passfile', 'service'].includes(name)) {
      return problem(
        'parameter',
        `Write ${name === 'password' || name === 'user' ? `the ${name}` : 'user and password'} before the @, not as the parameter "${name}".`,
      )
    }
    if (['sslrootcert', 'sslcert', 'sslkey', 'sslcrl', 'sslpassword'].includes(name)) {
      return problem(
        'parameter',
        `The parameter "${name}" names a file, which Plumbline does not read from a pasted text. Leave it out and choose the certificate in the form.`,
      )
    }
    if (!understood.has(name) && !harmless.has(name))
      // SECURITY: not named, because behind an unescaped ? in a password this is a piece of the password.
      return problem(
        'parameter',
        'Behind the ? stands a parameter that is not known. Leave it out; if the ? belongs to the password, write it as %3F.',
      )
    if (values.has(name)) return problem('parameter', `The parameter "${name}" stands there twice. Leave one out.`)
    values.set(name, decode(equals === -1 ? '' : pair.slice(equals + 1)))
  }
  const sslmode = values.get('sslmode') ?? null
  if (sslmode !== null && !isSslmodeWord(sslmode)) {
    return problem('parameter', `sslmode must be one of ${sslmodeWords.join(', ')}.`)
  }
  const bound = bindChannel(values.get('channel_binding') ?? 'prefer', sslmode)
  if (typeof bound === 'object' && bound !== null) return bound
  if (!['any', 'prefer-standby'].includes(values.get('target_session_attrs') ?? 'any')) {
    // Ignoring it could put a person who wants a standby onto the primary.
    return problem(
      'parameter',
      'target_session_attrs chooses among several hosts, and Plumbline connects to one. Leave it out and write the host that is meant.',
    )
  }
  const options = values.get('options') ?? null
  const searchPath = options === null ? null : parseOptions(options)
  if (searchPath !== null && 'problem' in searchPath) return searchPath
  return { values, sslmode: bound, searchPath }
}

/**
 * Channel binding proves that nobody sits in between; here that proof is the certificate and its name, so `require` asks for
 * these (a stored data source keeps its sslmode and no other word).
 */
function bindChannel(word: string, sslmode: SslmodeWord | null): SslmodeWord | null | Problem {
  switch (word) {
    case 'prefer':
    case 'disable':
      return sslmode
    case 'require':
      if (sslmode !== 'disable') return 'verify-full'
      return problem('parameter', 'channel_binding=require needs encryption, but sslmode=disable switches it off. Leave one out.')
    default:
      return problem('parameter', 'channel_binding must be one of require, prefer, disable.')
  }
}

/** Of libpq's `options`, the search path is taken, as GX Cloud's own template taught it; any other setting is refused. */
function parseOptions(options: string): readonly string[] | Problem {
  const match = /^\s*(?:-c\s*|--)search_path\s*=\s*((?:[^\s\\]|\\.)*)\s*$/.exec(options)
  if (match === null) return problem('parameter', 'Of "options" only the search path is taken: options=-csearch_path%3DYourSchemaName.')
  const schemas = (match[1] ?? '')
    .replace(/\\(.)/g, '$1')
    .split(',')
    .map((name) => name.trim())
    .map((name) => (/^".*"$/.test(name) ? name.slice(1, -1).replaceAll('""', '"') : name))
  if (schemas.some((name) => name === '')) return problem('parameter', 'The search path has an empty name in it.')
  return schemas
}

function parsePlace(place: string, parameters: Parameters): { readonly host: string; readonly port: number } | Problem {
  const hostParameter = parameters.values.get('host') ?? ''
  if (hostParameter !== '' && place !== '')
    return problem('host', 'The host stands there twice: before the slash and as the parameter "host". Leave one out.')
  const split = place === '' ? { host: hostParameter, port: parameters.values.get('port') ?? '' } : splitHostPort(place)
  if ('problem' in split) return split
  if (place !== '' && split.port !== '' && parameters.values.has('port'))
    return problem('port', 'The port stands there twice. Leave one out.')
  if (split.host.includes(',') || hostParameter.includes(','))
    return problem('host', 'There are several hosts. Plumbline connects to one: choose it.')
  if (split.host === '') return problem('host', 'The host is missing: write postgresql://user:password@host:5432/database.')
  if (/\s/.test(split.host) && !split.host.startsWith('/')) return problem('host', 'There is a blank in the host name.')
  if (split.host.includes('\0')) return problem('host', 'A host name may not contain the character NUL.')
  const port = parsePort(split.port === '' ? (parameters.values.get('port') ?? '') : split.port)
  return typeof port === 'number' ? { host: split.host, port } : port
}

function splitHostPort(place: string): { readonly host: string; readonly port: string } | Problem {
  if (place.startsWith('[')) {
    const end = place.indexOf(']')
    const after = place.slice(end + 1)
    const host = decode(place.slice(1, end))
    if (end === -1 || !/^[0-9a-f:.]+(%[\w.-]+)?$/i.test(host)) return problem('host', 'An IPv6 address stands in brackets: [::1]:5432.')
    if (after !== '' && !after.startsWith(':'))
      return problem('port', 'Behind the bracket of an IPv6 address comes a colon and the port: [::1]:5432.')
    return { host, port: after.slice(1) }
  }
  if (place.includes(',')) return { host: place, port: '' }
  const colons = place.split(':').length - 1
  if (colons > 1) return problem('host', 'An IPv6 address stands in brackets: [::1]:5432.')
  const colon = place.indexOf(':')
  return { host: decode(colon === -1 ? place : place.slice(0, colon)), port: colon === -1 ? '' : place.slice(colon + 1) }
}

function parsePort(port: string): number | Problem {
  if (port === '') return DEFAULT_PORT
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0
  return number >= 1 && number <= 65_535 ? number : problem('port', 'The port must be a number from 1 to 65535.')
}

function otherForm(source: string): string {
  if (/^jdbc:/i.test(source)) return 'This is a JDBC address. Write it as postgresql://user:password@host:5432/database.'
  if (/^\s*\w+\s*=/.test(source)) return 'These are key=value pairs. Write them as postgresql://user:password@host:5432/database.'
  if (/^psql\b/.test(source)) return 'This is a psql command line. Write it as postgresql://user:password@host:5432/database.'
  return 'A connection string begins with postgresql:// or postgres://, for example postgresql://user:password@host:5432/database.'
}

function isSslmodeWord(word: string): word is SslmodeWord {
  return sslmodeWords.some((known) => known === word)
}

/** A % that begins no valid escape stands for itself, as drivers take it. A + stays a +. */
function decode(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (escaped) => {
    try {
      return decodeURIComponent(escaped)
    } catch {
      return escaped // not UTF-8: it was not an escape
    }
  })
}

/** Everything but letters, digits and - . _ ~, so that no character can end a part; a lone half of a surrogate pair cannot be encoded and is replaced. */
function encode(text: string): string {
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

function wrong(part: ConnectionStringProblem['part'], sentence: string): ParsedConnectionString {
  return { ok: false, problem: { part, sentence } }
}

function problem(part: ConnectionStringProblem['part'], sentence: string): Problem {
  return { problem: { part, sentence } }
}
