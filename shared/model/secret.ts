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
