import {
  type ConnectionFields,
  checkFields,
  isProblem,
  type ParsedConnectionString,
  type Problem,
  problem,
  readPort,
  wrong,
} from './connection-fields.ts'
import { addParameter, readParameters } from './connection-parameters.ts'

/** `postgresql://user:password@host:5432/database?parameter=value`, read by hand: `URL` mis-reads it and keeps the password in its errors. */

export const URL_EXAMPLE = 'postgresql://user:password@host:5432/database'

/** `source`: what stands behind `://`. */
export function parseUrl(source: string): ParsedConnectionString {
  const split = splitParts(source)
  if (isProblem(split)) return wrong(split)
  const account = parseAccount(split.account)
  const values = readQuery(split.query)
  if (isProblem(values)) return wrong(values)
  const parameters = readParameters(values)
  if (isProblem(parameters)) return wrong(parameters)
  const place = parsePlace(split.place, values)
  if (isProblem(place)) return wrong(place)
  const database = split.database === '' ? (values.get('dbname') ?? account.user) : decode(split.database)
  const fields: ConnectionFields = { ...place, database, ...account, ...parameters }
  return checkFields(fields, URL_EXAMPLE)
}

export interface Parts {
  readonly account: string | null
  readonly place: string
  readonly database: string
  readonly query: string
}

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

function parseAccount(account: string | null): { readonly user: string; readonly password: string | null } {
  if (account === null) return { user: '', password: null }
  const colon = account.indexOf(':')
  const user = decode(colon === -1 ? account : account.slice(0, colon))
  const password = colon === -1 ? null : decode(account.slice(colon + 1))
  return { user, password: password === '' ? null : password }
}

function readQuery(query: string): Map<string, string> | Problem {
  const values = new Map<string, string>()
  for (const [name, value] of pairsOf(query)) {
    if (name === 'user' || name === 'password') {
      return problem('parameter', `Write the ${name} before the @, not as the parameter "${name}".`)
    }
    const refused = addParameter(values, name, value)
    if (refused !== null) return refused
  }
  return values
}

/** Names and values of a query, decoded. */
export function pairsOf(query: string): readonly (readonly [name: string, value: string])[] {
  return query
    .split('&')
    .map((pair) => {
      const equals = pair.indexOf('=')
      return [decode(equals === -1 ? pair : pair.slice(0, equals)), decode(equals === -1 ? '' : pair.slice(equals + 1))] as const
    })
    .filter(([name]) => name !== '')
}

export function parsePlace(place: string, values: ReadonlyMap<string, string>): { readonly host: string; readonly port: number } | Problem {
  const hostParameter = values.get('host') ?? ''
  if (hostParameter !== '' && place !== '')
    return problem('host', 'The host stands there twice: before the slash and as the parameter "host". Leave one out.')
  const split = place === '' ? { host: hostParameter, port: values.get('port') ?? '' } : splitHostPort(place)
  if ('problem' in split) return split
  if (place !== '' && split.port !== '' && values.has('port')) return problem('port', 'The port stands there twice. Leave one out.')
  const port = readPort(split.port === '' ? (values.get('port') ?? '') : split.port)
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

/** A % that begins no valid escape stands for itself, as drivers take it. A + stays a +. */
export function decode(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (escaped) => {
    try {
      return decodeURIComponent(escaped)
    } catch {
      return escaped // not UTF-8: it was not an escape
    }
  })
}
