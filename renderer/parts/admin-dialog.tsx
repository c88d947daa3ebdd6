import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { api } from '#api/client.ts'
import type { ConnectReport } from '#shared/model/connect.ts'
import type { Sslmode } from '#shared/model/data-source.ts'
import type { AdminSession } from '#shared/model/setup.ts'
import { parseConnectionString } from '#shared/postgres/connection-string.ts'
import { useAction } from '#ui/use-action.ts'
import { type ConnectChoice, ConnectFailure } from './connect-report.tsx'
import { ConnectionField } from './connection-field.tsx'
import { ConnectionProtection } from './connection-protection.tsx'
import { joinPassword, splitPassword } from './connection-text.ts'
import { Problem } from './problem.tsx'
import { agreedAfter, certificatesToSend, type Protection, usualProtection } from './protection.ts'

/** Asks for a login that may do more than the data source's own. SECURITY: what is typed is gone when the dialog closes, and written down nowhere. */
export function AdminDialog({ opened, onClose, ...rest }: AdminDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Connect as an administrator" size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      {opened && <AdminForm onClose={onClose} {...rest} />}
    </Modal>
  )
}

function AdminForm({ about, submit, onClose, onOpened }: Omit<AdminDialogProps, 'opened'>) {
  const [login, setLogin] = useState({ text: '', password: '' })
  const [protection, setProtection] = useState(usualProtection)
  const [report, setReport] = useState<ConnectReport | null>(null)
  const opening = useAction<{ session: AdminSession | null; report: ConnectReport }>()

  const open = async ({ sslmode, plaintextConsent, ...certificates }: Protection) => {
    const choice = { sslmode, plaintextConsent }
    const split = splitPassword(login.text)
    const connectionString = joinPassword(split.text.trim(), split.password ?? login.password)
    setReport(null)
    const answer = await opening.run((signal) =>
      api.setup.openAdmin({ connectionString, ...choice, ...certificatesToSend(certificates) }, { signal }),
    )
    if (answer === null) return
    setReport(answer.report)
    if (answer.session !== null) onOpened(answer.session, choice)
  }
  const parsed = parseConnectionString(login.text)
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    // The dialog stands inside the form of its step, which must not go on.
    event.stopPropagation()
    void open(protection)
  }
  const openWith = (change: AdminChoice) => {
    const next = { ...protection, ...change }
    setProtection(next)
    void open(next)
  }
  const choose = (choice: ConnectChoice) => {
    if (choice === 'accept-unverified') openWith({ sslmode: 'require', plaintextConsent: false })
    else if (choice === 'accept-plaintext') openWith({ sslmode: 'disable', plaintextConsent: true })
    else if (choice === 'retry') void open(protection)
    else setReport(null)
  }

  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="sm">
        <Text component="p" m={0}>
          {about}
        </Text>
        <ConnectionField
          text={login.text}
          password={login.password}
          onChange={(next) => {
            setLogin(next)
            setProtection({ ...protection, ...agreedAfter(protection, login.text, next.text) })
          }}
          placeholder="postgresql://postgres@YourHostName:5432/YourDatabaseName"
        />
        <ConnectionProtection
          fields={parsed.ok ? parsed.fields : null}
          value={protection}
          problems={report !== null && !report.ok && report.field === 'certificates' ? { certificates: report.sentence } : {}}
          onChange={(change) => setProtection({ ...protection, ...change })}
        />
        {opening.error !== null && <Problem error={opening.error} />}
        {report !== null && !report.ok && <ConnectFailure report={report} onChoice={choose} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={opening.busy} disabled={login.text.trim() === ''}>
            {submit}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

interface AdminDialogProps {
  /** What the login has to be able to do, and how long it is kept. */
  readonly about: string
  /** What the button does. */
  readonly submit: string
  readonly opened: boolean
  readonly onClose: () => void
  readonly onOpened: (session: AdminSession, choice: AdminChoice) => void
}

interface AdminChoice {
  readonly sslmode: Sslmode | null
  readonly plaintextConsent: boolean
}
