import { ActionIcon, Progress, UnstyledButton } from '@mantine/core'
import { IconKey, IconKeyOff, IconPlugConnected, IconPlugConnectedX, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { api, queries } from '#api/client.ts'
import { useConnectionState, useTasks } from '#api/live.ts'
import { formatRoute } from '#api/route.ts'
import { notifyError } from '#parts/notify-error.tsx'
import type { Task } from '#shared/model/task.ts'
import styles from './status-bar.module.css'

/** What runs, where secrets go, and whether the program behind the page answers. */
export function StatusBar() {
  const tasks = useTasks()
  const reopening = useConnectionState().state === 'reopening'
  return (
    <footer className={styles.bar}>
      <ul className={styles.tasks} aria-label="Running work">
        {tasks.map((task) => (
          <RunningTask key={task.id} task={task} />
        ))}
        {tasks.length === 0 && <li className={styles.idle}>Nothing is running</li>}
      </ul>
      <VaultState />
      <span className={styles.part} role="status">
        {reopening ? <IconPlugConnectedX size={14} aria-hidden /> : <IconPlugConnected size={14} aria-hidden />}
        {reopening ? 'Reconnecting …' : 'Connected'}
      </span>
    </footer>
  )
}

function RunningTask({ task }: { readonly task: Task }) {
  const percent = task.total !== null && task.total > 0 ? Math.min(100, (task.done / task.total) * 100) : null
  const cancel = () => void api.tasks.cancel({ id: task.id }).catch(notifyError)
  return (
    <li className={styles.task}>
      <span className={styles.title}>{task.title}</span>
      {task.state === 'running' || task.state === 'cancelling' ? (
        <>
          <Progress.Root size="sm" w={96}>
            <Progress.Section
              value={percent ?? 100}
              animated={percent === null}
              striped={percent === null}
              aria-label={task.title}
              aria-valuetext={percent === null ? 'under way' : `${Math.floor(percent)} %`}
            />
          </Progress.Root>
          <span className={styles.detail}>
            {task.state === 'cancelling' ? 'stopping …' : percent === null ? '' : `${Math.floor(percent)} %`}
          </span>
          {task.cancellable && (
            <ActionIcon
              size="xs"
              aria-label={`Cancel: ${task.title}`}
              title="Cancel"
              onClick={cancel}
              disabled={task.state === 'cancelling'}
            >
              <IconX size={12} aria-hidden />
            </ActionIcon>
          )}
        </>
      ) : (
        <span className={styles.detail}>{endWords[task.state]}</span>
      )}
    </li>
  )
}

const endWords = { done: 'done', failed: 'failed', cancelled: 'cancelled' } as const

function VaultState() {
  const { data } = useQuery(queries.app.info.queryOptions({ input: {} }))
  if (data === undefined) return null
  const saved = data.vault.mode === 'os-keychain'
  return (
    <UnstyledButton component="a" href={formatRoute({ page: 'settings' })} className={styles.part} title={data.vault.sentence}>
      {saved ? <IconKey size={14} aria-hidden /> : <IconKeyOff size={14} aria-hidden />}
      {saved ? 'Passwords in the keychain' : 'Passwords in memory only'}
    </UnstyledButton>
  )
}
