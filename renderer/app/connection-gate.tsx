import { Button, Code, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import type { DeniedReason } from '#api/connection.ts'
import { useConnectionState } from '#api/live.ts'
import { assertNever } from '#shared/assert-never.ts'
import { APP_SCHEME } from '#shared/model/names.ts'
import styles from './connection-gate.module.css'

/** Shows the app while there is a program behind it, and says what to do when there is none. */
export function ConnectionGate({ children }: { readonly children: ReactNode }) {
  const connection = useConnectionState()
  switch (connection.state) {
    case 'connecting':
      return <Connecting />
    case 'open':
    case 'reopening':
      return children
    case 'lost':
      return <Lost />
    case 'denied':
      return <NeedsLink reason={connection.reason} />
    default:
      return assertNever(connection)
  }
}

function Connecting() {
  return (
    <FullPage title="Connecting to Plumbline" late>
      <Text component="p">This takes a moment.</Text>
    </FullPage>
  )
}

function Lost() {
  const desktop = window.location.protocol === `${APP_SCHEME}:`
  return (
    <FullPage title="Plumbline has stopped">
      <Text component="p">
        The program behind this page is not running any more. What was saved is on this computer; a validation that was under way will be
        shown as interrupted.
      </Text>
      {desktop ? (
        <Text component="p">Close this window and start Plumbline again.</Text>
      ) : (
        <Text component="p">
          Start it again with <Code>npm start</Code> in its folder, and open the link that it prints. This tab can be closed.
        </Text>
      )}
    </FullPage>
  )
}

const deniedSentences: Readonly<Record<DeniedReason, string>> = {
  'no-link': 'This page opens from a link that works once, so that nobody else on this computer can open it.',
  'link-used': 'This link was used already, or is older than a minute. Each link works once.',
  'session-ended': 'The session of this tab has ended, because Plumbline was started anew.',
}

function NeedsLink({ reason }: { readonly reason: DeniedReason }) {
  return (
    <FullPage title="A fresh link is needed">
      <Text component="p">{deniedSentences[reason]}</Text>
      <Text component="p">
        In the terminal in which Plumbline runs, press <Code>Enter</Code>: it prints a fresh link. If it is not running, start it with{' '}
        <Code>npm start</Code>.
      </Text>
      <Text component="p">Where another tab of Plumbline is open, reloading this one is enough.</Text>
      <div>
        <Button variant="default" onClick={() => window.location.reload()}>
          Reload
        </Button>
      </div>
    </FullPage>
  )
}

function FullPage({ title, children, late = false }: { readonly title: string; readonly children: ReactNode; readonly late?: boolean }) {
  return (
    <main className={`${styles.page} ${late ? 'appears-late' : ''}`}>
      <Title order={1}>{title}</Title>
      {children}
    </main>
  )
}
