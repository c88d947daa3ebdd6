import { isProblem, type ParsedConnectionString, problem, wrong } from './connection-fields.ts'
import { fieldsFromKeywords } from './connection-keywords.ts'
import { readSchemas } from './connection-parameters.ts'
import { decode, pairsOf, parsePlace } from './connection-url.ts'

/** `jdbc:postgresql://host:5432/database?user=name&password=secret`, as Java's driver writes it. `source`: what stands behind `jdbc:`. */
export function parseJdbc(source: string): ParsedConnectionString {
  const form = /^postgresql:(\/\/)?(.*)$/i.exec(source)
  if (form === null) return wrong(problem('scheme', 'This JDBC address is not one of PostgreSQL: it should begin with jdbc:postgresql://.'))
  const [, slashes, rest = ''] = form
  const query = rest.indexOf('?')
  const before = query === -1 ? rest : rest.slice(0, query)
  const slash = slashes === undefined ? -1 : before.indexOf('/')
  const authority = slashes === undefined ? '' : slash === -1 ? before : before.slice(0, slash)
  const database = slashes === undefined ? before.replace(/^\//, '') : slash === -1 ? '' : before.slice(slash + 1)
  if (before.includes('#')) return wrong(problem('whole', 'A # must be written as %23.'))
  const at = authority.lastIndexOf('@')
  const place = authority.slice(at + 1)
  const host = parsePlace(place === '' ? 'localhost' : place, new Map())
  if (isProblem(host)) return wrong(host)

  const pairs: (readonly [string, string])[] = [
    ['host', host.host],
    ['port', String(host.port)],
    ['dbname', decode(database)],
    ...accountOf(at === -1 ? null : authority.slice(0, at)),
  ]
  let schemas: readonly string[] | null = null
  for (const [name, value] of pairsOf(query === -1 ? '' : rest.slice(query + 1).replaceAll('+', '%20'))) {
    if (harmless.has(name.toLowerCase())) continue
    if (name === 'currentSchema') {
      const read = readSchemas(value)
      if (isProblem(read)) return wrong(read)
      schemas = read
    } else {
      pairs.push([name === 'channelBinding' ? 'channel_binding' : name, value])
    }
  }
  const parsed = fieldsFromKeywords(pairs, JDBC_EXAMPLE)
  if (!parsed.ok || schemas === null) return parsed
  if (parsed.fields.searchPath !== null)
    return wrong(problem('parameter', 'Both currentSchema and options say the search path. Leave one out.'))
  return { ok: true, fields: { ...parsed.fields, searchPath: schemas } }
}

const JDBC_EXAMPLE = 'jdbc:postgresql://host:5432/database?user=name&password=secret'

/** Settings of the driver that say nothing about the connection itself. */
const harmless: ReadonlySet<string> = new Set(
  (
    'applicationname connecttimeout logintimeout sockettimeout canceltimeout tcpkeepalive tcpnodelay preparethreshold preparedstatementcachequeries ' +
    'preparedstatementcachesizemib rewritebatchedinserts rewritebatchedstatements defaultrowfetchsize stringtype autosave loglevel loggerlevel loggerfile ' +
    'binarytransfer reprepareonerror unknownlength prefermode prefer querymode assumeminserverversion disablecolumnsanitiser cleanupsavepoints ' +
    'databasemetadatacachefields databasemetadatacachefieldsmib allowencodingchanges receivebuffersize sendbuffersize hiderunprivilegedobjects ' +
    'escapesyntaxcallmode readonly readonlymode maxresultbuffer adaptivefetch quotereturningidentifiers grouptransactionstatements'
  ).split(' '),
)

function accountOf(account: string | null): readonly (readonly [string, string])[] {
  if (account === null) return []
  const colon = account.indexOf(':')
  const user = ['user', decode(colon === -1 ? account : account.slice(0, colon))] as const
  return colon === -1 ? [user] : [user, ['password', decode(account.slice(colon + 1))]]
}
