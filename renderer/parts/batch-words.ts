import { type BatchDefinition, NULL_PERIOD, type RunBatch } from '#shared/model/batch.ts'

/** What the screens say about batches. */

export const intervalTitles: Readonly<Record<BatchDefinition['interval'], string>> = {
  'whole-table': 'Whole table',
  yearly: 'Yearly',
  monthly: 'Monthly',
  daily: 'Daily',
}

/** `Newest` where it is not known yet. */
export function periodText(period: string | null): string {
  if (period === null) return 'Newest'
  return period === NULL_PERIOD ? 'Without a date' : period
}

/** `2026-03 by created_at`. null: the whole table. */
export function batchText(batch: RunBatch | null): string | null {
  return batch === null ? null : `${periodText(batch.period)} by ${batch.column}`
}
