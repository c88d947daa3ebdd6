import { useCallback, useEffect, useRef, useState } from 'react'
import { api } from '#api/client.ts'
import { notifyError } from '#parts/notify-error.tsx'
import { asItCame, type Wish } from './wish.ts'

export interface Arrangement {
  /** As it is, or soon will be. */
  readonly wish: Wish
  /** null: the rows as they came. */
  readonly shown: {
    readonly arrangementId: string
    readonly rowCount: number
    readonly orderedAsText: readonly number[]
    readonly longColumns: readonly number[]
  } | null
  /** From 0 to 1 while it is under way; null: it is not. */
  readonly share: number | null
  change(wish: Wish): void
  /** Back to what is shown. */
  cancel(): void
}

export function useArrangement(resultId: string): Arrangement {
  const [wish, setWish] = useState<Wish>(asItCame)
  const [shown, setShown] = useState<{ readonly wish: Wish; readonly view: Arrangement['shown'] }>({ wish: asItCame, view: null })
  const [share, setShare] = useState<number | null>(null)
  const current = useRef<AbortController | null>(null)
  const applied = useRef<Wish>(asItCame)
  useEffect(() => () => current.current?.abort(), [])

  const change = useCallback(
    async (next: Wish) => {
      current.current?.abort()
      const abort = new AbortController()
      current.current = abort
      setWish(next)
      if (next.sort.length === 0 && next.conditions.length === 0) {
        applied.current = next
        setShown({ wish: next, view: null })
        setShare(null)
        return
      }
      setShare(0)
      try {
        const input = { resultId, sort: [...next.sort], conditions: [...next.conditions] }
        for await (const event of await api.query.arrange(input, { signal: abort.signal })) {
          if (abort.signal.aborted) return
          if (event.type === 'progress') setShare(event.share)
          else {
            applied.current = next
            setShown({ wish: next, view: event })
            setShare(null)
          }
        }
      } catch (error) {
        if (abort.signal.aborted) return
        setWish(applied.current)
        setShare(null)
        notifyError(error)
      }
    },
    [resultId],
  )
  const cancel = useCallback(() => {
    current.current?.abort()
    setWish(applied.current)
    setShare(null)
  }, [])
  return { wish, shown: shown.view, share, change: (next) => void change(next), cancel }
}
