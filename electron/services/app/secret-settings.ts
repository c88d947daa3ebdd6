import { z } from 'zod'
import type { Store } from '#services/store/store.ts'
import type { SecretSettings } from '#services/vault/vault.ts'
import { LockAfterMinutes, SecretMode } from '#shared/model/secret.ts'

/** What the person chose for secrets, in the store: it must not be lost, or secrets would go where nobody wants them. */
export function secretSettings(store: Store): SecretSettings {
  const read = () => {
    const row = Row.parse(store.database.prepare('SELECT chosen, lock_after_minutes FROM secret_settings').get())
    return { chosen: row.chosen, lockAfterMinutes: row.lock_after_minutes }
  }
  return {
    read,
    write: (change) =>
      store.transaction(() => {
        store.database
          .prepare('UPDATE secret_settings SET chosen = @chosen, lock_after_minutes = @lockAfterMinutes')
          .run({ ...read(), ...change })
      }),
  }
}

const Row = z.object({ chosen: SecretMode, lock_after_minutes: LockAfterMinutes })
