import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { api } from '#api/client.ts'
import { type ConnectChoice, ConnectFailure } from '#parts/connect-report.tsx'
import { Problem } from '#parts/problem.tsx'
import type { ConnectReport, Sslmode } from '#shared/model/data-source.ts'
import type { AdminSession } from '#shared/model/setup.ts'
import { useAction } from '#ui/use-action.ts'
import { ConnectionField } from './connection-field.tsx'
import { joinPassword, splitPassword } from './connection-text.ts'

/** Asks for a login that may create roles. It is used for this script only and written down nowhere. */
export function AdminDialog({ opened, onClose, onOpened }: AdminDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Connect as an administrator" size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      {opened && <AdminForm onClose={onClose} onOpened={onOpened} />}
    </Modal>
  )
}

function AdminForm({ onClose, onOpened }: Omit<AdminDialogProps, 'opened'>) {
  const [login, setLogin] = useState({ text: '', password: '' })
  const [report, setReport] = useState<ConnectReport | null>(null)
  const opening = useAction<{ session: AdminSession | null; report: ConnectReport }>()

  const open = async (choice: AdminChoice) => {
    const split = splitPassword(login.text)
    const connectionString = joinPassword(split.text.trim(), split.password ?? login.password)
    setReport(null)
    const answer = await opening.run((signal) => api.setup.openAdmin({ connectionString, ...choice }, { signal }))
    if (answer === null) return
    setReport(answer.report)
    if (answer.session !== null) onOpened(answer.session, choice)
  }
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    // The dialog stands inside the form of its step, which must not go on.
    event.stopPropagation()
    void open(usual)
  }
  const choose = (choice: ConnectChoice) => {
    if (choice === 'accept-unverified') void open({ sslmode: 'require', plaintextConsent: false })
    else if (choice === 'accept-plaintext') void open({ sslmode: 'disable', plaintextConsent: true })
    else if (choice === 'retry') void open(usual)
    else setReport(null)
  }

  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="sm">
        <Text component="p" m={0}>
          A login that may create roles, in the database that the role is for. It is kept in memory while this set-up needs it, and closed
          after ten minutes without use.
        </Text>
        <ConnectionField
          text={login.text}
          password={login.password}
          onChange={setLogin}
          placeholder="postgresql://postgres@YourHostName:5432/YourDatabaseName"
        />
        {opening.error !== null && <Problem error={opening.error} />}
        {report !== null && !report.ok && <ConnectFailure report={report} onChoice={choose} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={opening.busy} disabled={login.text.trim() === ''}>
            Connect and execute
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

interface AdminDialogProps {
  readonly opened: boolean
  readonly onClose: () => void
  readonly onOpened: (session: AdminSession, choice: AdminChoice) => void
}

interface AdminChoice {
  readonly sslmode: Sslmode | null
  readonly plaintextConsent: boolean
}

const usual: AdminChoice = { sslmode: null, plaintextConsent: false }
