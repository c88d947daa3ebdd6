import { Button, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useState } from 'react'
import { api, queries } from '#api/client.ts'
import { fieldProblem } from '#api/present-error.ts'
import type { VaultStatus } from '#shared/model/app.ts'
import { useAction } from '#ui/use-action.ts'
import { LostVaultDialog } from './lost-vault-dialog.tsx'
import { PassphraseField } from './passphrase-field.tsx'
import { Problem } from './problem.tsx'

/** Asks for the passphrase of the vault. It is forgotten by the page as soon as it was sent. Where it does not open, the way to its backup is here too. */
export function UnlockForm({ why, onUnlocked, onLeave, more }: UnlockFormProps) {
  const [passphrase, setPassphrase] = useState('')
  const [lost, setLost] = useState(false)
  const [restored, setRestored] = useState(false)
  const unlocking = useAction<VaultStatus>()
  const problem = fieldProblem(unlocking.error)
  const refused = problem?.field === 'passphrase' ? problem.sentence : null
  const backup = useQuery(queries.app.vault.backup.queryOptions({ input: {}, enabled: refused !== null, staleTime: 0 }))
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const given = passphrase
    setPassphrase('')
    setRestored(false)
    if ((await unlocking.run((signal) => api.app.vault.unlock({ passphrase: given }, { signal }))) !== null) onUnlocked()
  }
  return (
    <>
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="sm">
          <Text component="p" m={0}>
            {restored ? 'The backup is in its place. It opens with the passphrase of its time.' : why}
          </Text>
          <PassphraseField label="Passphrase" value={passphrase} onChange={setPassphrase} error={refused} autoFocus />
          {unlocking.error !== null && refused === null && <Problem error={unlocking.error} />}
          <Group justify="flex-end" gap="xs">
            {refused !== null && backup.data?.writtenAt != null && (
              <Button variant="default" onClick={() => setLost(true)}>
                It does not open …
              </Button>
            )}
            {more}
            {onLeave !== undefined && (
              <Button variant="default" onClick={onLeave}>
                Cancel
              </Button>
            )}
            <Button type="submit" loading={unlocking.busy} disabled={passphrase === ''}>
              Unlock
            </Button>
          </Group>
        </Stack>
      </form>
      <LostVaultDialog
        opened={lost}
        onLeave={() => setLost(false)}
        onRestored={() => {
          unlocking.clear()
          setRestored(true)
        }}
      />
    </>
  )
}

interface UnlockFormProps {
  readonly why: string
  readonly onUnlocked: () => void
  /** Left out: it stands on a page, and there is nothing to leave. */
  readonly onLeave?: () => void
  /** Another way, before the buttons. */
  readonly more?: ReactNode
}
