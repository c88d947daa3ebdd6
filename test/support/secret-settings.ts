import { defaultSecretSettings, type SecretSettings, type StoredSettings } from '#services/vault/vault.ts'

/** What a person chose for secrets, for as long as a test runs. */
export function heldSettings(given: Partial<StoredSettings> = {}): SecretSettings {
  let held: StoredSettings = { ...defaultSecretSettings, ...given }
  return {
    read: () => held,
    write: (change) => {
      held = { ...held, ...change }
    },
  }
}
