import { isProblem, type ParsedConnectionString, type Problem, problem, wrong } from './connection-fields.ts'
import { fieldsFromKeywords } from './connection-keywords.ts'

/** A command line of psql, as it is copied from a terminal or a note: `PGPASSWORD=secret psql -h host -U user -d database`. */

/** `parse`: for a connection string that stands in it. */
export function parsePsqlCommand(source: string, parse: (text: string) => ParsedConnectionString): ParsedConnectionString {
  const words = splitWords(source.replace(/^[$#%>]\s+/, ''))
  if (isProblem(words)) return wrong(words)
  const command = words.findIndex((word) => /(^|\/)psql(\.exe)?$/.test(word))
  const read = readArguments(words.slice(command + 1))
  if (isProblem(read)) return wrong(read)
  const given = new Map<string, string>()
  for (const word of words.slice(0, command)) {
    const [, variable = '', value = ''] = /^([A-Z_][A-Z0-9_]*)=(.*)$/s.exec(word) ?? []
    const keyword = variables[variable]
    if (keyword !== undefined) given.set(keyword, value)
  }
  const database = read.get('dbname') ?? ''
  if (database.includes('://') || /^\s*[a-z_]+\s*=/i.test(database)) return withString(database, read, given, parse)
  for (const [name, value] of read) given.set(name, value)
  return fieldsFromKeywords([...given], PSQL_EXAMPLE)
}

const PSQL_EXAMPLE = 'psql -h host -p 5432 -U user -d database'

/** A whole connection string in place of the database's name. Options beside it would have to be weighed against it. */
function withString(
  text: string,
  read: ReadonlyMap<string, string>,
  given: ReadonlyMap<string, string>,
  parse: (text: string) => ParsedConnectionString,
): ParsedConnectionString {
  if (read.size > 1)
    return wrong(problem('whole', 'The psql command has a connection string and options beside it. Leave the options out.'))
  const parsed = parse(text)
  if (!parsed.ok) return parsed
  return { ok: true, fields: { ...parsed.fields, password: parsed.fields.password ?? (given.get('password') || null) } }
}

/** Environment variables of libpq by its keywords. */
const variables: Readonly<Record<string, string>> = {
  PGHOST: 'host',
  PGHOSTADDR: 'hostaddr',
  PGPORT: 'port',
  PGDATABASE: 'dbname',
  PGUSER: 'user',
  PGPASSWORD: 'password',
  PGSSLMODE: 'sslmode',
  PGOPTIONS: 'options',
  PGCHANNELBINDING: 'channel_binding',
}

const connects: Readonly<Record<string, string>> = {
  '-h': 'host',
  '--host': 'host',
  '-p': 'port',
  '--port': 'port',
  '-U': 'user',
  '--username': 'user',
  '-d': 'dbname',
  '--dbname': 'dbname',
}

/** Options of psql that have a value and say nothing about the connection. */
const ignoredWithValue: ReadonlySet<string> = new Set(
  '-c --command -f --file -v --set --variable -L --log-file -o --output -F --field-separator -P --pset -R --record-separator -T --table-attr'.split(
    ' ',
  ),
)

/** Keywords of libpq with their values. What stands alone is the database, then the user. */
function readArguments(words: readonly string[]): Map<string, string> | Problem {
  const given = new Map<string, string>()
  const alone: string[] = []
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? ''
    const { name, attached } = splitOption(word)
    const keyword = connects[name]
    if (keyword !== undefined || ignoredWithValue.has(name)) {
      const value = attached ?? words[at + 1]
      if (attached === null) at += 1
      if (value === undefined) return problem('whole', 'The last option of the psql command has no value.')
      if (keyword !== undefined) given.set(keyword, value)
    } else if (!word.startsWith('-')) {
      alone.push(word)
    }
  }
  for (const word of alone) {
    const keyword = given.has('dbname') ? 'user' : 'dbname'
    if (given.has(keyword)) return problem('whole', 'The psql command has more names than a database and a user.')
    given.set(keyword, word)
  }
  return given
}

/** `--host=h`, `-hh` and `-h`; `attached` null: the value is the next word. */
function splitOption(word: string): { readonly name: string; readonly attached: string | null } {
  const long = /^(--[a-z-]+)=(.*)$/s.exec(word)
  if (long !== null) return { name: long[1] ?? '', attached: long[2] ?? '' }
  const short = /^(-[hpUdcfvLoFPRT])(.+)$/s.exec(word)
  if (short !== null) return { name: short[1] ?? '', attached: short[2] ?? '' }
  return { name: word, attached: null }
}

/** As a shell splits them: single quotes as they are, double quotes and backslashes with what they protect. Nothing is expanded. */
function splitWords(source: string): readonly string[] | Problem {
  const words: string[] = []
  const word = /\s*((?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^\s'"\\])+)\s*/y
  while (word.lastIndex < source.length) {
    const [, found] = word.exec(source) ?? []
    if (found === undefined) return problem('whole', 'A quotation mark in the psql command is not closed.')
    if (/[;|&<>`]/.test(found.replaceAll(/'[^']*'|"(?:[^"\\]|\\.)*"|\\./g, '')))
      return problem(
        'whole',
        'More than the psql command stands there. Paste only the command; a ;, |, &, < or > in a value stands in quotes.',
      )
    words.push(
      found.replaceAll(
        /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/g,
        (_all, single?: string, double?: string, escaped?: string) =>
          single ?? (double === undefined ? (escaped ?? '') : double.replaceAll(/\\(["\\$`])/g, '$1')),
      ),
    )
  }
  return words
}
