import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { api, queries } from '#api/client.ts'
import { useTasks } from '#api/live.ts'
import { navigate } from '#api/route.ts'
import { notifyError } from '#parts/notify-error.tsx'
import type { SampleState } from '#shared/model/sample.ts'
import type { Task } from '#shared/model/task.ts'
import { notify } from '#ui/notify.tsx'
import { type Action, useAction } from '#ui/use-action.ts'

export interface Sample {
  /** null until it is known. */
  readonly state: SampleState | null
  readonly stateError: unknown
  /** Its start, with progress; null when it does not start now. */
  readonly starting: Task | null
  readonly action: Action<SampleState>
  /** What went wrong last, with the same once more. null: nothing did. */
  readonly failed: { readonly error: unknown; again(): void } | null
  readState(): void
  /** Starts it, and with `goOn` goes on to pick tables, unless the person has gone elsewhere meanwhile. */
  start(): void
  stop(): void
  /** Renames a column, or gives it its name back. */
  breakOrMend(broken: boolean): void
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

  const again = useRef(() => {})
  /** Kept, so that what failed is what is tried again. */
  const run = (work: () => Promise<SampleState>, then: (state: SampleState) => void = () => {}) => {
    const attempt = async () => {
      const state = await action.run(work)
      if (state !== null) then(state)
    }
    again.current = () => void attempt()
    again.current()
  }
  const goOnFrom = (state: SampleState) => {
    if (goOn && state.dataSourceId !== null && here.current) navigate({ page: 'setup', source: state.dataSourceId })
  }
  return {
    state: query.data ?? null,
    stateError: query.error,
    starting,
    action,
    failed: action.error === null ? null : { error: action.error, again: () => again.current() },
    readState: () => void query.refetch(),
    start: () => run(() => api.sample.start({ taskId: crypto.randomUUID() }), goOnFrom),
    stop: () => run(() => api.sample.stop({})),
    breakOrMend: (broken) =>
      run(
        () => (broken ? api.sample.mend({}) : api.sample.breakSomething({})),
        (next) =>
          notify({
            message: next.broken
              ? 'A column was renamed. Validate its data asset to see what is noticed.'
              : 'The column has its name back.',
          }),
      ),
    cancelStart: () => {
      if (starting !== null) void api.tasks.cancel({ id: starting.id }).catch(notifyError)
    },
  }
}
