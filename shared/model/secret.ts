import { z } from 'zod'

/** Where secrets are kept. There is nothing else: never a file that anybody may read. */
export const SecretMode = z.enum([
  'os-keychain', // the keychain of this computer
  'vault', // a file that a passphrase opens
  'session-only', // memory, until the program ends
])
export type SecretMode = z.infer<typeof SecretMode>

/** The two of them that outlive the program. */
export const SecretPlace = z.enum(['keychain', 'vault'])
export type SecretPlace = z.infer<typeof SecretPlace>

/** Of the NFKC form, in characters. */
export const MIN_PASSPHRASE_LENGTH = 12

/** Minutes without use after which the vault locks itself; null: only when it is told to. */
export const lockAfterChoices = [5, 15, 60, null] as const
export const LockAfterMinutes = z.literal(lockAfterChoices)
export type LockAfterMinutes = z.infer<typeof LockAfterMinutes>
export const DEFAULT_LOCK_AFTER_MINUTES = 15

declare const secretBrand: unique symbol

/**
 * A password or a key that was read out of where it is kept.
 * SECURITY: to the types it is no text, so that it fits into no answer, no log field and no sentence; whoever needs the text says so by
 * `reveal`. At run time it is the text itself.
 */
export interface Secret {
  readonly [secretBrand]: 'secret'
}

export function conceal(text: string): Secret {
  return text as unknown as Secret
}

/** For a server, for a place that keeps secrets, and for comparing. */
export function reveal(secret: Secret): string {
  return secret as unknown as string
}
