/** libpq's password file: `host:port:database:user:password` a line, `*` for any, a backslash before a colon or a backslash. */

export interface PasswordLine {
  /** null: any. */
  readonly host: string | null
  readonly port: number | null
  readonly database: string | null
  readonly user: string | null
  readonly password: string
}

/** Lines that are not understood are passed over, as libpq does. */
export function readPasswordFile(text: string): readonly PasswordLine[] {
  return text.split(/\r?\n/).flatMap((line) => {
    if (line === '' || line.startsWith('#')) return []
    const [host, port, database, user, password] = partsOf(line)
    if (host === undefined || port === undefined || database === undefined || user === undefined || password === undefined) return []
    if (port !== '*' && !/^\d{1,5}$/.test(port)) return []
    return [{ host: orAny(host), port: port === '*' ? null : Number(port), database: orAny(database), user: orAny(user), password }]
  })
}

/** The first line that fits; null: none does. */
export function passwordFor(
  lines: readonly PasswordLine[],
  connection: { readonly host: string; readonly port: number; readonly database: string; readonly user: string },
): string | null {
  // libpq looks a connection over the server's usual socket up as localhost.
  const host = connection.host.startsWith('/') ? [connection.host, 'localhost'] : [connection.host]
  const fits = lines.find(
    (line) =>
      (line.host === null || host.includes(line.host)) &&
      (line.port ?? connection.port) === connection.port &&
      (line.database ?? connection.database) === connection.database &&
      (line.user ?? connection.user) === connection.user,
  )
  return fits?.password ?? null
}

/** Up to five; what stands behind the fourth colon is the password, with its own escapes. */
function partsOf(line: string): readonly string[] {
  const parts: string[] = ['']
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] ?? ''
    if (character === '\\' && at + 1 < line.length) {
      at += 1
      parts[parts.length - 1] += line[at] ?? ''
    } else if (character === ':' && parts.length < 5) parts.push('')
    else parts[parts.length - 1] += character
  }
  return parts
}

function orAny(part: string): string | null {
  return part === '*' ? null : part
}
