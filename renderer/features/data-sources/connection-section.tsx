import { Button, Group } from '@mantine/core'
import { useState } from 'react'
import { api } from '#api/client.ts'
import { notifyError } from '#parts/notify-error.tsx'
import { PasswordBadge } from '#parts/password-badge.tsx'
import { TlsBadge } from '#parts/tls-badge.tsx'
import { usePasswordPrompt } from '#parts/use-password-prompt.ts'
import type { DataSource } from '#shared/model/data-source.ts'
import { DefinitionList } from '#ui/definition-list.tsx'
import { notify } from '#ui/notify.tsx'
import { Section } from '#ui/section.tsx'
import { ConnectionForm } from './connection-form.tsx'

/** Where it connects to and as whom, with a form to change it. `onChanged`: try the new one. */
export function ConnectionSection({ source, onChanged }: { readonly source: DataSource; readonly onChanged: () => void }) {
  const [editing, setEditing] = useState(false)
  const editable = source.kind === 'postgres'
  return (
    <Section
      title="Connection"
      actions={
        editable && !editing ? (
          <Button variant="default" onClick={() => setEditing(true)}>
            Edit connection
          </Button>
        ) : undefined
      }
    >
      {editing ? (
        <ConnectionForm
          source={source}
          onLeave={() => setEditing(false)}
          onSaved={() => {
            setEditing(false)
            onChanged()
          }}
        />
      ) : (
        <DefinitionList
          items={[
            ...(editable ? [{ term: source.host.startsWith('/') ? 'Socket folder' : 'Host', value: source.host }] : []),
            ...(editable ? [{ term: 'Port', value: String(source.port) }] : []),
            { term: 'Database', value: source.database },
            { term: 'Role', value: source.user },
            ...(source.searchPath === null ? [] : [{ term: 'Search path', value: source.searchPath.join(', ') }]),
            { term: 'Protection', value: <TlsBadge {...source} /> },
            ...(source.rootCertificatePem === null ? [] : [{ term: 'Authorities', value: 'A root certificate of its own' }]),
            ...(source.clientCertificatePem === null ? [] : [{ term: 'Client certificate', value: 'Shown to the server' }]),
            { term: 'Password', value: <Password source={source} /> },
          ]}
        />
      )}
    </Section>
  )
}

function Password({ source }: { readonly source: DataSource }) {
  const ask = usePasswordPrompt()
  const forget = async () => {
    await api.dataSources.forgetPassword({ id: source.id })
    notify({ message: `The password of ${source.name} was forgotten. It is asked for when it is needed.` })
  }
  const { passwordState } = source
  const held = passwordState === 'saved' || passwordState === 'in-vault' || passwordState === 'in-memory'
  return (
    <Group gap={8}>
      <PasswordBadge state={source.passwordState} />
      {source.passwordState !== 'not-needed' && (
        <Button variant="default" size="compact-xs" onClick={() => void ask(source.id)}>
          {passwordState === 'vault-locked' ? 'Unlock' : held ? 'Enter another' : 'Enter password'}
        </Button>
      )}
      {held && (
        <Button variant="default" size="compact-xs" onClick={() => void forget().catch(notifyError)}>
          Forget password
        </Button>
      )}
    </Group>
  )
}
