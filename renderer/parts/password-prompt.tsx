import { Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useMemo, useRef, useState } from 'react'
import { api, queries } from '#api/client.ts'
import type { ConnectReport } from '#shared/model/connect.ts'
import { ConnectFailure } from './connect-report.tsx'
import { Problem } from './problem.tsx'
import { canSave, SaveSecretChoice, useVaultStatus } from './save-secret-choice.tsx'
import { UnlockForm } from './unlock-form.tsx'
import { PasswordContext } from './use-password-prompt.ts'

/** Holds the dialogs that usePasswordPrompt and useUnlockPrompt open. */
export function PasswordPromptProvider({ children }: { readonly children: ReactNode }) {
  // `id` null: only the vault is to be unlocked.
  const [open, setOpen] = useState<{ readonly id: string | null; readonly answer: (entered: boolean) => void } | null>(null)
  const prompts = useMemo(() => {
    const ask = (id: string | null) => new Promise<boolean>((answer) => setOpen({ id, answer }))
    return { askPassword: (id: string) => ask(id), askUnlock: () => ask(null) }
  }, [])
  const finish = (entered: boolean) => {
    open?.answer(entered)
    setOpen(null)
  }
  const id = open?.id ?? null
  const source = useQuery(queries.dataSources.get.queryOptions({ input: { id: id ?? '' }, enabled: id !== null }))
  const [instead, setInstead] = useState(false)
  const locked = id === null || (source.data?.passwordState === 'vault-locked' && !instead)
  const leave = () => {
    setInstead(false)
    finish(false)
  }
  return (
    <PasswordContext.Provider value={prompts}>
      {children}
      <Modal opened={open !== null} onClose={leave} title={locked ? 'Unlock the vault' : 'Enter the password'}>
        {open !== null && id === null && (
          <UnlockForm why="Passwords that are saved go into the vault, which is locked." onUnlocked={() => finish(true)} onLeave={leave} />
        )}
        {id !== null && locked && (
          <UnlockForm
            why={`What ${source.data?.name ?? 'the data source'} is connected with is in the vault, which is locked.`}
            onUnlocked={() => finish(true)}
            onLeave={leave}
            more={
              <Button variant="subtle" onClick={() => setInstead(true)}>
                Enter its password instead
              </Button>
            }
          />
        )}
        {id !== null && !locked && (
          <PasswordForm
            dataSourceId={id}
            onEntered={() => {
              setInstead(false)
              finish(true)
            }}
            onLeave={leave}
          />
        )}
      </Modal>
    </PasswordContext.Provider>
  )
}

function PasswordForm({ dataSourceId, onEntered, onLeave }: PasswordFormProps) {
  const source = useQuery(queries.dataSources.get.queryOptions({ input: { id: dataSourceId } }))
  const vault = useVaultStatus()
  const [password, setPassword] = useState('')
  const [save, setSave] = useState(true)
  const [report, setReport] = useState<ConnectReport | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const abort = useRef<AbortController | null>(null)
  const savable = vault !== null && canSave(vault)

  const submit = async () => {
    abort.current = new AbortController()
    setBusy(true)
    setError(null)
    setReport(null)
    try {
      const answer = await api.dataSources.enterPassword(
        { id: dataSourceId, password, save: save && savable },
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
        <SaveSecretChoice checked={save} onChange={setSave} />
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
