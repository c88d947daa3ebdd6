import type { HistoryEntry } from '#shared/model/query.ts'

/** The entries of the history by the day of this computer's clock. */

export interface HistoryDay {
  readonly day: string
  readonly entries: readonly HistoryEntry[]
}

export function byDay(entries: readonly HistoryEntry[], now = new Date()): readonly HistoryDay[] {
  const days = Map.groupBy(entries, ({ startedAt }) => dayOf(new Date(startedAt), now))
  return [...days].map(([day, ofDay]) => ({ day, entries: ofDay }))
}

export function timeOf(startedAt: string): string {
  return timeFormat.format(new Date(startedAt))
}

function dayOf(date: Date, now: Date): string {
  const days = Math.round((startOfDay(now) - startOfDay(date)) / 86_400_000)
  if (days === 0) return 'Today'
  return days === 1 ? 'Yesterday' : dayFormat.format(date)
}

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime()
}

const timeFormat = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' })
const dayFormat = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
