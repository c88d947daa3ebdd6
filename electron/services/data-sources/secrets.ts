/** What this capability needs of the vault. Accounts are data source ids, so that a keychain's list names no host and no role. */
export interface Secrets {
  /** Resolves to where it is now: a keychain that refuses leaves it in memory, and says so. */
  save(account: string, secret: string): Promise<'saved' | 'in-memory'>
  keepInMemory(account: string, secret: string): void
  read(account: string): Promise<SecretReading>
  /** `saved`: a keychain has it, and one that cannot be asked is an error. `in-memory`: none should have it. */
  forget(account: string, where: 'saved' | 'in-memory'): Promise<void>
}

export type SecretReading =
  | { readonly state: 'found'; readonly secret: string }
  | { readonly state: 'missing' }
  /** It should be there and cannot be read now: never the same as missing. */
  | { readonly state: 'unavailable'; readonly sentence: string }
