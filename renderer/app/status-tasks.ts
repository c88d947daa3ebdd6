import type { Task } from '#shared/model/task.ts'

/** What of the running work fits in one line. Pure. */

export interface StatusTasks {
  /** Under way, oldest first, as many as fit. */
  readonly running: readonly Task[]
  /** Under way, but without a place of their own. */
  readonly more: readonly Task[]
  /** How those that ended a moment ago came out; null when none did. */
  readonly ended: string | null
}

const PLACES = 2

export function arrangeTasks(tasks: readonly Task[]): StatusTasks {
  const running = tasks.filter((task) => task.state === 'running' || task.state === 'cancelling')
  const ended = tasks.filter((task) => !running.includes(task))
  // One too many gets no "and 1 more": it would take the same room.
  const places = running.length <= PLACES + 1 ? PLACES + 1 : PLACES
  return { running: running.slice(0, places), more: running.slice(places), ended: describeEnded(ended) }
}

function describeEnded(tasks: readonly Task[]): string | null {
  const [first] = tasks
  if (first === undefined) return null
  if (tasks.length === 1) return `${first.title}: ${outcomeOf(first)}`
  const counts = Map.groupBy(tasks, wordOf)
  return [...counts].map(([word, some]) => `${some.length} ${word}`).join(', ')
}

/** Of a script, one statement may have failed and those before it not. */
function outcomeOf(task: Task): string {
  const far = task.kind === 'query' && task.state === 'failed' ? task.detail : null
  return far ?? wordOf(task)
}

function wordOf(task: Task): string {
  switch (task.state) {
    case 'failed':
      return 'failed'
    case 'cancelled':
      return 'cancelled'
    default:
      return 'done'
  }
}
