import type { ResultColumn } from '#shared/model/query.ts'
import { MOST_LOOKED_AT_BYTES } from '#shared/model/query-result.ts'
import { formatBytes } from '#ui/format.ts'

const MOST = formatBytes(MOST_LOOKED_AT_BYTES)

/** What is to be known of values that were looked at in part. null: there are none. */
export function longValuesNote(long: readonly number[], columns: readonly ResultColumn[]): string | null {
  if (long.length === 0) return null
  const where = long.length > 2 ? `${long.length} columns` : long.map((column) => columns[column]?.name ?? '').join(' and ')
  return `Of values over ${MOST} in ${where}, only the first ${MOST} is looked at.`
}
