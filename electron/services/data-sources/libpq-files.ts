import { readFile, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { env, platform } from 'node:process'
import { errorCode } from '#shared/error-code.ts'
import type { LibpqEntries } from '#shared/model/setup.ts'
import type { ConnectionFields } from '#shared/postgres/connection-fields.ts'
import { fieldsFromKeywords } from '#shared/postgres/connection-keywords.ts'
import { formatConnectionString } from '#shared/postgres/connection-string.ts'
import { type PasswordLine, passwordFor, readPasswordFile } from '#shared/postgres/password-file.ts'
import { readServiceFile } from '#shared/postgres/service-file.ts'

/**
 * The connections that psql and its like know on this computer: `.pgpass` and `pg_service.conf`, where libpq looks for
 * them. SECURITY: passwords stay in this process, and each goes only where its own line says.
 */

export interface LibpqPlaces {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  readonly platform: NodeJS.Platform
}

export const theseLibpqPlaces: LibpqPlaces = { env, home: homedir(), platform }

/** What can be chosen by name, without passwords. A file that is not there is no problem; one that cannot be used is told. */
export async function listLibpqEntries(places: LibpqPlaces): Promise<LibpqEntries> {
  const found = await readAll(places)
  const services = found.services.map(({ name, fields }) => ({
    from: 'pg_service.conf' as const,
    name,
    connectionString: formatConnectionString(fields),
    hasPassword: (fields.password ?? passwordFor(found.passwords, fields)) !== null,
  }))
  // Without a host or a user there is nothing to connect to, and nothing to choose by.
  const lines = found.passwords
    .filter(({ host, user }) => host !== null && user !== null)
    .map(({ host, port, database, user }) => ({
      from: '.pgpass' as const,
      name: `${user}@${host}${port === null ? '' : `:${port}`}${database === null ? '' : `/${database}`}`,
      connectionString: formatConnectionString({
        host: host ?? '',
        port: port ?? 5432,
        database: database ?? '',
        user: user ?? '',
        password: null,
        sslmode: null,
        searchPath: null,
      }),
      hasPassword: true,
    }))
  return { entries: [...services, ...lines], problems: found.problems }
}

/** null: no line is about this connection. */
export async function libpqPassword(fields: ConnectionFields, places: LibpqPlaces): Promise<string | null> {
  const { services, passwords } = await readAll(places)
  const same = services.find(
    (service) =>
      service.fields.password !== null &&
      service.fields.host === fields.host &&
      service.fields.port === fields.port &&
      service.fields.user === fields.user &&
      service.fields.database === fields.database,
  )
  return same?.fields.password ?? passwordFor(passwords, fields)
}

interface Found {
  readonly services: readonly { readonly name: string; readonly fields: ConnectionFields }[]
  readonly passwords: readonly PasswordLine[]
  readonly problems: string[]
}

async function readAll(places: LibpqPlaces): Promise<Found> {
  const problems: string[] = []
  const passwords = readPasswordFile((await readSecret(passwordPath(places), places, problems)) ?? '')
  const services = new Map<string, ConnectionFields>()
  for (const path of servicePaths(places)) {
    for (const { name, pairs } of readServiceFile((await readText(path, problems)) ?? '')) {
      const parsed = fieldsFromKeywords(pairs, 'host, user and dbname there')
      if (!parsed.ok) problems.push(`The service ${name} in ${path} cannot be used. ${parsed.problem.sentence}`)
      // The person's own file goes before the one of the computer.
      else if (!services.has(name)) services.set(name, parsed.fields)
    }
  }
  return { passwords, services: [...services].map(([name, fields]) => ({ name, fields })), problems }
}

function passwordPath({ env, home, platform }: LibpqPlaces): string {
  if (env.PGPASSFILE) return env.PGPASSFILE
  return platform === 'win32' ? join(env.APPDATA ?? home, 'postgresql', 'pgpass.conf') : join(home, '.pgpass')
}

function servicePaths({ env, home, platform }: LibpqPlaces): readonly string[] {
  const own = platform === 'win32' ? join(env.APPDATA ?? home, 'postgresql', '.pg_service.conf') : join(home, '.pg_service.conf')
  const shared = env.PGSYSCONFDIR ?? (platform === 'linux' ? '/etc/postgresql-common' : null)
  return [env.PGSERVICEFILE || own, ...(shared === null ? [] : [join(shared, 'pg_service.conf')])]
}

/** As libpq: a password file that others on this computer may read is not used. */
async function readSecret(path: string, { platform }: LibpqPlaces, problems: string[]): Promise<string | null> {
  const text = await readText(path, problems)
  if (text === null || platform === 'win32') return text
  if (((await stat(path)).mode & 0o077) === 0) return text
  problems.push(`${path} may be read by others, so it is not used. Run: chmod 0600 ${path}`)
  return null
}

const MOST_BYTES = 1_000_000

/** null: it is not there, or it cannot be read. */
async function readText(path: string, problems: string[]): Promise<string | null> {
  try {
    const { size } = await stat(path)
    if (size > MOST_BYTES) {
      problems.push(`${path} is larger than a megabyte, so it is not read.`)
      return null
    }
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = errorCode(error)
    if (code === '') throw error
    if (code !== 'ENOENT' && code !== 'ENOTDIR') problems.push(`${path} cannot be read (${code}).`)
    return null
  }
}
