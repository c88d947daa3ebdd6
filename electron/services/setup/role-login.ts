import { ConnectError, openConnection } from '#services/postgres/connect.ts'
import type { ConnectionSettings } from '#services/postgres/connection-settings.ts'
import { applicationName } from '#shared/model/names.ts'
import type { ConnectionPlace } from './admin-sessions.ts'

/** The password is kept from everybody but the server, so whether a role has it is found out by logging in once. */

export interface RoleLogin extends ConnectionPlace {
  readonly user: string
  readonly password: string
}

/**
 * `unknown`: the server lets the role in without a password, or refused it for another reason than its password.
 * @throws AppError CANCELLED
 */
export async function tryPassword(
  { password, ...login }: RoleLogin,
  signal: AbortSignal | undefined,
): Promise<'fits' | 'differs' | 'unknown'> {
  const settings: ConnectionSettings = { ...login, password: async () => password, applicationName: applicationName('setup') }
  try {
    const connection = await openConnection(settings, { signal })
    const { askedForPassword } = connection
    await connection.dispose()
    return askedForPassword ? 'fits' : 'unknown'
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error
    return error.failure.cause === 'wrong-password' ? 'differs' : 'unknown'
  }
}
