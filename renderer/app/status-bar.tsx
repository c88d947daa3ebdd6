import { ActionIcon, Progress, UnstyledButton } from '@mantine/core'
import { IconPlugConnectedX, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { api, queries } from '#api/client.ts'
import { useConnectionState, useTasks } from '#api/live.ts'
import { formatRoute } from '#api/route.ts'
import { notifyError } from '#parts/notify-error.tsx'
import { vaultLook } from '#parts/vault-look.ts'
import type { Task } from '#shared/model/task.ts'
import styles from './status-bar.module.css'
import { arrangeTasks } from './status-tasks.ts'

/** What runs, where secrets go, and whether the program behind the page answers. */
export function StatusBar() {
  const tasks = useTasks()
  const { running, more, ended } = arrangeTasks(tasks)
  const reopening = useConnectionState().state === 'reopening'
  return (
    <footer className={styles.bar}>
      <ul className={styles.tasks} aria-label="Running work">
        {running.map((task) => (
          <RunningTask key={task.id} task={task} />
        ))}
        {more.length > 0 && <MoreTasks tasks={[...running, ...more]} hidden={more.length} />}
        {running.length === 0 && <li className={styles.idle}>{ended ?? 'Nothing is running'}</li>}
      </ul>
      <VaultState />
      {/* Of the page with the program: "Connected" would be read as said of a database, which may not be there yet. */}
      <span className={styles.part} role="status">
        {reopening && (
          <>
            <IconPlugConnectedX size={14} aria-hidden />
            Reconnecting to Plumbline …
          </>
        )}
      </span>
    </footer>
  )
}

function RunningTask({ task }: { readonly task: Task }) {
  const percent = task.total !== null && task.total > 0 ? Math.min(100, (task.done / task.total) * 100) : null
  return (
    <li className={styles.task}>
      <span className={styles.title}>{task.title}</span>
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
          onClick={() => cancelTasks([task])}
          disabled={task.state === 'cancelling'}
        >
          <IconX size={12} aria-hidden />
        </ActionIcon>
      )}
    </li>
  )
}

function MoreTasks({ tasks, hidden }: { readonly tasks: readonly Task[]; readonly hidden: number }) {
  return (
    <li className={styles.task}>
      <span className={styles.idle}>and {hidden} more</span>
      <UnstyledButton className={styles.cancelAll} onClick={() => cancelTasks(tasks)}>
        Cancel all
      </UnstyledButton>
    </li>
  )
}

function cancelTasks(tasks: readonly Task[]): void {
  for (const task of tasks) void api.tasks.cancel({ id: task.id }).catch(notifyError)
}

function VaultState() {
  const { data } = useQuery(queries.app.info.queryOptions({ input: {} }))
  if (data === undefined) return null
  const { short, icon: Icon } = vaultLook(data.vault)
  return (
    <UnstyledButton component="a" href={formatRoute({ page: 'settings' })} className={styles.part} title={data.vault.sentence}>
      <Icon size={14} aria-hidden />
      {short}
    </UnstyledButton>
  )
}
