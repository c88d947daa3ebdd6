import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { api, queries } from '#api/client.ts'
import { useTasks } from '#api/live.ts'
import { navigate } from '#api/route.ts'
import type { SampleState } from '#shared/model/sample.ts'
import type { Task } from '#shared/model/task.ts'
import { type Action, useAction } from '#ui/use-action.ts'

export interface Sample {
  /** null until it is known. */
  readonly state: SampleState | null
  readonly stateError: unknown
  /** Its start, with progress; null when it does not start now. */
  readonly starting: Task | null
  readonly action: Action<SampleState>
  /** Starts it, and with `goOn` goes on to pick tables, unless the person has gone elsewhere meanwhile. */
  start(): void
  cancelStart(): void
}

/** `goOn`: a newcomer is led to pick tables; who has assets already stays. */
export function useSample({ goOn }: { readonly goOn: boolean }): Sample {
  const query = useQuery(queries.sample.state.queryOptions({ input: {} }))
  // A start goes on when the person looks at another screen; it is stopped by its own cancel.
  const action = useAction<SampleState>({ outlives: true })
  const here = useRef(true)
  useEffect(() => {
    here.current = true
    return () => {
      here.current = false
    }
  }, [])
  const starting = useTasks().find(({ kind, state }) => kind === 'sample' && (state === 'running' || state === 'cancelling')) ?? null

  const start = async () => {
    const state = await action.run(() => api.sample.start({ taskId: crypto.randomUUID() }))
    if (goOn && state?.dataSourceId != null && here.current) navigate({ page: 'setup', source: state.dataSourceId })
  }
  return {
    state: query.data ?? null,
    stateError: query.error,
    starting,
    action,
    start: () => void start(),
    cancelStart: () => {
      if (starting !== null) void api.tasks.cancel({ id: starting.id })
    },
  }
}
