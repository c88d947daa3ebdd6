import { useCallback, useEffect, useRef, useState } from 'react'

/** One thing that a person started: whether it runs, what it gave, and a cancel that reaches the server through the signal. */
export interface Action<Result> {
  readonly busy: boolean
  /** What the last run gave; null before, during and after a failed one. */
  readonly result: Result | null
  readonly error: unknown
  /** Ends the run before, if there is one. Resolves null when it failed or was cancelled; the rest is in `error`. */
  run(work: (signal: AbortSignal) => Promise<Result>): Promise<Result | null>
  cancel(): void
  clear(): void
}

/** Leaving the component cancels what runs, unless `outlives` is set. */
export function useAction<Result>({ outlives = false }: { readonly outlives?: boolean } = {}): Action<Result> {
  const current = useRef<AbortController | null>(null)
  const [state, setState] = useState<State<Result>>(IDLE)

  useEffect(() => () => (outlives ? undefined : current.current?.abort()), [outlives])

  const cancel = useCallback(() => current.current?.abort(), [])
  const clear = useCallback(() => setState(IDLE), [])
  const run = useCallback(async (work: (signal: AbortSignal) => Promise<Result>) => {
    current.current?.abort()
    const abort = new AbortController()
    current.current = abort
    setState({ busy: true, result: null, error: null })
    try {
      const result = await work(abort.signal)
      if (current.current === abort) setState({ busy: false, result, error: null })
      return result
    } catch (error) {
      if (current.current === abort) setState({ busy: false, result: null, error: abort.signal.aborted ? null : error })
      return null
    }
  }, [])

  return { ...state, run, cancel, clear }
}

interface State<Result> {
  readonly busy: boolean
  readonly result: Result | null
  readonly error: unknown
}

const IDLE = { busy: false, result: null, error: null }
