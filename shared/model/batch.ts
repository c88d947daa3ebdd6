import { z } from 'zod'
import { assertNever } from '#shared/assert-never.ts'

/** Batch definitions: how the rows of a data asset are cut, so that a run reads one piece of it. GX's names. */

export const TimeInterval = z.enum(['yearly', 'monthly', 'daily'])
export type TimeInterval = z.infer<typeof TimeInterval>

export const BatchDefinition = z.discriminatedUnion('interval', [
  z.strictObject({ interval: z.literal('whole-table') }),
  /** `column`: of type date, timestamp or timestamp with time zone. */
  z.strictObject({ interval: TimeInterval, column: z.string().min(1).max(200) }),
])
export type BatchDefinition = z.infer<typeof BatchDefinition>

export const wholeTable: BatchDefinition = { interval: 'whole-table' }

/** `2026`, `2026-03` or `2026-03-29`, years 1 to 9999; `null`: the rows that have no date. */
export const BatchPeriod = z.string().regex(/^(\d{4}(-\d{2}(-\d{2})?)?|null)$/)
export type BatchPeriod = z.infer<typeof BatchPeriod>

export const NULL_PERIOD = 'null'

/** Which rows a run read. */
export const RunBatch = z.object({
  interval: TimeInterval,
  column: z.string(),
  /** null: the newest, which is not known yet. */
  period: BatchPeriod.nullable(),
})
export type RunBatch = z.infer<typeof RunBatch>

export const AssetBatches = z.object({
  /** Newest first; the null batch, where there is one, last. */
  periods: z.array(BatchPeriod),
  /** There are older ones than asked for. */
  more: z.boolean(),
  /** Some rows are at infinity or outside the years 1 to 9999, and belong to no batch. */
  outside: z.boolean(),
  /** An index leads with the column. Without one the whole table is read for this list and for each batch. */
  indexed: z.boolean(),
  /** In which a day begins, where the column has one; null: the column has no time zone. */
  timeZone: z.string().nullable(),
})
export type AssetBatches = z.infer<typeof AssetBatches>

export const noBatches: AssetBatches = { periods: [], more: false, outside: false, indexed: true, timeZone: null }

/** As it is stored: an interval, and a column beside it. */
export function toBatchDefinition(interval: string, column: string | null): BatchDefinition {
  return BatchDefinition.parse(column === null ? { interval } : { interval, column })
}

/** Why this asset has no such batch, for the field; null when it may have. */
export function periodProblem(definition: BatchDefinition, period: string | null): string | null {
  if (period === null || period === NULL_PERIOD) {
    return period === NULL_PERIOD && definition.interval === 'whole-table' ? noBatchesSentence : null
  }
  switch (definition.interval) {
    case 'whole-table':
      return noBatchesSentence
    case 'yearly':
      return /^\d{4}$/.test(period) && period !== '0000' ? null : 'Its batches are years. Write one as 2026.'
    case 'monthly':
      return isMonth(period) ? null : 'Its batches are months. Write one as 2026-03.'
    case 'daily':
      return isDay(period) ? null : 'Its batches are days. Write one as 2026-03-29.'
    default:
      return assertNever(definition)
  }
}

const noBatchesSentence = 'This data asset is validated as a whole table. Choose its batches first.'

function isMonth(period: string): boolean {
  return /^\d{4}-(0[1-9]|1[0-2])$/.test(period) && !period.startsWith('0000')
}

function isDay(period: string): boolean {
  const [year, month, day] = period.split('-').map(Number)
  if (!/^\d{4}-\d{2}-\d{2}$/.test(period) || !isMonth(period.slice(0, 7)) || year === undefined || month === undefined) return false
  // By the proleptic Gregorian calendar, which PostgreSQL uses too.
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0
  return day !== undefined && day >= 1 && day <= days
}
