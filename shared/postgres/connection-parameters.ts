import { type CertificateFiles, isProblem, type Problem, problem, type SslmodeWord, sslmodeWords } from './connection-fields.ts'

/** Parameters behind the name of the database, by libpq's names, whichever form they came in. */

export interface Parameters {
  readonly sslmode: SslmodeWord | null
  readonly searchPath: readonly string[] | null
  readonly certificateFiles?: CertificateFiles
}

/** Those that change nothing which matters here, so that a pasted string still works. */
const harmless: ReadonlySet<string> = new Set([
  'application_name',
  'connect_timeout',
  'client_encoding',
  'keepalives',
  'keepalives_idle',
  'keepalives_interval',
  'keepalives_count',
  'tcp_user_timeout',
  'gssencmode',
  'krbsrvname',
  'sslcompression',
  'sslsni',
  'fallback_application_name',
  'prepared_statement_cache_size',
  'async_fallback',
])
const understood: ReadonlySet<string> = new Set([
  'host',
  'port',
  'dbname',
  'ssl',
  'sslmode',
  'options',
  'channel_binding',
  'target_session_attrs',
  'sslrootcert',
  'sslcert',
  'sslkey',
])

/** Adds one to those read before. null: it was taken. */
export function addParameter(values: Map<string, string>, name: string, value: string): Problem | null {
  if (name === 'sslcrl' || name === 'sslcrldir') {
    return problem('parameter', `The parameter "${name}" names a list of revoked certificates, which Plumbline does not use. Leave it out.`)
  }
  if (name === 'sslpassword') {
    return problem(
      'parameter',
      'sslpassword opens a protected key, which Plumbline does not take. Leave it out and give the key without its passphrase.',
    )
  }
  if (name === 'service' || name === 'passfile') {
    return problem(
      'parameter',
      `The parameter "${name}" names an entry of a file on this computer. Write host, database, user and password themselves.`,
    )
  }
  if (!understood.has(name) && !harmless.has(name))
    // SECURITY: not named, because behind an unescaped ? in a password this is a piece of the password.
    return problem(
      'parameter',
      'Behind the ? stands a parameter that is not known. Leave it out; if the ? belongs to the password, write it as %3F.',
    )
  if (values.has(name)) return problem('parameter', `The parameter "${name}" stands there twice. Leave one out.`)
  values.set(name, value)
  return null
}

export function readParameters(values: ReadonlyMap<string, string>): Parameters | Problem {
  const sslmode = readSslmode(values)
  if (typeof sslmode === 'object' && sslmode !== null) return sslmode
  const bound = bindChannel(values.get('channel_binding') ?? 'prefer', sslmode)
  if (typeof bound === 'object' && bound !== null) return bound
  if (!['any', 'prefer-standby'].includes(values.get('target_session_attrs') ?? 'any')) {
    // Ignoring it could put a person who wants a standby onto the primary.
    return problem(
      'parameter',
      'target_session_attrs chooses among several hosts, and Plumbline connects to one. Leave it out and write the host that is meant.',
    )
  }
  const options = values.get('options') ?? ''
  const searchPath = options.trim() === '' ? null : parseOptions(options)
  if (searchPath !== null && isProblem(searchPath)) return searchPath
  const files = readCertificateFiles(values, bound)
  if (files !== null && 'problem' in files) return files
  return { sslmode: bound, searchPath, ...(files === null ? {} : { certificateFiles: files }) }
}

/** Only absolute paths: what a relative one is relative to is another folder in each program. */
function readCertificateFiles(values: ReadonlyMap<string, string>, sslmode: SslmodeWord | null): CertificateFiles | Problem | null {
  const given = (name: string) => values.get(name) || null
  const files: CertificateFiles = { root: given('sslrootcert'), certificate: given('sslcert'), key: given('sslkey') }
  const paths = [files.root === 'system' ? null : files.root, files.certificate, files.key].filter((path) => path !== null)
  if (paths.some((path) => !/^(\/|~\/|[A-Za-z]:[\\/])/.test(path))) {
    return problem('parameter', 'Write the certificate files with their whole path, beginning with / or ~/.')
  }
  if (files.root === 'system' && sslmode !== null && sslmode !== 'verify-full') {
    return problem('parameter', 'sslrootcert=system needs sslmode=verify-full. Leave the other sslmode out.')
  }
  if ((files.certificate === null) !== (files.key === null)) {
    return problem('parameter', 'sslcert and sslkey belong together: write both, or neither.')
  }
  return files.root === null && paths.length === 0 ? null : files
}

/** `ssl` is the word of drivers: `true` says nothing of how far, so it is taken for the most. */
function readSslmode(values: ReadonlyMap<string, string>): SslmodeWord | null | Problem {
  const [word, ssl] = [values.get('sslmode'), values.get('ssl')]
  if (word !== undefined && ssl !== undefined) return problem('parameter', 'Both ssl and sslmode stand there. Leave one out.')
  if (ssl === 'true' || ssl === '1') return 'verify-full'
  if (ssl === 'false' || ssl === '0') return null
  const given = word ?? ssl ?? null
  if (given !== null && !isSslmodeWord(given)) return problem('parameter', `sslmode must be one of ${sslmodeWords.join(', ')}.`)
  return given
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
  return readSchemas((match[1] ?? '').replace(/\\(.)/g, '$1'))
}

/** Names as they stand in a search_path, quoted or not. */
export function readSchemas(text: string): readonly string[] | Problem {
  const schemas = splitNames(text)
    .map((name) => name.trim())
    .map((name) => (/^".*"$/.test(name) ? name.slice(1, -1).replaceAll('""', '"') : name))
  return schemas.some((name) => name === '') ? problem('parameter', 'The search path has an empty name in it.') : schemas
}

/** At the commas that are no part of a quoted name. */
function splitNames(text: string): readonly string[] {
  const names = ['']
  let quoted = false
  for (const character of text) {
    if (character === '"') quoted = !quoted
    if (character === ',' && !quoted) names.push('')
    else names[names.length - 1] += character
  }
  return names
}

function isSslmodeWord(word: string): word is SslmodeWord {
  return sslmodeWords.some((known) => known === word)
}
