import { Button } from '@mantine/core'
import { presentError } from '#api/present-error.ts'
import { ErrorState } from '#ui/error-state.tsx'
import { useVaultStatus } from './save-secret-choice.tsx'
import { UnlockForm } from './unlock-form.tsx'

/** What could not be done because the vault is locked, with the field that unlocks it right there. `onUnlocked`: it can be done now. */
export function LockedVault({ error, onUnlocked, withinForm = false }: LockedVaultProps) {
  const { title, sentence } = presentError(error)
  // It may have been unlocked elsewhere since: then there is no passphrase to ask for.
  const unlocked = useVaultStatus()?.vault === 'unlocked'
  return unlocked ? (
    <ErrorState title={title} sentence="It is unlocked by now." actions={<Button onClick={onUnlocked}>Try again</Button>} />
  ) : (
    <ErrorState title={title} actions={<UnlockForm why={sentence} onUnlocked={onUnlocked} withinForm={withinForm} />} />
  )
}

export function isVaultLocked(error: unknown): boolean {
  return presentError(error).vaultLocked
}

interface LockedVaultProps {
  readonly error: unknown
  readonly onUnlocked: () => void
  /** It stands in a form of another purpose. */
  readonly withinForm?: boolean
}
