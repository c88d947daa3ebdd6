import { Button, Group, Loader, Text } from '@mantine/core'
import { IconCircleCheck, IconCircleMinus, IconCircleX } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import type { ConnectReport, ConnectStep, ConnectTrace, ServerCertificate } from '#shared/model/connect.ts'
import { formatRoundTrip } from '#ui/format.ts'
import styles from './connect-checklist.module.css'
import { authenticationTitles, engineTitle, relationsSentence } from './server-words.ts'

/** The steps of an attempt: what was found at each, how long it took, and where it ended. `report` null: it is under way. */
export function ConnectChecklist({ trace, report }: { readonly trace: ConnectTrace; readonly report: ConnectReport | null }) {
  return (
    <ol className={styles.list} aria-label="Steps of the connection">
      {trace.steps.map(({ step, state, ms }) => (
        <li key={step} className={styles.step} data-state={state}>
          <StepIcon state={state} />
          <span className={styles.title}>{stepTitles[step]}</span>
          <span className={styles.detail}>
            <StepDetail step={step} state={state} trace={trace} report={report} />
          </span>
          <span className={styles.time}>{state === 'done' || state === 'failed' ? formatRoundTrip(ms) : ''}</span>
        </li>
      ))}
    </ol>
  )
}

/** The steps while they are taken, how long it takes at most, and a way to stop. */
export function ConnectUnderWay({ trace, onCancel }: { readonly trace: ConnectTrace | null; readonly onCancel: () => void }) {
  const elapsedMs = useElapsed()
  const limit = trace === null ? '' : `, gives up after ${Math.round(trace.limitMs / 1_000)} s`
  return (
    <div className={styles.panel}>
      <Group justify="space-between" wrap="nowrap">
        <span role="status">
          <strong>Connecting</strong>
          <Text component="span" c="dimmed" ml={8} aria-hidden>
            {elapsedMs < 1_000 ? '' : `${Math.floor(elapsedMs / 1_000)} s${limit}`}
          </Text>
        </span>
        <Button variant="default" onClick={onCancel}>
          Cancel
        </Button>
      </Group>
      {trace !== null && <ConnectChecklist trace={trace} report={null} />}
    </div>
  )
}

type State = ConnectTrace['steps'][number]['state']

function StepIcon({ state }: { readonly state: State }) {
  switch (state) {
    case 'running':
      return <Loader size={14} role="img" aria-label="Under way" />
    case 'done':
      return <IconCircleCheck size={16} aria-label="Done" className={styles.done} />
    case 'failed':
      return <IconCircleX size={16} aria-label="Failed" className={styles.failed} />
    case 'skipped':
      return <IconCircleMinus size={16} aria-label="Not needed" className={styles.skipped} />
  }
}

interface DetailProps {
  readonly step: ConnectStep
  readonly state: State
  readonly trace: ConnectTrace
  readonly report: ConnectReport | null
}

function StepDetail({ step, state, trace, report }: DetailProps) {
  const { addresses, address, tls, authentication } = trace
  switch (step) {
    case 'parse':
      return null
    case 'resolve':
      return state === 'skipped' ? 'An address, nothing to look up' : addresses.join(', ')
    case 'reach':
      return address
    case 'tls':
      if (state === 'skipped') return 'Not encrypted'
      return tls === null ? null : (
        <>
          {[tls.protocol, tls.cipher].filter((word) => word !== null).join(', ')}
          {tls.certificate !== null && <Certificate certificate={tls.certificate} />}
        </>
      )
    case 'authenticate':
      return authentication === null ? null : authenticationTitles[authentication][state === 'done' ? 'proven' : 'asked']
    case 'database':
      return report?.ok === true ? report.server.database : null
    case 'inspect':
      return report?.ok === true
        ? [engineTitle(report.server), relationsSentence(report.server)].filter((part) => part !== null).join('; ')
        : null
  }
}

function Certificate({ certificate }: { readonly certificate: ServerCertificate }) {
  const { subject, issuer, names, validTo } = certificate
  const days = Math.floor((new Date(validTo).getTime() - Date.now()) / 86_400_000)
  return (
    <span className={styles.certificate}>
      <span>
        Certificate of {subject}
        {names.length > 0 && names.join() !== subject && `, for ${names.join(', ')}`}, by {issuer === subject ? 'itself' : issuer}
      </span>
      <span className={days < SOON_DAYS ? styles.soon : undefined}>
        {days < 0 ? 'Over since ' : 'Valid until '}
        {validTo.slice(0, 10)}
        {days >= 0 && days < SOON_DAYS && ` (${days === 1 ? '1 day' : `${days} days`} left)`}
      </span>
    </span>
  )
}

/** Time enough to have it renewed. */
const SOON_DAYS = 30

/** Milliseconds since it was first shown, four times a second. */
function useElapsed(): number {
  const [began] = useState(() => performance.now())
  const [now, setNow] = useState(began)
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 250)
    return () => clearInterval(timer)
  }, [])
  return now - began
}

const stepTitles: Readonly<Record<ConnectStep, string>> = {
  parse: 'Read the connection string',
  resolve: 'Look up the host',
  reach: 'Reach the server',
  tls: 'Encrypt',
  authenticate: 'Log in',
  database: 'Open the database',
  inspect: 'Look around',
}
