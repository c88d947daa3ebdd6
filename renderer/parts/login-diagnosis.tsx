import { Button, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { api } from '#api/client.ts'
import type { ConnectReport, LoginDiagnosis } from '#shared/model/connect.ts'
import type { AdminSession } from '#shared/model/setup.ts'
import { CopyButton } from '#ui/copy-button.tsx'
import { useAction } from '#ui/use-action.ts'
import { AdminDialog } from './admin-dialog.tsx'
import { notifyError } from './notify-error.tsx'
import { Problem } from './problem.tsx'

/** The server tells a refused role next to nothing; an administrator can see why. Nothing is shown where nobody would know more. */
export function LoginDiagnosisPanel({ report, role, database }: LoginDiagnosisProps) {
  const [asking, setAsking] = useState(false)
  const looking = useAction<LoginDiagnosis>()
  if (report.ok || !worthAsking.has(report.cause)) return null
  const look = async ({ adminId }: AdminSession) => {
    setAsking(false)
    await looking.run((signal) => api.setup.diagnoseLogin({ adminId, role, database }, { signal }))
    // SECURITY: the administrator's connection is not kept longer than it is of use.
    await api.setup.closeAdmin({ adminId }).catch(notifyError)
  }
  return (
    <Stack gap={8} mt={8}>
      {looking.result === null ? (
        <div>
          <Button variant="default" loading={looking.busy} onClick={() => setAsking(true)}>
            Find out why, as an administrator
          </Button>
        </div>
      ) : (
        <Findings diagnosis={looking.result} />
      )}
      {looking.error !== null && <Problem error={looking.error} />}
      <AdminDialog
        about="A login to the same server that may look at its roles. It reads the catalog, changes nothing, and is closed right after."
        submit="Connect and look"
        opened={asking}
        onClose={() => setAsking(false)}
        onOpened={(session) => void look(session)}
      />
    </Stack>
  )
}

interface LoginDiagnosisProps {
  readonly report: ConnectReport
  /** Who was refused, and where. */
  readonly role: string
  readonly database: string
}

function Findings({ diagnosis: { findings, otherwise } }: { readonly diagnosis: LoginDiagnosis }) {
  return (
    <div role="status">
      <strong>{findings.length === 0 ? 'Nothing is wrong with the role itself' : 'What an administrator sees'}</strong>
      <Stack component="ul" gap={4} m={0} pl={20}>
        {findings.map(({ cause, sentence, sql }) => (
          <li key={cause}>
            {sentence}
            {sql !== null && (
              <Group gap={8}>
                <code>{sql}</code>
                <CopyButton value={sql} />
              </Group>
            )}
          </li>
        ))}
      </Stack>
      {findings.length === 0 && (
        <Text component="p" m={0} c="dimmed">
          {otherwise}
        </Text>
      )}
    </div>
  )
}

const worthAsking: ReadonlySet<string> = new Set([
  'wrong-password',
  'no-hba-entry',
  'no-such-role',
  'role-may-not-log-in',
  'role-limit',
  'identity-refused',
  'no-such-database',
  'connect-denied',
  'database-closed',
  'database-limit',
])
