import { Button, Group, Stack, Text } from '@mantine/core'
import { type FormEvent, type ReactNode, useState } from 'react'
import { api } from '#api/client.ts'
import { fieldProblem } from '#api/present-error.ts'
import type { VaultStatus } from '#shared/model/app.ts'
import { useAction } from '#ui/use-action.ts'
import { PassphraseField } from './passphrase-field.tsx'
import { Problem } from './problem.tsx'

/** Asks for the passphrase of the vault. It is forgotten by the page as soon as it was sent. */
export function UnlockForm({ why, onUnlocked, onLeave, more }: UnlockFormProps) {
  const [passphrase, setPassphrase] = useState('')
  const unlocking = useAction<VaultStatus>()
  const problem = fieldProblem(unlocking.error)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const given = passphrase
    setPassphrase('')
    if ((await unlocking.run((signal) => api.app.vault.unlock({ passphrase: given }, { signal }))) !== null) onUnlocked()
  }
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="sm">
        <Text component="p" m={0}>
          {why}
        </Text>
        <PassphraseField
          label="Passphrase"
          value={passphrase}
          onChange={setPassphrase}
          error={problem?.field === 'passphrase' ? problem.sentence : null}
          autoFocus
        />
        {unlocking.error !== null && problem?.field !== 'passphrase' && <Problem error={unlocking.error} />}
        <Group justify="flex-end" gap="xs">
          {more}
          <Button variant="default" onClick={onLeave}>
            Cancel
          </Button>
          <Button type="submit" loading={unlocking.busy} disabled={passphrase === ''}>
            Unlock
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

interface UnlockFormProps {
  readonly why: string
  readonly onUnlocked: () => void
  readonly onLeave: () => void
  /** Another way, before the buttons. */
  readonly more?: ReactNode
}
