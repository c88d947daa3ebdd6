import type { Secret, SecretPlace } from '#shared/model/secret.ts'

/** What this capability needs of the vault. Accounts are data source ids, so that a keychain's list names no host and no role. */
export interface Secrets {
  /** @throws AppError UNAVAILABLE when what is saved now would go into a vault that is locked */
  requireReady(): void
  /** Resolves to where it is now: a keychain that refuses leaves it in memory, and says so. @throws AppError UNAVAILABLE from a locked vault */
  save(account: string, secret: string): Promise<SecretPlace | 'in-memory'>
  /** In this place and no other. false: the keychain did not take it. @throws AppError UNAVAILABLE from a locked vault */
  saveIn(place: SecretPlace, account: string, secret: string): Promise<boolean>
  keepInMemory(account: string, secret: string): void
  /** `place`: where it is marked as saved; null: nowhere. What is in memory comes first. */
  read(account: string, place: SecretPlace | null): Promise<SecretReading>
  /** Past what is in memory. */
  readFrom(place: SecretPlace, account: string): Promise<SecretReading>
  /** From memory and both places; one that has it, by its mark, and cannot be asked is an error. */
  forget(account: string, place: SecretPlace | null): Promise<void>
  forgetIn(place: SecretPlace, account: string): Promise<void>
}

export type SecretReading =
  | { readonly state: 'found'; readonly secret: Secret; readonly from: SecretPlace | 'memory' }
  | { readonly state: 'missing' }
  /** It is in the vault, and nobody has given the passphrase. */
  | { readonly state: 'locked' }
  /** It should be there and cannot be read now: never the same as missing. */
  | { readonly state: 'unavailable'; readonly sentence: string }
