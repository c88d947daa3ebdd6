import { parseConnectionString } from '#shared/postgres/connection-string.ts'
import { table } from './text.ts'

/** What a connection string means, without connecting. SECURITY: of the password only whether there is one. */
export type Explanation =
  | {
      readonly host: string
      readonly port: number
      readonly user: string
      readonly database: string
      /** The search path, schemas with commas between them; null: the role's own. */
      readonly schema: string | null
      /** libpq's word; null: none was given. */
      readonly sslmode: string | null
      readonly password: boolean
    }
  | { readonly error: string }

export function explain(text: string): Explanation {
  const parsed = parseConnectionString(text)
  if (!parsed.ok) return { error: parsed.problem.sentence }
  const { host, port, user, database, searchPath, sslmode, password } = parsed.fields
  return { host, port, user, database, schema: searchPath?.join(',') ?? null, sslmode, password: password !== null }
}

export function explanationAsText(explanation: Explanation): string {
  if ('error' in explanation) return explanation.error
  const { password, ...rest } = explanation
  const rows = Object.entries(rest).map(([name, value]) => [name, String(value ?? 'not given')])
  return table(['part', 'value'], [...rows, ['password', password ? 'given' : 'not given']])
}
