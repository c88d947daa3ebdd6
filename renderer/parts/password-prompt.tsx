import { Button, Group, Modal, PasswordInput, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useMemo, useState } from 'react'
import { api, queries } from '#api/client.ts'
import type { ConnectReport } from '#shared/model/connect.ts'
import { type OpenQuestion, useQuestions } from '#ui/questions.ts'
import { useAction } from '#ui/use-action.ts'
import { ConnectFailure } from './connect-report.tsx'
import { Problem } from './problem.tsx'
import { canSave, SaveSecretChoice, useVaultStatus } from './save-secret-choice.tsx'
import { UnlockForm } from './unlock-form.tsx'
import { PasswordContext } from './use-password-prompt.ts'

/** Holds the dialogs that usePasswordPrompt and useUnlockPrompt open. */
export function PasswordPromptProvider({ children }: { readonly children: ReactNode }) {
  const { questions, open } = useQuestions<Wanted>()
  const prompts = useMemo(
    () => ({
      askPassword: (id: string) => questions.ask({ dataSourceId: id }),
      askUnlock: () => questions.ask({ dataSourceId: null }),
    }),
    [questions],
  )
  return (
    <PasswordContext.Provider value={prompts}>
      {children}
      <Prompt open={open} />
    </PasswordContext.Provider>
  )
}

interface Wanted {
  /** null: only the vault is to be unlocked. */
  readonly dataSourceId: string | null
}

/** Leaving it, in whatever way, ends what was sent: a password that was given up is not saved afterwards. */
function Prompt({ open }: { readonly open: OpenQuestion<Wanted> | null }) {
  const id = open?.question.dataSourceId ?? null
  const source = useQuery(queries.dataSources.get.queryOptions({ input: { id: id ?? '' }, enabled: id !== null }))
  /** The question that the password is to be entered for, though the vault has it. */
  const [instead, setInstead] = useState<number | null>(null)
  const locked = id === null || (source.data?.passwordState === 'vault-locked' && instead !== open?.key)
  const enter = () => open?.answer(true)
  const leave = () => open?.answer(false)
  return (
    <Modal opened={open !== null} onClose={leave} title={locked ? 'Unlock the vault' : 'Enter the password'}>
      {open !== null && id === null && (
        <UnlockForm key={open.key} why="Passwords that are saved go into the vault, which is locked." onUnlocked={enter} onLeave={leave} />
      )}
      {id !== null && locked && (
        <UnlockForm
          key={open?.key}
          why={`What ${source.data?.name ?? 'the data source'} is connected with is in the vault, which is locked.`}
          onUnlocked={enter}
          onLeave={leave}
          more={
            <Button variant="subtle" onClick={() => setInstead(open?.key ?? null)}>
              Enter its password instead
            </Button>
          }
        />
      )}
      {id !== null && !locked && <PasswordForm key={open?.key} dataSourceId={id} onEntered={enter} onLeave={leave} />}
    </Modal>
  )
}

function PasswordForm({ dataSourceId, onEntered, onLeave }: PasswordFormProps) {
  const source = useQuery(queries.dataSources.get.queryOptions({ input: { id: dataSourceId } }))
  const vault = useVaultStatus()
  const [password, setPassword] = useState('')
  const [save, setSave] = useState(true)
  const entering = useAction<ConnectReport>()
  const savable = vault !== null && canSave(vault)

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault()
    const input = { id: dataSourceId, password, save: save && savable }
    const report = await entering.run((signal) => api.dataSources.enterPassword(input, { signal }))
    if (report?.ok) onEntered()
  }

  return (
    <form onSubmit={(event) => void onSubmit(event)}>
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
        {entering.result !== null && !entering.result.ok && <ConnectFailure report={entering.result} />}
        {entering.error !== null && <Problem error={entering.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onLeave}>
            Cancel
          </Button>
          <Button type="submit" loading={entering.busy} disabled={password === ''}>
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
