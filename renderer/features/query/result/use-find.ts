import { useEffect, useState } from 'react'
import { api } from '#api/client.ts'
import { notifyError } from '#parts/notify-error.tsx'
import { ofResult } from '#parts/of-result.ts'
import type { ResultPlace } from '#shared/model/query-result.ts'

/** What is searched for in the rows that were read. */
export interface Search {
  readonly text: string
  readonly matchCase: boolean
}

export interface Find {
  /** null: nothing was searched for, or it is under way. */
  readonly found: {
    readonly findId: string
    readonly count: number
    readonly reachable: number
    readonly longColumns: readonly number[]
  } | null
  /** From 0 to 1 while it is under way. */
  readonly share: number | null
  /** The hit after a place or before it; null: there is none. */
  step(from: ResultPlace, step: 'next' | 'previous'): Promise<{ readonly index: number; readonly place: ResultPlace } | null>
}

/** Somebody still types. */
const WAIT_MS = 200

export function useFind(resultId: string, arrangementId: string | undefined, rowCount: number, search: Search | null): Find {
  const [found, setFound] = useState<Find['found']>(null)
  const [share, setShare] = useState<number | null>(null)
  const text = search?.text ?? ''
  const matchCase = search?.matchCase === true
  // biome-ignore lint/correctness/useExhaustiveDependencies: more rows are searched anew
  useEffect(() => {
    setFound(null)
    setShare(null)
    if (text === '') return
    const abort = new AbortController()
    const timer = setTimeout(async () => {
      try {
        for await (const event of await api.query.findInRows(
          { ...ofResult(resultId, arrangementId), text, matchCase },
          { signal: abort.signal },
        )) {
          if (abort.signal.aborted) return
          setShare(event.type === 'progress' ? event.share : null)
          if (event.type === 'found') setFound(event)
        }
      } catch (error) {
        if (!abort.signal.aborted) notifyError(error)
      }
    }, WAIT_MS)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [resultId, arrangementId, rowCount, text, matchCase])
  return {
    found,
    share,
    step: async (from, step) => (found === null ? null : await api.query.hit({ findId: found.findId, from, step })),
  }
}
