import { Checkbox, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { queries } from '#api/client.ts'
import type { VaultStatus } from '#shared/model/app.ts'

/** Whether a password is saved, and where it goes. Where nothing can be saved now, it says why instead. */
export function SaveSecretChoice({ checked, onChange, what = 'the password', asksToUnlock = false }: SaveSecretChoiceProps) {
  const vault = useVaultStatus()
  if (vault === null) return null
  if (!canSave(vault)) {
    return (
      <Text component="p" m={0} c="dimmed">
        {vault.sentence}
        {vault.mode === 'vault' &&
          (asksToUnlock ? ' To save a password, you are asked to unlock it.' : ' Until it is unlocked, a password is kept in memory.')}
      </Text>
    )
  }
  return (
    <Checkbox
      label={`Save ${what} in ${vault.mode === 'vault' ? 'the vault' : 'the keychain of this computer'}`}
      checked={checked}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  )
}

/** null until it is known. */
export function useVaultStatus(): VaultStatus | null {
  return useQuery(queries.app.info.queryOptions({ input: {} })).data?.vault ?? null
}

/** What is saved now goes to a place that outlives the program. */
export function canSave({ mode, vault }: VaultStatus): boolean {
  return mode === 'os-keychain' || (mode === 'vault' && vault === 'unlocked')
}

interface SaveSecretChoiceProps {
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
  readonly what?: string
  /** Saving asks for the passphrase of a locked vault, instead of keeping the password in memory. */
  readonly asksToUnlock?: boolean
}
