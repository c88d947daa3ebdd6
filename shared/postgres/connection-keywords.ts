import { checkFields, isProblem, type ParsedConnectionString, type Problem, problem, readPort, wrong } from './connection-fields.ts'
import { addParameter, readParameters } from './connection-parameters.ts'

/** libpq's `key=value` pairs: `host=db.example.org dbname=shop user=reader password='a b'`. */

export function parseKeywords(source: string): ParsedConnectionString {
  const pairs = readPairs(source)
  return isProblem(pairs) ? wrong(pairs) : fieldsFromKeywords(pairs, KEYWORDS_EXAMPLE)
}

const KEYWORDS_EXAMPLE = 'host=server port=5432 dbname=database user=name password=secret'

/** Pairs by libpq's names, from wherever they came. `example`: how to write it, for what is missing. */
export function fieldsFromKeywords(pairs: readonly (readonly [string, string])[], example: string): ParsedConnectionString {
  const account = new Map<string, string>()
  const values = new Map<string, string>()
  for (const [name, value] of pairs) {
    if (name === 'user' || name === 'password' || name === 'hostaddr') {
      if (account.has(name)) return wrong(problem(name === 'hostaddr' ? 'host' : name, `The ${name} stands there twice. Leave one out.`))
      account.set(name, value)
      continue
    }
    const refused = addParameter(values, name, value)
    if (refused !== null) return wrong(refused)
  }
  const parameters = readParameters(values)
  if (isProblem(parameters)) return wrong(parameters)
  const host = values.get('host') ?? ''
  const address = account.get('hostaddr') ?? ''
  if (host !== '' && address !== '')
    return wrong(problem('host', 'Both host and hostaddr stand there. Leave hostaddr out: the certificate is checked against the host.'))
  const port = readPort(values.get('port') ?? '')
  if (typeof port !== 'number') return wrong(port)
  const user = account.get('user') ?? ''
  return checkFields(
    {
      host: host === '' ? address : host,
      port,
      database: (values.get('dbname') ?? '') === '' ? user : (values.get('dbname') ?? ''),
      user,
      password: account.get('password') || null,
      ...parameters,
    },
    example,
  )
}

/** Blanks may stand around the =; a value with blanks stands in single quotes; a backslash takes the next character as it is. */
function readPairs(source: string): readonly (readonly [string, string])[] | Problem {
  const pairs: (readonly [string, string])[] = []
  const pair = /\s*([a-z_]+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'(?=\s|$)|((?:[^\s\\']|\\.)(?:[^\s\\]|\\.)*)?(?=\s|$))/iy
  while (pair.lastIndex < source.length) {
    const found = pair.exec(source)
    // SECURITY: what cannot be read is not quoted: it is a piece of a password as likely as anything.
    if (found === null)
      return problem(
        'whole',
        "The pairs of key=value cannot be read from some place on. A value with a blank or a quote stands in single quotes: password='a b'.",
      )
    const [whole, name = '', quoted, plain = ''] = found
    pairs.push([name.toLowerCase(), (quoted ?? plain).replace(/\\(.)/g, '$1')])
    if (whole === '') break
  }
  return pairs
}
