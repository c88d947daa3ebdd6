import { useEffect, useState } from 'react'
import type { DataSource } from '#shared/model/data-source.ts'
import type { QueryTab } from './query-tabs.ts'

/** Whether a tab may write: never where its data source says so, and on production only for a while. */

/** Leave to write on a production data source ends by itself. */
export const UNLOCK_MS = 15 * 60_000

export function readOnlyOf({ readOnly, unlockedUntil }: QueryTab, source: DataSource | null, now = Date.now()): boolean {
  if (source === null || source.readOnly) return true
  if (source.environment === 'production') return unlockedUntil === null || unlockedUntil <= now
  return readOnly ?? false
}

/** What the switch changes. */
export function withReadOnly(readOnly: boolean, source: DataSource | null, now = Date.now()): Pick<QueryTab, 'readOnly' | 'unlockedUntil'> {
  return { readOnly, unlockedUntil: !readOnly && source?.environment === 'production' ? now + UNLOCK_MS : null }
}

/** Date.now(), every second while `until` is ahead. */
export function useNowUntil(until: number | null): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (until === null) return
    setNow(Date.now())
    const timer = setInterval(() => {
      setNow(Date.now())
      if (Date.now() >= until) clearInterval(timer)
    }, 1_000)
    return () => clearInterval(timer)
  }, [until])
  return now
}
