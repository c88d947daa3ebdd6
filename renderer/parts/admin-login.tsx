import { Button, Group, Modal, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { api } from '#api/client.ts'
import type { ConnectReport, Sslmode } from '#shared/model/data-source.ts'
import type { AdminSession } from '#shared/model/setup.ts'
import { withPassword } from '#shared/postgres/connection-string.ts'
import { useAction } from '#ui/use-action.ts'
import { type ConnectChoice, ConnectFailure } from './connect-report.tsx'
import { Problem } from './problem.tsx'

/** Asks for a login that may take rights back, for one script. SECURITY: what is typed is gone when the dialog closes. */
export function AdminLogin({ opened, onClose, onOpened }: AdminLoginProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Connect as an administrator" size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      {opened && <Form onClose={onClose} onOpened={onOpened} />}
    </Modal>
  )
}

function Form({ onClose, onOpened }: Omit<AdminLoginProps, 'opened'>) {
  const [text, setText] = useState('')
  const [password, setPassword] = useState('')
  const [report, setReport] = useState<ConnectReport | null>(null)
  const opening = useAction<{ session: AdminSession | null; report: ConnectReport }>()

  const open = async (sslmode: Sslmode | null, plaintextConsent: boolean) => {
    const connectionString = password === '' ? text.trim() : (withPassword(text.trim(), password) ?? text.trim())
    setReport(null)
    const answer = await opening.run((signal) => api.setup.openAdmin({ connectionString, sslmode, plaintextConsent }, { signal }))
    if (answer === null) return
    setReport(answer.report)
    if (answer.session !== null) onOpened(answer.session)
  }
  const choose = (choice: ConnectChoice) => {
    if (choice === 'accept-unverified') void open('require', false)
    else if (choice === 'accept-plaintext') void open('disable', true)
    else if (choice === 'retry') void open(null, false)
    else setReport(null)
  }
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    // The dialog may stand inside the form of a step, which must not go on.
    event.stopPropagation()
    void open(null, false)
  }

  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="sm">
        <Text component="p" m={0}>
          A login that owns the database or may take rights back, in the database of this data source. It is used for this script only and
          closed right after it.
        </Text>
        <TextInput
          label="Connection string"
          placeholder="postgresql://postgres@YourHostName:5432/YourDatabaseName"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          maxLength={8_192}
          classNames={{ input: 'monospace' }}
        />
        <PasswordInput
          label="Password"
          description="Unless it is in the connection string."
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          autoComplete="off"
          maxLength={1_024}
        />
        {opening.error !== null && <Problem error={opening.error} />}
        {report !== null && !report.ok && <ConnectFailure report={report} onChoice={choose} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={opening.busy} disabled={text.trim() === ''}>
            Connect and run
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

interface AdminLoginProps {
  readonly opened: boolean
  readonly onClose: () => void
  readonly onOpened: (session: AdminSession) => void
}
