import { Button, Text, Tooltip } from '@mantine/core'
import { IconAlertTriangle, IconCircleX, IconClockPause, IconHourglass, IconPlugConnected, IconPlugConnectedX } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { notifyError } from '#parts/notify-error.tsx'
import type { SessionState } from '#shared/model/query.ts'
import type { QueryRun } from './query-run.ts'
import styles from './query-session.module.css'
import { clockOf } from './query-words.ts'
import type { RunState } from './run-state.ts'

/** The session of a tab: its state in pgAdmin's words, and what to do about it. */

/** An open transaction in which nothing runs is rolled back after this long. */
export const IDLE_LIMIT_MS = 30 * 60_000
const POLL_MS = 2_000

/** Asks what has become of the session every two seconds while its tab is in front, as pgAdmin does. */
export function useSessionPolling(run: QueryRun, active: boolean): void {
  useEffect(() => {
    if (!active) return
    const poll = () => {
      if (!document.hidden) void run.poll().catch(() => {}) // The window has lost its program, which it says by itself.
    }
    poll()
    const timer = setInterval(poll, POLL_MS)
    return () => clearInterval(timer)
  }, [run, active])
}

export type SessionStatus = SessionState['status']

export function statusOf({ phase, session }: RunState): SessionStatus {
  return phase === 'running' || phase === 'cancelling' ? 'active' : (session?.status ?? 'none')
}

export function SessionMark({ status }: { readonly status: SessionStatus }) {
  const { Icon, tone } = marks[status]
  return (
    <Tooltip label={sentences[status]}>
      <span className={styles.sessionMark} data-tone={tone} role="img" aria-label={sentences[status]}>
        <Icon size={16} aria-hidden />
      </span>
    </Tooltip>
  )
}

/** Under the toolbar when a transaction waits, when the session is gone, or when something befell it. */
export function SessionStrip({ run, state, dataSourceId }: SessionStripProps) {
  const status = statusOf(state)
  const note = state.session?.note ?? null
  if (status === 'lost')
    return (
      <div className={styles.sessionStrip} data-tone="failed" role="status">
        <IconAlertTriangle size={14} aria-hidden />
        {sentences.lost} What was not committed in it was rolled back by the server. The text stays.
        {dataSourceId !== null && (
          <Button size="compact-xs" variant="default" onClick={() => void run.connect(dataSourceId).catch(notifyError)}>
            Reconnect
          </Button>
        )}
      </div>
    )
  if (status === 'transaction' || status === 'failed')
    return (
      <div className={styles.sessionStrip} data-tone={status === 'failed' ? 'failed' : 'warning'}>
        <span role="status">{sentences[status]}</span>
        {status === 'failed' && <span>A statement failed, and only a rollback ends the transaction.</span>}
        {state.session !== null && <IdleClock key={state.session.idleMs} session={state.session} run={run} />}
      </div>
    )
  if (note === null) return null
  return (
    <div className={styles.sessionStrip} data-tone="warning" role="status">
      {note}
    </div>
  )
}

interface SessionStripProps {
  readonly run: QueryRun
  readonly state: RunState
  readonly dataSourceId: string | null
}

/** Mounted anew whenever the session is heard of, and counts on from there. */
function IdleClock({ session: { idleMs, rollbackInMs }, run }: { readonly session: SessionState; readonly run: QueryRun }) {
  const [since] = useState(() => performance.now())
  const [now, setNow] = useState(since)
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 1_000)
    return () => clearInterval(timer)
  }, [])
  if (idleMs === null) return null
  const passed = now - since
  return (
    <>
      <Text component="span" size="sm" className={styles.clock}>
        {`Idle for ${clockOf(idleMs + passed)}`}
        {rollbackInMs !== null && `, rolled back in ${clockOf(Math.max(0, rollbackInMs - passed))}`}
      </Text>
      {rollbackInMs !== null && (
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => void run.keepTransaction().catch(notifyError)}
          title="An open transaction keeps its locks, and keeps the server from cleaning up old rows. The clock starts anew."
        >
          Keep it open
        </Button>
      )}
    </>
  )
}

/** pgAdmin's own. */
const sentences: Readonly<Record<SessionStatus, string>> = {
  none: 'Not connected. The first execution opens a session.',
  idle: 'The session is idle and there is no current transaction.',
  active: 'A command is currently in progress.',
  transaction: 'The session is idle in a valid transaction block.',
  failed: 'The session is idle in a failed transaction block.',
  lost: 'The connection with the server is bad.',
}

const marks = {
  none: { Icon: IconPlugConnectedX, tone: 'quiet' },
  idle: { Icon: IconPlugConnected, tone: 'quiet' },
  active: { Icon: IconHourglass, tone: 'accent' },
  transaction: { Icon: IconClockPause, tone: 'warning' },
  failed: { Icon: IconCircleX, tone: 'failed' },
  lost: { Icon: IconAlertTriangle, tone: 'failed' },
} as const
