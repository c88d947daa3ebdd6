import { type ConnectionFields, DEFAULT_PORT, type ParsedConnectionString } from '#shared/postgres/connection-fields.ts'
import { formatConnectionString } from '#shared/postgres/connection-string.ts'

/** The parts of a connection string as they are typed, one field each, and the string that they make. */

export interface ConnectionParts {
  readonly host: string
  readonly port: string
  readonly database: string
  readonly user: string
  /** Schemas with commas between them; empty: the role's own. */
  readonly schemas: string
}

export type PartName = keyof ConnectionParts

export const noParts: ConnectionParts = { host: '', port: '', database: '', user: '', schemas: '' }

export function partsOf(fields: ConnectionFields): ConnectionParts {
  return {
    host: fields.host,
    port: String(fields.port),
    database: fields.database,
    user: fields.user,
    schemas: fields.searchPath?.join(', ') ?? '',
  }
}

/** The second holds what the string says beyond these parts. An incomplete string is a string, too: it says what is missing. */
export function textOf(
  parts: ConnectionParts,
  { sslmode, certificateFiles }: Pick<ConnectionFields, 'sslmode' | 'certificateFiles'>,
): string {
  const schemas = parts.schemas
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  return formatConnectionString({
    host: parts.host.trim(),
    port: portOf(parts.port) ?? DEFAULT_PORT,
    database: parts.database,
    user: parts.user,
    password: null,
    sslmode,
    ...(certificateFiles === undefined ? {} : { certificateFiles }),
    searchPath: schemas.length === 0 ? null : schemas,
  })
}

/** Why a part cannot be taken as it is; null when it can. What is empty is not complained about while it is typed. */
export function partProblem(name: PartName, parts: ConnectionParts, parsed: ParsedConnectionString): string | null {
  if (name === 'port') return parts.port === '' || portOf(parts.port) !== null ? null : 'The port must be a number from 1 to 65535.'
  if (parsed.ok || parts[name] === '') return null
  return parsed.problem.part === name ? parsed.problem.sentence : null
}

function portOf(text: string): number | null {
  const port = /^\d{1,5}$/.test(text.trim()) ? Number(text.trim()) : 0
  return port >= 1 && port <= 65_535 ? port : null
}
