import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { type FormEvent, type ReactNode, useState } from 'react'
import { api } from '#api/client.ts'
import { fieldProblem } from '#api/present-error.ts'
import { PassphraseField } from '#parts/passphrase-field.tsx'
import { Problem } from '#parts/problem.tsx'
import type { VaultStatus } from '#shared/model/app.ts'
import { MIN_PASSPHRASE_LENGTH } from '#shared/model/secret.ts'
import { notify } from '#ui/notify.tsx'
import { useAction } from '#ui/use-action.ts'

/** What is asked of a person about the vault. Passphrases are in the page only while they are typed. */

interface DialogProps {
  readonly opened: boolean
  readonly onLeave: () => void
}

export function CreateVaultDialog({ opened, onLeave }: DialogProps) {
  return (
    <Modal opened={opened} onClose={onLeave} title="Make a vault">
      <NewPassphraseForm
        about="A file on this computer that only your passphrase opens. Nobody can open it without: when the passphrase is lost, the passwords in it are too, and have to be entered again."
        submit="Make the vault"
        send={(_current, passphrase, signal) => api.app.vault.create({ passphrase }, { signal })}
        onDone={() => {
          notify({ message: 'The vault was made. Passwords are saved in it from now on.' })
          onLeave()
        }}
        onLeave={onLeave}
      />
    </Modal>
  )
}

export function ChangePassphraseDialog({ opened, onLeave }: DialogProps) {
  return (
    <Modal opened={opened} onClose={onLeave} title="Change the passphrase">
      <NewPassphraseForm
        about="The vault and its backup are sealed anew. The earlier passphrase opens neither of them any more."
        asksCurrent
        submit="Change passphrase"
        send={(current, next, signal) => api.app.vault.changePassphrase({ current, next }, { signal })}
        onDone={() => {
          notify({ message: 'The passphrase was changed.' })
          onLeave()
        }}
        onLeave={onLeave}
      />
    </Modal>
  )
}

function NewPassphraseForm({ about, asksCurrent = false, submit, send, onDone, onLeave }: NewPassphraseFormProps) {
  const [current, setCurrent] = useState('')
  const [passphrase, setPassphrase] = useState('')
  const [again, setAgain] = useState('')
  const [tried, setTried] = useState(false)
  const sending = useAction<VaultStatus>({ outlives: true })
  const problem = fieldProblem(sending.error)
  const mismatch = tried && again !== passphrase ? 'The two are not the same.' : null
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (again !== passphrase) return
    if ((await sending.run((signal) => send(current, passphrase, signal))) !== null) onDone()
  }
  const newProblem = problem?.field === 'passphrase' || problem?.field === 'next' ? problem.sentence : null
  const currentProblem = problem?.field === 'current' ? problem.sentence : null
  return (
    <form onSubmit={(event) => void onSubmit(event)}>
      <Stack gap="sm">
        <Text component="p" m={0}>
          {about}
        </Text>
        {asksCurrent && (
          <PassphraseField label="Passphrase until now" value={current} onChange={setCurrent} error={currentProblem} autoFocus />
        )}
        <PassphraseField
          label={asksCurrent ? 'New passphrase' : 'Passphrase'}
          description={`At least ${MIN_PASSPHRASE_LENGTH} characters. Several words are easy to remember.`}
          value={passphrase}
          onChange={setPassphrase}
          error={newProblem}
          autoFocus={!asksCurrent}
        />
        <PassphraseField label="The same once more" value={again} onChange={setAgain} error={mismatch} />
        {sending.error !== null && newProblem === null && currentProblem === null && <Problem error={sending.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onLeave}>
            Cancel
          </Button>
          <Button type="submit" loading={sending.busy} disabled={passphrase === '' || again === '' || (asksCurrent && current === '')}>
            {submit}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

interface NewPassphraseFormProps {
  readonly about: ReactNode
  readonly asksCurrent?: boolean
  readonly submit: string
  readonly send: (current: string, passphrase: string, signal: AbortSignal) => Promise<VaultStatus>
  readonly onDone: () => void
  readonly onLeave: () => void
}
