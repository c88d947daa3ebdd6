import { useEffect, useState, useSyncExternalStore } from 'react'
import { notifyError } from '#parts/notify-error.tsx'
import type { QueryRun } from './query-run.ts'
import { QueryTabs, type TabsState } from './query-tabs.ts'
import type { RunState } from './run-state.ts'

/** One set of tabs for the page: another screen and back finds them as they were, with what still runs. */
export const queryTabs = new QueryTabs(notifyError)

window.addEventListener('pagehide', () => queryTabs.saveNow())

export function useTabs(): TabsState {
  return useSyncExternalStore(queryTabs.listen, queryTabs.state)
}

export function useRun(run: QueryRun): RunState {
  return useSyncExternalStore(run.listen, run.state)
}

/** Milliseconds since `startedAt`, a few times a second while `running`. */
export function useElapsed(running: boolean, startedAt: number): number {
  const [now, setNow] = useState(() => performance.now())
  useEffect(() => {
    if (!running) return
    const timer = setInterval(() => setNow(performance.now()), 100)
    return () => clearInterval(timer)
  }, [running])
  return Math.max(0, now - startedAt)
}
