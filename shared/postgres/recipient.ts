/** Who is given a password: a role of a server. */
export interface Recipient {
  readonly host: string
  readonly port: number
  readonly user: string
}

/**
 * SECURITY: a saved password goes only where it was entered for. Another database of the same server has the same roles, and how the way there
 * is protected is agreed to by itself.
 */
export function isSameRecipient(one: Recipient, other: Recipient): boolean {
  return one.host === other.host && one.port === other.port && one.user === other.user
}
