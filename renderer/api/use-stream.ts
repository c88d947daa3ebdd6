import { useCallback, useEffect, useRef, useState } from 'react'

/** One stream of events at a time, ended on the server by stop(), by the next start() and by leaving the component. */
export interface StreamControl<Item> {
  readonly running: boolean
  /** What ended it early; null while it runs and after a normal end. */
  readonly error: unknown
  start(open: (signal: AbortSignal) => Promise<AsyncIterable<Item>>, onItem: (item: Item) => void): Promise<void>
  stop(): void
}

export function useStream<Item>(): StreamControl<Item> {
  const current = useRef<AbortController | null>(null)
  const [running, setRunning] = useState(false)
  const [error, setError] = useState<unknown>(null)

  const stop = useCallback(() => current.current?.abort(), [])
  useEffect(() => stop, [stop])

  const start = useCallback<StreamControl<Item>['start']>(async (open, onItem) => {
    current.current?.abort()
    const abort = new AbortController()
    current.current = abort
    setRunning(true)
    setError(null)
    try {
      for await (const item of await open(abort.signal)) {
        if (abort.signal.aborted) return
        onItem(item)
      }
    } catch (problem) {
      if (!abort.signal.aborted) setError(problem)
    } finally {
      if (current.current === abort) {
        current.current = null
        setRunning(false)
      }
    }
  }, [])

  return { running, error, start, stop }
}
