import { Button, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, type ReactNode, useState } from 'react'
import { api, queries } from '#api/client.ts'
import { fieldProblem } from '#api/present-error.ts'
import type { VaultStatus } from '#shared/model/app.ts'
import { useAction } from '#ui/use-action.ts'
import { LostVaultDialog } from './lost-vault-dialog.tsx'
import { PassphraseField } from './passphrase-field.tsx'
import { Problem } from './problem.tsx'

/** Asks for the passphrase of the vault. It is forgotten by the page as soon as it was sent. Where it does not open, the way to its backup is here too. */
export function UnlockForm({ why, onUnlocked, onLeave, more, withinForm = false }: UnlockFormProps) {
  const [passphrase, setPassphrase] = useState('')
  const [lost, setLost] = useState(false)
  const [restored, setRestored] = useState(false)
  const unlocking = useAction<VaultStatus>()
  const problem = fieldProblem(unlocking.error)
  const refused = problem?.field === 'passphrase' ? problem.sentence : null
  const backup = useQuery(queries.app.vault.backup.queryOptions({ input: {}, enabled: refused !== null, staleTime: 0 }))
  const submit = async () => {
    const given = passphrase
    setPassphrase('')
    setRestored(false)
    if ((await unlocking.run((signal) => api.app.vault.unlock({ passphrase: given }, { signal }))) !== null) onUnlocked()
  }
  return (
    <>
      <SubmitFrame withinForm={withinForm} disabled={passphrase === ''} onSubmit={() => void submit()}>
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
          <Button
            {...(withinForm ? { onClick: () => void submit() } : { type: 'submit' })}
            loading={unlocking.busy}
            disabled={passphrase === ''}
          >
            Unlock
          </Button>
        </Group>
      </SubmitFrame>
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

/** HTML knows no form within a form: there Enter does what a form would, and goes no further. */
function SubmitFrame({ withinForm, disabled, onSubmit, children }: SubmitFrameProps) {
  if (!withinForm) {
    return (
      <form
        onSubmit={(event) => {
          event.preventDefault()
          onSubmit()
        }}
      >
        <Stack gap="sm">{children}</Stack>
      </form>
    )
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return
    event.preventDefault()
    if (!disabled) onSubmit()
  }
  return (
    <Stack gap="sm" onKeyDown={onKeyDown}>
      {children}
    </Stack>
  )
}

interface SubmitFrameProps {
  readonly withinForm: boolean
  readonly disabled: boolean
  readonly onSubmit: () => void
  readonly children: ReactNode
}

interface UnlockFormProps {
  readonly why: string
  readonly onUnlocked: () => void
  /** Left out: it stands on a page, and there is nothing to leave. */
  readonly onLeave?: () => void
  /** Another way, before the buttons. */
  readonly more?: ReactNode
  /** It stands in a form of another purpose. */
  readonly withinForm?: boolean
}
