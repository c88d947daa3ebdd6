import { Button, Group } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, queries } from '#api/client.ts'
import { useTask } from '#api/live.ts'
import { notifyError } from '#parts/notify-error.tsx'
import { PasswordBadge } from '#parts/password-badge.tsx'
import { Problem } from '#parts/problem.tsx'
import { RouteLink } from '#parts/route-link.tsx'
import { canSave } from '#parts/save-secret-choice.tsx'
import { useUnlockPrompt } from '#parts/use-password-prompt.ts'
import type { VaultStatus } from '#shared/model/app.ts'
import type { MovedSecrets, SecretEntry, SecretKind } from '#shared/model/data-source.ts'
import type { SecretPlace } from '#shared/model/secret.ts'
import { useConfirm } from '#ui/confirm.tsx'
import type { DataColumn } from '#ui/data-column.ts'
import { DataTable } from '#ui/data-table.tsx'
import { countOf } from '#ui/format.ts'
import { Loading } from '#ui/loading.tsx'
import { notify } from '#ui/notify.tsx'
import { ProgressWithCancel } from '#ui/progress-with-cancel.tsx'
import { Section } from '#ui/section.tsx'
import { useAction } from '#ui/use-action.ts'

/** Which secrets there are, where each is, and what can be done with it. Never what it is. */
export function SecretsTable({ vault }: { readonly vault: VaultStatus }) {
  const secrets = useQuery(queries.dataSources.secrets.list.queryOptions({ input: {} }))
  const actions = useSecretActions(vault)
  if (secrets.isPending) return <Loading rows={3} />
  if (secrets.isError) return <Problem error={secrets.error} onRetry={() => void secrets.refetch()} />
  const entries = secrets.data
  if (entries.length === 0) return null
  const to = targetOf(vault)
  const elsewhere = entries.filter(({ place }) => place !== null && place !== to)
  const held = entries.filter(hasSecret)
  return (
    <Section
      title="What is saved where"
      actions={
        <>
          {to !== null && elsewhere.length > 0 && (
            <Button variant="default" loading={actions.moving !== null} onClick={() => void actions.move(to, null)}>
              Move all to the {to}
            </Button>
          )}
          {held.length > 0 && (
            <Button variant="default" onClick={() => void actions.forgetAll(held.length)}>
              Forget all
            </Button>
          )}
        </>
      }
    >
      {actions.problem !== null && <Problem error={actions.problem} />}
      {actions.moving !== null && <MoveProgress move={actions.moving} />}
      <DataTable
        label="Secrets of the data sources"
        rows={entries}
        rowKey={({ dataSourceId, kind }) => `${dataSourceId} ${kind}`}
        columns={columnsWith(to, actions)}
        {...(entries.length > 10 ? { searchPlaceholder: 'Search secrets' } : {})}
      />
    </Section>
  )
}

/** A keychain takes its time for each, and may ask for its own password. What is under way is brought to its end. */
function MoveProgress({ move: { to, taskId } }: { readonly move: Move }) {
  const task = useTask(taskId)
  const total = task?.total ?? null
  return (
    <ProgressWithCancel
      title={`Moving to the ${to}`}
      detail={
        task === null || total === null
          ? null
          : `${task.done} of ${countOf(total, 'secret')}${task.detail === null ? '' : ` · ${task.detail}`}`
      }
      done={task?.done ?? 0}
      total={total}
      stopping={task?.state === 'cancelling'}
      onCancel={() => void api.tasks.cancel({ id: taskId }).catch(notifyError)}
    />
  )
}

interface Move {
  readonly to: SecretPlace
  readonly taskId: string
}

type Actions = ReturnType<typeof useSecretActions>

function columnsWith(to: SecretPlace | null, actions: Actions): readonly DataColumn<SecretEntry>[] {
  return [
    {
      key: 'source',
      title: 'Data source',
      value: ({ dataSourceName }) => dataSourceName,
      cell: ({ dataSourceId, dataSourceName }) => (
        <RouteLink to={{ page: 'data-source', id: dataSourceId }} fw={500}>
          {dataSourceName}
        </RouteLink>
      ),
    },
    { key: 'kind', title: 'Secret', value: ({ kind }) => kindTitles[kind] },
    {
      key: 'state',
      title: 'Where it is',
      value: ({ state }) => state,
      cell: ({ state }) => <PasswordBadge state={state} plain />,
    },
    { key: 'actions', title: '', align: 'right', cell: (entry) => <RowActions entry={entry} to={to} actions={actions} /> },
  ]
}

function RowActions({ entry, to, actions }: { readonly entry: SecretEntry; readonly to: SecretPlace | null; readonly actions: Actions }) {
  const { dataSourceId, dataSourceName, kind, place, state } = entry
  const what = `${kindTitles[kind].toLowerCase()} of ${dataSourceName}`
  const readable = state === 'saved' || state === 'in-vault' || state === 'in-memory'
  return (
    <Group gap={4} justify="flex-end" wrap="nowrap">
      {state === 'vault-locked' && (
        <Button variant="default" size="compact-xs" onClick={() => void actions.unlock()}>
          Unlock
        </Button>
      )}
      {state === 'unavailable' && (
        <Button variant="default" size="compact-xs" onClick={() => void actions.probe()}>
          Unlock and retry
        </Button>
      )}
      {to !== null && readable && place !== to && (
        <Button
          variant="default"
          size="compact-xs"
          aria-label={`${place === null ? 'Save' : 'Move'} the ${what} ${place === null ? 'in' : 'to'} the ${to}`}
          onClick={() => void actions.move(to, dataSourceId)}
        >
          {place === null ? `Save in the ${to}` : `Move to the ${to}`}
        </Button>
      )}
      {hasSecret(entry) && (
        <Button variant="default" size="compact-xs" aria-label={`Forget the ${what}`} onClick={() => void actions.forget(entry, what)}>
          Forget
        </Button>
      )}
    </Group>
  )
}

function useSecretActions(vault: VaultStatus) {
  const confirm = useConfirm()
  const askUnlock = useUnlockPrompt()
  const action = useAction<MovedSecrets>({ outlives: true })
  const [moving, setMoving] = useState<Move | null>(null)
  const move = async (to: SecretPlace, id: string | null) => {
    if (to === 'vault' && vault.vault === 'locked' && !(await askUnlock())) return
    const taskId = crypto.randomUUID()
    setMoving({ to, taskId })
    const outcome = await action.run((signal) => api.dataSources.secrets.move({ to, id, taskId }, { signal }))
    setMoving(null)
    if (outcome !== null) tell(outcome, `moved to the ${to}`)
  }
  const forget = async ({ dataSourceId, kind, state }: SecretEntry, what: string) => {
    const agreed = await confirm({
      title: `Forget the ${what}`,
      sentence: 'It is taken out of where it is, and asked for when it is needed. This cannot be taken back.',
      confirm: 'Forget',
      tone: 'danger',
    })
    if (!agreed || (state === 'vault-locked' && !(await askUnlock()))) return
    await api.dataSources.secrets.forget({ id: dataSourceId, kind }).catch(notifyError)
  }
  const forgetAll = async (count: number) => {
    const agreed = await confirm({
      title: 'Forget all passwords and keys',
      sentence: `${countOf(count, 'secret')} of all data sources are taken out of the keychain, the vault and memory, and asked for when they are needed. This cannot be taken back.`,
      confirm: 'Forget all',
      tone: 'danger',
    })
    if (!agreed) return
    await api.dataSources.secrets.forgetAll({}).then((outcome) => tell(outcome, 'forgotten'), notifyError)
  }
  const probe = () => api.app.vault.probe({}).catch(notifyError)
  return { move, moving, problem: action.error, forget, forgetAll, unlock: askUnlock, probe }
}

/** What stayed is named, with its reason. */
function tell({ moved, left, notReached }: MovedSecrets, done: string): void {
  const [first, ...more] = left
  const stopped =
    notReached === 0
      ? ''
      : ` It was stopped: ${countOf(notReached, 'secret')} ${notReached === 1 ? 'is' : 'are'} where ${notReached === 1 ? 'it was' : 'they were'}.`
  const outcome = `${countOf(moved, 'secret')} ${moved === 1 ? 'was' : 'were'} ${done}.${stopped}`
  if (first === undefined) {
    notify({ message: outcome })
    return
  }
  const others = more.length === 0 ? '' : ` The same holds for ${countOf(more.length, 'other')}.`
  notify({
    message: `${outcome} That of ${first.dataSourceName} stayed: ${first.sentence}${others}`,
    tone: 'failed',
  })
}

/** Where secrets may be moved to: what was chosen, when it works. A locked vault is unlocked first. */
function targetOf(vault: VaultStatus): SecretPlace | null {
  if (vault.chosen === 'vault') return vault.vault === 'none' ? null : 'vault'
  return vault.chosen === 'os-keychain' && canSave(vault) ? 'keychain' : null
}

function hasSecret({ place, state }: SecretEntry): boolean {
  return place !== null || state === 'in-memory'
}

const kindTitles: Readonly<Record<SecretKind, string>> = { password: 'Password', 'client-key': 'Key of the client certificate' }
