import { Button, Checkbox, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useCallback, useRef, useState } from 'react'
import { api, queries } from '#api/client.ts'
import type { ConnectReport } from '#shared/model/connect.ts'
import { ConnectFailure } from './connect-report.tsx'
import { Problem } from './problem.tsx'
import { PasswordContext } from './use-password-prompt.ts'

/** Holds the dialog that usePasswordPrompt opens. */
export function PasswordPromptProvider({ children }: { readonly children: ReactNode }) {
  const [open, setOpen] = useState<{ readonly id: string; readonly answer: (entered: boolean) => void } | null>(null)
  const ask = useCallback((id: string) => new Promise<boolean>((answer) => setOpen({ id, answer })), [])
  const finish = (entered: boolean) => {
    open?.answer(entered)
    setOpen(null)
  }
  return (
    <PasswordContext.Provider value={ask}>
      {children}
      <Modal opened={open !== null} onClose={() => finish(false)} title="Enter the password">
        {open !== null && <PasswordForm dataSourceId={open.id} onEntered={() => finish(true)} onLeave={() => finish(false)} />}
      </Modal>
    </PasswordContext.Provider>
  )
}

function PasswordForm({ dataSourceId, onEntered, onLeave }: PasswordFormProps) {
  const source = useQuery(queries.dataSources.get.queryOptions({ input: { id: dataSourceId } }))
  const info = useQuery(queries.app.info.queryOptions({ input: {} }))
  const [password, setPassword] = useState('')
  const [save, setSave] = useState(true)
  const [report, setReport] = useState<ConnectReport | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const abort = useRef<AbortController | null>(null)
  const canSave = info.data?.vault.mode === 'os-keychain'

  const submit = async () => {
    abort.current = new AbortController()
    setBusy(true)
    setError(null)
    setReport(null)
    try {
      const answer = await api.dataSources.enterPassword(
        { id: dataSourceId, password, save: save && canSave },
        { signal: abort.current.signal },
      )
      if (answer.ok) return onEntered()
      setReport(answer)
    } catch (problem) {
      setError(problem)
    } finally {
      setBusy(false)
    }
  }
  const leave = () => {
    abort.current?.abort()
    onLeave()
  }
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    void submit()
  }

  return (
    <form onSubmit={onSubmit}>
      <Stack gap="sm">
        <Text>
          {source.data === undefined
            ? 'The server asks for a password.'
            : `The server at ${source.data.host} asks for the password of ${source.data.user} (${source.data.name}).`}
        </Text>
        <PasswordInput
          label="Password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          autoComplete="off"
          data-autofocus
          required
          withAsterisk={false}
          maxLength={1_024}
        />
        {canSave ? (
          <Checkbox
            label="Save in the keychain of this computer"
            checked={save}
            onChange={(event) => setSave(event.currentTarget.checked)}
          />
        ) : (
          <Text c="dimmed">{info.data?.vault.sentence ?? 'It is kept in memory until Plumbline ends.'}</Text>
        )}
        {report !== null && !report.ok && <ConnectFailure report={report} />}
        {error !== null && <Problem error={error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={leave}>
            Cancel
          </Button>
          <Button type="submit" loading={busy} disabled={password === ''}>
            Connect
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

interface PasswordFormProps {
  readonly dataSourceId: string
  readonly onEntered: () => void
  readonly onLeave: () => void
}
