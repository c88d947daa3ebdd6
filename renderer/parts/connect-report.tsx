import { Button, Checkbox, Group, Stack, Text } from '@mantine/core'
import { IconCircleCheck } from '@tabler/icons-react'
import { useState } from 'react'
import type { ConnectReport } from '#shared/model/connect.ts'
import { DefinitionList } from '#ui/definition-list.tsx'
import { ErrorState } from '#ui/error-state.tsx'
import { formatRoundTrip } from '#ui/format.ts'
import { ConnectChecklist } from './connect-checklist.tsx'
import styles from './connect-report.module.css'
import { PlaintextConsent } from './plaintext-consent.tsx'
import { capabilityTitles } from './server-words.ts'
import { TlsBadge } from './tls-badge.tsx'

export type Success = Extract<ConnectReport, { ok: true }>
export type Failure = Extract<ConnectReport, { ok: false }>
export type ConnectChoice = Failure['choices'][number]

/** `host`: where it went, to say how far the way there is protected. */
export function ConnectSuccess({ report, host }: { readonly report: Success; readonly host?: string }) {
  const { server, sslmode } = report
  return (
    <div className={styles.success} role="status">
      <Group gap={8}>
        <IconCircleCheck size={18} aria-hidden className={styles.icon} />
        <strong>Connected</strong>
        {host !== undefined && <TlsBadge sslmode={sslmode} host={host} />}
      </Group>
      <ConnectChecklist trace={report.trace} report={report} />
      <DefinitionList
        inline
        items={[
          { term: 'Role', value: server.isSuperuser ? `${server.role} (superuser: a role that may only read is safer)` : server.role },
          { term: 'Stands as', value: server.inRecovery ? 'Standby: it may lag behind its primary' : 'Primary' },
          ...(server.pooled ? [{ term: 'In between', value: 'A connection pooler, such as PgBouncer' }] : []),
          { term: 'Encoding', value: server.encoding },
          { term: 'Time zone', value: server.timeZone },
          { term: 'Round trip', value: formatRoundTrip(server.latencyMs) },
          ...(server.missing.length === 0
            ? []
            : [{ term: 'Cannot do', value: server.missing.map((name) => capabilityTitles[name]).join(', ') }]),
        ]}
      />
    </div>
  )
}

/** What happened, what to do, and the choices that would let it go on; without `onChoice` they are not offered. Choices that give up safety are explained and agreed to first. */
export function ConnectFailure({ report, onChoice }: { readonly report: Failure; readonly onChoice?: OnChoice }) {
  const offered = onChoice === undefined ? [] : report.choices
  const plain = offered.filter((choice) => choice === 'retry' || choice === 'enter-password')
  const unsafe = offered.filter((choice) => choice === 'accept-unverified' || choice === 'accept-plaintext')
  const error = (
    <ErrorState
      title={stepTitles[report.step]}
      sentence={report.sentence}
      remedy={report.remedy}
      facts={report.sqlstate === null ? [] : [{ label: 'SQLSTATE', value: report.sqlstate }]}
      actions={
        offered.length === 0 ? undefined : (
          <Stack gap={12} w="100%">
            {plain.length > 0 && (
              <Group gap={8}>
                {plain.map((choice) => (
                  <Button key={choice} variant={choice === 'retry' ? 'default' : 'filled'} onClick={() => onChoice?.(choice)}>
                    {choiceWords[choice].button}
                  </Button>
                ))}
              </Group>
            )}
            {unsafe.map((choice) => (
              <UnsafeChoice key={choice} choice={choice} onTake={() => onChoice?.(choice)} />
            ))}
          </Stack>
        )
      }
    />
  )
  if (report.trace === null) return error
  return (
    <Stack gap={8}>
      <div className={styles.steps}>
        <ConnectChecklist trace={report.trace} report={report} />
      </div>
      {error}
    </Stack>
  )
}

type OnChoice = (choice: ConnectChoice) => void

function UnsafeChoice({ choice, onTake }: { readonly choice: ConnectChoice; readonly onTake: () => void }) {
  const [agreed, setAgreed] = useState(false)
  const { button, agree, means } = choiceWords[choice]
  return (
    <div className={styles.choice}>
      <Text component="p" m={0}>
        {means}
      </Text>
      {choice === 'accept-plaintext' ? (
        <PlaintextConsent given={agreed} onChange={setAgreed} />
      ) : (
        <Checkbox label={agree} checked={agreed} onChange={(event) => setAgreed(event.currentTarget.checked)} />
      )}
      <div>
        <Button variant="default" disabled={!agreed} onClick={onTake}>
          {button}
        </Button>
      </div>
    </div>
  )
}

const stepTitles: Readonly<Record<Failure['step'], string>> = {
  parse: 'The connection string cannot be used',
  resolve: 'The host name was not found',
  reach: 'The server could not be reached',
  tls: 'No trusted encryption',
  authenticate: 'The server refused the login',
  database: 'The database could not be opened',
  inspect: 'Connected, but the server could not be examined',
}

const choiceWords: Readonly<Record<ConnectChoice, { readonly button: string; readonly agree: string; readonly means: string }>> = {
  retry: { button: 'Try again', agree: '', means: '' },
  'enter-password': { button: 'Enter password', agree: '', means: '' },
  'accept-unverified': {
    button: 'Connect without checking the identity',
    agree: 'I accept that the identity of this server is not checked',
    means:
      'The connection would be encrypted, but whoever answers in place of this server would not be noticed, and would receive the password. The data source is marked for as long as this holds.',
  },
  'accept-plaintext': {
    button: 'Connect without encryption',
    agree: '',
    means:
      'Nothing would be encrypted: queries, rows and, depending on the server, the password could be read and changed by anyone on the way. The data source is marked for as long as this holds.',
  },
}
