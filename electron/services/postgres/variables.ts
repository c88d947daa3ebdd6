import { replaceReferences, wholeReference } from '#shared/postgres/variable-reference.ts'
import { ConnectError } from './connect.ts'
import type { ConnectFailure } from './connect-progress.ts'
import type { ConnectionSettings } from './connection-settings.ts'

/**
 * Puts environment variables in the place of their `${NAME}`. SECURITY: looked up in this process at the moment of connecting;
 * what they hold is not stored, and not told to a page: sentences and steps name the reference.
 * @throws ConnectError when one is not set
 */
export function withVariables(settings: ConnectionSettings, environment: NodeJS.ProcessEnv = process.env): ConnectionSettings {
  const resolve = (text: string): string => {
    const resolved = replaceReferences(text, (name) => environment[name] ?? null)
    if (!resolved.ok) throw missing(resolved.missing, 'connectionString')
    return resolved.text
  }
  const password = async (): Promise<string | null> => {
    const given = await settings.password()
    const name = given === null ? null : wholeReference(given)
    if (name === null) return given
    const value = environment[name]
    if (value === undefined) throw missing(name, 'password')
    return value
  }
  return { ...settings, host: resolve(settings.host), user: resolve(settings.user), database: resolve(settings.database), password }
}

function missing(name: string, field: 'connectionString' | 'password'): ConnectError {
  const failure: ConnectFailure = {
    ok: false,
    step: field === 'password' ? 'authenticate' : 'parse',
    cause: 'variable-missing',
    sentence: `The environment variable ${name} is not set.`,
    remedy: 'Set it where Plumbline is started and start Plumbline again, or write the value itself.',
    field,
    sqlstate: null,
    choices: [],
  }
  return new ConnectError(failure, null, undefined)
}
